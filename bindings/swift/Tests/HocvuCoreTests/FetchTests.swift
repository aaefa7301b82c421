import Foundation
import XCTest

@testable import HocvuCore

/// A course on its way from an office over a station, which is the program itself, to a phone; the same as the
/// Kotlin module's.
final class FetchTests: XCTestCase {
    private let asked = FetchWayRequest(isAsked: true, nearOnly: false)

    func test_a_course_is_published_compared_fetched_paused_gone_on_with_and_followed_by_its_next_version()
        async throws
    {
        let office = try Office()
        let station = try Station { try office.isTrusted(in: $0) }
        defer { station.stop() }
        try office.publish(2, to: station.address)
        let hocvu = try Phone().open()
        let learner = try hocvu.learners().add(request: adult("Lan"))
        _ = try hocvu.sync().join(code: try await station.joinCode())

        let stranger = try await self.stranger(hocvu)
        XCTAssertEqual(stranger.fingerprint, office.fingerprint)
        XCTAssertTrue(try hocvu.packs().offers().isEmpty)
        _ = try hocvu.packs().trustRoot(roots: stranger.roots, fingerprint: office.fingerprint)
        let offer = try await self.offer(hocvu, "1.2")
        XCTAssertEqual(offer.kind, .new)
        XCTAssertEqual(offer.publisher, "NXB Xã")
        XCTAssertTrue(offer.held == nil && offer.cost.contains("về trước") && offer.noRoom.isEmpty)

        let handle = FetchHandle()
        let pausing = Following { if $0.bytesDone > 0 { handle.pause() } }
        let paused = try await fetch(hocvu, pausing, handle)
        XCTAssertTrue(!paused.isDone && paused.trouble == nil && paused.hold == nil, "\(paused)")
        XCTAssertTrue(0 < paused.bytesDone && paused.bytesDone < paused.bytes, "\(paused)")
        XCTAssertTrue(try hocvu.packs().offers().contains { $0.course == publishedCourse && $0.isBegun })
        let following = Following()
        let fetched = try await fetch(hocvu, following)
        XCTAssertTrue(fetched.isDone && following.views.last == fetched, "\(fetched)")
        let moved = paused.bytesMoved + fetched.bytesMoved
        XCTAssertLessThanOrEqual(moved, (offer.textBytes + offer.mediaBytes) * 11 / 10, "\(paused), \(fetched)")
        XCTAssertTrue(try reads(hocvu, "bản số 2"))
        XCTAssertTrue(try hocvu.packs().offers().isEmpty)

        let begun = try answer(hocvu, learner, try start(hocvu, learner))
        try office.publish(3, to: station.address)
        let newer = try await self.offer(hocvu, "1.3")
        XCTAssertTrue(newer.kind == .newer && newer.held == "1.2", "\(newer)")
        XCTAssertLessThan(newer.textBytes + newer.mediaBytes, 5_000, "\(newer)")
        let reading = Following { view in
            // She reads on meanwhile: the version that is held, and the next one from its last text on.
            let words = view.isSwitched ? "bản số 3" : "bản số 2"
            guard (try? reads(hocvu, words)) == true else { return XCTFail("not \(words) at \(view)") }
        }
        let updated = try await fetch(hocvu, reading)
        XCTAssertTrue(updated.isDone && updated.bytesMoved < 5_000, "\(updated)")
        XCTAssertTrue(try reads(hocvu, "bản số 3") && !reads(hocvu, "bản số 2"))
        XCTAssertGreaterThan(reading.views.count, 0)

        var attempt = begun
        while case .question = attempt.page {
            XCTAssertTrue("\(attempt.page)".contains("Bản 2: "), "\(attempt.page)")
            attempt = try answer(hocvu, learner, attempt)
        }
        XCTAssertEqual(attempt.answered, attempt.of)
        XCTAssertTrue("\(try start(hocvu, learner).page)".contains("Bản 3: "))
        hocvu.shut()
    }

    func test_a_fetch_that_is_paused_before_it_begins_fetches_nothing_and_one_given_up_leaves_nothing() async throws {
        let office = try Office()
        let station = try Station { try office.isTrusted(in: $0) }
        defer { station.stop() }
        try office.publish(2, to: station.address)
        let hocvu = try Phone().open()
        _ = try hocvu.sync().join(code: try await station.joinCode())
        let stranger = try await self.stranger(hocvu)
        _ = try hocvu.packs().trustRoot(roots: stranger.roots, fingerprint: office.fingerprint)
        _ = try await offer(hocvu, "1.2")
        let handle = FetchHandle()
        handle.pause()
        let none = try await fetch(hocvu, nil, handle)
        XCTAssertTrue(none.bytesMoved == 0 && !none.isDone && none.trouble == nil, "\(none)")

        let later = FetchHandle()
        _ = try await fetch(hocvu, Following { if $0.bytesDone > 0 { later.pause() } }, later)
        try hocvu.packs().giveUpFetch(course: publishedCourse)
        let again = try await offer(hocvu, "1.2")
        XCTAssertFalse(again.isBegun)
        XCTAssertNil(try hocvu.courses().lessons(course: publishedCourse))
        hocvu.shut()
    }

    private func fetch(
        _ hocvu: Hocvu, _ listener: Following?, _ handle: FetchHandle? = nil
    ) async throws -> FetchView {
        try await hocvu.packs().fetch(
            course: publishedCourse, withMedia: true, way: asked, listener: listener, handle: handle)
    }

    /// The one publisher whom nobody here knows yet.
    private func stranger(_ hocvu: Hocvu) async throws -> UnknownPublisherView {
        try await look(hocvu) { $0.unknown.first }
    }

    /// What is on offer in a version that the station has.
    private func offer(_ hocvu: Hocvu, _ order: String) async throws -> OfferView {
        try await look(hocvu) { _ in try hocvu.packs().offers().first { $0.order == order && $0.isAvailable } }
    }

    /// Asks until the station has what is looked for: it puts updates together in its own time.
    private func look<T>(_ hocvu: Hocvu, _ find: (LookedView) throws -> T?) async throws -> T {
        for _ in 0..<400 {
            let looked = try await hocvu.packs().lookForCourses(way: asked)
            if let found = try find(looked) { return found }
            try await Task.sleep(nanoseconds: 50_000_000)
        }
        throw Office.Refused(said: "it was never there")
    }

    private func start(_ hocvu: Hocvu, _ learner: String) throws -> AttemptView {
        try hocvu.quizzes().startPractice(learner: learner, course: publishedCourse, quiz: "luyen-tap")
    }

    /// Answers the next question with the first of everything.
    private func answer(_ hocvu: Hocvu, _ learner: String, _ attempt: AttemptView) throws -> AttemptView {
        guard case .question(_, _, let index, let question) = attempt.page else { return attempt }
        let response: ResponseRequest =
            switch question.kind {
            case .single(let options): .single(index: options[0].index)
            case .multiple(let options): .multiple(indices: [options[0].index])
            case .trueFalse: .trueFalse(said: true)
            case .match(let lefts, let rights): .match(indices: lefts.indices.map { rights[$0].index })
            case .order(let items): .order(indices: items.map(\.index))
            case .gap(_, let gaps): .gap(indices: gaps.map { $0[0].index })
            case .text: .text(typed: "không biết")
            case .number: .number(milli: 156_000)
            }
        let taker = TakerRequest.learner(id: learner)
        _ = try hocvu.quizzes().answer(taker: taker, attempt: attempt.id, index: index, response: response, tenths: 34)
        return try hocvu.quizzes().attempt(taker: taker, attempt: attempt.id)
    }
}

/// Whether the first lesson has these words.
private func reads(_ hocvu: Hocvu, _ words: String) throws -> Bool {
    let lesson = try hocvu.courses().lesson(learner: nil, course: publishedCourse, lesson: publishedLesson)
    return "\(lesson as Any)".contains(words)
}

/// Keeps what it is told, and does something with it.
private final class Following: FetchListener, @unchecked Sendable {
    private let lock = NSLock()
    private var told: [FetchView] = []
    private let act: @Sendable (FetchView) -> Void

    init(_ act: @escaping @Sendable (FetchView) -> Void = { _ in }) { self.act = act }

    var views: [FetchView] { lock.withLock { told } }

    func moved(fetch: FetchView) throws {
        lock.withLock { told.append(fetch) }
        act(fetch)
    }
}
