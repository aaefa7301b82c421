package vn.hocvu.core

import com.google.gson.JsonArray
import com.google.gson.JsonElement
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import java.io.File
import java.nio.ByteBuffer
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test

/**
 * The files of `tests/vectors`, which Rust runs too, through the border.
 *
 * Grading, mastery, text, numbers, chain, learner, bundles, cards, join codes and QR codes are computed anew.
 * Of events, batches, extracts and receipts, which only relays and the core make, the expected bytes
 * are read, and what has to be refused is refused for the same reason.
 */
class VectorsTest {
    private val folder = File(System.getProperty("hocvu.vectors"))

    @Test
    fun everyFileIsKnownAndEveryCaseHolds() {
        val runs = mapOf<String, (JsonElement, JsonElement) -> Unit>(
            "text.json" to ::text,
            "numbers.json" to ::number,
            "grading.json" to ::grading,
            "mastery.json" to ::mastery,
            "chain.json" to ::chain,
            "learner.json" to ::learner,
            "bundles.json" to ::bundle,
            "cards.json" to ::card,
            "join_codes.json" to ::joinCode,
            "events.json" to ::event,
            "batches.json" to ::batch,
            "extracts.json" to ::extract,
            "receipts.json" to ::receipt,
            "qr.json" to ::qr,
        )
        val files = folder.listFiles()!!.filter { it.name.endsWith(".json") }
        assertEquals("every file is run", runs.keys, files.map { it.name }.toSet())
        for (file in files) {
            val cases = JsonParser.parseString(file.readText()).asJsonObject["cases"].asJsonArray
            assertTrue("${file.name} has cases", cases.size() > 0)
            for (case in cases.map { it.asJsonObject }) {
                val why = case["why"].asString
                try {
                    runs.getValue(file.name)(case["input"], case["expected"])
                } catch (wrong: Throwable) {
                    throw AssertionError("${file.name}: $why: $wrong", wrong)
                }
            }
        }
    }

    private fun text(input: JsonElement, expected: JsonElement) {
        assertEquals(expected["normalised"].asString, vectorNormalised(input.asString))
        assertEquals(expected["without_marks"].asString, vectorWithoutMarks(input.asString))
    }

    private fun number(input: JsonElement, expected: JsonElement) {
        val read = hocvu.quizzes().readNumber(input.asString)
        if (expected.isJsonNull) assertNull(read) else assertEquals(expected.asLong, read)
    }

    private fun grading(input: JsonElement, expected: JsonElement) {
        val (kind, response) = kind(input["question"]) to response(input["response"].asJsonObject)
        if (expected.isJsonPrimitive) {
            assertEquals(expected.asString, refusal { vectorGrade(kind, response) })
            return
        }
        val grade = vectorGrade(kind, response)
        assertEquals(expected["points"].asLong, grade.points.toLong())
        assertEquals(expected["possible"].asLong, grade.possible.toLong())
        assertEquals(expected["correct"].asBoolean, grade.correct)
        val parts = expected["parts"].asJsonArray.map { it[0].asLong to it[1].asBoolean }
        assertEquals(parts, grade.parts.map { it.index.toLong() to it.correct })
        val feedback = grade.feedback.map { line -> line.joinToString("") { it.text } }
        assertEquals(expected["feedback"].asJsonArray.map { it.asString }, feedback)
    }

    private fun kind(question: JsonElement): VectorKind = when (val kind = question["kind"].asString) {
        "single" -> VectorKind.Single(question["options"].asJsonArray.map { it.asBoolean })
        "multiple" -> VectorKind.Multiple(question["options"].asJsonArray.map { it.asBoolean })
        "true-false" -> VectorKind.TrueFalse(question["answer"].asBoolean)
        "match" -> VectorKind.Match(question["pairs"].asInt.toUInt(), question["extra"].asInt.toUInt())
        "order" -> VectorKind.Order(question["items"].asInt.toUInt())
        "gap" -> VectorKind.Gap(
            question["gaps"].asJsonArray.map { VectorGap(it["options"].asInt.toUInt(), it["answer"].asInt.toUByte()) },
        )
        "text" -> VectorKind.Text(
            question["answers"].asJsonArray.map { it.asString },
            question["marks_optional"].asBoolean,
            question["wrong"].asJsonArray.map { it.asString },
        )
        "number" -> VectorKind.Number(question["answer_milli"].asLong, question["tolerance_milli"].asLong)
        else -> throw AssertionError("no kind is called $kind")
    }

    private fun response(input: JsonObject): ResponseRequest {
        val (kind, value) = input.entrySet().single()
        fun all() = value.asJsonArray.map { it.asInt.toUInt() }
        fun some() = value.asJsonArray.map { if (it.isJsonNull) null else it.asInt.toUInt() }
        return when (kind) {
            "single" -> ResponseRequest.Single(value.asInt.toUInt())
            "multiple" -> ResponseRequest.Multiple(all())
            "true-false" -> ResponseRequest.TrueFalse(value.asBoolean)
            "match" -> ResponseRequest.Match(some())
            "order" -> ResponseRequest.Order(all())
            "gap" -> ResponseRequest.Gap(some())
            "text" -> ResponseRequest.Text(value.asString)
            "number_milli" -> ResponseRequest.Number(value.asLong)
            else -> throw AssertionError("no response is called $kind")
        }
    }

    private fun mastery(input: JsonElement, expected: JsonElement) {
        val answers = input["answers"].asJsonArray.map { VectorPoints(it[0].asInt.toUInt(), it[1].asInt.toUInt()) }
        val mastery = vectorMastery(answers)
        assertEquals(expected["answered"].asLong, mastery.answered.toLong())
        assertEquals(expected["answers_missing"].asLong, mastery.missing.toLong())
        assertEquals(expected["dots"].orNull()?.asInt, mastery.dots?.toInt())
        assertEquals(expected["dots_of_the_last_alone"].orNull()?.asInt, mastery.dotsOfLast?.toInt())
        assertEquals(expected["recent_percent"].asJsonArray.map { it.asLong }, mastery.recent.map { it.toLong() })
    }

    private fun chain(input: JsonElement, expected: JsonElement) {
        val secret = input["secret_key"].bytes()
        val key = vectorPublicKey(secret)
        assertEquals(expected["public_key"].asString, hex(key))
        assertEquals(expected["replica"].asString, vectorReplica(key))
        var link = vectorFirstLink(key)
        assertEquals(expected["first_link"].asString, hex(link))
        val (hashes, links) = mutableListOf<String>() to mutableListOf<String>()
        for (event in input["events"].asJsonArray) {
            val hash = vectorEventHash(event["salt"].bytes(), event["bytes"].bytes())
            link = vectorNextLink(link, hash)
            hashes += hex(hash)
            links += hex(link)
        }
        assertEquals(expected["hashes"].asJsonArray.map { it.asString }, hashes)
        assertEquals(expected["links"].asJsonArray.map { it.asString }, links)
        val seq = links.size.toULong()
        val signature = vectorSignHead(secret, seq, link)
        assertEquals(expected["head_signature"].asString, hex(signature))
        assertTrue(vectorHeadIsValid(key, seq, link, signature))
        assertFalse(vectorHeadIsValid(key, seq + 1u, link, signature))
    }

    private fun learner(input: JsonElement, expected: JsonElement) {
        val (seed, holder) = input["card_seed"].bytes() to input["holder"].asString
        val key = vectorPublicKey(seed)
        assertEquals(expected["card_key"].asString, hex(key))
        assertEquals(expected["learner"].asString, vectorLearner(key, input["origin"].asString))
        val signature = vectorSignHeld(seed, holder)
        assertEquals(expected["signature"].asString, hex(signature))
        assertTrue(vectorHeldIsValid(key, holder, signature))
    }

    private fun bundle(input: JsonElement, expected: JsonElement) {
        when {
            input.has("opening") -> opening(input, expected)
            input.has("bytes") -> {
                val open = { vectorOpenRequest(input["relay_seed"].bytes(), input["bytes"].bytes()) }
                if (expected.has("refused")) {
                    assertEquals(expected["refused"].asString, refusal { open() })
                } else {
                    val opened = open()
                    assertEquals(frames(expected["frames"].asJsonArray), opened.frames.shown())
                    assertEquals(expected.asJsonObject["ended_by"].orNull()?.asString, opened.endedBy)
                }
            }
            else -> sealed(input, expected)
        }
    }

    private fun sealed(input: JsonElement, expected: JsonElement) {
        val seed = input["relay_seed"].bytes()
        val request = vectorSealRequest(seed, input["entropy"].bytes(), framesOf(input["frames"].asJsonArray))
        assertEquals(expected["request"].asString, hex(request.request))
        assertEquals(expected["enc"].asString, hex(request.enc))
        assertEquals(expected["request_id"].asString, hex(request.requestId))
        assertEquals(expected["reply_secret"].asString, hex(request.replySecret))
        val replyFrames = framesOf(input["reply_frames"].asJsonArray)
        val reply = vectorSealReply(request.enc, request.replySecret, input["nonce"].bytes(), replyFrames)
        assertEquals(expected["reply"].asString, hex(reply))
        val asked = vectorOpenRequest(seed, request.request)
        assertEquals(frames(input["frames"].asJsonArray), asked.frames.shown())
        val answered = vectorOpenReply(request.enc, request.replySecret, reply)
        assertEquals(frames(input["reply_frames"].asJsonArray), answered.frames.shown())
        assertNull(answered.endedBy)
    }

    private fun opening(input: JsonElement, expected: JsonElement) {
        val (relay, enc) = input["relay_id"].asString to input["enc"].bytes()
        if (expected.has("refused")) {
            val payload = input["opening"]["payload"].bytes()
            assertEquals(expected["refused"].asString, refusal { vectorOpening(payload, relay, enc) })
        } else {
            val sender = vectorOpening(expected["payload"].bytes(), relay, enc)
            assertEquals(hex(vectorPublicKey(input["secret_key"].bytes())), hex(sender))
        }
    }

    private fun card(input: JsonElement, expected: JsonElement) {
        val text = when {
            input.has("text") -> input["text"].asString
            input.has("cbor") -> vectorTyped("HOCVUC-", input["cbor"].bytes())
            else -> expected["text"].asString
        }
        if (expected.has("refused")) {
            val refused = failure<HocvuFailure.Invalid> { hocvu.learners().readCard(text) }
            val isNone = "no learner card" in expected["refused"].asString
            assertEquals(if (isNone) "kind of card" else "card", refused.what)
            assertTrue(refused.told.words.isNotBlank())
            return
        }
        val card = hocvu.learners().readCard(text)
        assertEquals(expected["text"].asString, card.text)
        assertEquals(expected["name"].orNull()?.asString, card.name)
        assertEquals(expected["group"].asInt, card.group.ordinal)
        expected.asJsonObject["learner"].orNull()?.let { assertEquals(it.asString, card.learner) }
    }

    private fun joinCode(input: JsonElement, expected: JsonElement) {
        val text = when {
            input.has("text") -> input["text"].asString
            input.has("cbor") -> vectorTyped("HOCVU1-", input["cbor"].bytes())
            else -> expected["text"].asString
        }
        if (expected.has("refused")) {
            assertEquals(expected["refused"].asString, refusal { vectorJoinCode(text) })
            assertEquals("join code", failure<HocvuFailure.Invalid> { hocvu.sync().join(text) }.what)
            return
        }
        val code = vectorJoinCode(text)
        assertEquals(expected["text"].asString, code.text)
        // A case that writes a code has its parts in the input, one that reads it in the expected.
        val parts = if (input.has("name")) input else expected
        assertEquals(parts["name"].asString, code.name)
        assertEquals(parts["addresses"].asJsonArray.map { it.asString }, code.addresses)
        assertEquals(parts.asJsonObject["token"].orNull()?.asString, code.token?.let(::hex))
        assertEquals(parts.asJsonObject["admits"].orNull()?.asString == "relays", code.admitsRelays)
        parts.asJsonObject["counting"].orNull()?.let { assertEquals(it.asString, hex(code.counting)) }
    }

    private fun event(input: JsonElement, expected: JsonElement) {
        val event = vectorEvent(expected["bytes"].bytes())
        assertEquals(input["replica"].asString, event.replica)
        assertEquals(input["seq"].asLong, event.seq.toLong())
        assertEquals(input["lamport"].asLong, event.lamport.toLong())
        assertEquals(input["time_s"].asLong, event.timeS)
        assertEquals(input["learner"].orNull()?.asString, event.learner)
        assertEquals(expected["kind"].asLong, event.kind.toLong())
        assertEquals(expected["kind_version"].asLong, event.kindVersion.toLong())
        assertEquals(input["deed"].asString != "unknown", event.isKnown)
        assertEquals(expected["bytes"].asString, hex(event.bytes))
    }

    private fun batch(input: JsonElement, expected: JsonElement) {
        if (expected.has("refused")) {
            val bytes = (if (input.has("bytes")) input["bytes"] else expected["plain"]).bytes()
            assertEquals(expected["refused"].asString, refusal { vectorBatch(bytes) })
            return
        }
        for (form in listOf("close", "plain")) {
            assertEquals(expected["last_link"].asString, hex(vectorBatch(expected[form].bytes())))
        }
        val events = input["slots"].asJsonArray.count { it.has("deed") }
        assertEquals(events.toLong(), vectorEvents(expected["events_alone"].bytes()).toLong())
    }

    private fun extract(input: JsonElement, expected: JsonElement) {
        val payload = expected["payload"].bytes()
        if (expected.has("refused")) {
            assertEquals(expected["refused"].asString, refusal { vectorExtract(payload) })
        } else {
            assertEquals(expected["last_link"].asString, hex(vectorExtract(payload)))
        }
        assertTrue(input.has("cursor"))
    }

    private fun receipt(input: JsonElement, expected: JsonElement) {
        when {
            input.has("erasure") && expected.has("refused") -> {
                val payload = input["erasure"]["payload"].bytes()
                assertEquals(expected["refused"].asString, refusal { vectorErasure(payload) })
            }
            input.has("erasure") ->
                assertEquals(expected["learner"].asString, vectorErasure(expected["payload"].bytes()))
            input.has("answer") ->
                assertEquals(expected["refused"].asString, refusal { vectorAnswer(input["answer"].bytes()) })
            expected.has("refused") ->
                assertEquals(expected["refused"].asString, refusal { vectorReceipt(receiptOf(input)) })
            else -> {
                assertEquals(expected["signature"].asString, hex(vectorReceipt(receiptOf(input))))
                val signatures = vectorAnswer(expected["answer"].bytes()).map(::hex)
                assertEquals(listOf(expected["signature"].asString), signatures)
            }
        }
    }

    private fun receiptOf(input: JsonElement): VectorReceipt {
        fun some(name: String) = input.asJsonObject[name].orNull()?.bytes()
        return VectorReceipt(
            relaySeed = input["relay_seed"].bytes(),
            giverSeed = input["giver_seed"].bytes(),
            request = input["request"].bytes(),
            sender = input["sender"].asString,
            replica = input.asJsonObject["replica"].orNull()?.asString,
            seq = input["seq"].asLong.toULong(),
            link = input["link"].bytes(),
            atS = input["at_s"].asLong,
            lacking = some("lacking"),
            passedRequest = some("passed_request"),
            signature = some("signature"),
        )
    }

    private fun qr(input: JsonElement, expected: JsonElement) {
        if (input.has("points")) {
            val (width, height) = input["width"].asLong.toUInt() to input["height"].asLong.toUInt()
            val refused = failure<HocvuFailure.Invalid> {
                hocvu.device().readQr(ByteArray(input["points"].asInt).direct(), width, height)
            }
            assertEquals(expected["refused"].asString, refused.what)
            return
        }
        val rows = (if (input.has("text")) expected else input)["rows"].asJsonArray.map { it.asString }
        val (luma, width) = picture(input, rows)
        val text = hocvu.device().readQr(luma.direct(), width.toUInt(), (luma.size / width).toUInt())
        assertEquals(expected.asJsonObject["read"].orNull()?.asString, text)
        val means = expected.asJsonObject["means"].orNull()?.asString
        when (means) {
            "card" -> assertEquals(text, hocvu.learners().readCard(text!!).text)
            "join code" -> hocvu.sync().leave(hocvu.sync().join(text!!).no)
        }
        if (text != null && means != "card") failure<HocvuFailure.Invalid> { hocvu.learners().readCard(text) }
        if (text != null && means != "join code") failure<HocvuFailure.Invalid> { hocvu.sync().join(text) }
    }

    /** Draws a picture as `how` in the file tells; the points, and how many are in a row. */
    private fun picture(input: JsonElement, rows: List<String>): Pair<ByteArray, Int> {
        fun or(name: String, absent: Int) = input.asJsonObject[name].orNull()?.asInt ?: absent
        val (point, margin, noise) = Triple(or("point", 1), or("margin", 0), or("noise", 0))
        val (columns, lines) = rows[0].length * or("across", 1) to rows.size * or("down", 1)
        val (left, top, side) = input.asJsonObject["stain"].orNull()?.asJsonArray?.map { it.asInt } ?: listOf(0, 0, 0)
        val cut = minOf(lines, or("cut", lines))
        fun isDark(x: Int, y: Int): Boolean {
            val isStained = x in left until left + side && y in top until top + side
            val isThere = x in 0 until columns && y in 0 until cut && !isStained
            return isThere && rows[y % rows.size][x % rows[0].length] == '#'
        }
        val (width, height) = (columns + 2 * margin) * point to (lines + 2 * margin) * point
        val luma = ByteArray(width * height) {
            val (x, y) = it % width to it / width
            val bright = or(if (isDark(x / point - margin, y / point - margin)) "dark" else "light", 0)
            (bright + (7_919 * x + 104_729 * y) % (noise + 1)).toByte()
        }
        if (input.asJsonObject["upside_down"].orNull()?.asBoolean == true) luma.reverse()
        return luma to width
    }

    private fun refusal(call: () -> Unit): String = failure<VectorFailure.Refused>(call).why

    private fun framesOf(list: JsonArray) =
        list.map { VectorFrame(it["kind"].asInt.toUByte(), it["payload"].bytes()) }

    private fun frames(list: JsonArray) = framesOf(list).shown()

    private fun List<VectorFrame>.shown() = map { it.kind to hex(it.payload) }

    companion object {
        private val hocvu by lazy { Phone.new().open() }
    }
}

private operator fun JsonElement.get(name: String): JsonElement = asJsonObject[name]
    ?: throw AssertionError("there is no $name")

private operator fun JsonElement.get(at: Int): JsonElement = asJsonArray[at]

private fun JsonElement.has(name: String): Boolean = asJsonObject[name].orNull() != null

private fun JsonElement?.orNull(): JsonElement? = this?.takeUnless { it.isJsonNull }

private fun JsonElement.bytes(): ByteArray {
    val text = asString
    return ByteArray(text.length / 2) { text.substring(2 * it, 2 * it + 2).toInt(16).toByte() }
}

private fun ByteArray.direct(): ByteBuffer = ByteBuffer.allocateDirect(size).apply { put(this@direct).flip() }

private fun hex(bytes: ByteArray): String = bytes.joinToString("") { "%02x".format(it) }
