extension Home {
    /// Whether she has done nothing yet.
    var isFirst: Bool { recorded == 0 && courses.allSatisfy { $0.done == 0 } }
}

extension Builder {
    /// The green button with what a learner could do next; says so where all is done.
    func next(_ home: Home, _ learner: String, _ words: any Words, _ way: Way) {
        switch home.next {
        case .attempt(let attempt, let title):
            let title = title.isEmpty ? words.say("assess-title") : title
            go(words.say("courses-resume-quiz", ["title": title])) {
                way.go(.attempt(.known(learner), attempt: attempt))
            }
        case .lesson(let course, let lesson, let title):
            go(words.say(home.isFirst ? "courses-first" : "courses-next", ["title": title])) {
                way.go(.lesson(.known(learner), course: course, lesson: lesson))
            }
        case .quiz(let course, let quiz, let title):
            go(words.say("courses-next-quiz", ["title": title])) {
                way.go(.quiz(.known(learner), course: course, quiz: quiz))
            }
        case .assessment: go(words.say("assess-title")) { way.go(.assess(.known(learner))) }
        case .allDone: note(words.say("courses-all-done", ["you": home.who.you]))
        }
    }
}
