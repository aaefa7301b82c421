//! Reads what each kind of question has besides the common keys (`docs/formats.md`, "A quiz").

use std::ops::RangeInclusive;

use hocvu_core::course::{LineText, Span};
use hocvu_core::quiz::{Choice, Gap, GapPiece, Kind, Pair, WrongText};
use hocvu_core::text::{fold_marks, normalise};

use super::fault::{At, Faults, Placed};
use super::fields::{Fields, short};
use super::inline::line_text;

/// The kinds by the names that authors write.
pub(super) const KINDS: [&str; 8] =
    ["single", "multiple", "true-false", "match", "order", "gap", "text", "number"];

const ANSWER_CHARS_MAX: usize = 40;
const UNIT_CHARS_MAX: usize = 20;
const GAPS_MAX: usize = 8;

/// Reads the keys of one kind; `taught` is whether feedback is required.
pub(super) fn read_kind(kind: &str, fields: &mut Fields<'_>, taught: bool) -> Option<Kind> {
    match kind {
        "single" => single(fields, taught),
        "multiple" => multiple(fields, taught),
        "true-false" => true_false(fields, taught),
        "match" => pairs(fields),
        "order" => order(fields, taught),
        "gap" => gaps(fields, taught),
        "text" => typed_text(fields, taught),
        "number" => number(fields, taught),
        _ => None,
    }
}

fn options(
    fields: &mut Fields<'_>,
    taught: bool,
    count: RangeInclusive<usize>,
) -> Option<Vec<Choice>> {
    let before = fields.faults.count();
    let mut options = Vec::new();
    let mut texts = Vec::new();
    for mut table in fields.tables("option", count, "question.option") {
        table.name = format!("an option of {}", fields.name);
        let text = table.need_line("text");
        let correct = table.flag("correct").is_some_and(|c| c.value);
        let feedback = table.line_if(taught, "feedback");
        table.finish();
        if let Some(text) = text {
            options.push(Choice { text: text.value.clone(), correct, feedback });
            texts.push(text);
        }
    }
    all_different(&texts, "option", fields.faults);
    (fields.faults.count() == before).then_some(options)
}

/// Reports texts that a learner could not tell apart.
fn all_different(texts: &[Placed<LineText>], part: &str, faults: &Faults) {
    for (i, text) in texts.iter().enumerate() {
        let same = |t: &&Placed<LineText>| t.value.text() == text.value.text();
        if let Some(first) = texts[..i].iter().find(same) {
            let what = format!("the {part} is the same as that of line {}", first.at.line);
            faults.add(&text.at, what, "Write another, or remove it.");
        }
    }
}

fn single(fields: &mut Fields<'_>, taught: bool) -> Option<Kind> {
    let options = options(fields, taught, 2..=6)?;
    let right = options.iter().filter(|o| o.correct).count();
    if right != 1 {
        let what = format!("has {right} right options");
        fields.fault(what, "Write `correct = true` at exactly one, or use kind = \"multiple\".");
        return None;
    }
    Some(Kind::Single { options })
}

fn multiple(fields: &mut Fields<'_>, taught: bool) -> Option<Kind> {
    let options = options(fields, taught, 3..=8)?;
    let right = options.iter().filter(|o| o.correct).count();
    if right == 0 || right == options.len() {
        let what = format!("has {right} right options of {}", options.len());
        fields.fault(what, "Write `correct = true` at one or more of them, but not at all.");
        return None;
    }
    Some(Kind::Multiple { options })
}

fn true_false(fields: &mut Fields<'_>, taught: bool) -> Option<Kind> {
    let answer = fields.need_flag("answer");
    let feedback_true = fields.line_if(taught, "feedback_true");
    let feedback_false = fields.line_if(taught, "feedback_false");
    Some(Kind::TrueFalse { answer: answer?.value, feedback_true, feedback_false })
}

fn pairs(fields: &mut Fields<'_>) -> Option<Kind> {
    let before = fields.faults.count();
    let mut pairs = Vec::new();
    let mut lefts = Vec::new();
    let mut rights = Vec::new();
    for mut table in fields.tables("pair", 2..=6, "question.pair") {
        table.name = format!("a pair of {}", fields.name);
        let (left, right) = (table.need_line("left"), table.need_line("right"));
        let feedback = table.line_if(false, "feedback");
        table.finish();
        if let (Some(left), Some(right)) = (left, right) {
            pairs.push(Pair { left: left.value.clone(), right: right.value.clone(), feedback });
            lefts.push(left);
            rights.push(right);
        }
    }
    let extra = lines(fields, "extra", 0..=3).unwrap_or_default();
    rights.extend(extra.iter().cloned());
    all_different(&lefts, "left side", fields.faults);
    all_different(&rights, "right side", fields.faults);
    let extra = extra.into_iter().map(|e| e.value).collect();
    (fields.faults.count() == before).then_some(Kind::Match { pairs, extra })
}

/// A list of line texts.
fn lines(
    fields: &mut Fields<'_>,
    key: &'static str,
    count: RangeInclusive<usize>,
) -> Option<Vec<Placed<LineText>>> {
    let read = |text: &Placed<String>, faults: &Faults| line_text(&text.value, &text.at, faults);
    fields.list(key, count, read).map(|list| list.value)
}

fn order(fields: &mut Fields<'_>, taught: bool) -> Option<Kind> {
    let before = fields.faults.count();
    let items = lines(fields, "items", 3..=7);
    let feedback_wrong = fields.line_if(taught, "feedback_wrong");
    let items = items?;
    all_different(&items, "item", fields.faults);
    let items = items.into_iter().map(|i| i.value).collect();
    (fields.faults.count() == before).then_some(Kind::Order { items, feedback_wrong })
}

fn gaps(fields: &mut Fields<'_>, taught: bool) -> Option<Kind> {
    fields.forbid("feedback_wrong", "stands outside of its gaps, where it would never be shown");
    let before = fields.faults.count();
    let text = fields.need_line("text");
    let mut gaps = Vec::new();
    for mut table in fields.tables("gap", 1..=GAPS_MAX, "question.gap") {
        table.name = format!("gap {{{}}} of {}", gaps.len() + 1, fields.name);
        let options = lines(&mut table, "options", 2..=5).unwrap_or_default();
        all_different(&options, "option", table.faults);
        let answer = table.need_line("answer");
        let feedback_wrong = table.line_if(taught, "feedback_wrong");
        let same =
            |a: &Placed<LineText>| options.iter().position(|o| o.value.text() == a.value.text());
        let right = answer.as_ref().and_then(same);
        if let (Some(answer), None, false) = (&answer, right, options.is_empty()) {
            let what = format!("the answer of {} is none of its options", table.name);
            table.faults.add(&answer.at, what, "Write it exactly like one of `options`.");
        }
        table.finish();
        let options: Vec<_> = options.into_iter().map(|o| o.value).collect();
        let answer = u8::try_from(right.unwrap_or(0)).unwrap_or(0);
        gaps.push(Gap { options, answer, feedback_wrong });
    }
    let text = text?;
    let (pieces, numbers) = match split_at_gaps(&text.value) {
        Ok(split) => split,
        Err(piece) => {
            let what = format!("`{}` in the text of {} is no gap", short(&piece), fields.name);
            fields.faults.add(&text.at, what, "Write gaps as {1}, {2}, … and no other braces.");
            return None;
        }
    };
    if fields.faults.count() == before && !numbers.iter().copied().eq(1..=gaps.len()) {
        let what = format!(
            "the text of {} does not have its {} gaps once each in order",
            fields.name,
            gaps.len()
        );
        let remedy = "Write {1}, {2}, … in this order, one for each [[question.gap]].";
        fields.faults.add(&text.at, what, remedy);
    }
    (fields.faults.count() == before).then_some(Kind::Gap { text: pieces, gaps })
}

/// Cuts a text at `{1}`, `{2}`…, or gives the braces that are no gap.
fn split_at_gaps(text: &LineText) -> Result<(Vec<GapPiece>, Vec<usize>), String> {
    let mut pieces = Vec::new();
    let mut numbers = Vec::new();
    let mut words: Vec<Span> = Vec::new();
    for span in &text.0 {
        let mut rest = span.text.as_str();
        let push = |words: &mut Vec<Span>, text: &str| {
            if !text.is_empty() {
                words.push(Span { text: text.to_owned(), style: span.style });
            }
        };
        while let Some(open) = rest.find(['{', '}']) {
            let (before, braces) = rest.split_at(open);
            let close = braces.find('}').unwrap_or(braces.len() - 1);
            let bad = || braces.chars().take(8).collect::<String>();
            let inside = braces.get(1..close).ok_or_else(bad)?;
            let number: usize = inside.parse().map_err(|_| bad())?;
            push(&mut words, before);
            if !words.is_empty() {
                pieces.push(GapPiece::Words(LineText(std::mem::take(&mut words))));
            }
            pieces.push(GapPiece::Gap);
            numbers.push(number);
            rest = &braces[close + 1..];
        }
        push(&mut words, rest);
    }
    if !words.is_empty() {
        pieces.push(GapPiece::Words(LineText(words)));
    }
    Ok((pieces, numbers))
}

/// Reads an answer that is typed: it must be short, and more than punctuation.
fn typed(text: &str, at: &At, faults: &Faults) -> Option<String> {
    if text.chars().count() > ANSWER_CHARS_MAX {
        let what = format!("the answer has more than {ANSWER_CHARS_MAX} characters");
        faults.add(at, what, "Ask for less to be typed.");
        return None;
    }
    if normalise(text).is_empty() || text.contains("**") || text.contains('\n') {
        let what = format!("{:?} is no answer that could be typed", short(text));
        faults.add(at, what, "Write the words as a learner types them.");
        return None;
    }
    Some(text.to_owned())
}

fn typed_text(fields: &mut Fields<'_>, taught: bool) -> Option<Kind> {
    let before = fields.faults.count();
    let read = |t: &Placed<String>, faults: &Faults| typed(&t.value, &t.at, faults);
    let answers = fields.list("answers", 1..=10, read);
    let marks = fields.id("marks", "\"optional\"", |t| match t {
        "required" => Some(false),
        "optional" => Some(true),
        _ => None,
    });
    let marks_optional = marks.is_some_and(|m| m.value);
    let answers: Vec<String> =
        answers.map(|a| a.value.into_iter().map(|p| p.value).collect()).unwrap_or_default();
    let mut wrong = Vec::new();
    for mut table in fields.tables("wrong", 0..=8, "question.wrong") {
        table.name = format!("a wrong answer of {}", fields.name);
        let text = table.need_plain("text", "\"…\"");
        let feedback = table.need_line("feedback");
        table.finish();
        let (Some(text), Some(feedback)) = (text, feedback) else { continue };
        let Some(value) = typed(&text.value, &text.at, fields.faults) else { continue };
        if answers.iter().any(|a| alike(a, &value, marks_optional)) {
            let what = "this wrong answer counts as right";
            let remedy = "Remove it, or take it out of `answers`; case, spaces and, with marks = \
                          \"optional\", diacritics make no difference.";
            fields.faults.add(&text.at, what, remedy);
        }
        wrong.push(WrongText { text: value, feedback: feedback.value });
    }
    let feedback_wrong = fields.line_if(taught, "feedback_wrong");
    let kind = Kind::Text { answers, marks_optional, wrong, feedback_wrong };
    (fields.faults.count() == before).then_some(kind)
}

fn alike(a: &str, b: &str, marks_optional: bool) -> bool {
    let (a, b) = (normalise(a), normalise(b));
    a == b || (marks_optional && fold_marks(&a) == fold_marks(&b))
}

fn number(fields: &mut Fields<'_>, taught: bool) -> Option<Kind> {
    let answer = fields.need_milli("answer");
    let tolerance = fields.milli("tolerance");
    if let Some(negative) = tolerance.as_ref().filter(|t| t.value < 0) {
        let what = format!("`tolerance` of {} is below 0", fields.name);
        fields.faults.add(&negative.at, what, "Write how far off still counts, such as 0.5.");
    }
    let unit = fields.plain("unit", "\"phút\"");
    if let Some(long) = unit.as_ref().filter(|u| u.value.chars().count() > UNIT_CHARS_MAX) {
        let what = format!("`unit` of {} has more than {UNIT_CHARS_MAX} characters", fields.name);
        fields.faults.add(&long.at, what, "Shorten it.");
    }
    let feedback_wrong = fields.line_if(taught, "feedback_wrong");
    let tolerance_milli = tolerance.map_or(0, |t| t.value);
    if tolerance_milli < 0 {
        return None;
    }
    Some(Kind::Number {
        answer_milli: answer?.value,
        tolerance_milli,
        unit: unit.map(|u| u.value).unwrap_or_default(),
        feedback_wrong,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_its_gaps() {
        let (pieces, numbers) = split_at_gaps(&LineText::plain("Mã {1} và {2}")).unwrap();
        let words = |t: &str| GapPiece::Words(LineText::plain(t));
        assert_eq!(pieces, [words("Mã "), GapPiece::Gap, words(" và "), GapPiece::Gap]);
        assert_eq!(numbers, [1, 2]);
    }

    #[test]
    fn braces_that_are_no_gap_are_refused() {
        for bad in ["a {", "a }", "{x}", "{}", "}{", "{1", "{ơ"] {
            assert!(split_at_gaps(&LineText::plain(bad)).is_err(), "{bad}");
        }
    }
}
