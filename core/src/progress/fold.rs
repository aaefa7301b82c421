//! The fold of one learner's events: pure, integers only, the same whatever order they arrived in.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{CompetenceCode, CourseId, LearnerId, LessonId, ReplicaId};
use crate::journal::{AnswerGiven, Deed, Event, Link, held_is_valid, learner_id};
use crate::quiz::{Attempt, QuizUse};

use super::Mastery;

/// How far a learner is with a lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Not opened yet.
    New,
    /// Opened.
    Begun,
    /// Finished at least once.
    Finished,
}

/// All that a learner's journal says of her.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LearnerFold {
    /// Her group, as in `LearnerHeld`.
    pub group: u8,
    /// Bit n is set while she agrees to purpose n.
    pub consents: u32,
    /// Lessons that she began or finished.
    pub lessons: BTreeMap<(CourseId, LessonId), Stage>,
    /// Her last answers by competence.
    pub mastery: BTreeMap<CompetenceCode, Mastery>,
    /// Her attempts, by the replica and number of their start.
    pub attempts: BTreeMap<(ReplicaId, u64), Attempt>,
}

impl LearnerFold {
    /// Takes in the next event of the fold's order.
    pub fn apply(&mut self, event: &Event, deed: &Deed) {
        match deed {
            Deed::LearnerHeld(held) if self.group == 0 => self.group = held.group,
            Deed::GroupSet(set) => self.group = set.group,
            Deed::ConsentGiven(consent) => self.consents |= bit(consent.purpose),
            Deed::ConsentWithdrawn(consent) => self.consents &= !bit(consent.purpose),
            Deed::LessonBegun(place) => self.reach(&place.course, &place.lesson, Stage::Begun),
            Deed::LessonFinished(place) => {
                self.reach(&place.course, &place.lesson, Stage::Finished);
            }
            Deed::QuizStarted(started) => {
                let attempt = Attempt::begin(started.clone(), event.lamport);
                self.attempts.entry((event.replica, event.seq)).or_insert(attempt);
            }
            Deed::AnswerGiven(answer) => self.answer(event, answer),
            Deed::QuizFinished(finished) => {
                let replica = finished.attempt_replica.unwrap_or(event.replica);
                let last_seq = (replica == event.replica).then_some(event.seq);
                if let Some(attempt) = self.attempts.get_mut(&(replica, finished.attempt)) {
                    attempt.finish(&finished.results, last_seq);
                }
            }
            Deed::LearnerHeld(_)
            | Deed::LearnerRemoved(_)
            | Deed::LearnerErased(_)
            | Deed::PlaceSet(_) => {}
        }
    }

    fn reach(&mut self, course: &CourseId, lesson: &LessonId, stage: Stage) {
        let reached = self.lessons.entry((course.clone(), lesson.clone())).or_insert(stage);
        *reached = stage.max(*reached);
    }

    fn answer(&mut self, event: &Event, answer: &AnswerGiven) {
        let counted = match attempt_key(event, answer) {
            Some(key) => self.attempts.get_mut(&key).is_some_and(|attempt| attempt.give(answer)),
            None => answer.again != Some(true),
        };
        if counted && answer.purpose != QuizUse::Assessment {
            for competence in &answer.competences {
                let mastery = self.mastery.entry(competence.clone()).or_default();
                mastery.count(answer.points, answer.possible);
            }
        }
    }
}

/// The attempt that an answer belongs to; none for a check.
pub(super) fn attempt_key(event: &Event, answer: &AnswerGiven) -> Option<(ReplicaId, u64)> {
    answer.attempt.map(|seq| (answer.attempt_replica.unwrap_or(event.replica), seq))
}

fn bit(purpose: u8) -> u32 {
    1u32.checked_shl(purpose.into()).unwrap_or(0)
}

/// Folds all that is held about a learner, in the order (lamport, replica, seq, link). Events of
/// replicas that do not hold her, by her card's signature, count for nothing.
pub fn fold(learner: LearnerId, mut events: Vec<(Event, Link)>) -> LearnerFold {
    events.retain(|(event, _)| event.learner == Some(learner));
    let holders: BTreeSet<ReplicaId> =
        events.iter().filter(|(event, _)| holds(learner, event)).map(|(e, _)| e.replica).collect();
    events.retain(|(event, _)| holders.contains(&event.replica));
    events.sort_by(|(a, a_link), (b, b_link)| {
        let key = |e: &Event| (e.lamport, e.replica, e.seq);
        key(a).cmp(&key(b)).then(a_link.cmp(b_link))
    });
    let mut fold = LearnerFold::default();
    for (event, _) in &events {
        if let Some(deed) = event.deed() {
            fold.apply(event, &deed);
        }
    }
    fold
}

/// Whether an event says that its replica holds a learner, by her card's signature.
pub(crate) fn holds(learner: LearnerId, event: &Event) -> bool {
    match event.deed() {
        Some(Deed::LearnerHeld(held)) => {
            learner_id(&held.card_key, held.origin) == learner
                && held_is_valid(&held.card_key, event.replica, &held.signature)
        }
        _ => false,
    }
}
