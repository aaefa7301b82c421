package vn.hocvu.core

import java.io.File
import java.nio.file.Files
import java.util.concurrent.atomic.AtomicInteger

/** Keys as files of a folder: what a phone's key store is to the core. */
class FolderKeys(private val folder: File) : DeviceKeys {
    override fun get(name: String): ByteArray? = File(folder, name).takeIf { it.exists() }?.readBytes()

    override fun put(name: String, secret: ByteArray) {
        folder.mkdirs()
        File(folder, name).writeBytes(secret)
    }
}

/** Surroundings that a test sets. */
class SetSurroundings(
    @Volatile var view: SurroundingsView = SurroundingsView(NetworkView.FREE, 80u.toUByte(), false),
) : PlatformSurroundings {
    override fun now(): SurroundingsView = view
}

/** One phone: a data folder, a marker outside of it, keys. Opening it again is the same phone. */
class Phone(val folder: File) {
    val surroundings = SetSurroundings()

    fun request() = OpenRequest(File(folder, "data").path, File(folder, "state/marker").path)

    fun open(keys: DeviceKeys = FolderKeys(File(folder, "keys"))): Hocvu = Hocvu.open(request(), keys, surroundings)

    companion object {
        private val made = AtomicInteger()

        /** A new phone in memory where there is room for one, since a test waits for no disk. */
        fun new(): Phone {
            val memory = File("/dev/shm").takeIf { it.isDirectory && it.canWrite() }
            val place = memory ?: File(System.getProperty("java.io.tmpdir"))
            val folder = Files.createTempDirectory(place.toPath(), "hocvu-phone-${made.incrementAndGet()}-").toFile()
            Runtime.getRuntime().addShutdownHook(Thread { folder.deleteRecursively() })
            return Phone(folder)
        }
    }
}

fun person(name: String) = PersonRequest(name, AddressView.BA, 1u.toUByte(), null)

/** An adult who agreed to everything. */
fun adult(name: String) = AddLearnerRequest(
    person = person(name),
    group = GroupView.CITIZEN,
    isChild = false,
    consentRecord = true,
    consentCount = true,
)

/** Some answer to a question, right or wrong: the first of everything. */
fun someResponse(kind: KindView): ResponseRequest = when (kind) {
    is KindView.Single -> ResponseRequest.Single(kind.options.first().index)
    is KindView.Multiple -> ResponseRequest.Multiple(listOf(kind.options.first().index))
    is KindView.TrueFalse -> ResponseRequest.TrueFalse(true)
    is KindView.Match -> ResponseRequest.Match(kind.lefts.indices.map { kind.rights[it].index })
    is KindView.Order -> ResponseRequest.Order(kind.items.map { it.index })
    is KindView.Gap -> ResponseRequest.Gap(kind.gaps.map { it.first().index })
    is KindView.Text -> ResponseRequest.Text("không biết")
    is KindView.Number -> ResponseRequest.Number(156_000)
}

/** An attempt, and how many answers were given to it just now. */
class Practised(val attempt: AttemptView, val answers: UInt)

/** Goes on with the first practice quiz until so many questions are answered, or all. */
fun practise(hocvu: Hocvu, learner: LearnerId, answersMax: UInt = UInt.MAX_VALUE): Practised {
    val course = hocvu.progress().home(learner).courses.first { it.quizzes.isNotEmpty() }
    val taker = TakerRequest.Learner(learner)
    var attempt = hocvu.quizzes().startPractice(learner, course.course.id, course.quizzes.first().quiz.id)
    var answers = 0u
    while (answers < answersMax) {
        val page = attempt.page as? AttemptPageView.Question ?: break
        hocvu.quizzes().answer(taker, attempt.id, page.index, someResponse(page.question.kind), 34u)
        answers += 1u
        attempt = hocvu.quizzes().attempt(taker, attempt.id)
    }
    return Practised(attempt, answers)
}

/** The failure that a call ends with. */
inline fun <reified F : Throwable> failure(call: () -> Unit): F {
    try {
        call()
    } catch (thrown: Throwable) {
        if (thrown is F) return thrown
        throw AssertionError("another failure: $thrown", thrown)
    }
    throw AssertionError("it did not fail")
}
