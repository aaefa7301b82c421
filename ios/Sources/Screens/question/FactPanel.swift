import Foundation

extension Builder {
    /// A fact with where it was read, when, and whether that was too long ago.
    func fact(_ fact: Fact, _ own: Line?, _ words: any Words) {
        panel(.lookSoft) { panel in
            panel.line(own ?? fact.text)
            panel.note(words.say("fact-checked", ["day": words.day(fact.checkedOn)]), tone: .look)
            panel.note(words.say("fact-source", ["source": fact.source]), tone: .look)
            switch fact.status {
            case .read: break
            case .oneSource: panel.note(words.say("fact-one-source"), tone: .look)
            case .unverified: panel.note(words.say("fact-unverified"), tone: .look)
            }
            if fact.reviewAfter.isOver {
                panel.note(words.say("fact-review-due", ["day": words.day(fact.reviewAfter)]), tone: .look)
            }
        }
    }
}

extension Words {
    func day(_ day: Day) -> String {
        say("date", ["day": day.day, "month": day.month, "year": "\(day.year)"])
    }
}

extension Day {
    /// Whether a day has come, by this phone's clock: a notice, on which nothing else depends.
    var isOver: Bool {
        let today = Calendar(identifier: .gregorian).dateComponents([.year, .month, .day], from: Date())
        let now = (today.year ?? 0, today.month ?? 0, today.day ?? 0)
        return now >= (year, month, day)
    }
}
