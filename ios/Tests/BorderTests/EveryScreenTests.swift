import Border
import Foundation
import Testing
import TheShell

@testable import Screens

/// Every screen with the real core, in every language: its words are there, and what can be pressed can
/// be found by who does not see it.
@MainActor
@Suite(.serialized) struct EveryScreenTests {
    @Test(arguments: ["vi", "en"])
    func every_screen_has_its_words_one_green_button_and_a_name_for_all_that_is_pressed(lang: String) async throws {
        let core = try Phone().open()
        var settings = try core.settings()
        settings.language = lang
        try core.choose(settings)
        let work = Work { core }
        for place in try places(core) {
            let way = Way(work: work)
            await way.settled()
            way.go(place)
            await way.settled()
            let page = way.screen.page
            let faults = faults(page)
            #expect(faults.isEmpty, "\(place) in \(lang): \(faults)")
        }
        core.shut()
    }

    /// Every place, with somebody who has read a lesson, finished a quiz, assessed herself and joined a
    /// station that is not there.
    private func places(_ core: RustCore) throws -> [Place] {
        let learner = try core.add(
            NewLearner(
                name: "Tư", address: .chu, pictogram: 2, group: .citizen, isChild: true, guardian: "Mai",
                consentRecord: true, consentCount: true))
        let (known, guest) = (Visitor.known(learner), Visitor.guest(try core.guestHome(nil).who.id))
        let course = try #require(try core.home(learner).courses.first)
        let lesson = try #require(course.lessons.first).id
        let quiz = try #require(course.quizzes.first).id
        try core.finishLesson(known, course.id, lesson)
        let practised = try finish(core, known, try core.startQuiz(known, course.id, quiz))
        let assessed = try finish(core, known, try core.startAssessment(known))
        let guestly = try finish(core, guest, try core.startAssessment(guest))
        let lessons = try core.home(learner).courses.flatMap { course in
            course.lessons.map { Place.lesson(guest, course: course.id, lesson: $0.id) }
        }
        return [
            .people, .add(guest: nil), .takeIn, .pin(learner: learner), .home(learner: learner), .me(learner: learner),
            .edit(learner: learner), .newPin(learner: learner), .consent(learner: learner), .card(learner: learner),
            .progress(learner: learner), .guest(nil), .course(known, course: course.id),
            .course(guest, course: course.id), .lesson(known, course: course.id, lesson: lesson),
            .lessonDone(known, course: course.id, lesson: lesson),
            .lessonDone(guest, course: course.id, lesson: lesson),
            .quiz(known, course: course.id, quiz: quiz), .assess(known), .assess(guest), .assessment(known),
            .result(known, attempt: practised), .result(known, attempt: assessed), .result(guest, attempt: guestly),
            .keep(guest: "g"), .record(learner: learner), .join(learner: learner), .courier(learner: learner),
            .settings, .offers, .packs(file: nil), .packs(file: "/nowhere.hocvu"), .brought(file: "/nowhere.hvb"),
        ] + lessons
    }

    private func finish(_ core: RustCore, _ visitor: Visitor, _ begun: Attempt) throws -> String {
        var attempt = begun
        while let asked = attempt.asked {
            _ = try core.answer(visitor, attempt.id, asked.index, some(asked.question.kind), 10)
            attempt = try core.attempt(visitor, attempt.id)
        }
        return attempt.id
    }

    private func some(_ kind: Kind) -> Response {
        switch kind {
        case .single(let options): .single(options[0].index)
        case .multiple(let options): .multiple([options[0].index])
        case .trueFalse: .trueFalse(true)
        case .match(let lefts, let rights): .match(lefts.indices.map { rights[$0 % rights.count].index })
        case .order(let items): .order(items.map(\.index))
        case .gap(_, let gaps): .gap(gaps.map { $0[0].index })
        case .text: .text("không biết")
        case .number: .number(1_000)
        }
    }

    private func faults(_ page: Page) -> [String] {
        let parts = page.parts.flatMap(Shell.all)
        let green = parts.filter { if case .button(let button) = $0.what { button.style == .go } else { false } }
        var faults: [String] = []
        if page.title.isEmpty || parts.isEmpty { faults.append("nothing is there") }
        if green.count > 1 { faults.append("\(green.count) green buttons") }
        if Set(parts.map(\.id)).count != parts.count { faults.append("two parts have one id") }
        for text in [page.title] + parts.flatMap(\.texts) + parts.compactMap(\.pressed) {
            // A text that is missing shows its key.
            if text.range(of: "^[a-z]+(-[a-z0-9]+)+$", options: .regularExpression) != nil { faults.append(text) }
            if text.contains("{") || text.contains("\u{2068}") { faults.append(text) }
        }
        for part in parts where part.pressed?.isEmpty == true { faults.append("a part without a name: \(part)") }
        for case .picture(_, let said) in parts.map(\.what) where said.isEmpty {
            faults.append("a picture without words")
        }
        for case .fault(let words) in parts.map(\.what) { faults.append(words) }
        return faults
    }
}
