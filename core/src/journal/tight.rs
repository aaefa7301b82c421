//! Answers and quiz starts as they lie in the database: a quarter of their canonical size.
//!
//! These two kinds are nine tenths of a journal. Their fields stand in a fixed order without keys,
//! ids are numbers of the `word` table, and what is nearly always so is one bit (`docs/formats.md`,
//! section 3). What does not fit this form, and every other kind, is stored as a map; the first
//! byte tells which it is. A body is stored in this form only if its canonical bytes follow from
//! what it says, so they come back exactly. Pure: who calls says which number a word has.

use super::event::{AnswerGiven, Deed, DrawnQuestion, Event, QuizStarted};
use crate::course::Edition;
use crate::error::{Error, Result};
use crate::ids::{CompetenceCode, CourseId, QuestionId, QuizId};
use crate::pack::Order;
use crate::quiz::{QuizUse, Response};
use crate::varint::put;

/// Gives the number of a word.
pub(super) type Number<'a> = dyn FnMut(&str) -> Result<u64> + 'a;

/// Gives the word of a number.
pub(super) type Word<'a> = dyn FnMut(u64) -> Result<String> + 'a;

/// First byte of an answer: below this.
const ANSWER_BELOW: u8 = 0x80;
/// First byte of a quiz start: this or above. Between them lie the first bytes of maps.
const START_FROM: u8 = 0xc0;

const PURPOSE: u8 = 0x03;

const IS_CORRECT: u8 = 0x04;
const IN_ATTEMPT: u8 = 0x08;
const IS_AGAIN: u8 = 0x10;
const FIRST_VERSION: u8 = 0x20;
const ONE_POINT: u8 = 0x40;

const HAS_QUIZ: u8 = 0x04;
const HAS_POLICY: u8 = 0x08;
const FIRST_VERSIONS: u8 = 0x10;
const FIRST_EDITION: u8 = 0x20;

/// The first byte of a response: its kind above, a small value below.
const KIND_SHIFT: u8 = 5;
const SMALL_MAX: u8 = 31;
/// An index that was left open.
const OPEN: u8 = 0xff;

/// The tight form of an event's body, or `None` where it has none.
pub(super) fn tighten(event: &Event, number: &mut Number<'_>) -> Result<Option<Vec<u8>>> {
    let Some(deed) = event.deed() else { return Ok(None) };
    if deed.to_body().2 != event.body {
        return Ok(None);
    }
    match deed {
        Deed::AnswerGiven(answer) => tighten_answer(&answer, event.seq, number),
        Deed::QuizStarted(started) => tighten_start(&started, number),
        _ => Ok(None),
    }
}

/// The canonical body of the event with this number, or `None` where it is not stored in the tight
/// form.
pub(super) fn loosen(stored: &[u8], seq: u64, word: &mut Word<'_>) -> Result<Option<Vec<u8>>> {
    let Some((first, rest)) = stored.split_first() else { return Ok(None) };
    let mut read = Read { rest, word };
    let deed = match *first {
        flags if flags < ANSWER_BELOW => Deed::AnswerGiven(loosen_answer(flags, seq, &mut read)?),
        flags if flags >= START_FROM => Deed::QuizStarted(loosen_start(flags, &mut read)?),
        _ => return Ok(None),
    };
    Ok(Some(deed.to_body().2))
}

fn flag(bit: u8, is_set: bool) -> u8 {
    if is_set { bit } else { 0 }
}

fn tighten_answer(
    answer: &AnswerGiven,
    seq: u64,
    number: &mut Number<'_>,
) -> Result<Option<Vec<u8>>> {
    let [competence] = &answer.competences[..] else { return Ok(None) };
    let is_usual = answer.points <= answer.possible
        && answer.correct == (answer.points == answer.possible)
        && answer.again != Some(false)
        && answer.attempt_replica.is_none()
        && answer.attempt.is_none_or(|attempt| attempt <= seq);
    let Some(response) = tighten_response(&answer.response).filter(|_| is_usual) else {
        return Ok(None);
    };
    let flags = purpose_number(answer.purpose)
        | flag(IS_CORRECT, answer.correct)
        | flag(IN_ATTEMPT, answer.attempt.is_some())
        | flag(IS_AGAIN, answer.again.is_some())
        | flag(FIRST_VERSION, answer.version == 1)
        | flag(ONE_POINT, answer.possible == 1);
    let mut out = vec![flags];
    put(&mut out, number(answer.course.as_str())?);
    put(&mut out, number(answer.question.as_str())?);
    put(&mut out, number(competence.as_str())?);
    put(&mut out, answer.tenths.into());
    if answer.version != 1 {
        put(&mut out, answer.version.into());
    }
    if answer.possible != 1 {
        put(&mut out, answer.possible.into());
        if !answer.correct {
            put(&mut out, answer.points.into());
        }
    }
    if let Some(attempt) = answer.attempt {
        put(&mut out, seq - attempt);
    }
    out.extend(response);
    Ok(Some(out))
}

fn loosen_answer(flags: u8, seq: u64, read: &mut Read<'_, '_>) -> Result<AnswerGiven> {
    let has = |bit: u8| flags & bit != 0;
    let course = read.id(CourseId::parse)?;
    let question = read.id(QuestionId::parse)?;
    let competences = vec![read.id(CompetenceCode::parse)?];
    let tenths = read.small()?;
    let version = if has(FIRST_VERSION) { 1 } else { read.small()? };
    let possible = if has(ONE_POINT) { 1 } else { read.small()? };
    let points = match (has(IS_CORRECT), has(ONE_POINT)) {
        (true, _) => possible,
        (false, true) => 0,
        (false, false) => read.small()?,
    };
    let attempt = if has(IN_ATTEMPT) {
        Some(seq.checked_sub(read.number()?).ok_or_else(unreadable)?)
    } else {
        None
    };
    Ok(AnswerGiven {
        course,
        question,
        version,
        response: loosen_response(read)?,
        correct: has(IS_CORRECT),
        points,
        possible,
        competences,
        purpose: purpose(flags)?,
        tenths,
        attempt,
        attempt_replica: None,
        again: has(IS_AGAIN).then_some(true),
    })
}

fn tighten_response(response: &Response) -> Option<Vec<u8>> {
    let first = |kind: u8, small: u8| kind << KIND_SHIFT | small;
    let all = |kind: u8, values: &[u8]| [&[first(kind, 0)], values].concat();
    let open = |kind: u8, values: &[Option<u8>]| {
        let fits = values.iter().all(|value| *value != Some(OPEN));
        let values: Vec<u8> = values.iter().map(|value| value.unwrap_or(OPEN)).collect();
        fits.then(|| all(kind, &values))
    };
    match response {
        Response::Single(index) => (*index <= SMALL_MAX).then(|| vec![first(0, *index)]),
        Response::Multiple(chosen) => Some(all(1, chosen)),
        Response::TrueFalse(said) => Some(vec![first(2, u8::from(*said))]),
        Response::Match(chosen) => open(3, chosen),
        Response::Order(given) => Some(all(4, given)),
        Response::Gap(chosen) => open(5, chosen),
        Response::Text(typed) => Some(all(6, typed.as_bytes())),
        Response::Number(milli) => {
            let mut out = vec![first(7, 0)];
            put(&mut out, (milli << 1 ^ milli >> 63).cast_unsigned());
            Some(out)
        }
    }
}

/// A response is what is left to the end.
fn loosen_response(read: &mut Read<'_, '_>) -> Result<Response> {
    let first = read.byte()?;
    let small = first & SMALL_MAX;
    let kind = first >> KIND_SHIFT;
    if kind == 7 {
        let folded = read.number()?;
        let milli = (folded >> 1).cast_signed() ^ -(folded & 1).cast_signed();
        return Ok(Response::Number(milli));
    }
    let values = std::mem::take(&mut read.rest);
    let open = || values.iter().map(|value| (*value != OPEN).then_some(*value)).collect();
    Ok(match kind {
        0 => Response::Single(small),
        1 => Response::Multiple(values.to_vec()),
        2 => Response::TrueFalse(small == 1),
        3 => Response::Match(open()),
        4 => Response::Order(values.to_vec()),
        5 => Response::Gap(open()),
        _ => Response::Text(String::from_utf8(values.to_vec()).map_err(|_| unreadable())?),
    })
}

fn tighten_start(started: &QuizStarted, number: &mut Number<'_>) -> Result<Option<Vec<u8>>> {
    let all_first = started.questions.iter().all(|q| q.version == 1);
    let one_edition = started.questions.iter().all(|q| q.edition == 0);
    let flags = START_FROM
        | purpose_number(started.purpose)
        | flag(HAS_QUIZ, started.quiz.is_some())
        | flag(HAS_POLICY, started.policy.is_some())
        | flag(FIRST_VERSIONS, all_first)
        | flag(FIRST_EDITION, one_edition);
    let mut out = vec![flags];
    out.extend(started.seed.to_le_bytes());
    if let Some(quiz) = &started.quiz {
        put(&mut out, number(quiz.as_str())?);
    }
    if let Some(policy) = started.policy {
        put(&mut out, policy.into());
    }
    put(&mut out, started.editions.len() as u64);
    for edition in &started.editions {
        put(&mut out, number(edition.course.as_str())?);
        put(&mut out, edition.order.generation.into());
        put(&mut out, edition.order.version.into());
    }
    for drawn in &started.questions {
        put(&mut out, number(drawn.question.as_str())?);
        if !one_edition {
            out.push(drawn.edition);
        }
        if !all_first {
            put(&mut out, drawn.version.into());
        }
    }
    Ok(Some(out))
}

fn loosen_start(flags: u8, read: &mut Read<'_, '_>) -> Result<QuizStarted> {
    let has = |bit: u8| flags & bit != 0;
    let (seed, rest) = read.rest.split_first_chunk().ok_or_else(unreadable)?;
    read.rest = rest;
    let quiz = if has(HAS_QUIZ) { Some(read.id(QuizId::parse)?) } else { None };
    let policy = if has(HAS_POLICY) { Some(read.small()?) } else { None };
    let mut editions = Vec::new();
    for _ in 0..read.number()? {
        let course = read.id(CourseId::parse)?;
        let order = Order { generation: read.small()?, version: read.small()? };
        editions.push(Edition { course, order });
    }
    let mut questions = Vec::new();
    while !read.rest.is_empty() {
        let question = read.id(QuestionId::parse)?;
        let edition = if has(FIRST_EDITION) { 0 } else { read.byte()? };
        let version = if has(FIRST_VERSIONS) { 1 } else { read.small()? };
        questions.push(DrawnQuestion { edition, question, version });
    }
    let (purpose, seed) = (purpose(flags)?, u64::from_le_bytes(*seed));
    Ok(QuizStarted { purpose, editions, quiz, seed, questions, policy })
}

fn purpose_number(purpose: QuizUse) -> u8 {
    match purpose {
        QuizUse::Check => 0,
        QuizUse::Practice => 1,
        QuizUse::Assessment => 2,
    }
}

fn purpose(flags: u8) -> Result<QuizUse> {
    match flags & PURPOSE {
        0 => Ok(QuizUse::Check),
        1 => Ok(QuizUse::Practice),
        2 => Ok(QuizUse::Assessment),
        _ => Err(unreadable()),
    }
}

fn unreadable() -> Error {
    Error::Damaged { detail: "an event's body cannot be read".into() }
}

struct Read<'a, 'w> {
    rest: &'a [u8],
    word: &'a mut Word<'w>,
}

impl Read<'_, '_> {
    fn byte(&mut self) -> Result<u8> {
        let (first, rest) = self.rest.split_first().ok_or_else(unreadable)?;
        self.rest = rest;
        Ok(*first)
    }

    fn number(&mut self) -> Result<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(unreadable())
    }

    fn small(&mut self) -> Result<u32> {
        u32::try_from(self.number()?).map_err(|_| unreadable())
    }

    fn id<T, E>(&mut self, parse: fn(&str) -> std::result::Result<T, E>) -> Result<T> {
        let number = self.number()?;
        parse(&(self.word)(number)?).map_err(|_| unreadable())
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::tests::{answer, event};
    use super::*;
    use crate::ids::ReplicaId;
    use proptest::prelude::*;

    /// Stores and reads back with words of its own; the stored bytes, where there is a tight form.
    fn there_and_back(event: &Event) -> Option<Vec<u8>> {
        let mut words: Vec<String> = Vec::new();
        let tight = tighten(event, &mut |word| {
            let place = words.iter().position(|known| known == word).unwrap_or_else(|| {
                words.push(word.to_owned());
                words.len() - 1
            });
            Ok(place as u64)
        });
        let tight = tight.unwrap()?;
        let mut word = |n: u64| Ok(words[usize::try_from(n).unwrap()].clone());
        let back = loosen(&tight, event.seq, &mut word).unwrap();
        assert_eq!(back.as_ref(), Some(&event.body));
        Some(tight)
    }

    fn responses() -> impl Strategy<Value = Response> {
        let indices = || prop::collection::vec(any::<u8>(), 0..15);
        let open = || prop::collection::vec(prop::option::of(any::<u8>()), 0..15);
        prop_oneof![
            any::<u8>().prop_map(Response::Single),
            indices().prop_map(Response::Multiple),
            any::<bool>().prop_map(Response::TrueFalse),
            open().prop_map(Response::Match),
            indices().prop_map(Response::Order),
            open().prop_map(Response::Gap),
            ".{0,20}".prop_map(Response::Text),
            any::<i64>().prop_map(Response::Number),
        ]
    }

    fn purposes() -> impl Strategy<Value = QuizUse> {
        prop::sample::select(vec![QuizUse::Check, QuizUse::Practice, QuizUse::Assessment])
    }

    prop_compose! {
        fn answers()(
            response in responses(),
            (question, code) in ("[a-z0-9]{1,40}", "[0-9]{1,2}\\.[0-9]"),
            (version, points, possible) in (0u32..3, 0u32..4, 0u32..4),
            (correct, codes) in (any::<bool>(), 0usize..3),
            purpose in purposes(),
            tenths in any::<u32>(),
            attempt in prop::option::of(0u64..20),
            other in prop::option::weighted(0.2, Just(ReplicaId([3; 16]))),
            again in prop::option::of(any::<bool>()),
        ) -> AnswerGiven {
            AnswerGiven {
                question: QuestionId::parse(&question).unwrap(),
                version,
                response,
                correct,
                points,
                possible,
                competences: vec![CompetenceCode::parse(&code).unwrap(); codes],
                purpose,
                tenths,
                attempt,
                attempt_replica: other,
                again,
                ..answer()
            }
        }
    }

    prop_compose! {
        fn starts()(
            purpose in purposes(),
            courses in prop::collection::vec(("[a-z]{1,9}", any::<u32>(), any::<u32>()), 0..5),
            quiz in prop::option::of("[a-z]{1,9}"),
            seed in any::<u64>(),
            questions in prop::collection::vec((any::<u8>(), "[a-z]{1,9}", any::<u32>()), 0..9),
            is_plain in any::<bool>(),
            policy in prop::option::of(any::<u32>()),
        ) -> QuizStarted {
            let edition = |(course, generation, version): (String, u32, u32)| Edition {
                course: CourseId::parse(&course).unwrap(),
                order: Order { generation, version },
            };
            let drawn = |(edition, question, version): (u8, String, u32)| DrawnQuestion {
                edition: if is_plain { 0 } else { edition },
                question: QuestionId::parse(&question).unwrap(),
                version: if is_plain { 1 } else { version },
            };
            QuizStarted {
                purpose,
                editions: courses.into_iter().map(edition).collect(),
                quiz: quiz.map(|id| QuizId::parse(&id).unwrap()),
                seed,
                questions: questions.into_iter().map(drawn).collect(),
                policy,
            }
        }
    }

    #[test]
    fn an_ordinary_answer_takes_a_sixth_of_its_body() {
        let event = event(&Deed::AnswerGiven(answer()));
        assert_eq!(event.body.len(), 52);
        assert_eq!(there_and_back(&event).unwrap().len(), 8);
    }

    #[test]
    fn what_is_not_usual_or_not_known_has_no_tight_form() {
        let later = AnswerGiven { attempt: Some(10), ..answer() };
        assert_eq!(there_and_back(&event(&Deed::AnswerGiven(later))), None);
        let two = AnswerGiven { competences: vec![], ..answer() };
        assert_eq!(there_and_back(&event(&Deed::AnswerGiven(two))), None);
        let mut newer = event(&Deed::AnswerGiven(answer()));
        newer.kind_version = 2;
        assert_eq!(there_and_back(&newer), None);
        let mut richer = event(&Deed::AnswerGiven(answer()));
        richer.body[0] += 1;
        richer.body.extend([0x18, 0x63, 0x00]);
        assert!(richer.deed().is_some(), "a key that nobody knows is skipped");
        assert_eq!(there_and_back(&richer), None);
    }

    proptest! {
        #[test]
        fn any_answer_comes_back_to_the_byte(answer in answers()) {
            there_and_back(&event(&Deed::AnswerGiven(answer)));
        }

        #[test]
        fn any_start_is_tight_and_comes_back_to_the_byte(started in starts()) {
            prop_assert!(there_and_back(&event(&Deed::QuizStarted(started))).is_some());
        }

        #[test]
        fn any_stored_bytes_are_read_or_refused(
            stored in prop::collection::vec(any::<u8>(), 0..60),
            seq in 1u64..100,
        ) {
            let mut word = |n: u64| Ok(if n.is_multiple_of(2) { "4.2".into() } else { "otp".into() });
            let _ = loosen(&stored, seq, &mut word);
        }
    }
}
