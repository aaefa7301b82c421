package vn.hocvu.app.core

enum class Stress { PLAIN, STRONG, EMPHASIS }

data class Run(val text: String, val stress: Stress)

/** A line of an author's words, some of them stressed. */
data class Line(val runs: List<Run>) {
    val plain: String get() = runs.joinToString("") { it.text }

    companion object {
        fun of(text: String) = Line(listOf(Run(text, Stress.PLAIN)))
    }
}
