package vn.hocvu.core

import java.io.File
import java.net.ServerSocket
import java.net.URI
import java.nio.file.Files
import java.util.concurrent.TimeUnit

/** A real `hocvu serve` in a process of its own, on a folder of its own. */
class Station private constructor(private val process: Process, val address: String) : AutoCloseable {
    /** The code that phones join with, as its page shows it. */
    fun joinCode(): String {
        val page = URI("$address/join").toURL().readText()
        val code = Regex("HOCVU1-[A-Z2-7 ]+").findAll(page).map { it.value.filterNot(Char::isWhitespace) }
        return code.maxBy { it.length }
    }

    override fun close() {
        process.destroyForcibly()
        check(process.waitFor(20, TimeUnit.SECONDS)) { "hocvu serve does not end" }
    }

    companion object {
        /** Starts it on a free port; the same folder again is the same station. */
        fun start(folder: File = Files.createTempDirectory("hocvu-station").toFile()): Station {
            val port = ServerSocket(0).use { it.localPort }
            val command = listOf(
                System.getProperty("hocvu.program"), "serve",
                "--listen", "127.0.0.1:$port", "--address", "http://127.0.0.1:$port",
                "--data", File(folder, "data").path,
            )
            val builder = ProcessBuilder(command).redirectError(File(folder, "log"))
            builder.environment()["HOME"] = folder.path
            builder.environment()["XDG_STATE_HOME"] = File(folder, "state").path
            val process = builder.start()
            val lines = process.inputStream.bufferedReader()
            while (true) {
                val line = lines.readLine() ?: error("hocvu serve ended: ${File(folder, "log").readText()}")
                if (line == "hocvu: http://127.0.0.1:$port") return Station(process, "http://127.0.0.1:$port")
                // Somebody else took the port in between.
                if (line.startsWith("hocvu: http://")) {
                    process.destroyForcibly().waitFor()
                    return start(folder)
                }
            }
        }
    }
}
