package vn.hocvu.app.core

/**
 * A core in memory, with one course, one lesson and one quiz that has every kind of question. A test
 * says what the calls of the next screen fail with.
 */
class FakeCore(val phone: FakePhone = FakePhone()) : Core, PhoneCalls by phone {
    private val words = FakeWords()
    val learners = ArrayList<Learner>()
    val pins = HashMap<String, String>()
    val added = ArrayList<NewLearner>()
    val seen = ArrayList<Int>()
    val answers = LinkedHashMap<Int, Response>()
    val stations = ArrayList<Station>()
    var isLessonDone = false
    var attempts = 0

    /** Thrown by whatever writes, until a test takes it away. */
    var writesFail: Failure? = null

    /** Thrown by whatever reads, until a test takes it away. */
    var readsFail: Failure? = null

    fun addLan(pin: String? = null): Learner {
        val lan = Learner("${learners.size}", "Lan", "bà", learners.size, pin != null, counts = true)
        learners.add(lan)
        pin?.let { pins[lan.id] = it }
        return lan
    }

    fun diskFull() = Failure(FailureKind.DISK_FULL, words.say("disk-full-title"), words.say("disk-full"))

    private fun reading() = readsFail?.let { throw it }
    private fun writing() = writesFail?.let { throw it }

    override fun words(): Words = words

    override fun people(): List<Learner> = reading().let { learners.toList() }

    override fun learner(learner: String): Learner = reading().let { learners.first { it.id == learner } }

    override fun add(request: NewLearner): String {
        writing()
        added.add(request)
        val you = words.say("address-${request.address.key}")
        learners.add(Learner("${learners.size}", request.name, you, request.pictogram, false, request.consentCount))
        return learners.last().id
    }

    override fun checkPin(learner: String, pin: String) {
        if (pins[learner] != pin) throw Failure(FailureKind.CODE_REFUSED, "", words.say("pin-wrong"))
    }

    override fun home(learner: String): Home {
        val next = if (isLessonDone) Next.Quiz(COURSE, QUIZ, QUIZ_TITLE) else Next.Lesson(COURSE, LESSON, LESSON_TITLE)
        return Home(learner(learner), next, listOf(course()), answers.size.toLong())
    }

    override fun course(learner: String, course: String) = CoursePage(learner(learner), course())

    private fun course(): Course {
        val stage = if (isLessonDone) Stage.FINISHED else if (seen.isEmpty()) Stage.NEW else Stage.BEGUN
        val lessons = listOf(LessonLine(LESSON, LESSON_TITLE, 4, stage))
        val last = "a$attempts".takeIf { answers.size == QUESTIONS.size }
        val quiz = QuizLine(QUIZ, QUIZ_TITLE, QUESTIONS.size, null, last)
        val summary = "Giữ mật khẩu và mã OTP cho riêng mình."
        return Course(COURSE, COURSE_TITLE, summary, LOCK, if (isLessonDone) 1 else 0, 1, lessons, listOf(quiz))
    }

    override fun lesson(learner: String, course: String, lesson: String): LessonPage = LessonPage(
        who = learner(learner),
        title = LESSON_TITLE,
        screen = seen.lastOrNull() ?: 0,
        screens = SCREENS,
        facts = mapOf(FACT.id to FACT),
        pictures = mapOf("man-hinh.svg" to SCREEN),
        checks = mapOf(QUESTIONS[0].id to QUESTIONS[0]),
    )

    override fun seeScreen(learner: String, course: String, lesson: String, screen: Int) {
        writing()
        seen.add(screen)
    }

    override fun finishLesson(learner: String, course: String, lesson: String) {
        writing()
        isLessonDone = true
    }

    override fun answerCheck(learner: String, course: String, question: String, response: Response, tenths: Int): Said {
        writing()
        return judgeCheck(course, question, response)
    }

    override fun judgeCheck(course: String, question: String, response: Response): Said =
        said(QUESTIONS.first { it.id == question }, response)

    override fun startQuiz(learner: String, course: String, quiz: String): Attempt {
        writing()
        attempts++
        answers.clear()
        return attempt(learner, "a$attempts")
    }

    override fun attempt(learner: String, attempt: String): Attempt {
        val at = answers.size
        val asked = QUESTIONS.getOrNull(at)?.let { Asked(at + 1, QUESTIONS.size, at, it) }
        return Attempt(learner(learner), attempt, QUIZ_TITLE, asked)
    }

    override fun answer(learner: String, attempt: String, index: Int, response: Response, tenths: Int): Said {
        writing()
        return said(QUESTIONS[index], answers.getOrPut(index) { response })
    }

    override fun answered(learner: String, attempt: String, index: Int): Said? =
        answers[index]?.let { said(QUESTIONS[index], it) }

    override fun result(learner: String, attempt: String): QuizResult {
        val all = answers.map { (index, response) -> said(QUESTIONS[index], response) }
        val again = listOf(LessonHint(COURSE, LESSON, LESSON_TITLE))
        return QuizResult(learner(learner), QUIZ_TITLE, COURSE, all.count { it.correct }, all.size, again, all)
    }

    override fun record(learner: String): Record {
        val events = answers.size + 4L
        val isJoined = stations.isNotEmpty()
        return Record(learner(learner), events, if (isJoined) 2 else events, if (isJoined) events - 2 else 0, 0, 0, stations)
    }

    override fun join(code: String): Station {
        if (!code.startsWith("HOCVU1")) {
            throw Failure(FailureKind.INVALID, "", words.say("sync-code-mistyped"))
        }
        return Station("Nhà văn hóa thôn Đông", counts = false, waiting = 2, told = "").also { stations.add(it) }
    }

    override fun sync(): List<SyncReport> =
        stations.map { SyncReport(it.name, inStep = false, received = 0, copies = 0, told = words.say("trouble-unreachable")) }

    private fun said(question: Question, response: Response): Said {
        val correct = response == RIGHT.getValue(question.id)
        val parts = when (response) {
            is Response.Multiple -> response.indices.associateWith { it < 2 }
            is Response.Match -> response.indices.indices.associateWith { response.indices[it] == it }
            is Response.Gap -> response.indices.indices.associateWith { response.indices[it] == 0 }
            else -> emptyMap()
        }
        val right = if (correct) emptyList() else listOf(Line.of("Tắt máy, không đọc mã cho ai"))
        return Said(question, response, correct, if (correct) 1 else 0, 1, parts, emptyList(), REASON, right, FACT)
    }
}
