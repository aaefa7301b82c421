package vn.hocvu.app.core

/** What the fake core teaches. */
const val COURSE = "mat-khau-otp"
const val COURSE_TITLE = "Mật khẩu và mã OTP"
const val LESSON = "ma-otp"
const val LESSON_TITLE = "Mã OTP là gì?"
const val QUIZ = "luyen-tap"
const val QUIZ_TITLE = "Luyện tập mã OTP"

val LOCK = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
<rect x="14" y="28" width="36" height="28" rx="5"/><path d="M22 28v-8a10 10 0 0 1 20 0v8M32 40v6"/></svg>""".toByteArray()

val SCREEN = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 200">
<rect class="f-card" x="70" y="6" width="180" height="188" rx="18"/><path d="M140 18h40"/>
<rect class="f-stop-soft" x="86" y="36" width="148" height="96" rx="12"/>
<text x="98" y="58" font-size="14" font-weight="700">Tài khoản của bà</text>
<text x="98" y="78" font-size="14">sẽ bị khóa hôm nay.</text>
<text x="98" y="114" font-size="14">ngan-hang<tspan class="t-stop" text-decoration="underline">.example</tspan></text>
<circle class="s-look" cx="200" cy="158" r="20" stroke-dasharray="6 6"/>
<text class="t-look" x="200" y="166" font-size="24" text-anchor="middle">?</text></svg>""".toByteArray()

val REASON = Line.of("Ai có mã OTP thì chuyển được tiền của bà. Mã này chỉ để một mình bà biết.")

val FACT = Fact(
    id = "bao-156",
    text = Line(
        listOf(
            Run("Báo cuộc gọi lừa đảo: gọi ", Stress.PLAIN),
            Run("156", Stress.STRONG),
            Run(", không mất tiền.", Stress.PLAIN),
        ),
    ),
    source = "Cục Viễn thông",
    checkedOn = Day(2026, 11, 22),
    reviewAfter = Day(2099, 5, 22),
    status = FactStatus.READ,
)

val SCREENS = listOf(
    listOf(
        Block.Text(Line.of("Bà Lan nhận được tin nhắn. Bà đọc chậm từng chữ trước khi bấm.")),
        Block.Picture("man-hinh.svg", "Màn hình điện thoại: tin nhắn nói tài khoản bị khóa và đưa một đường liên kết lạ"),
        Block.Audio("nghe.opus", Line.of("Bà đừng đọc mã cho ai nghe, kể cả công an.")),
        Block.Steps(listOf("Không bấm vào đường liên kết.", "Gọi ngân hàng theo số in trên thẻ.").map(Line::of)),
    ),
    listOf(
        Block.Heading(Line.of("Ai được biết mã?")),
        Block.Points(listOf("Chỉ một mình bà.", "Không phải công an, không phải ngân hàng.").map(Line::of)),
        Block.Warning(listOf(Block.Text(Line.of("Không ai có quyền hỏi mã OTP của bà.")))),
        Block.Tip(listOf(Block.Text(Line.of("Hỏi con cháu trước khi bấm.")))),
        Block.OfFact("bao-156", null),
        Block.Check("ai-hoi"),
    ),
)

private fun options(vararg texts: String) = texts.mapIndexed { i, text -> Option(i, Line.of(text)) }

private fun question(id: String, prompt: String, kind: Kind) =
    Question(id, Line.of(prompt), null, "", kind, Line.of("Nghĩ xem ai cần biết mã này."))

/** Every kind once. */
val QUESTIONS = listOf(
    question(
        "ai-hoi",
        "Người gọi xưng là công an và xin mã OTP. Bà làm gì?",
        Kind.Single(options("Đọc mã cho họ, vì họ là công an", "Tắt máy, không đọc mã cho ai", "Nhắn mã lại cho chắc")),
    ),
    question(
        "dau-hieu",
        "Dấu hiệu nào cho biết tin nhắn đáng ngờ?",
        Kind.Multiple(options("Giục làm ngay", "Có đường liên kết lạ", "Gọi đúng tên bà")),
    ),
    question("dung-sai", "Ngân hàng không bao giờ gọi để hỏi mã OTP.", Kind.TrueFalse),
    question(
        "di-cung",
        "Việc nào đi cùng việc nào?",
        Kind.Match(
            listOf("Mất điện thoại", "Có tin nhắn lạ").map(Line::of),
            options("Gọi nhà mạng khóa sim ngay trong ngày hôm đó", "Không bấm, hỏi con cháu"),
        ),
    ),
    question(
        "thu-tu",
        "Nhận cuộc gọi lạ thì làm gì trước?",
        Kind.Order(options("Nghe, không nói gì về mình", "Tắt máy", "Gọi lại số in trên thẻ")),
    ),
    question(
        "cho-trong",
        "Điền vào chỗ trống.",
        Kind.Gap(
            listOf(Line.of("Mã OTP chỉ dùng "), null, Line.of(" và chỉ để "), null, Line.of(" biết.")),
            listOf(options("một lần", "nhiều lần"), options("một mình bà", "cả nhà")),
        ),
    ),
    question("go-chu", "Mã dùng một lần gọi tắt là gì?", Kind.Text(marksOptional = true)),
    question("go-so", "Số điện thoại báo lừa đảo là số nào?", Kind.Number("")),
)

val RIGHT: Map<String, Response> = mapOf(
    "ai-hoi" to Response.Single(1),
    "dau-hieu" to Response.Multiple(listOf(0, 1)),
    "dung-sai" to Response.TrueFalse(true),
    "di-cung" to Response.Match(listOf(0, 1)),
    "thu-tu" to Response.Order(listOf(0, 1, 2)),
    "cho-trong" to Response.Gap(listOf(0, 0)),
    "go-chu" to Response.Text("OTP"),
    "go-so" to Response.Number(156_000),
)

/** How many of the questions are a self-assessment. */
const val ASSESSED = 2

val SKILLS = listOf(
    Skill("Giữ máy và mật khẩu an toàn", 3, 0, before = 1),
    Skill("Nhận ra tin giả, tin lừa đảo", 1, 0, before = 2),
    Skill("Dùng dịch vụ công", null, 2),
)
