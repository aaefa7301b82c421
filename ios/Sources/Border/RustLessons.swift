import Foundation
import HocvuCore
import Screens

extension LessonView {
    func toScreen(who: Learner) -> LessonPage {
        let drawn = Dictionary(pictures.map { ($0.file, $0.svg) }) { first, _ in first }
        return LessonPage(
            who: who,
            title: title,
            screen: Int(screen),
            screens: screens.map { $0.blocks.map { $0.toScreen() } },
            facts: Dictionary(facts.map { ($0.id, $0.toScreen()) }) { first, _ in first },
            pictures: drawn,
            checks: Dictionary(checks.map { ($0.id, $0.toScreen(picture: $0.picture.flatMap { drawn[$0] })) }) {
                first, _ in first
            })
    }
}

extension [SpanView] {
    func toScreen() -> Line { Line(map { Run($0.text, $0.style.toScreen()) }) }
}

extension SpanStyleView {
    fileprivate func toScreen() -> Stress {
        switch self {
        case .plain: .plain
        case .strong: .strong
        case .emphasis: .emphasis
        }
    }
}

extension DayView {
    func toScreen() -> Day { Day(Int(year), Int(month), Int(day)) }
}

extension FactView {
    func toScreen() -> Fact {
        let status: FactStatus =
            switch status {
            case .read: .read
            case .oneSource: .oneSource
            case .unverified: .unverified
            }
        return Fact(
            id: id, text: text.toScreen(), source: source, checkedOn: checkedOn.toScreen(),
            reviewAfter: reviewAfter.toScreen(), status: status)
    }
}

extension BlockView {
    fileprivate func toScreen() -> Block {
        switch self {
        case .text(let words): .text(words.toScreen())
        case .heading(let words): .heading(words.toScreen())
        case .steps(let steps): .steps(steps.map { $0.toScreen() })
        case .points(let points): .points(points.map { $0.toScreen() })
        case .picture(let file, let alt): .picture(file: file, alt: alt)
        case .tip(let blocks): .tip(blocks.map { $0.toScreen() })
        case .warning(let blocks): .warning(blocks.map { $0.toScreen() })
        case .remember(let blocks): .remember(blocks.map { $0.toScreen() })
        case .fact(let id, let words): .fact(id, words: words?.toScreen())
        case .audio(let file, let words): .audio(file: file, words: words.toScreen())
        case .check(let question): .check(question)
        }
    }
}
