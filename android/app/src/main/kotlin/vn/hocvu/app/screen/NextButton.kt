package vn.hocvu.app.screen

import vn.hocvu.app.core.Next
import vn.hocvu.app.core.Visitor
import vn.hocvu.app.core.Words
import vn.hocvu.app.draw.Page

/** The green button with what a learner could do next; says so where all is done. */
fun Page.next(next: Next, learner: String, you: String, isFirst: Boolean, words: Words, way: Way) {
    val visitor = Visitor.Known(learner)
    when (next) {
        is Next.Attempt -> {
            val title = next.title.ifEmpty { words.say("assess-title") }
            go(words.say("courses-resume-quiz", "title" to title)) { way.go(Place.Attempt(visitor, next.attempt)) }
        }
        is Next.Lesson -> go(words.say(if (isFirst) "courses-first" else "courses-next", "title" to next.title)) {
            way.go(Place.Lesson(visitor, next.course, next.lesson))
        }
        is Next.Quiz -> go(words.say("courses-next-quiz", "title" to next.title)) {
            way.go(Place.Quiz(visitor, next.course, next.quiz))
        }
        Next.Assessment -> go(words.say("assess-title")) { way.go(Place.Assess(visitor)) }
        Next.AllDone -> note(words.say("courses-all-done", "you" to you))
    }
}
