/// Put in order: each thing has a button up and one down, which need no steady finger.
@MainActor
struct OrderForm {
    let items: [Option]
    let form: AnswerForm

    func build(_ page: Builder) {
        let order = Self.ordered(items, form.draft)
        for (i, item) in order.enumerated() {
            page.panel(.card, edge: .line) { panel in
                panel.words("\(i + 1). \(item.text.plain)")
                panel.cards { row in
                    arrow("▲", "quiz-order-up", item, isUseful: i > 0, row) { swap(order, i, i - 1) }
                    arrow("▼", "quiz-order-down", item, isUseful: i < order.count - 1, row) { swap(order, i, i + 1) }
                }
            }
        }
    }

    private func arrow(
        _ mark: String, _ key: String, _ item: Option, isUseful: Bool, _ row: Builder,
        _ act: @escaping @MainActor () -> Void
    ) {
        let said = form.words.say(key, ["words": item.text.plain])
        row.button(mark, .plain, said: said, isUseful: isUseful, act)
    }

    private func swap(_ order: [Option], _ from: Int, _ to: Int) {
        var indices: [Int?] = order.map(\.index)
        indices.swapAt(from, to)
        form.keeper.change { $0.chosen = indices }
    }

    /// The items as the draft has them; as they were drawn where it has none or another question's.
    nonisolated static func ordered(_ items: [Option], _ draft: Draft) -> [Option] {
        let found = draft.chosen.compactMap { index in items.first { $0.index == index } }
        return found.count == items.count ? found : items
    }
}
