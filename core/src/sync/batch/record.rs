//! A learner's record as it grows on a phone, from a seed: practice quizzes of twelve questions out
//! of forty, answered in the order asked, with the times that people take.

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;

use super::{Batch, BatchSlot};
use crate::course::Edition;
use crate::ids::{CompetenceCode, CourseId, LearnerId, QuestionId, QuizId};
use crate::journal::{
    AnswerGiven, CompetencePoints, Deed, DrawnQuestion, Event, QuizFinished, QuizStarted,
    event_hash, first_link, next_link, replica_id, sign_head,
};
use crate::pack::Order;
use crate::quiz::{QuizUse, Response};

/// Ids of a course that no program carries.
const FOREIGN_IDS: &str = "tuoi-nuoc-sang-som bon-phan-lot-ruong phun-thuoc-trai-gio nhan-chai-thuoc \
    thu-hoach-kip-vu sau-cuon-la benh-dao-on luan-canh-dau-tuong u-phan-chuong gieo-sa-thua \
    kiem-tra-do-am kho-thoc-ngan-chuot mua-giong-co-nguon tem-truy-xuat gia-cho-dau-moi \
    hop-dong-bao-tieu vay-von-hop-tac-xa bao-hiem-vu-mua tien-cong-gat dem-so-bao ghep-lich-vu \
    xep-thu-tu-lam-dat du-bao-mua-rao lu-ve-chay-dau che-chan-mam-non cay-che-bong \
    tia-canh-ca-phe phoi-san-sach ban-qua-mang anh-chup-nong-san don-hang-dau-tien \
    giao-hang-lanh chu-quan-hoi-gia tinh-lai-lo can-sai-bao-nhieu cho-tra-gop nong-vu-thang-ba \
    ten-thuoc-cam doc-ky-huong-dan gat-lua-hay-doi";

/// The same numbers for the same seed, everywhere.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.next() as u8)
    }
}

struct Question {
    id: QuestionId,
    competence: CompetenceCode,
    version: u32,
    kind: u64,
    right: [u8; 4],
}

impl Question {
    fn new(id: &str, dice: &mut Dice) -> Self {
        let mut right = [0, 1, 2, 3];
        let other = dice.below(4) as usize;
        right.swap(0, other);
        Self {
            id: QuestionId::parse(id).unwrap(),
            competence: CompetenceCode::parse(["4.1", "4.2", "4.3"][dice.below(3) as usize])
                .unwrap(),
            version: 1 + u32::from(dice.below(10) == 0),
            kind: dice.below(16),
            right,
        }
    }

    /// What somebody answers, points and points possible. Two in three questions are single choice.
    fn answer(&self, dice: &mut Dice) -> (Response, u32, u32) {
        let knows = dice.below(100) < 73;
        let [first, second, third, fourth] = self.right;
        let other = (first + 1 + dice.below(2) as u8) % 4;
        let point = u32::from(knows);
        match self.kind {
            0..10 => (Response::Single(if knows { first } else { other }), point, 1),
            10..12 => (Response::TrueFalse((first > 1) == knows), point, 1),
            12 if knows => (Response::Multiple(vec![first.min(other), first.max(other)]), 2, 2),
            12 => (Response::Multiple(vec![other]), 1, 2),
            13 if knows => (Response::Match([0, 1, 2].map(Some).to_vec()), 3, 3),
            13 => (Response::Match(vec![Some(0), Some(2), Some(1)]), 1, 3),
            14 if knows => (Response::Order(vec![0, 1, 2, 3]), 3, 3),
            14 => (Response::Order(vec![first, second, third, fourth]), 1, 3),
            _ => (Response::Text(if knows { "mật khẩu" } else { "mat khau" }.into()), point, 1),
        }
    }
}

/// The chain of a replica on which one learner answers, and where it stands.
struct Replica {
    key: SigningKey,
    learner: LearnerId,
    salt: [u8; 32],
    time_s: i64,
    slots: Vec<BatchSlot>,
}

impl Replica {
    fn note(&mut self, deed: &Deed) -> u64 {
        let seq = self.slots.len() as u64 + 1;
        let (kind, kind_version, body) = deed.to_body();
        let event = Event {
            replica: replica_id(&self.key.verifying_key().to_bytes()),
            seq,
            lamport: seq,
            time_s: self.time_s,
            learner: Some(self.learner),
            kind,
            kind_version,
            body,
        };
        self.slots.push(BatchSlot::Event { event, salt: self.salt });
        seq
    }

    fn batch(self) -> Batch {
        let public_key = self.key.verifying_key().to_bytes();
        let mut link = first_link(&public_key);
        for slot in &self.slots {
            let BatchSlot::Event { event, salt } = slot else { panic!("all are held") };
            link = next_link(&link, &event_hash(salt, &event.to_bytes()));
        }
        let signature = sign_head(&self.key, self.slots.len() as u64, &link);
        Batch { public_key, first: 1, slots: self.slots, signature }
    }
}

/// What a phone sends that holds so many answers of one learner, of a course with these question
/// ids, or of one that is known to nobody.
pub(crate) fn record(answers: usize, seed: u64, ids: Option<&[&str]>) -> Batch {
    let mut dice = Dice(seed);
    let foreign: Vec<&str> = FOREIGN_IDS.split_whitespace().collect();
    let ids = ids.unwrap_or(&foreign);
    let questions: Vec<_> = ids.iter().map(|id| Question::new(id, &mut dice)).collect();
    let course = CourseId::parse(if ids == foreign { "nong-vu" } else { "lua-dao" }).unwrap();
    let mut replica = Replica {
        key: SigningKey::from_bytes(&dice.bytes()),
        learner: LearnerId(dice.bytes()),
        salt: dice.bytes(),
        time_s: 1_795_400_000 + dice.below(10_000_000) as i64,
        slots: Vec::new(),
    };
    let mut left = answers;
    while left > 0 {
        let mut drawn: Vec<&Question> = questions.iter().collect();
        for i in 0..12 {
            let other = i + dice.below((drawn.len() - i) as u64) as usize;
            drawn.swap(i, other);
        }
        drawn.truncate(12);
        let attempt = start(&mut replica, &mut dice, &course, &drawn);
        let mut results = BTreeMap::new();
        for question in drawn.iter().take(left) {
            let (points, possible) = answer(&mut replica, &mut dice, &course, (question, attempt));
            let sum = results.entry(question.competence.clone()).or_insert((0, 0, 0));
            *sum = (sum.0 + points, sum.1 + possible, sum.2 + 1);
        }
        left -= left.min(12);
        let result = |(competence, (points, possible, answered))| CompetencePoints {
            competence,
            points,
            possible,
            answered,
        };
        let results = results.into_iter().map(result).collect();
        replica.note(&Deed::QuizFinished(QuizFinished { attempt, attempt_replica: None, results }));
        // The next quiz follows after minutes or on another day.
        let pause = if dice.below(3) > 0 { dice.below(600) } else { dice.below(400_000) };
        replica.time_s += 5 + pause as i64;
    }
    replica.batch()
}

fn start(replica: &mut Replica, dice: &mut Dice, course: &CourseId, drawn: &[&Question]) -> u64 {
    let question = |question: &&Question| DrawnQuestion {
        edition: 0,
        question: question.id.clone(),
        version: question.version,
    };
    replica.note(&Deed::QuizStarted(QuizStarted {
        purpose: QuizUse::Practice,
        editions: vec![Edition {
            course: course.clone(),
            order: Order { generation: 1, version: 3 },
        }],
        quiz: Some(QuizId::parse("luyen-tap").unwrap()),
        seed: dice.next(),
        questions: drawn.iter().map(question).collect(),
        policy: None,
    }))
}

fn answer(
    replica: &mut Replica,
    dice: &mut Dice,
    course: &CourseId,
    (question, attempt): (&Question, u64),
) -> (u32, u32) {
    let (response, points, possible) = question.answer(dice);
    // Most answers take four to thirty seconds, a few much longer.
    let long = if dice.below(8) == 0 { dice.below(600) } else { 0 };
    let tenths = 30 + dice.below(110) + dice.below(150) + long;
    replica.time_s += (tenths / 10 + 2 + dice.below(8)) as i64;
    replica.note(&Deed::AnswerGiven(AnswerGiven {
        course: course.clone(),
        question: question.id.clone(),
        version: question.version,
        response,
        correct: points == possible,
        points,
        possible,
        competences: vec![question.competence.clone()],
        purpose: QuizUse::Practice,
        tenths: u32::try_from(tenths).unwrap(),
        attempt: Some(attempt),
        attempt_replica: None,
        again: None,
    }));
    (points, possible)
}
