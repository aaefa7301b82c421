//! An attempt at a quiz or self-assessment, as a fold of its events. Pure.

use minicbor::{Decode, Encode};

use super::Response;
use crate::ids::CompetenceCode;
use crate::journal::{AnswerGiven, CompetencePoints, DrawnQuestion, QuizStarted};

/// What is known of an attempt. Until it is finished, all that is needed to go on exactly where it
/// stopped; afterwards its points by competence, while the answers rest in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Attempt {
    /// What was drawn. Once it is finished without its questions and seed, and for a
    /// self-assessment without editions.
    #[n(0)]
    pub start: QuizStarted,
    /// In the order in which they were given; empty once it is finished.
    #[n(1)]
    pub answers: Vec<GivenAnswer>,
    /// By competence; present once it is finished.
    #[n(2)]
    pub results: Option<Vec<CompetencePoints>>,
    /// Lamport counter of its start, by which attempts are ordered.
    #[n(3)]
    pub started: u64,
    /// Number of the event that finished it, where that lies in the same chain.
    #[n(4)]
    pub last_seq: Option<u64>,
}

/// One answer within an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct GivenAnswer {
    /// Index into the attempt's questions.
    #[n(0)]
    pub index: u32,
    /// What was answered.
    #[n(1)]
    pub response: Response,
    /// Points earned.
    #[n(2)]
    pub points: u32,
    /// Points possible.
    #[n(3)]
    pub possible: u32,
    /// What it tells about.
    #[n(4)]
    pub competences: Vec<CompetenceCode>,
}

impl Attempt {
    /// An attempt without any answer.
    pub fn begin(start: QuizStarted, lamport: u64) -> Self {
        Self { start, answers: Vec::new(), results: None, started: lamport, last_seq: None }
    }

    /// Takes an answer in. The first answer to a question counts; a later one changes nothing, and
    /// so does one to a question that was not drawn or after the end. Says whether it counted.
    pub fn give(&mut self, answer: &AnswerGiven) -> bool {
        let asked = |q: &DrawnQuestion| {
            let edition = self.start.editions.get(usize::from(q.edition));
            q.question == answer.question && edition.is_some_and(|e| e.course == answer.course)
        };
        let Some(index) = self.start.questions.iter().position(asked) else { return false };
        let index = u32::try_from(index).expect("an attempt has few questions");
        if self.results.is_some() || self.answer(index).is_some() {
            return false;
        }
        self.answers.push(GivenAnswer {
            index,
            response: answer.response.clone(),
            points: answer.points,
            possible: answer.possible,
            competences: answer.competences.clone(),
        });
        true
    }

    /// The answer to the question with this index.
    pub fn answer(&self, index: u32) -> Option<&GivenAnswer> {
        self.answers.iter().find(|a| a.index == index)
    }

    /// Index of the first question without an answer.
    pub fn next_index(&self) -> Option<u32> {
        let count =
            u32::try_from(self.start.questions.len()).expect("an attempt has few questions");
        (0..count).find(|index| self.answer(*index).is_none())
    }

    /// Ends it with these results. What was asked and answered rests in the journal from now on;
    /// the edition of a practice stays known, since it says which course it belongs to.
    pub fn finish(&mut self, results: &[CompetencePoints], last_seq: Option<u64>) {
        if self.results.is_some() {
            return;
        }
        self.results = Some(results.to_vec());
        self.answers = Vec::new();
        self.last_seq = last_seq;
        self.start.questions = Vec::new();
        self.start.seed = 0;
        if self.start.quiz.is_none() {
            self.start.editions = Vec::new();
        }
    }

    /// Points by competence of what has been answered so far, in the order of the codes.
    pub fn tally(&self) -> Vec<CompetencePoints> {
        let mut tally: Vec<CompetencePoints> = Vec::new();
        let competences =
            self.answers.iter().flat_map(|a| a.competences.iter().map(move |c| (c, a)));
        for (competence, answer) in competences {
            let place = tally.iter().position(|t| t.competence == *competence);
            let place = place.unwrap_or_else(|| {
                let competence = competence.clone();
                tally.push(CompetencePoints { competence, points: 0, possible: 0, answered: 0 });
                tally.len() - 1
            });
            let sum = &mut tally[place];
            sum.points = sum.points.saturating_add(answer.points);
            sum.possible = sum.possible.saturating_add(answer.possible);
            sum.answered = sum.answered.saturating_add(1);
        }
        tally.sort_by(|a, b| a.competence.cmp(&b.competence));
        tally
    }
}
