// Adds a learner on the phone in the folder named first, and answers until the process is killed.

import Foundation
import HocvuCore

final class FolderKeys: DeviceKeys {
    let folder: URL

    init(_ folder: URL) { self.folder = folder }

    func get(name: String) throws -> Data? {
        try? Data(contentsOf: folder.appendingPathComponent(name))
    }

    func put(name: String, secret: Data) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try secret.write(to: folder.appendingPathComponent(name))
    }
}

final class NoSurroundings: PlatformSurroundings {
    func now() throws -> SurroundingsView {
        SurroundingsView(network: .nothing, batteryPercent: nil, isCharging: false)
    }
}

let folder = URL(fileURLWithPath: CommandLine.arguments[1])
let request = OpenRequest(
    data: folder.appendingPathComponent("data").path,
    marker: folder.appendingPathComponent("state/marker").path)
let keys = FolderKeys(folder.appendingPathComponent("keys"))
let hocvu = try Hocvu.open(request: request, keys: keys, surroundings: NoSurroundings())
_ = try hocvu.packs().installStarters()
let person = PersonRequest(name: "Lan", address: .ba, pictogram: 1, guardian: nil)
let learner = try hocvu.learners().add(
    request: AddLearnerRequest(
        person: person, group: .citizen, isChild: false, consentRecord: true, consentCount: true))
let quizzes = hocvu.quizzes()
let course = try hocvu.progress().home(learner: learner).courses.first { !$0.quizzes.isEmpty }!
while true {
    let quiz = course.quizzes[0].quiz.id
    let attempt = try quizzes.startPractice(learner: learner, course: course.course.id, quiz: quiz)
    guard case .question(_, _, let index, let question) = attempt.page else { continue }
    let response: ResponseRequest
    switch question.kind {
    case .single(let options): response = .single(index: options[0].index)
    case .multiple(let options): response = .multiple(indices: [options[0].index])
    case .trueFalse: response = .trueFalse(said: true)
    case .match(let lefts, let rights): response = .match(indices: lefts.indices.map { rights[$0].index })
    case .order(let items): response = .order(indices: items.map(\.index))
    case .gap(_, let gaps): response = .gap(indices: gaps.map { $0[0].index })
    case .text: response = .text(typed: "không biết")
    case .number: response = .number(milli: 156_000)
    }
    _ = try quizzes.answer(
        taker: .learner(id: learner), attempt: attempt.id, index: index, response: response, tenths: 34)
    let kept = try hocvu.progress().home(learner: learner).recorded
    FileHandle.standardOutput.write(Data("kept \(kept)\n".utf8))
}
