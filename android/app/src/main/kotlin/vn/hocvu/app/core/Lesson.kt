package vn.hocvu.app.core

class Day(val year: Int, val month: Int, val day: Int)

enum class FactStatus { READ, ONE_SOURCE, UNVERIFIED }

class Fact(
    val id: String,
    val text: Line,
    val source: String,
    val checkedOn: Day,
    val reviewAfter: Day,
    val status: FactStatus,
)

/** A piece of a lesson's screen. */
sealed class Block {
    class Text(val words: Line) : Block()
    class Heading(val words: Line) : Block()
    class Steps(val steps: List<Line>) : Block()
    class Points(val points: List<Line>) : Block()
    class Picture(val file: String, val alt: String) : Block()
    class Tip(val blocks: List<Block>) : Block()
    class Warning(val blocks: List<Block>) : Block()
    class Remember(val blocks: List<Block>) : Block()

    /** [words] stand in place of the fact's own. */
    class OfFact(val fact: String, val words: Line?) : Block()

    /** A sound, by its file, and what is said in it. */
    class Audio(val file: String, val words: Line) : Block()
    class Check(val question: String) : Block()
}

/** A lesson and all that it shows; [screen] is where to go on, from 0. */
class LessonPage(
    val who: Learner,
    val title: String,
    val screen: Int,
    val screens: List<List<Block>>,
    val facts: Map<String, Fact>,
    val pictures: Map<String, ByteArray>,
    val checks: Map<String, Question>,
)
