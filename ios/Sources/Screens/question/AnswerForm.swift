/// The core keeps no more characters of an answer.
private let typedCharsMax = 200

/// The fields that a question is answered with. What was given so far lies in a draft at every moment,
/// so that a form that is made again in another process holds the same.
@MainActor
struct AnswerForm {
    let kind: Kind
    let words: any Words
    let you: String
    let keeper: Keeper

    var draft: Draft { keeper.get() }

    /// What to do, in one sentence.
    var how: String {
        switch kind {
        case .single: words.say("quiz-do-single")
        case .multiple: words.say("quiz-do-multiple")
        case .trueFalse: words.say("quiz-do-true-false")
        case .match: words.say("quiz-do-match")
        case .order: words.say("quiz-do-order")
        case .gap: words.say("quiz-do-gap")
        case .text(let marksOptional): words.say(marksOptional ? "quiz-do-text-bare" : "quiz-do-text")
        case .number: words.say("quiz-do-number")
        }
    }

    func build(_ page: Builder) {
        switch kind {
        case .single(let options): one(options.map { ($0.index, $0.text) }, page)
        case .multiple(let options): some(options, page)
        case .trueFalse: one([(1, Line(words.say("quiz-true"))), (0, Line(words.say("quiz-false")))], page)
        case .match(let lefts, let rights): match(lefts, rights, page)
        case .order(let items): OrderForm(items: items, form: self).build(page)
        case .gap(let text, let gaps): gap(text, gaps, page)
        case .text: field(words.say("quiz-your-answer", ["you": you]), .words, page)
        case .number(let unit): number(unit, page)
        }
    }

    func read() -> Reading {
        switch kind {
        case .single: Reading(one.map { .single($0) }, missing: "quiz-choose-first")
        case .multiple:
            Reading(
                draft.chosen.isEmpty ? nil : .multiple(draft.chosen.compactMap { $0 }), missing: "quiz-choose-first")
        case .trueFalse: Reading(one.map { .trueFalse($0 == 1) }, missing: "quiz-choose-first")
        case .match(let lefts, _): Reading(all(lefts.count).map { .match($0) }, missing: "quiz-fill-all")
        case .order(let items): .answer(.order(OrderForm.ordered(items, draft).map(\.index)))
        case .gap(_, let gaps): Reading(all(gaps.count).map { .gap($0) }, missing: "quiz-fill-all")
        case .text: Reading(typed.map { .text($0) }, missing: "quiz-type-first")
        case .number: readNumber()
        }
    }

    private var one: Int? { draft.chosen(1)[0] }

    private func all(_ count: Int) -> [Int?]? {
        let chosen = draft.chosen(count)
        return chosen.allSatisfy { $0 != nil } ? chosen : nil
    }

    private var typed: String? {
        let typed = draft.typed.trimmed
        return typed.isEmpty ? nil : typed
    }

    private func readNumber() -> Reading {
        guard let typed else { return .missing("quiz-type-first") }
        return Reading(words.readNumber(typed).map { .number($0) }, missing: "quiz-number-unreadable")
    }

    private func one(_ options: [(Int, Line)], _ page: Builder) {
        for (index, text) in options {
            page.option(text, isChosen: one == index, isRadio: true) { keeper.change { $0.chosen = [index] } }
        }
    }

    private func some(_ options: [Option], _ page: Builder) {
        for option in options {
            let isChosen = draft.chosen.contains(option.index)
            page.option(option.text, isChosen: isChosen, isRadio: false) {
                keeper.change { draft in
                    let others = draft.chosen.compactMap { $0 }.filter { $0 != option.index }
                    draft.chosen = (isChosen ? others : others + [option.index]).sorted()
                }
            }
        }
    }

    private func match(_ lefts: [Line], _ rights: [Option], _ page: Builder) {
        for (i, left) in lefts.enumerated() {
            page.line(left, isBold: true)
            let said = words.say("quiz-match-for", ["words": left.plain])
            chooser(i, of: lefts.count, rights, said: said, page)
        }
    }

    private func gap(_ text: [Line?], _ gaps: [[Option]], _ page: Builder) {
        let chosen = draft.chosen(gaps.count)
        var gap = 0
        let runs = text.flatMap { piece -> [Run] in
            if let piece { return piece.runs }
            defer { gap += 1 }
            guard gaps.indices.contains(gap) else { return [] }
            let option = gaps[gap].first { $0.index == chosen[gap] }
            return option?.text.runs ?? [Run("(\(gap + 1)) ……")]
        }
        page.line(Line(runs))
        for (i, options) in gaps.enumerated() {
            let said = words.say("quiz-gap-n", ["n": i + 1])
            page.words(said, isBold: true)
            chooser(i, of: gaps.count, options, said: said, page)
        }
    }

    /// A list to choose from that opens in its place: a long option is read whole, and nothing covers
    /// the question meanwhile. `said` names it for a screen reader.
    private func chooser(_ i: Int, of count: Int, _ options: [Option], said: String, _ page: Builder) {
        let chosen = draft.chosen(count)[i]
        let text = options.first { $0.index == chosen }?.text.plain ?? words.say("quiz-choose")
        page.plain(text, said: "\(said): \(text)") { keeper.change { $0.open = $0.open == i ? nil : i } }
        if draft.open != i { return }
        for option in options {
            page.option(option.text, isChosen: option.index == chosen, isRadio: true) {
                keeper.change { draft in
                    var all = draft.chosen(count)
                    all[i] = option.index
                    draft.chosen = all
                    draft.open = nil
                }
            }
        }
    }

    private func number(_ unit: String, _ page: Builder) {
        let said = words.say("quiz-your-answer", ["you": you])
        field(unit.isEmpty ? said : "\(said), \(unit)", .number, page)
        if !unit.isEmpty { page.words(unit) }
    }

    private func field(_ label: String, _ keys: FieldPart.Keys, _ page: Builder) {
        page.field(label, keys, charsMax: typedCharsMax, typed: draft.typed) { typed in
            keeper.typing { $0.typed = typed }
        }
    }
}
