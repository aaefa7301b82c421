package vn.hocvu.app.border

import vn.hocvu.app.core.Asked
import vn.hocvu.app.core.Attempt
import vn.hocvu.app.core.Kind
import vn.hocvu.app.core.Learner
import vn.hocvu.app.core.Option
import vn.hocvu.app.core.Question
import vn.hocvu.app.core.Response
import vn.hocvu.app.core.Said
import vn.hocvu.core.AnswerView
import vn.hocvu.core.AttemptPageView
import vn.hocvu.core.AttemptView
import vn.hocvu.core.GapPieceView
import vn.hocvu.core.KindView
import vn.hocvu.core.OptionView
import vn.hocvu.core.QuestionView
import vn.hocvu.core.QuizUseView
import vn.hocvu.core.ResponseRequest

/** Gives the bytes of a course's file, null where it is not held. */
typealias Media = (course: String, file: String) -> ByteArray?

fun AttemptView.toScreen(who: Learner, media: Media) =
    Attempt(who, id, title, asked(media), isAssessment = purpose == QuizUseView.ASSESSMENT)

private fun AttemptView.asked(media: Media): Asked? = when (val page = page) {
    is AttemptPageView.Question ->
        Asked(page.number.toInt(), page.of.toInt(), page.index.toInt(), page.question.toScreen(media))
    AttemptPageView.Finished -> null
}

fun QuestionView.toScreen(media: Media): Question {
    val bytes = picture?.let { media(course, it) }
    return Question(id, prompt.toScreen(), bytes, pictureAlt, kind.toScreen(), hint?.toScreen())
}

private fun List<OptionView>.toScreen() = map { Option(it.index.toInt(), it.text.toScreen()) }

private fun KindView.toScreen(): Kind = when (this) {
    is KindView.Single -> Kind.Single(options.toScreen())
    is KindView.Multiple -> Kind.Multiple(options.toScreen())
    KindView.TrueFalse -> Kind.TrueFalse
    is KindView.Match -> Kind.Match(lefts.map { it.toScreen() }, rights.toScreen())
    is KindView.Order -> Kind.Order(items.toScreen())
    is KindView.Gap -> Kind.Gap(text.map { (it as? GapPieceView.Words)?.words?.toScreen() }, gaps.map { it.toScreen() })
    is KindView.Text -> Kind.Text(marksOptional)
    is KindView.Number -> Kind.Number(unit)
}

fun Response.toBorder(): ResponseRequest = when (this) {
    is Response.Single -> ResponseRequest.Single(index.toUInt())
    is Response.Multiple -> ResponseRequest.Multiple(indices.map { it.toUInt() })
    is Response.TrueFalse -> ResponseRequest.TrueFalse(said)
    is Response.Match -> ResponseRequest.Match(indices.map { it?.toUInt() })
    is Response.Order -> ResponseRequest.Order(indices.map { it.toUInt() })
    is Response.Gap -> ResponseRequest.Gap(indices.map { it?.toUInt() })
    is Response.Text -> ResponseRequest.Text(typed)
    is Response.Number -> ResponseRequest.Number(milli)
}

private fun ResponseRequest.toScreen(): Response = when (this) {
    is ResponseRequest.Single -> Response.Single(index.toInt())
    is ResponseRequest.Multiple -> Response.Multiple(indices.map { it.toInt() })
    is ResponseRequest.TrueFalse -> Response.TrueFalse(said)
    is ResponseRequest.Match -> Response.Match(indices.map { it?.toInt() })
    is ResponseRequest.Order -> Response.Order(indices.map { it.toInt() })
    is ResponseRequest.Gap -> Response.Gap(indices.map { it?.toInt() })
    is ResponseRequest.Text -> Response.Text(typed)
    is ResponseRequest.Number -> Response.Number(milli)
}

fun AnswerView.toScreen(media: Media) = Said(
    question = question.toScreen(media),
    response = response.toScreen(),
    correct = correct,
    points = points.toInt(),
    possible = possible.toInt(),
    parts = parts.associate { it.index.toInt() to it.correct },
    feedback = feedback.map { it.toScreen() }.filter { it.plain.isNotBlank() },
    reason = reason.toScreen(),
    rightAnswer = rightAnswer.map { it.toScreen() },
    fact = fact?.toScreen(),
)
