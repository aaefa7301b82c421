import Foundation

/// One screen. It asks the core, shows a page, and can say at every moment what must outlive a killed
/// process. It knows nothing of SwiftUI: a view listens through `onChange`.
@MainActor
public class Screen {
    /// What is on the screen now.
    public private(set) var page = Page.empty {
        didSet { if page != oldValue { onChange?(page) } }
    }
    public var onChange: (@MainActor (Page) -> Void)?

    unowned let way: Way
    private var acts = Builder.Acts()
    private var isBusy = false
    private var turn = 0

    init(way: Way) { self.way = way }

    /// The core's words; there are some as soon as the first call has come back.
    var words: any Words {
        guard let words = way.work.words else { preconditionFailure("no call has come back yet") }
        return words
    }

    /// Asks the core for what is to be shown, and shows it.
    func open() {}

    /// Whether no picture of it may be kept, nor shown in the list of what was open last.
    public var isSecret: Bool { false }

    /// Whether the screen itself took the way back.
    func back() -> Bool { false }

    /// Whether the screen itself would take it.
    var hasOwnBack: Bool { false }

    /// What another process needs to show the same again.
    func keep() -> Data? { nil }

    /// Nobody sees the app for now: what runs for whoever looks on pauses.
    func hide() {}

    /// Somebody has gone on to another screen. What parts do holds on to the screen, so it is let go.
    func leave() {
        acts = Builder.Acts()
        onChange = nil
    }

    public func press(_ id: String) { acts.pressed[id]?() }

    public func type(_ words: String, into id: String) {
        guard let typed = acts.typed[id] else { return }
        typed(words)
        page.type(words, into: id)
    }

    /// Sends the platform on an errand; what it brings is of use as long as this screen is there.
    func send(_ errand: Errand, _ then: @escaping @MainActor (String) -> Void = { _ in }) {
        way.onErrand?(errand) { [weak self] brought in
            if let self, way.isAt(self) { then(brought) }
        }
    }

    /// Asks for what this screen shows; a failure takes the whole page and can be tried again.
    func load<T: Sendable>(
        _ call: @escaping @Sendable (any Core) throws -> T, _ done: @escaping @MainActor (T) -> Void
    ) {
        way.run { [self] in
            do {
                let found = try await way.work.ask(call)
                if way.isAt(self) { done(found) }
            } catch {
                if way.isAt(self) { failed(Failure(error)) }
            }
        }
    }

    /// Does something that a person asked for; while it is under way, nothing else is begun.
    func act<T: Sendable>(
        _ call: @escaping @Sendable (any Core) throws -> T, failed: @escaping @MainActor (Failure) -> Void,
        _ done: @escaping @MainActor (T) -> Void
    ) {
        begin({ [way] in try await way.work.ask(call) }, failed: failed, done)
    }

    /// The same for what waits for the network.
    func actNetwork<T: Sendable>(
        _ call: @escaping @Sendable (any Core) async throws -> T, failed: @escaping @MainActor (Failure) -> Void,
        _ done: @escaping @MainActor (T) -> Void
    ) {
        begin({ [way] in try await way.work.askNetwork(call) }, failed: failed, done)
    }

    private func begin<T: Sendable>(
        _ ask: @escaping @MainActor () async throws -> T, failed: @escaping @MainActor (Failure) -> Void,
        _ done: @escaping @MainActor (T) -> Void
    ) {
        if isBusy { return }
        isBusy = true
        way.run { [self] in
            do {
                let found = try await ask()
                isBusy = false
                if way.isAt(self) { done(found) }
            } catch {
                isBusy = false
                if way.isAt(self) { failed(Failure(error)) }
            }
        }
    }

    /// Has something noted while the person goes on; only a failure is told.
    func note(_ call: @escaping @Sendable (any Core) throws -> Void) {
        way.run { [self] in
            do {
                try await way.work.ask(call)
            } catch {
                if way.isAt(self) { fault(Failure(error).words) }
            }
        }
    }

    /// Shows a page; `build` fills it.
    func show(_ title: String, _ build: (Builder) -> Void) {
        let builder = Builder()
        build(builder)
        acts = builder.acts
        page = Page(title: title, parts: builder.parts, shows: nil, turn: turn)
    }

    /// A new page of the same screen begins at its top.
    func toTop() { turn += 1 }

    /// Moves to a part of the page.
    func scroll(to id: String) { page.shows = id }

    /// Says above a part, or under everything else, what is missing or went wrong.
    func fault(_ words: String, before id: String? = nil) { page.fault(words, before: id) }

    private func failed(_ failure: Failure) {
        toTop()
        show(failure.title) { page in
            FailurePage(screen: self, failure: failure).build(page)
        }
    }
}

/// A screen that keeps something of itself over a killed process.
@MainActor
public class KeepingScreen<Kept: Codable>: Screen {
    var kept: Kept

    init(way: Way, kept: Data?, fresh: Kept) {
        self.kept = kept.flatMap { try? JSONDecoder().decode(Kept.self, from: $0) } ?? fresh
        super.init(way: way)
    }

    override func keep() -> Data? { try? JSONEncoder().encode(kept) }
}

extension Failure {
    /// What a call threw; the border throws nothing else.
    init(_ error: any Error) {
        self = error as? Failure ?? Failure(.other, title: "\(error)", words: "")
    }
}

extension Screen {
    static func of(_ place: Place, _ way: Way, _ kept: Data?) -> Screen {
        switch place {
        case .people: PeopleScreen(way: way)
        case .add(let guest): AddScreen(guest, way, kept)
        case .takeIn: TakeInScreen(way, kept)
        case .pin(let learner): PinScreen(learner, way)
        case .home(let learner): HomeScreen(learner, way)
        case .me(let learner): MeScreen(learner, way)
        case .edit(let learner): EditScreen(learner, way, kept)
        case .newPin(let learner): NewPinScreen(learner, way)
        case .consent(let learner): ConsentScreen(learner, way)
        case .card(let learner): CardScreen(learner, way)
        case .progress(let learner): ProgressScreen(learner, way)
        case .guest(let guest): GuestScreen(guest, way, kept)
        case .course(let visitor, let course): CourseScreen(visitor, course, way)
        case .lesson(let visitor, let course, let lesson): LessonScreen(visitor, course, lesson, way, kept)
        case .lessonDone(let visitor, let course, let lesson): LessonDoneScreen(visitor, course, lesson, way)
        case .quiz(let visitor, let course, let quiz):
            QuizScreen(visitor, { try $0.startQuiz(visitor, course, quiz) }, way, kept)
        case .assess(let visitor): AssessScreen(visitor, way)
        case .assessment(let visitor): QuizScreen(visitor, { try $0.startAssessment(visitor) }, way, kept)
        case .attempt(let visitor, let attempt):
            QuizScreen(visitor, { try $0.attempt(visitor, attempt) }, way, kept)
        case .result(let visitor, let attempt): ResultScreen(visitor, attempt, way, kept)
        case .keep(let guest): KeepScreen(guest, way, kept)
        case .record(let learner): RecordScreen(learner, way)
        case .join(let learner): JoinScreen(learner, way, kept)
        case .courier(let learner): CourierScreen(learner, way)
        case .settings: SettingsScreen(way: way)
        case .packs(let file): PacksScreen(file, way)
        case .offers: OffersScreen(way, kept)
        case .brought(let file): BroughtScreen(file, way, kept)
        }
    }
}
