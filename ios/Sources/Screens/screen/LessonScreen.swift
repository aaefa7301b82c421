import Foundation

/// A lesson, one idea a page; back turns to the page before.
final class LessonScreen: KeepingScreen<LessonScreen.Read> {
    struct Read: Codable {
        var screen: Int?
        var checks: [String: Draft] = [:]
    }

    private let visitor: Visitor
    private let course: String
    private let lesson: String
    private var found: LessonPage?
    private var said: [String: Said] = [:]

    /// The sound that is heard, and those that could not be.
    private var heard: String?
    private var unheard: Set<String> = []

    init(_ visitor: Visitor, _ course: String, _ lesson: String, _ way: Way, _ kept: Data?) {
        self.visitor = visitor
        self.course = course
        self.lesson = lesson
        super.init(way: way, kept: kept, fresh: Read())
    }

    override func open() {
        let answered = kept.checks.compactMapValues(\.response)
        load({ [visitor, course, lesson] core in
            // What was said to answers in another process is judged once more; it was kept then.
            let said = try answered.map { ($0, try core.judgeCheck(course, $0, $1)) }
            return (try core.lesson(visitor, course, lesson), Dictionary(uniqueKeysWithValues: said))
        }) { [self] found, said in
            self.found = found
            self.said = said
            if found.screens.isEmpty { return way.back() }
            turn(to: kept.screen ?? found.screen)
        }
    }

    private var screen: Int {
        guard let found, !found.screens.isEmpty else { return 0 }
        return min(max(0, kept.screen ?? 0), found.screens.count - 1)
    }

    override var hasOwnBack: Bool { found != nil && screen > 0 }

    override func back() -> Bool {
        if !hasOwnBack { return false }
        turn(to: screen - 1)
        return true
    }

    private func turn(to screen: Int) {
        kept.screen = screen
        kept.screen = self.screen
        hush()
        toTop()
        draw()
        note({ [visitor, course, lesson, at = self.screen] in try $0.seeScreen(visitor, course, lesson, at) })
    }

    /// Draws the page; where something was just said to a check, that is what is seen and heard first.
    private func draw(told: String? = nil) {
        guard let found else { return }
        let place = words.say("lesson-screen-of", ["n": screen + 1, "of": found.screens.count])
        let heard = told.flatMap { said[$0] }.map { words.verdict($0) }
        var toldPart: String?
        show(heard ?? "\(found.title), \(place)") { page in
            page.turn(found.who, words, way)
            if screen == 0 { page.title(found.title) } else { page.note(found.title) }
            page.note(place)
            var isAllRight = true
            let blocks = Blocks(page: found, words: words, sound: sound) { [self] id, page in
                if told == id { toldPart = page.nextId }
                isAllRight = check(id, isFirst: isAllRight, page) && isAllRight
            }
            for block in found.screens[screen] { blocks.build(block, page) }
            onward(isGreen: isAllRight, page)
        }
        if let toldPart { scroll(to: toldPart) }
    }

    /// Builds the button of a sound; where it cannot be played, that is said under it.
    private func sound(_ file: String, _ page: Builder) {
        if way.player == nil { return }
        page.plain(words.say(heard == file ? "sound-stop" : "sound-play")) { [self] in listen(file) }
        if unheard.contains(file) { page.fault(words.say("sound-failed")) }
    }

    private func listen(_ file: String) {
        if heard == file {
            hush()
            return draw()
        }
        let play = { @MainActor [self] (sound: Data?) in
            hush()
            // First, since a sound that cannot be played ends before the call does.
            heard = file
            unheard.remove(file)
            guard let sound, let player = way.player else { return ended(file, isPlayed: false) }
            draw()
            player.play(sound) { [weak self] in self?.ended(file, isPlayed: $0) }
        }
        act({ [course] in try $0.sound(course, file) }, failed: { _ in play(nil) }, play)
    }

    private func ended(_ file: String, isPlayed: Bool) {
        if heard != file || !way.isAt(self) { return }
        heard = nil
        if !isPlayed { unheard.insert(file) }
        draw()
    }

    /// Stops the sound that is heard.
    private func hush() {
        heard = nil
        way.player?.stop()
    }

    override func leave() {
        hush()
        super.leave()
    }

    /// Builds a check; says whether it is answered right, or is none.
    private func check(_ id: String, isFirst: Bool, _ page: Builder) -> Bool {
        guard let found, let question = found.checks[id] else { return true }
        kept.checks[id, default: Draft()].begin()
        let panel = CheckPanel(
            question: question, said: said[id], you: found.who.you, isFirst: isFirst, words: words, asker: asker(id))
        panel.build(page)
        return panel.isRight
    }

    private func asker(_ id: String) -> CheckPanel.Asker {
        let keeper = Keeper(
            get: { [self] in kept.checks[id] ?? Draft() }, set: { [self] in kept.checks[id] = $0 },
            redraw: { [self] in draw() })
        return CheckPanel.Asker(
            keeper: keeper, answer: { [self] response, button in answer(id, response, button) },
            missing: { [self] key, button in fault(words.say(key), before: button) },
            again: { [self] in
                kept.checks[id] = Draft()
                said[id] = nil
                draw(told: id)
            })
    }

    private func answer(_ id: String, _ response: Response, _ button: String) {
        let tenths = kept.checks[id]?.tenths ?? 0
        act({ [visitor, course] in try $0.answerCheck(visitor, course, id, response, tenths) }) { [self] in
            fault($0.words, before: button)
        } _: { [self] said in
            kept.checks[id, default: Draft()].response = response
            self.said[id] = said
            draw(told: id)
        }
    }

    private func onward(isGreen: Bool, _ page: Builder) {
        guard let found else { return }
        let isLast = screen == found.screens.count - 1
        page.button(words.say(isLast ? "lesson-finish" : "lesson-next"), isGreen ? .go : .plain) { [self] in
            if isLast { finish() } else { turn(to: screen + 1) }
        }
        if screen > 0 { page.quiet(words.say("lesson-back")) { [self] in turn(to: screen - 1) } }
    }

    private func finish() {
        act({ [visitor, course, lesson] in try $0.finishLesson(visitor, course, lesson) }) { [self] in
            fault($0.words)
        } _: { [way, visitor, course, lesson] in
            way.replace(.lessonDone(visitor, course: course, lesson: lesson))
        }
    }
}
