//! Mastery of a competence, from a learner's last answers. Pure, integers only.
//!
//! The rule: of the last eight answers on the competence (first answers only, in checks and
//! practice; the self-assessment stands by itself) the average share of points. Fewer than the
//! policy's `answered_min` say nothing. The last eight rather than all, so that somebody who found
//! it hard at first sees that she got better.

use crate::quiz::{dots, policy};

/// How many answers count.
pub const MASTERY_ANSWERS_MAX: usize = 8;

/// A learner's last answers on one competence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mastery {
    /// Answers that were ever counted.
    pub answered: u32,
    /// The last ones as percent of the points possible, oldest first.
    pub recent: Vec<u8>,
}

impl Mastery {
    /// Counts one more answer.
    pub fn count(&mut self, points: u32, possible: u32) {
        let share = u64::from(points.min(possible)) * 100 / u64::from(possible.max(1));
        if self.recent.len() >= MASTERY_ANSWERS_MAX {
            self.recent.remove(0);
        }
        self.recent.push(u8::try_from(share).expect("at most 100"));
        self.answered = self.answered.saturating_add(1);
    }

    /// 0 to 4 dots, or `None` where there are too few answers to say anything.
    pub fn dots(&self) -> Option<u8> {
        let count = u32::try_from(self.recent.len()).expect("at most eight");
        let sum = self.recent.iter().map(|share| u32::from(*share)).sum();
        (self.answered >= policy().answered_min).then(|| dots(sum, 100 * count))
    }

    /// Answers still needed until something can be said.
    pub fn missing(&self) -> u32 {
        policy().answered_min.saturating_sub(self.answered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_answers_say_nothing_and_old_ones_are_forgotten() {
        let mut mastery = Mastery::default();
        for _ in 0..3 {
            mastery.count(0, 1);
        }
        assert_eq!((mastery.dots(), mastery.missing()), (None, 1));
        mastery.count(0, 1);
        assert_eq!(mastery.dots(), Some(0));
        for _ in 0..8 {
            mastery.count(2, 2);
        }
        assert_eq!((mastery.dots(), mastery.answered), (Some(4), 12));
    }
}
