//! Everything that is kept about a learner, as JSON that a person can read.

use rusqlite::Connection;
use serde_json::{Value, json};

use super::LearnerView;
use crate::error::{Error, Result};
use crate::journal::{Deed, Event, events_of_learner};
use crate::progress::fold;
use crate::quiz::{QuizUse, Response};

pub(super) fn export(conn: &Connection, learner_no: i64, learner: &LearnerView) -> Result<String> {
    let events = events_of_learner(conn, learner_no)?;
    let told: Vec<Value> = events.iter().map(|(event, _)| event_json(event)).collect();
    let folded = fold(learner.id, events);
    let lessons = folded.lessons.iter().map(|((course, lesson), stage)| {
        json!({ "course": course, "lesson": lesson, "stage": format!("{stage:?}").to_lowercase() })
    });
    let mastery = folded.mastery.iter().map(|(competence, mastery)| {
        json!({
            "competence": competence,
            "answered": mastery.answered,
            "last_answers_percent": mastery.recent,
        })
    });
    let all = json!({
        "format": "hocvu learner export 1",
        "learner": {
            "id": learner.id,
            "name": learner.name,
            "address": learner.address.code(),
            "group": learner.group.number(),
            "guardian": learner.guardian,
            "has_pin": learner.has_pin,
            "agreed_to_be_counted": learner.counts,
        },
        "lessons": lessons.collect::<Vec<_>>(),
        "competences": mastery.collect::<Vec<_>>(),
        "events": told,
    });
    serde_json::to_string_pretty(&all).map_err(|error| Error::invalid("export", error.to_string()))
}

fn event_json(event: &Event) -> Value {
    json!({
        "replica": event.replica,
        "seq": event.seq,
        "device_time_s": event.time_s,
        "what": event.deed().map_or_else(
            || json!({ "kind": event.kind, "body_hex": hex(&event.body) }),
            |deed| deed_json(&deed),
        ),
    })
}

fn deed_json(deed: &Deed) -> Value {
    match deed {
        Deed::LearnerHeld(held) => {
            json!({ "held": { "origin": held.origin, "group": held.group } })
        }
        Deed::GroupSet(set) => json!({ "group_set": set.group }),
        Deed::ConsentGiven(given) => json!({ "consent_given": {
            "purpose": given.purpose,
            "text_version": given.text_version,
            "by_guardian": given.by_guardian,
        } }),
        Deed::ConsentWithdrawn(taken) => json!({ "consent_withdrawn": taken.purpose }),
        Deed::LearnerRemoved(_) => json!("removed"),
        Deed::LearnerErased(_) => json!("erased"),
        Deed::PlaceSet(place) => json!({ "commune": place.commune }),
        Deed::LessonBegun(place) => json!({ "lesson_begun": [place.course, place.lesson] }),
        Deed::LessonFinished(place) => json!({ "lesson_finished": [place.course, place.lesson] }),
        Deed::QuizStarted(started) => json!({ "quiz_started": {
            "purpose": purpose(started.purpose),
            "quiz": started.quiz,
            "questions": started.questions.iter().map(|q| &q.question).collect::<Vec<_>>(),
        } }),
        Deed::AnswerGiven(answer) => json!({ "answer_given": {
            "course": answer.course,
            "question": answer.question,
            "response": response(&answer.response),
            "points": answer.points,
            "possible": answer.possible,
            "purpose": purpose(answer.purpose),
            "seconds": f64::from(answer.tenths) / 10.0,
        } }),
        Deed::QuizFinished(finished) => json!({ "quiz_finished": finished
            .results
            .iter()
            .map(|r| json!({
                "competence": r.competence,
                "points": r.points,
                "possible": r.possible,
                "answered": r.answered,
            }))
            .collect::<Vec<_>>() }),
    }
}

fn purpose(purpose: QuizUse) -> Value {
    json!(purpose)
}

fn response(response: &Response) -> Value {
    match response {
        Response::Single(index) => json!(index),
        Response::Multiple(indices) | Response::Order(indices) => json!(indices),
        Response::TrueFalse(said) => json!(said),
        Response::Match(indices) | Response::Gap(indices) => json!(indices),
        Response::Text(typed) => json!(typed),
        Response::Number(milli) => json!(crate::text::decimal(*milli, "en")),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
