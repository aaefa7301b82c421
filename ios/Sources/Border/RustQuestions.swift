import Foundation
import HocvuCore
import Screens

extension AttemptView {
    func toScreen(who: Learner, _ media: Media) throws -> Attempt {
        Attempt(who: who, id: id, title: title, asked: try asked(media), isAssessment: purpose == .assessment)
    }

    private func asked(_ media: Media) throws -> Asked? {
        guard case .question(let number, let of, let index, let question) = page else { return nil }
        return Asked(
            number: Int(number), of: Int(of), index: Int(index), question: try question.toScreen(media))
    }
}

extension QuestionView {
    func toScreen(_ media: Media) throws -> Question {
        toScreen(picture: try picture.flatMap { try media(course, $0) })
    }

    func toScreen(picture: Data?) -> Question {
        Question(
            id: id, prompt: prompt.toScreen(), picture: picture, pictureAlt: pictureAlt, kind: kind.toScreen(),
            hint: hint?.toScreen())
    }
}

extension [OptionView] {
    fileprivate func toScreen() -> [Screens.Option] { map { Screens.Option(Int($0.index), $0.text.toScreen()) } }
}

extension KindView {
    fileprivate func toScreen() -> Kind {
        switch self {
        case .single(let options): .single(options.toScreen())
        case .multiple(let options): .multiple(options.toScreen())
        case .trueFalse: .trueFalse
        case .match(let lefts, let rights): .match(lefts: lefts.map { $0.toScreen() }, rights: rights.toScreen())
        case .order(let items): .order(items.toScreen())
        case .gap(let text, let gaps): .gap(text: text.map { $0.toScreen() }, gaps: gaps.map { $0.toScreen() })
        case .text(let marksOptional): .text(marksOptional: marksOptional)
        case .number(let unit): .number(unit: unit)
        }
    }
}

extension GapPieceView {
    fileprivate func toScreen() -> Line? {
        guard case .words(let words) = self else { return nil }
        return words.toScreen()
    }
}

extension Response {
    func toBorder() -> ResponseRequest {
        switch self {
        case .single(let index): .single(index: UInt32(index))
        case .multiple(let indices): .multiple(indices: indices.map { UInt32($0) })
        case .trueFalse(let said): .trueFalse(said: said)
        case .match(let indices): .match(indices: indices.map { $0.map { UInt32($0) } })
        case .order(let indices): .order(indices: indices.map { UInt32($0) })
        case .gap(let indices): .gap(indices: indices.map { $0.map { UInt32($0) } })
        case .text(let typed): .text(typed: typed)
        case .number(let milli): .number(milli: milli)
        }
    }
}

extension ResponseRequest {
    fileprivate func toScreen() -> Response {
        switch self {
        case .single(let index): .single(Int(index))
        case .multiple(let indices): .multiple(indices.map { Int($0) })
        case .trueFalse(let said): .trueFalse(said)
        case .match(let indices): .match(indices.map { $0.map { Int($0) } })
        case .order(let indices): .order(indices.map { Int($0) })
        case .gap(let indices): .gap(indices.map { $0.map { Int($0) } })
        case .text(let typed): .text(typed)
        case .number(let milli): .number(milli)
        }
    }
}

extension AnswerView {
    func toScreen(_ media: Media) throws -> Said {
        Said(
            question: try question.toScreen(media),
            response: response.toScreen(),
            correct: correct,
            points: Int(points),
            possible: Int(possible),
            parts: Dictionary(parts.map { (Int($0.index), $0.correct) }) { first, _ in first },
            feedback: feedback.map { $0.toScreen() }.filter { !$0.isBlank },
            reason: reason.toScreen(),
            rightAnswer: rightAnswer.map { $0.toScreen() },
            fact: fact?.toScreen())
    }
}
