//! What people and accidents do, one act a step.

use hocvu_core::ids::{CompetenceCode, CourseId, LearnerId, LessonId, QuestionId, QuizId};
use hocvu_core::journal::{
    AnswerGiven, CompetencePoints, Deed, DrawnQuestion, GroupSet, LessonPlace, QuizFinished,
    QuizStarted,
};
use hocvu_core::learner::{
    AddLearnerRequest, Address, Group, PersonRequest, Purpose, TakeInRequest,
};
use hocvu_core::quiz::{QuizUse, Response};
use hocvu_core::{Error, Result};

use crate::device::{Kind, Node};
use crate::world::World;

/// Years that a clock may be wrong by, in either direction.
const YEARS: i64 = 20;
const YEAR_S: i64 = 31_557_600;

impl World {
    /// One act.
    pub(crate) fn act(&mut self) {
        self.step += 1;
        // What the server has counted it may have erased when a phone is asked.
        let there = self.scan(0);
        self.oracle.ever_counted.extend(there.keys());
        let seconds = i64::try_from(self.rng.below(90_000)).expect("it is small");
        self.pass(seconds);
        let phones = self.live_phones();
        let p = *self.rng.one_of(&phones);
        match self.rng.below(1000) {
            0..=239 => self.learn(p),
            240..=489 => self.sync_somewhere(p),
            490..=564 => self.sync_hub(),
            565..=604 => self.add_learner(p),
            605..=629 => self.consent(p),
            630..=689 => self.take_in(p),
            690..=729 => self.export_somewhere(p),
            730..=789 => self.deliver(),
            790..=829 => self.deliver_late(),
            830..=999 if self.faults_per_mille == 0 => self.learn(p),
            830..=852 => self.backup(p),
            853..=874 => {
                let with_marker = self.chance(30);
                self.restore_some(with_marker);
            }
            875..=880 => self.clone_phone(p),
            881..=884 if phones.len() > 1 => self.lose_phone(p),
            885..=907 => {
                let n = self.some_relay();
                self.backup_node(n);
            }
            908..=932 => {
                let in_silence = self.chance(50);
                self.restore_some_node(in_silence);
            }
            933..=938 => {
                let n = self.some_relay();
                self.power_cut_node(n);
            }
            939..=943 => self.power_cut(p),
            944..=948 => {
                let n = self.some_relay();
                if self.nodes[n].kind == Kind::Hub {
                    self.replace_hub(n);
                }
            }
            949..=955 => self.turn_clock(p),
            956..=962 => self.remove(p),
            963..=969 => self.erase_here(p),
            970..=976 => self.erase_by_volunteer(),
            977..=984 => self.backup(p),
            985..=999 => self.restore_some(false),
            _ => self.learn(p),
        }
    }

    /// An honest relay that is there.
    fn some_relay(&mut self) -> usize {
        let mut nodes = self.live_nodes();
        nodes.retain(|n| self.nodes[*n].kind != Kind::Hostile);
        *self.rng.one_of(&nodes)
    }

    fn some_learner(&mut self, p: usize) -> Option<LearnerId> {
        let all = self.phones[p].core.learners().list().unwrap_or_default();
        (!all.is_empty()).then(|| self.rng.one_of(&all).id)
    }

    /// Runs a change of a phone; where it fails for a reason that has no excuse, the seed fails.
    fn change<T>(&mut self, p: usize, what: &str, result: Result<T>) -> Option<T> {
        let done = match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.wrong(format!("phone {p}, {what}: {error}"));
                None
            }
        };
        self.note(p);
        done
    }

    fn learn(&mut self, p: usize) {
        let Some(learner) = self.some_learner(p) else { return self.add_learner(p) };
        let count = match self.rng.below(20) {
            0 => 120,
            1..=3 => 30,
            _ => 1 + self.rng.below(6),
        };
        let core = self.core(p);
        if self.chance(15) {
            let started = core.record_deed(learner, &self.quiz_started());
            let Some(started) = self.change(p, "starting a quiz", started) else { return };
            let mut deeds: Vec<Deed> =
                (0..4).map(|_| self.answer_given(Some(started.seq))).collect();
            if self.chance(70) {
                deeds.push(quiz_finished(started.seq));
            }
            let done = core.record_deeds(learner, &deeds);
            self.change(p, "a quiz", done);
            return;
        }
        let deeds: Vec<Deed> = (0..count).map(|_| self.deed()).collect();
        // A round writes little where a phone has much to say, so its disk is full here too.
        let is_full = count == 120 && self.faults_per_mille > 0 && self.step.is_multiple_of(3);
        if is_full && core.limit_disk(Some(0)).is_err() {
            self.wrong(format!("the disk of phone {p} cannot be limited"));
        }
        let done = core.record_deeds(learner, &deeds);
        let _ = core.limit_disk(None);
        if let Err(error @ Error::DiskFull { .. }) = &done {
            return self.failed(p, None, error);
        }
        self.change(p, "learning", done);
        self.say(|| format!("phone {p} records {count} deeds"));
    }

    fn deed(&mut self) -> Deed {
        let place = |world: &mut Self| LessonPlace {
            course: course(world),
            lesson: LessonId::parse(world.rng.one_of::<&str>(&["ma-otp", "khoa"])).expect("an id"),
            version: 1,
        };
        match self.rng.below(12) {
            0 => Deed::LessonBegun(place(self)),
            1 => Deed::LessonFinished(place(self)),
            2 => {
                let group = u8::try_from(1 + self.rng.below(4)).expect("it is small");
                Deed::GroupSet(GroupSet { group })
            }
            _ => self.answer_given(None),
        }
    }

    fn answer_given(&mut self, attempt: Option<u64>) -> Deed {
        let points = u32::try_from(self.rng.below(2)).expect("it is small");
        let competence = *self.rng.one_of(&["4.1", "4.2", "1.1"]);
        Deed::AnswerGiven(AnswerGiven {
            course: course(self),
            question: question(self.rng.below(4)),
            version: 1,
            response: Response::Single(u8::try_from(self.rng.below(3)).expect("it is small")),
            correct: points == 1,
            points,
            possible: 1,
            competences: vec![CompetenceCode::parse(competence).expect("a code")],
            purpose: if attempt.is_some() { QuizUse::Practice } else { QuizUse::Check },
            tenths: u32::try_from(self.rng.below(900)).expect("it is small"),
            attempt,
            attempt_replica: None,
            again: (attempt.is_none() && self.rng.below(5) == 0).then_some(true),
        })
    }

    fn quiz_started(&mut self) -> Deed {
        let drawn = |n| DrawnQuestion { edition: 0, question: question(n), version: 1 };
        Deed::QuizStarted(QuizStarted {
            purpose: QuizUse::Practice,
            editions: Vec::new(),
            quiz: Some(QuizId::parse("luyen-tap").expect("an id")),
            seed: self.rng.draw(),
            questions: (0..4).map(drawn).collect(),
            policy: None,
        })
    }

    fn sync_somewhere(&mut self, p: usize) {
        if self.phones[p].by_courier || self.phones[p].joined.is_empty() {
            return self.export_somewhere(p);
        }
        let place = self.rng.below(self.phones[p].joined.len());
        self.sync(p, place);
        self.check_claim(p);
    }

    fn export_somewhere(&mut self, p: usize) {
        if !self.phones[p].joined.is_empty() {
            let place = self.rng.below(self.phones[p].joined.len());
            self.export(p, place);
        }
    }

    fn sync_hub(&mut self) {
        let mut hubs = self.live_nodes();
        hubs.retain(|n| self.nodes[*n].kind == Kind::Hub);
        if !hubs.is_empty() {
            let n = *self.rng.one_of(&hubs);
            self.hub_round(n);
        }
    }

    fn add_learner(&mut self, p: usize) {
        let agrees = self.chance(70);
        let request = AddLearnerRequest {
            person: person(),
            group: Group::Citizen,
            is_child: false,
            consent_record: true,
            consent_count: agrees,
        };
        let core = self.core(p);
        let added = core.learners().add(&request);
        if let Some(learner) = self.change(p, "adding a learner", added) {
            if agrees {
                self.oracle.agreed.insert(learner);
            }
            self.say(|| format!("phone {p} adds {learner:?}, agrees: {agrees}"));
        }
    }

    fn consent(&mut self, p: usize) {
        let Some(learner) = self.some_learner(p) else { return };
        let core = self.core(p);
        let Ok(Some(held)) = core.learners().get(learner) else { return };
        let given = !held.counts;
        if !given && self.chance(60) {
            return;
        }
        let set = core.learners().set_consent(learner, Purpose::Count, given);
        if self.change(p, "a consent", set).is_some() {
            if given {
                self.oracle.agreed.insert(learner);
                self.tally.note("consent given later");
            } else {
                self.oracle.withdrew.insert(learner);
                self.tally.note("consent withdrawn");
            }
            self.say(|| format!("{learner:?} on phone {p} agrees: {given}"));
        }
    }

    fn take_in(&mut self, p: usize) {
        let Some(learner) = self.some_learner(p) else { return };
        let phones = self.live_phones();
        let q = *self.rng.one_of(&phones);
        let Ok(card) = self.phones[p].core.learners().card(learner) else { return };
        if self.phones[q].core.learners().get(learner).is_ok_and(|held| held.is_some()) {
            return;
        }
        let core = self.core(q);
        match core.learners().take_in(&TakeInRequest { card, person: person() }) {
            Ok(_) => {
                self.tally.note("card taken in");
                self.say(|| format!("phone {q} takes in {learner:?} of phone {p}"));
                // Each device asks her again.
                if self.oracle.agreed.contains(&learner) && self.chance(75) {
                    let set = core.learners().set_consent(learner, Purpose::Count, true);
                    self.change(q, "a consent", set);
                }
            }
            Err(Error::Invalid { what: "card", .. }) => {}
            Err(error) => self.wrong(format!("phone {q} takes in a card: {error}")),
        }
        self.note(q);
    }

    fn turn_clock(&mut self, p: usize) {
        let span = usize::try_from(2 * YEARS * YEAR_S).expect("it fits");
        let offset_s = i64::try_from(self.rng.below(span)).expect("it fits") - YEARS * YEAR_S;
        if self.chance(60) {
            self.phones[p].offset_s = offset_s;
        } else {
            let n = self.some_relay();
            self.nodes[n].offset_s = offset_s;
        }
        self.pass(0);
        self.tally.note("clock off by years");
        self.say(|| format!("a clock is turned by {offset_s} s"));
    }

    fn forget_held(&mut self, p: usize, learner: LearnerId) {
        let (keep, gone) = std::mem::take(&mut self.phones[p].held)
            .into_iter()
            .partition(|id| self.oracle.events.get(id) != Some(&Some(learner)));
        self.phones[p].held = keep;
        self.vanish(gone);
    }

    fn remove(&mut self, p: usize) {
        let Some(learner) = self.some_learner(p) else { return };
        let core = self.core(p);
        let removed = core.learners().remove(learner);
        if self.change(p, "removing a learner", removed).is_some() {
            self.forget_held(p, learner);
            self.tally.note("learner removed");
            self.say(|| format!("phone {p} removes {learner:?}"));
        }
    }

    fn erase_here(&mut self, p: usize) {
        let Some(learner) = self.some_learner(p) else { return };
        let core = self.core(p);
        match core.learners().erase(learner) {
            Ok(()) => {
                self.phones[p].erased.insert(learner);
                self.tally.note("erased by the origin");
                self.say(|| format!("phone {p} erases {learner:?}"));
            }
            Err(Error::Invalid { what: "erasure", .. }) => {}
            Err(error) => self.wrong(format!("phone {p} erases: {error}")),
        }
        self.note(p);
    }

    fn erase_by_volunteer(&mut self) {
        let n = self.some_relay();
        let held = self.scan(n);
        let learners: Vec<LearnerId> = held.values().copied().flatten().collect();
        if learners.is_empty() {
            return;
        }
        let learner = *self.rng.one_of(&learners);
        let passes = |node: &Node| node.relay.counts().is_ok_and(|counts| counts.waiting == 0);
        let mut has_passed = passes(&self.nodes[n]);
        match self.nodes[n].relay.erase(learner) {
            Ok(()) => {
                // What was only here is gone, also when an older backup forgets the erasure.
                let hers = held.iter().filter(|(_, whose)| **whose == Some(learner));
                self.vanish(hers.map(|(id, _)| *id).collect());
                let mut up = self.nodes[n].upstream;
                // A station that never had anything of hers takes nobody's word about her.
                while let Some(above) = up.filter(|up| self.nodes[*up].kind == Kind::Hub) {
                    has_passed &= passes(&self.nodes[above]);
                    up = self.nodes[above].upstream;
                }
                if has_passed && up.is_none_or(|up| self.nodes[up].kind == Kind::Server) {
                    self.words.push((n, learner));
                }
                self.tally.note("erased by a volunteer");
                self.say(|| format!("the volunteer of relay {n} erases {learner:?}"));
            }
            Err(error) => self.wrong(format!("relay {n} erases: {error}")),
        }
    }
}

fn course(world: &mut World) -> CourseId {
    CourseId::parse(world.rng.one_of::<&str>(&["otp", "lua-dao"])).expect("an id")
}

fn question(n: usize) -> QuestionId {
    QuestionId::parse(["mot", "hai", "ba", "bon"][n]).expect("an id")
}

fn quiz_finished(attempt: u64) -> Deed {
    let competence = CompetenceCode::parse("4.1").expect("a code");
    let results = vec![CompetencePoints { competence, points: 2, possible: 4, answered: 4 }];
    Deed::QuizFinished(QuizFinished { attempt, attempt_replica: None, results })
}

fn person() -> PersonRequest {
    PersonRequest { name: String::from("Lan"), address: Address::Ba, pictogram: 1, guardian: None }
}
