package vn.hocvu.core

import java.io.File
import java.nio.file.Files

/** The course that an office publishes, and its first lesson. */
const val PUBLISHED_COURSE = "mat-khau-otp"
const val PUBLISHED_LESSON = "chia-khoa-nha"

/** An office that publishes a course with the program itself, by the commands that the README tells. */
class Office {
    private val folder = Files.createTempDirectory("hocvu-office").toFile()
    private val roots = file("roots")

    /** The root's, as its holder tells it. */
    val fingerprint: String

    init {
        Runtime.getRuntime().addShutdownHook(Thread { folder.deleteRecursively() })
        val holder = run("keys", "new", file("holder.key"))
        val press = run("keys", "new", file("press.key"))
        run("root", "new", file("draft"), "--name", "Tỉnh", "--key", holder)
        run("root", "publisher", file("draft"), "--id", "nxb", "--name", "NXB Xã", "--key", press)
        run("root", "sign", file("draft"), "--key", file("holder.key"))
        val said = run("root", "finish", file("draft"), roots)
        fingerprint = checkNotNull(Regex("([0-9a-f]{4} ){7}[0-9a-f]{4}").find(said)) { said }.value
    }

    /** A station, started on a data folder that hands on what this office publishes. */
    fun station(): Station {
        val station = Files.createTempDirectory("hocvu-station").toFile()
        run("root", "trust", roots, "--fingerprint", fingerprint, "--data", File(station, "data").path)
        return Station.start(station)
    }

    /** Publishes a version of the course; its first lesson and all questions of its first quiz say which it is. */
    fun publish(version: Int, address: String) {
        val course = File(folder, "course-$version")
        val courses = File(System.getProperty("hocvu.vectors")).resolve("../../assets/courses")
        check(courses.resolve(PUBLISHED_COURSE).copyRecursively(course))
        edit(course.resolve("course.toml"), Regex("(?m)^version = .*$"), "version = $version")
        edit(course.resolve("lessons/01-$PUBLISHED_LESSON.md"), Regex("\n\\+\\+\\+\n"), "\n+++\n\nĐây là bản số $version.\n")
        edit(course.resolve("quizzes/luyen-tap.toml"), Regex("(?m)^prompt = \""), "prompt = \"Bản $version: ")
        run("course", "publish", course.path, "--to", address, "--key", file("press.key"), "--roots", roots, "--publisher", "nxb")
    }

    private fun file(name: String): String = File(folder, name).path

    private fun edit(file: File, pattern: Regex, text: String) {
        val before = file.readText()
        check(pattern.containsMatchIn(before)) { "$file has no $pattern" }
        file.writeText(before.replace(pattern, text))
    }

    /** Gives what the program says, when it succeeds. */
    private fun run(vararg arguments: String): String {
        val command = listOf(System.getProperty("hocvu.program")) + arguments
        val process = ProcessBuilder(command).redirectErrorStream(true).start()
        val said = process.inputStream.bufferedReader().readText()
        check(process.waitFor() == 0) { "$command: $said" }
        return said.trim()
    }
}
