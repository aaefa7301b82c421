//! Grading: a pure function from a question and a response to points, with the rules' sources.
//!
//! - `single`, `true-false`, `text`, `number`: right or not (QTI 3 `match_correct`).
//! - `multiple`: one point for each right option chosen, one off for each wrong one, never below 0
//!   (QTI 3 `map_response` with 1 and -1 and a lower bound of 0).
//! - `match`, `gap`: one point for each part that is right (QTI 3 `map_response`, a part at a time).
//! - `order`: one point for each item that directly follows the one it should follow (Moodle's
//!   ordering question, "relative to the next item, excluding the last").
//!
//! Points are whole numbers; what a question is worth is `Question::points_possible`.

use super::question::{Kind, Question, Response};
use crate::course::LineText;
use crate::text::{fold_marks, normalise};

/// What an answer earned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grade {
    /// 0 to `possible`.
    pub points: u32,
    /// At least 1.
    pub possible: u32,
    /// One verdict for each chosen option, pair, item or gap; in the author's order.
    pub parts: Vec<PartVerdict>,
    /// What to say to this answer, most fitting first; may be empty.
    pub feedback: Vec<LineText>,
}

impl Grade {
    /// Whether all points were earned.
    pub fn is_correct(&self) -> bool {
        self.points == self.possible
    }
}

/// Whether one part of an answer is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartVerdict {
    /// Index of the option, pair, item or gap in the author's order.
    pub index: u8,
    /// Whether this part is right.
    pub correct: bool,
}

/// The response is of another kind than the question, names a part that the question lacks, or
/// names one twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the response does not fit the question")]
pub struct ResponseMismatch;

/// Grades an answer without saving it.
///
/// Fails when the response does not fit the question; a shell never makes such a response, so this
/// is a forged form or a question that changed its shape without a new version.
pub fn grade(question: &Question, response: &Response) -> Result<Grade, ResponseMismatch> {
    let (points, parts, feedback) = match (&question.kind, response) {
        (Kind::Single { options }, Response::Single(chosen)) => {
            let option = options.get(usize::from(*chosen)).ok_or(ResponseMismatch)?;
            (
                u32::from(option.correct),
                vec![verdict(*chosen, option.correct)],
                vec![option.feedback.clone()],
            )
        }
        (Kind::Multiple { options }, Response::Multiple(chosen)) => {
            grade_multiple(options, chosen)?
        }
        (Kind::TrueFalse { answer, feedback_true, feedback_false }, Response::TrueFalse(said)) => {
            let feedback = if *said { feedback_true } else { feedback_false };
            let correct = said == answer;
            (u32::from(correct), vec![verdict(u8::from(!*said), correct)], vec![feedback.clone()])
        }
        (Kind::Match { pairs, extra }, Response::Match(chosen)) => {
            check_indices(chosen.iter().flatten(), pairs.len() + extra.len())?;
            let right = |i: usize, choice: &Option<u8>| choice.map(usize::from) == Some(i);
            let parts = grade_parts(chosen, pairs.len(), right)?;
            let wrong = parts.iter().filter(|p| !p.correct);
            let feedback = wrong.map(|p| pairs[usize::from(p.index)].feedback.clone()).collect();
            (points_of(&parts), parts, feedback)
        }
        (Kind::Order { items, feedback_wrong }, Response::Order(given)) => {
            grade_order(items.len(), given, feedback_wrong)?
        }
        (Kind::Gap { gaps, .. }, Response::Gap(chosen)) => {
            for (choice, gap) in chosen.iter().zip(gaps) {
                check_indices(choice.iter(), gap.options.len())?;
            }
            let right = |i: usize, choice: &Option<u8>| *choice == Some(gaps[i].answer);
            let parts = grade_parts(chosen, gaps.len(), right)?;
            let wrong = parts.iter().filter(|p| !p.correct);
            let feedback =
                wrong.map(|p| gaps[usize::from(p.index)].feedback_wrong.clone()).collect();
            (points_of(&parts), parts, feedback)
        }
        (Kind::Text { .. }, Response::Text(typed)) => grade_text(&question.kind, typed),
        (
            Kind::Number { answer_milli, tolerance_milli, feedback_wrong, .. },
            Response::Number(typed),
        ) => {
            let correct = typed.abs_diff(*answer_milli) <= tolerance_milli.unsigned_abs();
            let feedback = if correct { vec![] } else { vec![feedback_wrong.clone()] };
            (u32::from(correct), vec![verdict(0, correct)], feedback)
        }
        _ => return Err(ResponseMismatch),
    };
    let feedback = feedback.into_iter().filter(|line| !line.is_empty()).collect();
    Ok(Grade { points, possible: question.points_possible(), parts, feedback })
}

type Parts = (u32, Vec<PartVerdict>, Vec<LineText>);

fn verdict(index: u8, correct: bool) -> PartVerdict {
    PartVerdict { index, correct }
}

fn points_of(parts: &[PartVerdict]) -> u32 {
    parts.iter().map(|p| u32::from(p.correct)).sum()
}

fn check_indices<'a>(
    mut indices: impl Iterator<Item = &'a u8>,
    below: usize,
) -> Result<(), ResponseMismatch> {
    if indices.all(|i| usize::from(*i) < below) { Ok(()) } else { Err(ResponseMismatch) }
}

fn grade_parts(
    chosen: &[Option<u8>],
    count: usize,
    right: impl Fn(usize, &Option<u8>) -> bool,
) -> Result<Vec<PartVerdict>, ResponseMismatch> {
    if chosen.len() != count {
        return Err(ResponseMismatch);
    }
    Ok((0u8..).zip(chosen).map(|(i, choice)| verdict(i, right(usize::from(i), choice))).collect())
}

fn grade_multiple(options: &[super::Choice], chosen: &[u8]) -> Result<Parts, ResponseMismatch> {
    check_indices(chosen.iter(), options.len())?;
    let mut seen = chosen.to_vec();
    seen.sort_unstable();
    if seen.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(ResponseMismatch);
    }
    let is_chosen = |i: usize| chosen.iter().any(|c| usize::from(*c) == i);
    let mut right = 0u32;
    let mut wrong = 0u32;
    let mut parts = Vec::new();
    let mut said_wrong = Vec::new();
    let mut said_right = Vec::new();
    for (i, option) in options.iter().enumerate().filter(|(i, _)| is_chosen(*i)) {
        let index = u8::try_from(i).map_err(|_| ResponseMismatch)?;
        parts.push(verdict(index, option.correct));
        if option.correct {
            right += 1;
            said_right.push(option.feedback.clone());
        } else {
            wrong += 1;
            said_wrong.push(option.feedback.clone());
        }
    }
    said_wrong.append(&mut said_right);
    Ok((right.saturating_sub(wrong), parts, said_wrong))
}

fn grade_order(
    items: usize,
    given: &[u8],
    feedback_wrong: &LineText,
) -> Result<Parts, ResponseMismatch> {
    let mut seen: Vec<u8> = given.to_vec();
    seen.sort_unstable();
    if !seen.iter().map(|i| usize::from(*i)).eq(0..items) {
        return Err(ResponseMismatch);
    }
    let follows =
        |i: u8| given.windows(2).any(|w| w[0] == i && usize::from(w[1]) == usize::from(i) + 1);
    let last = u8::try_from(items - 1).map_err(|_| ResponseMismatch)?;
    let parts: Vec<_> = (0..last).map(|i| verdict(i, follows(i))).collect();
    let points = points_of(&parts);
    let feedback = if points == u32::from(last) { vec![] } else { vec![feedback_wrong.clone()] };
    Ok((points, parts, feedback))
}

fn grade_text(kind: &Kind, typed: &str) -> Parts {
    let Kind::Text { answers, marks_optional, wrong, feedback_wrong } = kind else {
        unreachable!("called for typed text only");
    };
    let alike = |a: &str| {
        let (typed, a) = (normalise(typed), normalise(a));
        typed == a || (*marks_optional && fold_marks(&typed) == fold_marks(&a))
    };
    let correct = answers.iter().any(|a| alike(a));
    let feedback = match wrong.iter().find(|w| alike(&w.text)) {
        _ if correct => vec![],
        Some(known) => vec![known.feedback.clone()],
        None => vec![feedback_wrong.clone()],
    };
    (u32::from(correct), vec![verdict(0, correct)], feedback)
}

/// Reads a typed number in thousandths: `1,5` and `1.5` are 1500, `1.500` is 1,500,000.
///
/// A point or space before exactly three digits groups thousands, a comma is the decimal sign;
/// `None` when it is no number, has more than three decimals, or has none behind its decimal sign:
/// whoever typed `5,` may not have been done, and is asked again.
pub fn parse_number(typed: &str) -> Option<i64> {
    let text: String = typed.trim().chars().filter(|c| !c.is_whitespace()).collect();
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.as_str()),
    };
    let (whole, decimals) = match text.split_once(',').or_else(|| split_at_decimal_point(text)) {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (text, ""),
    };
    let groups: Vec<&str> = whole.split('.').collect();
    let grouped = groups.len() > 1;
    if grouped && (groups[1..].iter().any(|g| g.len() != 3) || groups[0].len() > 3) {
        return None;
    }
    let digits = groups.concat();
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if digits.is_empty() || groups[0].is_empty() || digits.len() > 12 || decimals.len() > 3 {
        return None;
    }
    if !all_digits(&digits) || !all_digits(decimals) {
        return None;
    }
    let milli = format!("{digits}{decimals:0<3}").parse::<i64>().ok()?;
    Some(sign * milli)
}

/// A single point that is not before exactly three digits is a decimal point.
fn split_at_decimal_point(text: &str) -> Option<(&str, &str)> {
    text.split_once('.').filter(|(_, rest)| rest.len() != 3 && !rest.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::super::question::{Choice, Gap, GapPiece, Pair, WrongText};
    use super::*;
    use crate::ids::{CompetenceCode, QuestionId};
    use proptest::prelude::*;

    fn line(text: &str) -> LineText {
        LineText::plain(text)
    }

    fn question(kind: Kind) -> Question {
        Question {
            id: QuestionId::parse("q").unwrap(),
            version: 1,
            kind,
            prompt: line("?"),
            picture: None,
            competence: CompetenceCode::parse("4.2").unwrap(),
            difficulty: 1,
            hint: None,
            reason: line("vì"),
            fact: None,
        }
    }

    fn options(correct: &[bool]) -> Vec<Choice> {
        let option = |c: &bool| Choice { text: line("o"), correct: *c, feedback: line("f") };
        correct.iter().map(option).collect()
    }

    fn points(kind: Kind, response: &Response) -> u32 {
        grade(&question(kind), response).unwrap().points
    }

    #[test]
    fn a_wrong_option_takes_a_point_from_multiple_choice_but_never_below_zero() {
        let kind = Kind::Multiple { options: options(&[true, true, false, false]) };
        let earned = |chosen: &[u8]| points(kind.clone(), &Response::Multiple(chosen.to_vec()));
        assert_eq!(earned(&[0, 1]), 2);
        assert_eq!(earned(&[0]), 1);
        assert_eq!(earned(&[0, 2]), 0);
        assert_eq!(earned(&[2, 3]), 0);
        assert_eq!(earned(&[0, 1, 2, 3]), 0);
        assert_eq!(earned(&[]), 0);
    }

    #[test]
    fn an_option_chosen_twice_is_refused() {
        let kind = Kind::Multiple { options: options(&[true, true, false]) };
        for chosen in [vec![0, 0], vec![1, 0, 1], vec![2, 2]] {
            let graded = grade(&question(kind.clone()), &Response::Multiple(chosen));
            assert_eq!(graded, Err(ResponseMismatch));
        }
    }

    #[test]
    fn order_counts_the_neighbours_that_are_right() {
        let kind = Kind::Order { items: vec![line("i"); 4], feedback_wrong: line("x") };
        let earned = |given: &[u8]| points(kind.clone(), &Response::Order(given.to_vec()));
        assert_eq!(earned(&[0, 1, 2, 3]), 3);
        assert_eq!(earned(&[1, 2, 3, 0]), 2);
        assert_eq!(earned(&[3, 2, 1, 0]), 0);
        let twice = grade(&question(kind), &Response::Order(vec![0, 0, 1, 2]));
        assert_eq!(twice, Err(ResponseMismatch));
    }

    #[test]
    fn match_and_gap_count_each_part() {
        let pair = Pair { left: line("l"), right: line("r"), feedback: line("") };
        let kind = Kind::Match { pairs: vec![pair; 3], extra: vec![line("e")] };
        assert_eq!(points(kind.clone(), &Response::Match(vec![Some(0), Some(2), None])), 1);
        let outside = Response::Match(vec![Some(4), None, None]);
        assert!(grade(&question(kind), &outside).is_err());

        let gap = Gap { options: vec![line("a"), line("b")], answer: 1, feedback_wrong: line("x") };
        let kind = Kind::Gap { text: vec![GapPiece::Gap, GapPiece::Gap], gaps: vec![gap; 2] };
        let graded = grade(&question(kind), &Response::Gap(vec![Some(1), Some(0)])).unwrap();
        assert_eq!((graded.points, graded.possible, graded.feedback.len()), (1, 2, 1));
    }

    #[test]
    fn typed_words_compare_without_case_spaces_and_tone_placement() {
        let kind = |marks_optional| Kind::Text {
            answers: vec!["Hòa Bình".into()],
            marks_optional,
            wrong: vec![WrongText { text: "ha noi".into(), feedback: line("gần đúng") }],
            feedback_wrong: line("chưa đúng"),
        };
        let earned = |typed: &str, optional| points(kind(optional), &Response::Text(typed.into()));
        assert_eq!(earned("  hoà   BÌNH. ", false), 1);
        assert_eq!(earned("hoa binh", false), 0);
        assert_eq!(earned("hoa binh", true), 1);
        let said = grade(&question(kind(true)), &Response::Text("Hà Nội".into())).unwrap();
        assert_eq!(said.feedback, vec![line("gần đúng")]);
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (typed, milli) in [
            ("156", 156_000),
            ("1,5", 1_500),
            ("1.5", 1_500),
            ("1.500", 1_500_000),
            ("10.000.000", 10_000_000_000),
            (" 2 000 ", 2_000_000),
            ("-3", -3_000),
            ("0,125", 125),
        ] {
            assert_eq!(parse_number(typed), Some(milli), "{typed}");
        }
        for bad in [
            "",
            "abc",
            "1,2345",
            "1.2.3",
            ",5",
            ".5",
            "5,",
            "5.",
            "1.000,",
            "--1",
            "1e9",
            "1.0000.000",
            "9999999999999",
        ] {
            assert_eq!(parse_number(bad), None, "{bad}");
        }
    }

    fn any_kind() -> impl Strategy<Value = Kind> {
        let choices = prop::collection::vec(any::<bool>(), 2..7).prop_map(|c| options(&c));
        prop_oneof![
            choices.clone().prop_map(|options| Kind::Single { options }),
            choices.prop_map(|options| Kind::Multiple { options }),
            (2usize..6, 0usize..3).prop_map(|(n, m)| Kind::Match {
                pairs: vec![Pair { left: line("l"), right: line("r"), feedback: line("") }; n],
                extra: vec![line("e"); m],
            }),
            (3usize..8)
                .prop_map(|n| Kind::Order { items: vec![line("i"); n], feedback_wrong: line("x") }),
            (1usize..4, 0u8..3).prop_map(|(n, answer)| Kind::Gap {
                text: vec![GapPiece::Gap; n],
                gaps: vec![
                    Gap { options: vec![line("o"); 3], answer, feedback_wrong: line("x") };
                    n
                ],
            }),
        ]
    }

    fn any_response() -> impl Strategy<Value = Response> {
        let indices = || prop::collection::vec(0u8..8, 0..8);
        let optional = || prop::collection::vec(prop::option::of(0u8..8), 0..8);
        prop_oneof![
            any::<u8>().prop_map(Response::Single),
            indices().prop_map(Response::Multiple),
            Just(vec![0u8, 1, 2, 3]).prop_shuffle().prop_map(Response::Order),
            optional().prop_map(Response::Match),
            optional().prop_map(Response::Gap),
            any::<bool>().prop_map(Response::TrueFalse),
            ".{0,20}".prop_map(Response::Text),
            any::<i64>().prop_map(Response::Number),
        ]
    }

    proptest! {
        #[test]
        fn points_stay_within_what_is_possible(kind in any_kind(), response in any_response()) {
            if let Ok(graded) = grade(&question(kind), &response) {
                prop_assert!(graded.points <= graded.possible);
            }
        }

        #[test]
        fn the_order_of_options_is_irrelevant(
            correct in prop::collection::vec(any::<bool>(), 3..8),
            chosen in prop::collection::vec(any::<bool>(), 8),
            turn in 0usize..8,
        ) {
            let n = correct.len();
            let moved = |i: usize| (i + turn) % n;
            let pick = |place: &dyn Fn(usize) -> usize| {
                let picked = (0..n).filter(|i| chosen[*i]).map(|i| u8::try_from(place(i)).unwrap());
                Response::Multiple(picked.collect())
            };
            let mut turned = correct.clone();
            turned.rotate_right(turn % n);
            let before = Kind::Multiple { options: options(&correct) };
            let after = Kind::Multiple { options: options(&turned) };
            prop_assert_eq!(points(before, &pick(&|i| i)), points(after, &pick(&moved)));
        }

        #[test]
        fn any_typed_number_is_read_or_refused(typed in ".{0,24}") {
            parse_number(&typed);
        }
    }
}
