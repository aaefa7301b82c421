//! A question as a form, the form as a response, and what is said to an answer.
//!
//! Each kind is made of what every browser has (radio buttons, boxes, lists to choose from, a line
//! to type in), so that it works without scripts and by keyboard. The same partial stands on the
//! pages of a quiz, of the self-assessment and of a lesson.

use askama::Template;
use hocvu_core::course::LineText;
use hocvu_core::quiz::{
    AnswerView, GapPiece, KindView, OptionView, QuestionView, Response, parse_number,
};
use hocvu_core::text::Messages;
use unicode_normalization::UnicodeNormalization;

use super::html;

/// The fields of a form as they arrived, in order; a name may stand several times.
pub type Fields = Vec<(String, String)>;

/// The most characters of a typed answer that are taken.
const TYPED_CHARS_MAX: usize = 200;
/// A longer text on the right side is read in a list of its own; a closed field would cut it.
const BESIDE_CHARS_MAX: usize = 22;
/// A longer time was not spent on the question.
const TENTHS_MAX: i64 = 36_000;

/// Why no response could be read from a form; nothing is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerFault {
    /// No option was chosen.
    ChooseFirst,
    /// Nothing was typed.
    TypeFirst,
    /// One of several lists was left open.
    FillAll,
    /// Two items have the same place.
    OrderTwice,
    /// No number as people write it.
    NumberUnreadable,
    /// More characters than are kept.
    TypedLong,
}

impl AnswerFault {
    /// What the reader is told.
    pub fn say(self, messages: &Messages) -> String {
        match self {
            Self::ChooseFirst => messages.quiz_choose_first(),
            Self::TypeFirst => messages.quiz_type_first(),
            Self::FillAll => messages.quiz_fill_all(),
            Self::OrderTwice => messages.quiz_order_twice(),
            Self::NumberUnreadable => messages.quiz_number_unreadable(),
            Self::TypedLong => {
                messages.quiz_typed_long(i64::try_from(TYPED_CHARS_MAX).unwrap_or(i64::MAX))
            }
        }
    }
}

/// Reads a form back as a response to the question that was asked, or says what is missing.
///
/// Indices that the question lacks count as nothing chosen: only a forged form has them.
pub fn read_response(
    kind: &KindView,
    fields: &[(String, String)],
) -> Result<Response, AnswerFault> {
    let index = |name: &str, options: &[OptionView]| {
        let chosen = field(fields, name)?.parse::<u8>().ok()?;
        options.iter().any(|option| option.index == chosen).then_some(chosen)
    };
    match kind {
        KindView::Single(options) => {
            index("a", options).map(Response::Single).ok_or(AnswerFault::ChooseFirst)
        }
        KindView::Multiple(options) => {
            let chosen = |option: &&OptionView| has(fields, "a", &option.index.to_string());
            let mut all: Vec<u8> = options.iter().filter(chosen).map(|o| o.index).collect();
            all.sort_unstable();
            if all.is_empty() { Err(AnswerFault::ChooseFirst) } else { Ok(Response::Multiple(all)) }
        }
        KindView::TrueFalse => match field(fields, "a") {
            Some("true") => Ok(Response::TrueFalse(true)),
            Some("false") => Ok(Response::TrueFalse(false)),
            _ => Err(AnswerFault::ChooseFirst),
        },
        KindView::Match { lefts, rights } => {
            let chosen: Vec<_> =
                (0..lefts.len()).map(|i| index(&format!("m{i}"), rights)).collect();
            all_filled(&chosen).then_some(Response::Match(chosen)).ok_or(AnswerFault::FillAll)
        }
        KindView::Order(options) => read_order(options, fields),
        KindView::Gap { gaps, .. } => {
            let chosen = gaps.iter().enumerate();
            let chosen: Vec<_> = chosen.map(|(i, o)| index(&format!("g{i}"), o)).collect();
            all_filled(&chosen).then_some(Response::Gap(chosen)).ok_or(AnswerFault::FillAll)
        }
        KindView::Text { .. } => read_typed(fields).map(Response::Text),
        KindView::Number { .. } => {
            let typed = read_typed(fields)?;
            parse_number(&typed).map(Response::Number).ok_or(AnswerFault::NumberUnreadable)
        }
    }
}

fn read_order(
    options: &[OptionView],
    fields: &[(String, String)],
) -> Result<Response, AnswerFault> {
    let mut places: Vec<Option<u8>> = vec![None; options.len()];
    let mut twice = false;
    for option in options {
        let place = field(fields, &format!("o{}", option.index))
            .and_then(|place| place.parse::<usize>().ok())
            .and_then(|place| place.checked_sub(1))
            .and_then(|place| places.get_mut(place))
            .ok_or(AnswerFault::FillAll)?;
        twice |= place.replace(option.index).is_some();
    }
    if twice {
        return Err(AnswerFault::OrderTwice);
    }
    Ok(Response::Order(places.into_iter().flatten().collect()))
}

fn read_typed(fields: &[(String, String)]) -> Result<String, AnswerFault> {
    let typed = field(fields, "t").unwrap_or_default();
    // Composed letters are never more than the typed ones: looking at a bounded part is enough.
    let typed: String = typed.chars().take(4 * TYPED_CHARS_MAX).nfc().collect();
    let typed: String = typed.trim().chars().filter(|c| !c.is_control()).collect();
    match typed.chars().count() {
        0 => Err(AnswerFault::TypeFirst),
        1..=TYPED_CHARS_MAX => Ok(typed),
        _ => Err(AnswerFault::TypedLong),
    }
}

fn all_filled(chosen: &[Option<u8>]) -> bool {
    chosen.iter().all(Option::is_some)
}

/// The first value that a form has for a name.
pub fn field<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn has(fields: &[(String, String)], name: &str, value: &str) -> bool {
    fields.iter().any(|(key, found)| key == name && found == value)
}

/// How long a reader took, in tenths of a second: from the field `at`, when the form was shown, to
/// now. 0 where the clock jumped or the form does not say.
pub fn tenths(fields: &[(String, String)], now_s: i64) -> u32 {
    let shown = field(fields, "at").and_then(|at| at.parse::<i64>().ok());
    let tenths = shown.map(|at| now_s.saturating_sub(at).saturating_mul(10));
    let spent = tenths.filter(|tenths| (0..=TENTHS_MAX).contains(tenths)).unwrap_or(0);
    u32::try_from(spent).unwrap_or(0)
}

/// What a question's form needs besides the question.
pub struct FormRequest<'a> {
    /// The page's texts.
    pub messages: &'static Messages,
    /// How the learner is called.
    pub you: &'a str,
    /// Where the form is sent.
    pub action: &'a str,
    /// The session's token against forged forms.
    pub csrf: &'a str,
    /// Fields that travel with the answer.
    pub hidden: Vec<(String, String)>,
    /// Now, in seconds since 1970.
    pub now_s: i64,
    /// The picture above the question, already drawn.
    pub picture: Option<String>,
    /// What was sent before, kept when something was missing.
    pub given: &'a [(String, String)],
    /// What was missing.
    pub fault: Option<AnswerFault>,
    /// Whether the question is the page's heading; inside a lesson it is a smaller one.
    pub is_heading: bool,
}

/// A question as a form.
#[derive(Template)]
#[template(path = "question_form.html")]
struct QuestionForm<'a> {
    m: &'static Messages,
    action: &'a str,
    csrf: &'a str,
    hidden: Vec<(String, String)>,
    at: i64,
    content_lang: String,
    page_lang: &'a str,
    picture: Option<String>,
    prompt: String,
    is_heading: bool,
    how: String,
    fault: Option<String>,
    your_answer: String,
    body: Body,
    hint: Option<String>,
}

enum Body {
    Choices { input: &'static str, rows: Vec<ChoiceRow> },
    Selects { key: Vec<KeyRow>, rows: Vec<SelectRow> },
    Gaps(Vec<GapRow>),
    Typed { value: String, is_number: bool, unit: String },
}

struct ChoiceRow {
    value: String,
    text: String,
    checked: bool,
    is_ui: bool,
}

/// A right side that is too long for a closed field: a letter and the words.
struct KeyRow {
    letter: char,
    text: String,
}

struct SelectRow {
    name: String,
    label: String,
    said: String,
    options: Vec<SelectOption>,
}

struct SelectOption {
    value: String,
    text: String,
    selected: bool,
}

enum GapRow {
    Words(String),
    Select(SelectRow),
}

/// Draws a question as a form.
pub fn question_form(request: FormRequest<'_>, question: &QuestionView) -> String {
    let m = request.messages;
    let form = QuestionForm {
        m,
        action: request.action,
        csrf: request.csrf,
        hidden: request.hidden,
        at: request.now_s,
        content_lang: question.lang.as_str().to_owned(),
        page_lang: m.lang(),
        picture: request.picture,
        prompt: html::line(&question.prompt),
        is_heading: request.is_heading,
        how: how_to(m, &question.kind),
        fault: request.fault.map(|fault| fault.say(m)),
        your_answer: m.quiz_your_answer(request.you),
        body: body(m, &question.kind, request.given),
        hint: question.hint.as_ref().filter(|hint| !hint.is_empty()).map(html::line),
    };
    rendered(&form)
}

fn how_to(m: &Messages, kind: &KindView) -> String {
    match kind {
        KindView::Single(_) => m.quiz_do_single(),
        KindView::Multiple(_) => m.quiz_do_multiple(),
        KindView::TrueFalse => m.quiz_do_true_false(),
        KindView::Match { .. } => m.quiz_do_match(),
        KindView::Order(_) => m.quiz_do_order(),
        KindView::Gap { .. } => m.quiz_do_gap(),
        KindView::Text { marks_optional: true } => m.quiz_do_text_bare(),
        KindView::Text { marks_optional: false } => m.quiz_do_text(),
        KindView::Number { .. } => m.quiz_do_number(),
    }
}

fn body(m: &Messages, kind: &KindView, given: &[(String, String)]) -> Body {
    match kind {
        KindView::Single(options) => choices("radio", options, given),
        KindView::Multiple(options) => choices("checkbox", options, given),
        KindView::TrueFalse => {
            let row = |value: &str, text| ChoiceRow {
                value: value.to_owned(),
                text,
                checked: has(given, "a", value),
                is_ui: true,
            };
            let rows = vec![row("true", m.quiz_true()), row("false", m.quiz_false())];
            Body::Choices { input: "radio", rows }
        }
        KindView::Match { lefts, rights } => match_body(m, lefts, rights, given),
        KindView::Order(options) => {
            let rows = options.iter().map(|option| {
                let name = format!("o{}", option.index);
                let places = (1..=options.len()).map(|place| {
                    let number = i64::try_from(place).unwrap_or(i64::MAX);
                    (place.to_string(), m.quiz_order_place(number))
                });
                let options = select_options(&name, places, given);
                let said = m.quiz_order_which(&option.text.text());
                SelectRow { name, label: html::line(&option.text), said, options }
            });
            Body::Selects { key: Vec::new(), rows: rows.collect() }
        }
        KindView::Gap { text, gaps } => gap_body(m, text, gaps, given),
        KindView::Text { .. } => Body::Typed {
            value: field(given, "t").unwrap_or_default().to_owned(),
            is_number: false,
            unit: String::new(),
        },
        KindView::Number { unit } => Body::Typed {
            value: field(given, "t").unwrap_or_default().to_owned(),
            is_number: true,
            unit: unit.clone(),
        },
    }
}

fn choices(input: &'static str, options: &[OptionView], given: &[(String, String)]) -> Body {
    let rows = options.iter().map(|option| {
        let value = option.index.to_string();
        let checked = has(given, "a", &value);
        ChoiceRow { value, text: html::line(&option.text), checked, is_ui: false }
    });
    Body::Choices { input, rows: rows.collect() }
}

fn match_body(
    m: &Messages,
    lefts: &[LineText],
    rights: &[OptionView],
    given: &[(String, String)],
) -> Body {
    let is_long = |right: &OptionView| right.text.text().chars().count() > BESIDE_CHARS_MAX;
    let lettered = rights.iter().any(is_long);
    let key = rights
        .iter()
        .zip('A'..='Z')
        .filter(|_| lettered)
        .map(|(right, letter)| KeyRow { letter, text: html::line(&right.text) })
        .collect();
    let rows = lefts.iter().enumerate().map(|(i, left)| {
        let name = format!("m{i}");
        let choices = rights.iter().zip('A'..='Z').map(|(right, letter)| {
            let words = right.text.text();
            let text = if lettered { format!("{letter}. {words}") } else { words };
            (right.index.to_string(), text)
        });
        let options = select_options(&name, choices, given);
        SelectRow { name, label: html::line(left), said: m.quiz_match_for(&left.text()), options }
    });
    Body::Selects { key, rows: rows.collect() }
}

fn gap_body(
    m: &Messages,
    text: &[GapPiece],
    gaps: &[Vec<OptionView>],
    given: &[(String, String)],
) -> Body {
    let mut next = gaps.iter().enumerate();
    let rows = text.iter().filter_map(|piece| match piece {
        GapPiece::Words(words) => Some(GapRow::Words(html::line(words))),
        GapPiece::Gap => next.next().map(|(i, options)| {
            let name = format!("g{i}");
            let choices = options.iter().map(|o| (o.index.to_string(), o.text.text()));
            let options = select_options(&name, choices, given);
            let number = i64::try_from(i + 1).unwrap_or(i64::MAX);
            let said = m.quiz_gap_n(number);
            GapRow::Select(SelectRow { name, label: String::new(), said, options })
        }),
    });
    Body::Gaps(rows.collect())
}

fn select_options(
    name: &str,
    choices: impl Iterator<Item = (String, String)>,
    given: &[(String, String)],
) -> Vec<SelectOption> {
    let chosen = field(given, name);
    let option = |(value, text): (String, String)| SelectOption {
        selected: chosen == Some(value.as_str()),
        value,
        text,
    };
    choices.map(option).collect()
}

/// How much is said to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// The right answer and why, with the fact behind it.
    Everything,
    /// What helps to try again without giving the answer away: the feedback of what was chosen and
    /// the hint.
    ToTryAgain,
}

/// What is said to an answer: a heading, what was chosen, why.
#[derive(Template)]
#[template(path = "answer_said.html")]
struct AnswerSaid<'a> {
    m: &'static Messages,
    mood: &'static str,
    title: String,
    is_heading: bool,
    content_lang: &'a str,
    yours: String,
    rows: Vec<SaidRow>,
    is_ordered: bool,
    feedback: Vec<String>,
    hint: Option<String>,
    solution: Option<Solution>,
}

/// What would give the answer away.
struct Solution {
    right_title: String,
    right: Vec<String>,
    reason: String,
    fact: Option<String>,
}

struct SaidRow {
    mark: Option<bool>,
    text: String,
}

/// Draws what is said to an answer. `fact` is the fact behind the reason, already drawn.
pub fn answer_said(
    m: &'static Messages,
    you: &str,
    answer: &AnswerView,
    fact: Option<String>,
    is_heading: bool,
    telling: Telling,
) -> String {
    let (mood, title) = verdict(m, answer);
    let hint = answer.question.hint.as_ref().filter(|hint| !hint.is_empty()).map(html::line);
    let (hint, solution) = match telling {
        Telling::Everything => (None, Some(solution(m, answer, fact))),
        Telling::ToTryAgain => (hint, None),
    };
    rendered(&AnswerSaid {
        m,
        mood,
        title,
        is_heading,
        content_lang: answer.question.lang.as_str(),
        yours: m.quiz_yours(you),
        rows: said_rows(m, answer),
        is_ordered: matches!(answer.response, Response::Order(_)),
        feedback: answer.feedback.iter().filter(|line| !line.is_empty()).map(html::line).collect(),
        hint,
        solution,
    })
}

fn solution(m: &Messages, answer: &AnswerView, fact: Option<String>) -> Solution {
    let is_order = matches!(answer.response, Response::Order(_));
    let right_title = match answer.right_answer.as_slice() {
        [] => String::new(),
        [one] => m.quiz_right_answer(&one.text()),
        _ if is_order => m.quiz_right_order(),
        _ => m.quiz_right_answer("").trim_end().to_owned(),
    };
    let right = match answer.right_answer.as_slice() {
        [_] => Vec::new(),
        lines => lines.iter().map(html::line).collect(),
    };
    Solution { right_title, right, reason: html::line(&answer.reason), fact }
}

/// The class and the words for how an answer went.
pub fn verdict(m: &Messages, answer: &AnswerView) -> (&'static str, String) {
    match (answer.correct, answer.points) {
        (true, _) => ("right", m.quiz_right()),
        (false, 0) => ("wrong", m.quiz_wrong()),
        (false, points) => ("partly", m.quiz_partly(answer.possible.into(), points.into())),
    }
}

fn said_rows(m: &Messages, answer: &AnswerView) -> Vec<SaidRow> {
    let words = |options: &[OptionView], index: u8| {
        options.iter().find(|o| o.index == index).map(|o| html::line(&o.text)).unwrap_or_default()
    };
    let marked = |index: usize| {
        let of_part = |part: &&hocvu_core::quiz::PartVerdict| usize::from(part.index) == index;
        answer.parts.iter().find(of_part).map(|part| part.correct)
    };
    let whole = |text| vec![SaidRow { mark: Some(answer.correct), text }];
    match (&answer.question.kind, &answer.response) {
        (KindView::Single(options), Response::Single(index)) => whole(words(options, *index)),
        (KindView::Multiple(options), Response::Multiple(chosen)) => {
            let row = |index: &u8| SaidRow {
                mark: marked(usize::from(*index)),
                text: words(options, *index),
            };
            chosen.iter().map(row).collect()
        }
        (KindView::TrueFalse, Response::TrueFalse(said)) => {
            whole(html::escape(&if *said { m.quiz_true() } else { m.quiz_false() }))
        }
        (KindView::Match { lefts, rights }, Response::Match(chosen)) => {
            let row = |(i, (left, right)): (usize, (&LineText, &Option<u8>))| SaidRow {
                mark: marked(i),
                text: match right {
                    Some(index) => format!("{}: {}", html::line(left), words(rights, *index)),
                    None => html::line(left),
                },
            };
            lefts.iter().zip(chosen).enumerate().map(row).collect()
        }
        (KindView::Order(options), Response::Order(given)) => {
            given.iter().map(|i| SaidRow { mark: None, text: words(options, *i) }).collect()
        }
        (KindView::Gap { gaps, .. }, Response::Gap(chosen)) => {
            let row = |(i, (options, index)): (usize, (&Vec<OptionView>, &Option<u8>))| SaidRow {
                mark: marked(i),
                text: index.map(|index| words(options, index)).unwrap_or_default(),
            };
            gaps.iter().zip(chosen).enumerate().map(row).collect()
        }
        (_, Response::Text(typed)) => whole(html::escape(typed)),
        (KindView::Number { unit }, Response::Number(milli)) => {
            whole(html::escape(format!("{} {unit}", shown_number(m, *milli)).trim()))
        }
        _ => Vec::new(),
    }
}

/// A number in thousandths as the page's readers write it.
fn shown_number(m: &Messages, milli: i64) -> String {
    let decimal = if m.lang() == "en" { '.' } else { ',' };
    let sign = if milli < 0 { "-" } else { "" };
    let (whole, part) = (milli.unsigned_abs() / 1_000, milli.unsigned_abs() % 1_000);
    if part == 0 {
        return format!("{sign}{whole}");
    }
    let part = format!("{part:03}");
    format!("{sign}{whole}{decimal}{}", part.trim_end_matches('0'))
}

fn rendered(template: &impl Template) -> String {
    template.render().expect("a template that only writes to memory does not fail")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(n: u8) -> Vec<OptionView> {
        let option = |index| OptionView { index, text: LineText::plain(&format!("ý {index}")) };
        (0..n).rev().map(option).collect()
    }

    fn read(kind: &KindView, fields: &[(&str, &str)]) -> Result<Response, AnswerFault> {
        let fields: Fields =
            fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        read_response(kind, &fields)
    }

    #[test]
    fn a_choice_is_read_and_one_that_was_not_offered_is_none() {
        let single = KindView::Single(options(3));
        assert_eq!(read(&single, &[("a", "2")]), Ok(Response::Single(2)));
        for forged in ["3", "-1", "256", "", "x"] {
            assert_eq!(read(&single, &[("a", forged)]), Err(AnswerFault::ChooseFirst), "{forged}");
        }
        let multiple = KindView::Multiple(options(4));
        let both = [("a", "3"), ("a", "0"), ("a", "9"), ("a", "3")];
        assert_eq!(read(&multiple, &both), Ok(Response::Multiple(vec![0, 3])));
        assert_eq!(read(&multiple, &[]), Err(AnswerFault::ChooseFirst));
        assert_eq!(read(&KindView::TrueFalse, &[("a", "false")]), Ok(Response::TrueFalse(false)));
        assert_eq!(read(&KindView::TrueFalse, &[("a", "maybe")]), Err(AnswerFault::ChooseFirst));
    }

    #[test]
    fn places_make_an_order_and_no_two_items_share_one() {
        let order = KindView::Order(options(3));
        let given = [("o0", "2"), ("o1", "3"), ("o2", "1")];
        assert_eq!(read(&order, &given), Ok(Response::Order(vec![2, 0, 1])));
        let shared = [("o0", "1"), ("o1", "1"), ("o2", "2")];
        assert_eq!(read(&order, &shared), Err(AnswerFault::OrderTwice));
        for forged in ["0", "4", "", "99999999999999999999"] {
            let fields = [("o0", forged), ("o1", "1"), ("o2", "2")];
            assert_eq!(read(&order, &fields), Err(AnswerFault::FillAll), "{forged}");
        }
    }

    #[test]
    fn every_left_side_and_every_gap_wants_its_choice() {
        let lefts = vec![LineText::plain("a"), LineText::plain("b")];
        let pairs = KindView::Match { lefts, rights: options(3) };
        let given = [("m0", "2"), ("m1", "2")];
        assert_eq!(read(&pairs, &given), Ok(Response::Match(vec![Some(2), Some(2)])));
        assert_eq!(read(&pairs, &[("m0", "2"), ("m1", "")]), Err(AnswerFault::FillAll));
        let gaps =
            KindView::Gap { text: vec![GapPiece::Gap; 2], gaps: vec![options(2), options(3)] };
        let given = [("g0", "1"), ("g1", "2")];
        assert_eq!(read(&gaps, &given), Ok(Response::Gap(vec![Some(1), Some(2)])));
        assert_eq!(read(&gaps, &[("g0", "2"), ("g1", "2")]), Err(AnswerFault::FillAll));
    }

    #[test]
    fn diacritics_are_asked_for_only_where_they_count() {
        let m = Messages::get(&hocvu_core::ids::Lang::parse("vi").unwrap());
        let bare = how_to(m, &KindView::Text { marks_optional: true });
        let marked = how_to(m, &KindView::Text { marks_optional: false });
        assert!(bare.contains("Không dấu cũng được"), "{bare}");
        assert!(marked.contains("có dấu"), "{marked}");
    }

    #[test]
    fn what_is_typed_is_composed_trimmed_and_bounded() {
        let decomposed = "  ma\u{302}\u{323}t kha\u{302}\u{309}u ";
        let text = KindView::Text { marks_optional: false };
        assert_eq!(read(&text, &[("t", decomposed)]), Ok(Response::Text("mật khẩu".into())));
        assert_eq!(read(&text, &[("t", " \u{0}\n ")]), Err(AnswerFault::TypeFirst));
        let long = "a".repeat(100_000);
        assert_eq!(read(&text, &[("t", &long)]), Err(AnswerFault::TypedLong));
        let number = KindView::Number { unit: "phút".into() };
        assert_eq!(read(&number, &[("t", "1,5")]), Ok(Response::Number(1_500)));
        assert_eq!(read(&number, &[("t", "năm")]), Err(AnswerFault::NumberUnreadable));
    }

    #[test]
    fn the_time_taken_is_none_where_the_clock_jumped() {
        let at = |at: &str| vec![("at".to_owned(), at.to_owned())];
        assert_eq!(tenths(&at("100"), 112), 120);
        for (shown, now_s) in
            [("100", 99), ("0", 1_795_400_000), ("x", 5), ("-9223372036854775808", i64::MAX)]
        {
            assert_eq!(tenths(&at(shown), now_s), 0, "{shown}");
        }
        assert_eq!(tenths(&[], 5), 0);
    }
}
