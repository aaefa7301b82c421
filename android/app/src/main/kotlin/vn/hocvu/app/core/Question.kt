package vn.hocvu.app.core

import java.io.Serializable

/** An option, and the index that goes into the response. */
class Option(val index: Int, val text: Line)

/** How a question is answered; options stand in the order in which they are shown. */
sealed class Kind {
    class Single(val options: List<Option>) : Kind()
    class Multiple(val options: List<Option>) : Kind()
    object TrueFalse : Kind()
    class Match(val lefts: List<Line>, val rights: List<Option>) : Kind()
    class Order(val items: List<Option>) : Kind()

    /** A null in [text] is the next gap. */
    class Gap(val text: List<Line?>, val gaps: List<List<Option>>) : Kind()
    class Text(val marksOptional: Boolean) : Kind()
    class Number(val unit: String) : Kind()
}

class Question(
    val id: String,
    val prompt: Line,
    val picture: ByteArray?,
    val pictureAlt: String,
    val kind: Kind,
    val hint: Line?,
)

/** What a learner answered, in indices of the options. */
sealed class Response : Serializable {
    data class Single(val index: Int) : Response()
    data class Multiple(val indices: List<Int>) : Response()
    data class TrueFalse(val said: Boolean) : Response()
    data class Match(val indices: List<Int?>) : Response()
    data class Order(val indices: List<Int>) : Response()
    data class Gap(val indices: List<Int?>) : Response()
    data class Text(val typed: String) : Response()
    data class Number(val milli: Long) : Response()
}

/** What is said to an answer. [parts] tells of each option, pair or gap whether it is right. */
class Said(
    val question: Question,
    val response: Response,
    val correct: Boolean,
    val points: Int,
    val possible: Int,
    val parts: Map<Int, Boolean>,
    val feedback: List<Line>,
    val reason: Line,
    val rightAnswer: List<Line>,
    val fact: Fact?,
)
