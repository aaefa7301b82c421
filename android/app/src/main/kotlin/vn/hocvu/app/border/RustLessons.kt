package vn.hocvu.app.border

import vn.hocvu.app.core.Block
import vn.hocvu.app.core.Day
import vn.hocvu.app.core.Fact
import vn.hocvu.app.core.FactStatus
import vn.hocvu.app.core.Learner
import vn.hocvu.app.core.LessonPage
import vn.hocvu.app.core.Line
import vn.hocvu.app.core.Run
import vn.hocvu.app.core.Stress
import vn.hocvu.core.BlockView
import vn.hocvu.core.DayView
import vn.hocvu.core.FactStatusView
import vn.hocvu.core.FactView
import vn.hocvu.core.LessonView
import vn.hocvu.core.LineText
import vn.hocvu.core.SpanStyleView

fun LessonView.toScreen(who: Learner): LessonPage {
    val drawn = pictures.associate { it.file to it.svg }
    return LessonPage(
        who = who,
        title = title,
        screen = screen.toInt(),
        screens = screens.map { screen -> screen.blocks.map { it.toScreen() } },
        facts = facts.associate { it.id to it.toScreen() },
        pictures = drawn,
        checks = checks.associate { check -> check.id to check.toScreen { _, file -> drawn[file] } },
    )
}

fun LineText.toScreen() = Line(
    map { span ->
        val stress = when (span.style) {
            SpanStyleView.PLAIN -> Stress.PLAIN
            SpanStyleView.STRONG -> Stress.STRONG
            SpanStyleView.EMPHASIS -> Stress.EMPHASIS
        }
        Run(span.text, stress)
    },
)

private fun DayView.toScreen() = Day(year.toInt(), month.toInt(), day.toInt())

fun FactView.toScreen(): Fact {
    val status = when (status) {
        FactStatusView.READ -> FactStatus.READ
        FactStatusView.ONE_SOURCE -> FactStatus.ONE_SOURCE
        FactStatusView.UNVERIFIED -> FactStatus.UNVERIFIED
    }
    return Fact(id, text.toScreen(), source, checkedOn.toScreen(), reviewAfter.toScreen(), status)
}

private fun List<BlockView>.toScreen(): List<Block> = map { it.toScreen() }

private fun BlockView.toScreen(): Block = when (this) {
    is BlockView.Text -> Block.Text(words.toScreen())
    is BlockView.Heading -> Block.Heading(words.toScreen())
    is BlockView.Steps -> Block.Steps(steps.map { it.toScreen() })
    is BlockView.Points -> Block.Points(points.map { it.toScreen() })
    is BlockView.Picture -> Block.Picture(file, alt)
    is BlockView.Tip -> Block.Tip(blocks.toScreen())
    is BlockView.Warning -> Block.Warning(blocks.toScreen())
    is BlockView.Remember -> Block.Remember(blocks.toScreen())
    is BlockView.Fact -> Block.OfFact(id, words?.toScreen())
    is BlockView.Audio -> Block.Audio(file, words.toScreen())
    is BlockView.Check -> Block.Check(question)
}
