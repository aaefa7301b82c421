import Foundation

/// The course that an office publishes, and its first lesson.
let publishedCourse = "mat-khau-otp"
let publishedLesson = "chia-khoa-nha"

/// An office that publishes a course with the program itself, by the commands that the README tells. The tests
/// of the iOS app have this file too.
final class Office: Sendable {
    /// The root's, as its holder tells it.
    let fingerprint: String
    private let folder: URL

    struct Refused: Error {
        let said: String
    }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("hocvu-office-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let files = ["holder.key", "press.key", "draft", "roots"].map { [folder] in folder.appendingPathComponent($0) }
        let (holder, press, draft, roots) = (files[0].path, files[1].path, files[2].path, files[3].path)
        let holderPublic = try Self.run(["keys", "new", holder])
        let pressPublic = try Self.run(["keys", "new", press])
        try Self.run(["root", "new", draft, "--name", "Tỉnh", "--key", holderPublic])
        try Self.run(["root", "publisher", draft, "--id", "nxb", "--name", "NXB Xã", "--key", pressPublic])
        try Self.run(["root", "sign", draft, "--key", holder])
        let said = try Self.run(["root", "finish", draft, roots])
        let shown = said.range(of: "([0-9a-f]{4} ){7}[0-9a-f]{4}", options: .regularExpression)
        guard let shown else { throw Refused(said: said) }
        fingerprint = String(said[shown])
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Lets a station that is not started yet hand on what this office publishes.
    func isTrusted(in data: URL) throws {
        let roots = folder.appendingPathComponent("roots").path
        try Self.run(["root", "trust", roots, "--fingerprint", fingerprint, "--data", data.path])
    }

    /// Publishes a version of the course; its first lesson and all questions of its first quiz say which it is.
    func publish(_ version: Int, to address: String) throws {
        let from = URL(fileURLWithPath: "\(repository)/assets/courses/\(publishedCourse)")
        let course = folder.appendingPathComponent("course-\(version)")
        try FileManager.default.copyItem(at: from, to: course)
        try Self.edit(course.appendingPathComponent("course.toml"), "(?m)^version = .*$", "version = \(version)")
        try Self.edit(
            course.appendingPathComponent("lessons/01-\(publishedLesson).md"), "\\n\\+\\+\\+\\n",
            "\n+++\n\nĐây là bản số \(version).\n")
        let quiz = course.appendingPathComponent("quizzes/luyen-tap.toml")
        try Self.edit(quiz, "(?m)^prompt = \"", "prompt = \"Bản \(version): ")
        try Self.run([
            "course", "publish", course.path, "--to", address,
            "--key", folder.appendingPathComponent("press.key").path,
            "--roots", folder.appendingPathComponent("roots").path, "--publisher", "nxb",
        ])
    }

    private static func edit(_ file: URL, _ pattern: String, _ text: String) throws {
        let before = try String(contentsOf: file, encoding: .utf8)
        let after = before.replacingOccurrences(of: pattern, with: text, options: .regularExpression)
        guard after != before else { throw Refused(said: "\(file.path) has no \(pattern)") }
        try after.write(to: file, atomically: true, encoding: .utf8)
    }

    /// Gives what the program says, when it succeeds.
    @discardableResult
    private static func run(_ arguments: [String]) throws -> String {
        let output = Pipe()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: repository + "/target/debug/hocvu")
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Refused(said: said) }
        return said.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
