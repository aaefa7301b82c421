import Foundation
import XCTest

@testable import HocvuCore

/// The files of `tests/vectors`, which Rust and Kotlin run too, through the border. What is computed
/// anew and what is read is told in the Kotlin module's `VectorsTest`.
final class VectorsTests: XCTestCase {
    func test_every_file_is_known_and_every_case_holds() throws {
        let folder = URL(fileURLWithPath: repository + "/tests/vectors")
        let runs: [String: (JSON, JSON) throws -> Void] = [
            "text.json": text, "numbers.json": number, "grading.json": grading, "mastery.json": mastery,
            "chain.json": chain, "learner.json": learner, "bundles.json": bundle, "cards.json": card,
            "join_codes.json": joinCode, "events.json": event, "batches.json": batch,
            "extracts.json": extract, "receipts.json": receipt, "qr.json": qr,
        ]
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        XCTAssertEqual(Set(names.filter { $0.hasSuffix(".json") }), Set(runs.keys), "every file is run")
        hocvu = try Phone().open()
        for (name, run) in runs {
            let file = JSON(try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appendingPathComponent(name))))
            XCTAssertFalse(file["cases"].list.isEmpty, "\(name) has no cases")
            for vector in file["cases"].list {
                why = "\(name): \(vector["why"].text)"
                do {
                    try run(vector["input"], vector["expected"])
                } catch {
                    XCTFail("\(why): \(error)")
                }
            }
        }
        hocvu.shut()
    }

    private var hocvu: Hocvu!
    private var why = ""

    private func same<T: Equatable>(_ expected: T, _ found: T, line: UInt = #line) {
        XCTAssertEqual(expected, found, why, line: line)
    }

    private func refused(_ expected: JSON, line: UInt = #line, _ call: () throws -> Void) {
        do {
            try call()
            XCTFail("\(why): it was not refused", line: line)
        } catch VectorFailure.Refused(let said) {
            same(expected.text, said, line: line)
        } catch {
            XCTFail("\(why): \(error)", line: line)
        }
    }

    private func text(input: JSON, expected: JSON) {
        same(expected["normalised"].text, vectorNormalised(text: input.text))
        same(expected["without_marks"].text, vectorWithoutMarks(text: input.text))
    }

    private func number(input: JSON, expected: JSON) {
        same(expected.isNull ? nil : expected.int, hocvu.quizzes().readNumber(typed: input.text))
    }

    private func grading(input: JSON, expected: JSON) throws {
        let kind = kind(input["question"])
        let response = response(input["response"])
        if expected.isText {
            return refused(expected) { _ = try vectorGrade(kind: kind, response: response) }
        }
        let grade = try vectorGrade(kind: kind, response: response)
        same(expected["points"].int, Int64(grade.points))
        same(expected["possible"].int, Int64(grade.possible))
        same(expected["correct"].bool, grade.correct)
        same(expected["parts"].list.map { $0.list[0].int }, grade.parts.map { Int64($0.index) })
        same(expected["parts"].list.map { $0.list[1].bool }, grade.parts.map(\.correct))
        same(expected["feedback"].list.map(\.text), grade.feedback.map { $0.map(\.text).joined() })
    }

    private func kind(_ question: JSON) -> VectorKind {
        switch question["kind"].text {
        case "single": return .single(options: question["options"].list.map(\.bool))
        case "multiple": return .multiple(options: question["options"].list.map(\.bool))
        case "true-false": return .trueFalse(answer: question["answer"].bool)
        case "match": return .match(pairs: question["pairs"].small, extra: question["extra"].small)
        case "order": return .order(items: question["items"].small)
        case "gap":
            return .gap(
                gaps: question["gaps"].list.map {
                    VectorGap(options: $0["options"].small, answer: UInt8($0["answer"].int))
                })
        case "text":
            return .text(
                answers: question["answers"].list.map(\.text), marksOptional: question["marks_optional"].bool,
                wrong: question["wrong"].list.map(\.text))
        case "number":
            return .number(
                answerMilli: question["answer_milli"].int, toleranceMilli: question["tolerance_milli"].int)
        default: preconditionFailure("no kind is called \(question["kind"].text)")
        }
    }

    private func response(_ input: JSON) -> ResponseRequest {
        let (kind, value) = input.only
        let some = { value.list.map { $0.isNull ? nil : $0.small } }
        switch kind {
        case "single": return .single(index: value.small)
        case "multiple": return .multiple(indices: value.list.map(\.small))
        case "true-false": return .trueFalse(said: value.bool)
        case "match": return .match(indices: some())
        case "order": return .order(indices: value.list.map(\.small))
        case "gap": return .gap(indices: some())
        case "text": return .text(typed: value.text)
        case "number_milli": return .number(milli: value.int)
        default: preconditionFailure("no response is called \(kind)")
        }
    }

    private func mastery(input: JSON, expected: JSON) {
        let answers = input["answers"].list.map { VectorPoints(points: $0.list[0].small, possible: $0.list[1].small) }
        let mastery = vectorMastery(answers: answers)
        same(expected["answered"].small, mastery.answered)
        same(expected["answers_missing"].small, mastery.missing)
        same(expected["dots"].isNull ? nil : UInt8(expected["dots"].int), mastery.dots)
        let last = expected["dots_of_the_last_alone"]
        same(last.isNull ? nil : UInt8(last.int), mastery.dotsOfLast)
        same(expected["recent_percent"].list.map(\.small), mastery.recent)
    }

    private func chain(input: JSON, expected: JSON) throws {
        let secret = input["secret_key"].bytes
        let key = try vectorPublicKey(secret: secret)
        same(expected["public_key"].bytes, key)
        same(expected["replica"].text, try vectorReplica(publicKey: key))
        var link = try vectorFirstLink(publicKey: key)
        same(expected["first_link"].bytes, link)
        var hashes: [Data] = []
        var links: [Data] = []
        for event in input["events"].list {
            hashes.append(try vectorEventHash(salt: event["salt"].bytes, event: event["bytes"].bytes))
            link = try vectorNextLink(before: link, hash: hashes.last!)
            links.append(link)
        }
        same(expected["hashes"].list.map(\.bytes), hashes)
        same(expected["links"].list.map(\.bytes), links)
        let seq = UInt64(links.count)
        let signature = try vectorSignHead(secret: secret, seq: seq, link: link)
        same(expected["head_signature"].bytes, signature)
        same(true, try vectorHeadIsValid(publicKey: key, seq: seq, link: link, signature: signature))
        same(false, try vectorHeadIsValid(publicKey: key, seq: seq + 1, link: link, signature: signature))
    }

    private func learner(input: JSON, expected: JSON) throws {
        let holder = input["holder"].text
        let key = try vectorPublicKey(secret: input["card_seed"].bytes)
        same(expected["card_key"].bytes, key)
        same(expected["learner"].text, try vectorLearner(cardKey: key, origin: input["origin"].text))
        let signature = try vectorSignHeld(cardSeed: input["card_seed"].bytes, holder: holder)
        same(expected["signature"].bytes, signature)
        same(true, try vectorHeldIsValid(cardKey: key, holder: holder, signature: signature))
    }

    private func frames(_ list: JSON) -> [VectorFrame] {
        list.list.map { VectorFrame(kind: UInt8($0["kind"].int), payload: $0["payload"].bytes) }
    }

    private func bundle(input: JSON, expected: JSON) throws {
        if input.has("opening") {
            return try opening(input: input, expected: expected)
        }
        let seed = input["relay_seed"].bytes
        if input.has("bytes") {
            let open = { try vectorOpenRequest(relaySeed: seed, bytes: input["bytes"].bytes) }
            if expected.has("refused") { return refused(expected["refused"]) { _ = try open() } }
            let opened = try open()
            same(frames(expected["frames"]), opened.frames)
            same(expected.has("ended_by") ? expected["ended_by"].text : nil, opened.endedBy)
            return
        }
        let request = try vectorSealRequest(
            relaySeed: seed, entropy: input["entropy"].bytes, frames: frames(input["frames"]))
        same(expected["request"].bytes, request.request)
        same(expected["enc"].bytes, request.enc)
        same(expected["request_id"].bytes, request.requestId)
        same(expected["reply_secret"].bytes, request.replySecret)
        let reply = try vectorSealReply(
            enc: request.enc, secret: request.replySecret, nonce: input["nonce"].bytes,
            frames: frames(input["reply_frames"]))
        same(expected["reply"].bytes, reply)
        same(frames(input["frames"]), try vectorOpenRequest(relaySeed: seed, bytes: request.request).frames)
        let answered = try vectorOpenReply(enc: request.enc, secret: request.replySecret, bytes: reply)
        same(frames(input["reply_frames"]), answered.frames)
        same(nil, answered.endedBy)
    }

    private func opening(input: JSON, expected: JSON) throws {
        let (relay, enc) = (input["relay_id"].text, input["enc"].bytes)
        if expected.has("refused") {
            let payload = input["opening"]["payload"].bytes
            return refused(expected["refused"]) {
                _ = try vectorOpening(payload: payload, relay: relay, enc: enc)
            }
        }
        let sender = try vectorOpening(payload: expected["payload"].bytes, relay: relay, enc: enc)
        same(try vectorPublicKey(secret: input["secret_key"].bytes), sender)
    }

    private func card(input: JSON, expected: JSON) throws {
        let text = written(input: input, expected: expected, prefix: "HOCVUC-")
        if expected.has("refused") {
            guard case .Invalid(let what, let told) = failure({ _ = try hocvu.learners().readCard(text: text) })
            else { return XCTFail(why) }
            let isNone = expected["refused"].text.contains("no learner card")
            same(isNone ? "kind of card" : "card", what)
            return XCTAssertFalse(told.words.isEmpty, why)
        }
        let card = try hocvu.learners().readCard(text: text)
        same(expected["text"].text, card.text)
        same(expected.has("name") ? expected["name"].text : nil, card.name)
        let groups: [GroupView] = [.unknown, .publicSector, .student, .citizen, .worker]
        same(groups[Int(expected["group"].int)], card.group)
        if expected.has("learner") { same(expected["learner"].text, card.learner) }
    }

    private func written(input: JSON, expected: JSON, prefix: String) -> String {
        if input.has("text") { return input["text"].text }
        if input.has("cbor") { return vectorTyped(prefix: prefix, bytes: input["cbor"].bytes) }
        return expected["text"].text
    }

    private func joinCode(input: JSON, expected: JSON) throws {
        let text = written(input: input, expected: expected, prefix: "HOCVU1-")
        if expected.has("refused") {
            guard case .Invalid = failure({ _ = try hocvu.sync().join(code: text) }) else { return XCTFail(why) }
            return refused(expected["refused"]) { _ = try vectorJoinCode(text: text) }
        }
        let code = try vectorJoinCode(text: text)
        same(expected["text"].text, code.text)
        // A case that writes a code has its parts in the input, one that reads it in the expected.
        let parts = input.has("name") ? input : expected
        same(parts["name"].text, code.name)
        same(parts["addresses"].list.map(\.text), code.addresses)
        same(parts.has("token") ? parts["token"].bytes : nil, code.token)
        same(parts.has("admits") && parts["admits"].text == "relays", code.admitsRelays)
        if parts.has("counting") { same(parts["counting"].bytes, code.counting) }
    }

    private func event(input: JSON, expected: JSON) throws {
        let event = try vectorEvent(bytes: expected["bytes"].bytes)
        same(input["replica"].text, event.replica)
        same(input["seq"].int, Int64(event.seq))
        same(input["lamport"].int, Int64(event.lamport))
        same(input["time_s"].int, event.timeS)
        same(input.has("learner") ? input["learner"].text : nil, event.learner)
        same(expected["kind"].small, event.kind)
        same(expected["kind_version"].small, event.kindVersion)
        same(input["deed"].text != "unknown", event.isKnown)
        same(expected["bytes"].bytes, event.bytes)
    }

    private func batch(input: JSON, expected: JSON) throws {
        if expected.has("refused") {
            let bytes = input.has("bytes") ? input["bytes"].bytes : expected["plain"].bytes
            return refused(expected["refused"]) { _ = try vectorBatch(bytes: bytes) }
        }
        same(expected["last_link"].bytes, try vectorBatch(bytes: expected["close"].bytes))
        same(expected["last_link"].bytes, try vectorBatch(bytes: expected["plain"].bytes))
        let events = input["slots"].list.filter { $0.has("deed") }.count
        same(UInt64(events), try vectorEvents(bytes: expected["events_alone"].bytes))
    }

    private func extract(input: JSON, expected: JSON) throws {
        let payload = expected["payload"].bytes
        if expected.has("refused") {
            return refused(expected["refused"]) { _ = try vectorExtract(payload: payload) }
        }
        same(expected["last_link"].bytes, try vectorExtract(payload: payload))
    }

    private func receipt(input: JSON, expected: JSON) throws {
        if input.has("erasure") {
            if expected.has("refused") {
                return refused(expected["refused"]) {
                    _ = try vectorErasure(payload: input["erasure"]["payload"].bytes)
                }
            }
            return same(expected["learner"].text, try vectorErasure(payload: expected["payload"].bytes))
        }
        if input.has("answer") {
            return refused(expected["refused"]) { _ = try vectorAnswer(payload: input["answer"].bytes) }
        }
        let some = { (name: String) in input.has(name) ? input[name].bytes : nil }
        let receipt = VectorReceipt(
            relaySeed: input["relay_seed"].bytes, giverSeed: input["giver_seed"].bytes,
            request: input["request"].bytes, sender: input["sender"].text,
            replica: input.has("replica") ? input["replica"].text : nil, seq: UInt64(input["seq"].int),
            link: input["link"].bytes, atS: input["at_s"].int, lacking: some("lacking"),
            passedRequest: some("passed_request"), signature: some("signature"))
        if expected.has("refused") {
            return refused(expected["refused"]) { _ = try vectorReceipt(receipt: receipt) }
        }
        same(expected["signature"].bytes, try vectorReceipt(receipt: receipt))
        same([expected["signature"].bytes], try vectorAnswer(payload: expected["answer"].bytes))
    }

    private func qr(input: JSON, expected: JSON) throws {
        if input.has("points") {
            let (width, height) = (input["width"].small, input["height"].small)
            let refused = failure {
                _ = try hocvu.device().readQr(luma: Data(count: Int(input["points"].int)), width: width, height: height)
            }
            guard case .Invalid(let what, _) = refused else { return XCTFail(why) }
            return same(expected["refused"].text, what)
        }
        let rows = (input.has("text") ? expected : input)["rows"].list.map { Array($0.text.utf8) }
        let (luma, width) = picture(input, rows)
        let text = try hocvu.device().readQr(luma: luma, width: UInt32(width), height: UInt32(luma.count / width))
        same(expected.has("read") ? expected["read"].text : nil, text)
        guard let text else { return }
        let means = expected.has("means") ? expected["means"].text : nil
        if means == "card" {
            same(text, try hocvu.learners().readCard(text: text).text)
        } else {
            guard case .Invalid = failure({ _ = try hocvu.learners().readCard(text: text) }) else { return XCTFail(why) }
        }
        if means == "join code" {
            try hocvu.sync().leave(relay: try hocvu.sync().join(code: text).no)
        } else {
            guard case .Invalid = failure({ _ = try hocvu.sync().join(code: text) }) else { return XCTFail(why) }
        }
    }

    /// Draws a picture as `how` in the file tells; the points, and how many are in a row.
    private func picture(_ input: JSON, _ rows: [[UInt8]]) -> (Data, Int) {
        let or = { (name: String, absent: Int) in input.has(name) ? Int(input[name].int) : absent }
        let (point, margin, noise) = (or("point", 1), or("margin", 0), or("noise", 0))
        let (columns, lines) = (rows[0].count * or("across", 1), rows.count * or("down", 1))
        let stain = input.has("stain") ? input["stain"].list.map { Int($0.int) } : [0, 0, 0]
        let (stained, stainedRows) = (stain[0]..<stain[0] + stain[2], stain[1]..<stain[1] + stain[2])
        let (cut, dark, light) = (min(lines, or("cut", lines)), or("dark", 0), or("light", 0))
        let isDark = { (x: Int, y: Int) -> Bool in
            let isStained = stained.contains(x) && stainedRows.contains(y)
            let isThere = (0..<columns).contains(x) && (0..<cut).contains(y) && !isStained
            return isThere && rows[y % rows.count][x % rows[0].count] == UInt8(ascii: "#")
        }
        let (width, height) = ((columns + 2 * margin) * point, (lines + 2 * margin) * point)
        var luma = Data(capacity: width * height)
        for y in 0..<height {
            for x in 0..<width {
                let bright = isDark(x / point - margin, y / point - margin) ? dark : light
                luma.append(UInt8(bright + (7_919 * x + 104_729 * y) % (noise + 1)))
            }
        }
        if input.has("upside_down") { luma.reverse() }
        return (luma, width)
    }
}

/// A value of a file of vectors, taken for what the case says it is.
struct JSON {
    private let value: Any

    init(_ value: Any) { self.value = value }

    subscript(name: String) -> JSON {
        guard let member = (value as? [String: Any])?[name] else { preconditionFailure("there is no \(name)") }
        return JSON(member)
    }

    func has(_ name: String) -> Bool {
        guard let member = (value as? [String: Any])?[name] else { return false }
        return !(member is NSNull)
    }

    var isNull: Bool { value is NSNull }
    var isText: Bool { value is String }
    var text: String { value as! String }
    var bool: Bool { (value as! NSNumber).boolValue }
    var int: Int64 { (value as! NSNumber).int64Value }
    var small: UInt32 { UInt32(int) }
    var list: [JSON] { (value as! [Any]).map(JSON.init) }

    var only: (String, JSON) {
        let (name, member) = (value as! [String: Any]).first!
        return (name, JSON(member))
    }

    var bytes: Data {
        let digits = Array(text)
        return Data(stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...($0 + 1)]), radix: 16)! })
    }
}
