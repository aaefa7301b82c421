import Foundation

@testable import Screens

/// What the fake core teaches.
let courseId = "mat-khau-otp"
let courseTitle = "Mật khẩu và mã OTP"
let lessonId = "ma-otp"
let lessonTitle = "Mã OTP là gì?"
let quizId = "luyen-tap"
let quizTitle = "Luyện tập mã OTP"

let lockPicture = Data(
    """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
    <rect x="14" y="28" width="36" height="28" rx="5"/><path d="M22 28v-8a10 10 0 0 1 20 0v8M32 40v6"/></svg>
    """.utf8)

let reason = Line("Ai có mã OTP thì chuyển được tiền của bà. Mã này chỉ để một mình bà biết.")

let fact = Fact(
    id: "bao-156",
    text: Line([
        Run("Báo cuộc gọi lừa đảo: gọi "), Run("156", .strong), Run(", không mất tiền."),
    ]),
    source: "Cục Viễn thông", checkedOn: Day(2026, 11, 22), reviewAfter: Day(2099, 5, 22), status: .read)

let screens: [[Block]] = [
    [
        .text(Line("Bà Lan nhận được tin nhắn. Bà đọc chậm từng chữ trước khi bấm.")),
        .picture(file: "man-hinh.svg", alt: "Màn hình điện thoại: tin nhắn đưa một đường liên kết lạ"),
        .picture(file: "mat.svg", alt: "một ổ khóa"),
        .audio(file: "loi-dan.opus", words: Line("Bà nhớ nhé: chưa chắc thì hỏi.")),
        .steps(["Không bấm vào đường liên kết.", "Gọi ngân hàng theo số in trên thẻ."].map { Line($0) }),
    ],
    [
        .heading(Line("Ai được biết mã?")),
        .points(["Chỉ một mình bà.", "Không phải công an, không phải ngân hàng."].map { Line($0) }),
        .warning([.text(Line("Không ai có quyền hỏi mã OTP của bà."))]),
        .tip([.text(Line("Hỏi con cháu trước khi bấm."))]),
        .fact("bao-156", words: nil),
        .check("ai-hoi"),
    ],
]

private func options(_ texts: String...) -> [Option] { texts.enumerated().map { Option($0, Line($1)) } }

private func question(_ id: String, _ prompt: String, _ kind: Kind) -> Question {
    let hint = Line("Nghĩ xem ai cần biết mã này.")
    return Question(id: id, prompt: Line(prompt), picture: nil, pictureAlt: "", kind: kind, hint: hint)
}

/// Every kind once.
let questions = [
    question(
        "ai-hoi", "Người gọi xưng là công an và xin mã OTP. Bà làm gì?",
        .single(options("Đọc mã cho họ, vì họ là công an", "Tắt máy, không đọc mã cho ai", "Nhắn mã lại cho chắc"))),
    question(
        "dau-hieu", "Dấu hiệu nào cho biết tin nhắn đáng ngờ?",
        .multiple(options("Giục làm ngay", "Có đường liên kết lạ", "Gọi đúng tên bà"))),
    question("dung-sai", "Ngân hàng không bao giờ gọi để hỏi mã OTP.", .trueFalse),
    question(
        "di-cung", "Việc nào đi cùng việc nào?",
        .match(
            lefts: ["Mất điện thoại", "Có tin nhắn lạ"].map { Line($0) },
            rights: options("Gọi nhà mạng khóa sim ngay trong ngày hôm đó", "Không bấm, hỏi con cháu"))),
    question(
        "thu-tu", "Nhận cuộc gọi lạ thì làm gì trước?",
        .order(options("Nghe, không nói gì về mình", "Tắt máy", "Gọi lại số in trên thẻ"))),
    question(
        "cho-trong", "Điền vào chỗ trống.",
        .gap(
            text: [Line("Mã OTP chỉ dùng "), nil, Line(" và chỉ để "), nil, Line(" biết.")],
            gaps: [options("một lần", "nhiều lần"), options("một mình bà", "cả nhà")])),
    question("go-chu", "Mã dùng một lần gọi tắt là gì?", .text(marksOptional: true)),
    question("go-so", "Số điện thoại báo lừa đảo là số nào?", .number(unit: "")),
]

let right: [String: Response] = [
    "ai-hoi": .single(1),
    "dau-hieu": .multiple([0, 1]),
    "dung-sai": .trueFalse(true),
    "di-cung": .match([0, 1]),
    "thu-tu": .order([0, 1, 2]),
    "cho-trong": .gap([0, 0]),
    "go-chu": .text("OTP"),
    "go-so": .number(156_000),
]
