//! Drawing: which items are asked and in which order options are shown. Pure functions of a seed,
//! so that an interrupted attempt shows again exactly what it showed before.

use std::collections::BTreeMap;

use crate::course::AssessmentItem;
use crate::ids::{CompetenceCode, CourseId, QuestionId};

/// A stream of numbers from a seed and a purpose.
struct Draws(blake3::OutputReader);

impl Draws {
    fn new(seed: u64, purpose: &str) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("hocvu 2026-11 draw");
        hasher.update(&seed.to_le_bytes()).update(purpose.as_bytes());
        Self(hasher.finalize_xof())
    }

    /// A number below `n`; the bias of the remainder is below n / 2^64.
    fn below(&mut self, n: usize) -> usize {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) % n as u64).expect("below a usize")
    }
}

/// Puts a list into an order drawn from the seed (Fisher and Yates).
pub fn shuffle<T>(list: &mut [T], seed: u64, purpose: &str) {
    let mut draws = Draws::new(seed, purpose);
    for i in (1..list.len()).rev() {
        list.swap(i, draws.below(i + 1));
    }
}

/// The indices 0 to n-1 in a drawn order.
pub fn drawn_order(n: usize, seed: u64, purpose: &str) -> Vec<u8> {
    let mut order: Vec<u8> = (0u8..).take(n).collect();
    shuffle(&mut order, seed, purpose);
    order
}

/// Draws the items of a self-assessment: `per_competence` of each competence, those first that this
/// learner has seen least often, spread over the difficulties; competence by competence, easy
/// before hard.
pub fn draw_assessment(
    items: &[AssessmentItem],
    seen: &BTreeMap<(CourseId, QuestionId), u32>,
    per_competence: usize,
    seed: u64,
) -> Vec<AssessmentItem> {
    let mut by_competence: BTreeMap<&CompetenceCode, Vec<&AssessmentItem>> = BTreeMap::new();
    for item in items {
        by_competence.entry(&item.question.competence).or_default().push(item);
    }
    let times = |item: &AssessmentItem| {
        let key = (item.edition.course.clone(), item.question.id.clone());
        seen.get(&key).copied().unwrap_or(0)
    };
    let mut drawn = Vec::new();
    for (competence, mut bank) in by_competence {
        shuffle(&mut bank, seed, competence.as_str());
        let mut chosen: Vec<&AssessmentItem> = Vec::new();
        for wanted in (1u8..=3).cycle().take(3 * per_competence) {
            let least = bank.iter().map(|i| times(i)).min();
            let fits =
                |i: &&AssessmentItem| Some(times(i)) == least && i.question.difficulty == wanted;
            if let Some(place) =
                bank.iter().position(fits).filter(|_| chosen.len() < per_competence)
            {
                chosen.push(bank.remove(place));
            }
        }
        bank.sort_by_key(|i| times(i));
        let missing = per_competence.saturating_sub(chosen.len());
        chosen.extend(bank.into_iter().take(missing));
        chosen.sort_by_key(|i| i.question.difficulty);
        drawn.extend(chosen.into_iter().cloned());
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::{Edition, QuestionKey};
    use crate::pack::Order;

    fn bank(competence: &str, count: u8) -> Vec<AssessmentItem> {
        let item = |i: u8| AssessmentItem {
            edition: Edition {
                course: CourseId::parse("c").unwrap(),
                order: Order { generation: 0, version: 1 },
            },
            question: QuestionKey {
                id: QuestionId::parse(&format!("q{}-{i}", competence.replace('.', "-"))).unwrap(),
                version: 1,
                competence: CompetenceCode::parse(competence).unwrap(),
                difficulty: 1 + i % 3,
            },
        };
        (0..count).map(item).collect()
    }

    fn key(item: &AssessmentItem) -> (CourseId, QuestionId) {
        (item.edition.course.clone(), item.question.id.clone())
    }

    #[test]
    fn an_order_is_a_permutation_that_depends_on_the_seed_alone() {
        let order = drawn_order(6, 1, "q");
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [0, 1, 2, 3, 4, 5]);
        assert_eq!(drawn_order(6, 1, "q"), order);
        let others = (0..50).filter(|seed| drawn_order(6, *seed, "q") != order).count();
        assert!(others > 40, "{others} of 50 seeds gave another order");
    }

    #[test]
    fn a_repeat_asks_unseen_items_first_and_each_item_before_any_twice() {
        let items = [bank("4.1", 9), bank("4.2", 8)].concat();
        let mut seen = BTreeMap::new();
        for seed in 0..2 {
            let drawn = draw_assessment(&items, &seen, 4, seed);
            assert_eq!(drawn.len(), 8);
            for item in &drawn {
                assert_eq!(seen.insert(key(item), 1), None, "asked again too early");
            }
        }
        let third = draw_assessment(&items, &seen, 4, 3);
        assert_eq!(third.len(), 8);
        assert_eq!(third.iter().filter(|i| !seen.contains_key(&key(i))).count(), 1);
    }

    #[test]
    fn a_first_assessment_spreads_over_the_difficulties() {
        let drawn = draw_assessment(&bank("1.2", 12), &BTreeMap::new(), 4, 7);
        let hard: Vec<_> = drawn.iter().map(|i| i.question.difficulty).collect();
        assert_eq!(hard, [1, 1, 2, 3]);
    }

    #[test]
    fn a_small_bank_gives_what_it_has() {
        assert_eq!(draw_assessment(&bank("1.2", 3), &BTreeMap::new(), 4, 7).len(), 3);
    }
}
