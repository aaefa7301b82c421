package vn.hocvu.app.core

/**
 * A core in memory, with one course, one lesson and one quiz that has every kind of question. A test
 * says what the calls of the next screen fail with.
 */
class FakeCore(val phone: FakePhone = FakePhone(), val fetches: FakeFetch = FakeFetch()) :
    Core, PhoneCalls by phone, FetchCalls by fetches {
    private val words = FakeWords()
    val learners = ArrayList<Learner>()
    val pins = HashMap<String, String>()
    val own = FakeOwn(this)
    val added = ArrayList<NewLearner>()
    val seen = ArrayList<Int>()
    val answers = LinkedHashMap<Int, Response>()
    val stations = ArrayList<Station>()
    val assessment = FakeAssessment()
    var isLessonDone = false
    var guests = 0

    /** Under whose name a guest's self-assessment was kept. */
    var kept: String? = null
    val others = ArrayList<String>()
    var attempts = 0

    /** Thrown by whatever writes, until a test takes it away. */
    var writesFail: Failure? = null

    /** Thrown by whatever reads, until a test takes it away. */
    var readsFail: Failure? = null

    /** Thrown by a sync that somebody asked for, until a test takes it away. */
    var syncFails: Failure? = null

    fun addLan(pin: String? = null): Learner {
        val lan = Learner("${learners.size}", "Lan", "bà", learners.size, pin != null, counts = true)
        learners.add(lan)
        pin?.let { pins[lan.id] = it }
        return lan
    }

    fun diskFull() = Failure(FailureKind.DISK_FULL, words.say("disk-full-title"), words.say("disk-full"))

    fun refused(key: String) = Failure(FailureKind.INVALID, "", words.say(key))

    private fun reading() = readsFail?.let { throw it }
    fun writing() = writesFail?.let { throw it }

    /** Puts another in a learner's place. */
    fun change(learner: String, change: (Learner) -> Learner) {
        val at = learners.indexOfFirst { it.id == learner }
        learners[at] = change(learners[at])
    }

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

    private fun who(visitor: Visitor) = when (visitor) {
        is Visitor.Known -> learner(visitor.learner)
        is Visitor.Guest -> reading().let { Learner(visitor.guest, null, words.say("address-ban"), 0, false, false, isGuest = true) }
    }

    override fun progress(learner: String): MyProgress {
        val home = home(learner)
        val assessed = "s1".takeIf { assessment.isFinished }
        return MyProgress(home.who, home.next, home.courses, home.recorded, SKILLS, assessed)
    }

    override fun guestHome(guest: String?) =
        GuestHome(who(Visitor.Guest(guest ?: "g${++guests}")), listOf(course().without()))

    override fun course(visitor: Visitor, course: String) =
        CoursePage(who(visitor), if (visitor is Visitor.Known) course() else course().without())

    /** What a guest sees: no practice, and nothing is begun. */
    private fun Course.without(): Course {
        val fresh = lessons.map { LessonLine(it.id, it.title, it.minutes, Stage.NEW) }
        return Course(id, title, summary, picture, 0, of, fresh, emptyList(), minutes)
    }

    private fun course(): Course {
        val stage = if (isLessonDone) Stage.FINISHED else if (seen.isEmpty()) Stage.NEW else Stage.BEGUN
        val lessons = listOf(LessonLine(LESSON, LESSON_TITLE, 4, stage))
        val last = "a$attempts".takeIf { answers.size == QUESTIONS.size }
        val quiz = QuizLine(QUIZ, QUIZ_TITLE, QUESTIONS.size, null, last)
        val summary = "Giữ mật khẩu và mã OTP cho riêng mình."
        return Course(COURSE, COURSE_TITLE, summary, LOCK, if (isLessonDone) 1 else 0, 1, lessons, listOf(quiz), minutes = 4)
    }

    override fun lesson(visitor: Visitor, course: String, lesson: String): LessonPage = LessonPage(
        who = who(visitor),
        title = LESSON_TITLE,
        screen = seen.lastOrNull() ?: 0,
        screens = SCREENS,
        facts = mapOf(FACT.id to FACT),
        pictures = mapOf("man-hinh.svg" to SCREEN),
        checks = mapOf(QUESTIONS[0].id to QUESTIONS[0]),
    )

    override fun seeScreen(visitor: Visitor, course: String, lesson: String, screen: Int) {
        if (visitor is Visitor.Guest) return
        writing()
        seen.add(screen)
    }

    override fun finishLesson(visitor: Visitor, course: String, lesson: String) {
        if (visitor is Visitor.Guest) return
        writing()
        isLessonDone = true
    }

    override fun answerCheck(visitor: Visitor, course: String, question: String, response: Response, tenths: Int): Said {
        writing()
        return judgeCheck(course, question, response)
    }

    override fun judgeCheck(course: String, question: String, response: Response): Said =
        said(QUESTIONS.first { it.id == question }, response)

    override fun startQuiz(visitor: Visitor, course: String, quiz: String): Attempt {
        writing()
        attempts++
        answers.clear()
        return attempt(visitor, "a$attempts")
    }

    override fun assessment(visitor: Visitor): Assessment {
        val (unfinished, last) = when {
            assessment.answered == 0 -> null to null
            assessment.isFinished -> null to "s1"
            else -> "s1" to null
        }
        return Assessment(who(visitor), ASSESSED, 2, unfinished, assessment.answered + 1, last)
    }

    override fun startAssessment(visitor: Visitor): Attempt {
        writing()
        if (assessment.isFinished) assessment.answered = 0
        return attempt(visitor, "s1")
    }

    /** The self-assessment of whoever takes one: its first questions, counted. */
    class FakeAssessment {
        var answered = 0
        val isFinished get() = answered >= ASSESSED
    }

    private fun isAssessment(attempt: String) = attempt.startsWith("s")

    override fun attempt(visitor: Visitor, attempt: String): Attempt {
        val (at, of) = if (isAssessment(attempt)) assessment.answered to ASSESSED else answers.size to QUESTIONS.size
        val asked = QUESTIONS.take(of).getOrNull(at)?.let { Asked(at + 1, of, at, it) }
        val title = if (isAssessment(attempt)) "" else QUIZ_TITLE
        return Attempt(who(visitor), attempt, title, asked, isAssessment(attempt))
    }

    override fun answer(visitor: Visitor, attempt: String, index: Int, response: Response, tenths: Int): Said {
        writing()
        if (isAssessment(attempt)) {
            assessment.answered++
            return said(QUESTIONS[index], response)
        }
        return said(QUESTIONS[index], answers.getOrPut(index) { response })
    }

    override fun answered(visitor: Visitor, attempt: String, index: Int): Said? =
        answers[index]?.let { said(QUESTIONS[index], it) }

    override fun result(visitor: Visitor, attempt: String): QuizResult {
        val again = listOf(LessonHint(COURSE, LESSON, LESSON_TITLE))
        val who = who(visitor)
        if (isAssessment(attempt)) {
            return QuizResult(who, "", null, 1, ASSESSED, emptyList(), emptyList(), Assessed(SKILLS, again, 1))
        }
        val all = answers.map { (index, response) -> said(QUESTIONS[index], response) }
        return QuizResult(who, QUIZ_TITLE, COURSE, all.count { it.correct }, all.size, again, all)
    }

    override fun keep(guest: String, learner: String, pin: String): String? {
        writing()
        if (learner(learner).hasPin) checkPin(learner, pin)
        kept = learner
        return "s1"
    }

    override fun forget(guest: String) {
        writing()
        assessment.answered = 0
    }

    override fun record(learner: String): Record {
        val events = answers.size + 4L
        val isJoined = stations.isNotEmpty()
        return Record(learner(learner), events, if (isJoined) 2 else events, if (isJoined) events - 2 else 0, 0, 0, stations, others)
    }

    override fun join(code: String): Station {
        if (!code.startsWith("HOCVU1")) {
            throw Failure(FailureKind.INVALID, "", words.say("sync-code-mistyped"))
        }
        return Station("Nhà văn hóa thôn Đông", counts = false, waiting = 2, told = "").also { stations.add(it) }
    }

    override fun sync(): List<SyncReport> = syncFails?.let { throw it }
        ?: stations.map { SyncReport(it.name, inStep = false, received = 0, copies = 0, told = words.say("trouble-unreachable")) }

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

    override fun person(learner: String) = own.person(learner)
    override fun setPerson(learner: String, person: Person) = own.setPerson(learner, person)
    override fun changePin(learner: String, old: String, new: String?) = own.changePin(learner, old, new)
    override fun forgetPin(learner: String) = own.forgetPin(learner)
    override fun export(learner: String) = own.export(learner)
    override fun letGo(learner: String, pin: String, everywhere: Boolean) = own.letGo(learner, pin, everywhere)
    override fun setCounts(learner: String, counts: Boolean) = own.setCounts(learner, counts)
    override fun card(learner: String, pin: String, withName: Boolean) = own.card(learner, pin, withName)
    override fun readCard(typed: String) = own.readCard(typed)
    override fun takeIn(card: String, person: Person) = own.takeIn(card, person)

    override fun courier(learner: String) =
        CourierPage(learner(learner), stations.mapIndexed { i, station -> CourierStation(i + 1L, station.name, station.waiting) })

    override fun bundle(station: Long): ByteArray = writing().let { "hvb for $station".toByteArray() }

    override val bundleBytesMax = 1_000

    override fun isBundle(bytes: ByteArray) = String(bytes).startsWith("hvb")

    override fun takeReply(bytes: ByteArray): String {
        if (bytes.size > bundleBytesMax) throw refused("courier-in-altered")
        if ("reply" !in String(bytes)) throw refused("courier-in-wrong-way")
        return words.say("courier-came-back", "name" to stations.first().name)
    }
}
