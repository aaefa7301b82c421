//! Somebody who answers: at random from a seed, or rightly.

use hocvu_core::quiz::{Kind, KindView, Response};

/// A small deterministic generator (splitmix64): the same seed answers the same.
#[derive(Debug, Clone)]
pub struct Seeded(u64);

impl Seeded {
    /// Begins with a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`, which is at least 1.
    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.draw() % n as u64).expect("it is below a usize")
    }

    /// One of several things.
    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// An answer of the right kind, right or wrong.
    pub fn response(&mut self, asked: &KindView) -> Response {
        match asked {
            KindView::Single(options) => Response::Single(self.one_of(options).index),
            KindView::Multiple(options) => {
                let mut chosen: Vec<u8> = options.iter().map(|o| o.index).collect();
                chosen.retain(|_| self.below(2) == 0);
                if chosen.is_empty() {
                    chosen.push(self.one_of(options).index);
                }
                Response::Multiple(chosen)
            }
            KindView::TrueFalse => Response::TrueFalse(self.below(2) == 0),
            KindView::Match { lefts, rights } => {
                let choose = |_| Some(rights[self.below(rights.len())].index);
                Response::Match(lefts.iter().map(choose).collect())
            }
            KindView::Order(items) => {
                let mut order: Vec<u8> = items.iter().map(|o| o.index).collect();
                for i in (1..order.len()).rev() {
                    order.swap(i, self.below(i + 1));
                }
                Response::Order(order)
            }
            KindView::Gap { gaps, .. } => {
                let choose = |options: &Vec<_>| -> Option<u8> {
                    let options: &[hocvu_core::quiz::OptionView] = options;
                    Some(options[self.below(options.len())].index)
                };
                Response::Gap(gaps.iter().map(choose).collect())
            }
            KindView::Text { .. } => Response::Text(format!("câu trả lời {}", self.below(100))),
            KindView::Number { .. } => {
                Response::Number(i64::try_from(self.below(50)).expect("it is small") * 1_000)
            }
        }
    }
}

/// The answer that earns all points.
pub fn right_response(kind: &Kind) -> Response {
    let index = |i: usize| u8::try_from(i).expect("a question has few parts");
    match kind {
        Kind::Single { options } => Response::Single(index(
            options.iter().position(|o| o.correct).expect("a single choice has a right option"),
        )),
        Kind::Multiple { options } => {
            let right = options.iter().enumerate().filter(|(_, o)| o.correct);
            Response::Multiple(right.map(|(i, _)| index(i)).collect())
        }
        Kind::TrueFalse { answer, .. } => Response::TrueFalse(*answer),
        Kind::Match { pairs, .. } => {
            Response::Match((0..pairs.len()).map(|i| Some(index(i))).collect())
        }
        Kind::Order { items, .. } => Response::Order((0..items.len()).map(index).collect()),
        Kind::Gap { gaps, .. } => Response::Gap(gaps.iter().map(|g| Some(g.answer)).collect()),
        Kind::Text { answers, .. } => Response::Text(answers[0].clone()),
        Kind::Number { answer_milli, .. } => Response::Number(*answer_milli),
    }
}
