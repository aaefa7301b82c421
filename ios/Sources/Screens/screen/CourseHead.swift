extension Words {
    /// How far she is with a course, in words.
    func done(_ course: Course) -> String {
        if course.done == 0 { return say("course-not-begun") }
        if course.done == course.of { return say("course-done") }
        return say("course-done-of", ["done": course.done, "of": course.of])
    }
}

extension Builder {
    /// A course's picture, its name, and how far she is.
    func card(_ course: Course, _ words: any Words, _ act: @escaping @MainActor () -> Void) {
        let done = words.done(course)
        card(
            course.picture.map { .svg($0) } ?? .none, course.title, note: done, done: course.done, of: course.of,
            said: "\(course.title). \(done)", act)
    }
}
