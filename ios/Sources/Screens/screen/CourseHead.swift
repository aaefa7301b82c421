extension Words {
    /// How far she is with a course, in words.
    func done(_ course: Course) -> String {
        if course.done == 0 { return say("course-not-begun") }
        if course.done == course.of { return say("course-done") }
        return say("course-done-of", ["done": course.done, "of": course.of])
    }

    /// How long a course is, for somebody of whom nothing is known.
    func length(_ course: Course) -> String {
        let lessons = say("count-lessons", ["count": course.of])
        return "\(lessons), \(say("lesson-minutes", ["minutes": course.minutes]))"
    }
}

extension Builder {
    /// A course's picture, its name, and how far she is.
    func card(_ course: Course, _ words: any Words, note: String? = nil, _ act: @escaping @MainActor () -> Void) {
        let note = note ?? words.done(course)
        card(
            course.picture.map { .svg($0) } ?? .none, course.title, note: note, done: course.done, of: course.of,
            said: "\(course.title). \(note)", act)
    }
}
