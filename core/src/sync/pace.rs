//! How large a bundle may be on a link, found by trying: pure. What is too large for a link that
//! breaks is lost whole, what is too small costs a little more, so the search begins below.

/// What a device's bundle to a relay may have at first, and at most.
const FIRST_BYTES: usize = 256 * 1024;
/// What a bundle may shrink to: a request with one answer fits.
pub const LEAST_BYTES: usize = 700;
/// Where the search begins after the first cut.
const SEARCH_BYTES: usize = 1_000;
/// A link that broke may have become better: one in so many full bundles is twice as large.
const PROBED_EVERY: u32 = 64;
/// The same for replies, where nothing but bytes is lost.
const REPLY_PROBED_EVERY: u32 = 16;
/// The least that a reply is asked to have.
pub const LEAST_REPLY_BYTES: usize = 600;

/// What is known of a link. Who sends over it keeps it from one exchange to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    /// What a bundle may have on a link that is not known to break.
    pub most: usize,
    /// What the next bundle may have.
    pub bytes_max: usize,
    /// The largest that passed since the link broke.
    pub passed: Option<usize>,
    /// The smallest that was cut off.
    pub cut: Option<usize>,
    /// What a reply may have, since one was cut off.
    pub reply_bytes_max: Option<usize>,
}

impl Default for Pace {
    fn default() -> Self {
        Self::up_to(FIRST_BYTES)
    }
}

impl Pace {
    /// Nothing is known of the link yet: bundles begin as large as they may ever be.
    pub fn up_to(most: usize) -> Self {
        Self { most, bytes_max: most, passed: None, cut: None, reply_bytes_max: None }
    }

    /// The relay takes no more than this.
    pub fn limit(&mut self, bytes: usize) {
        self.bytes_max = self.bytes_max.min(bytes).max(LEAST_BYTES);
    }

    /// A bundle of this size was cut off.
    pub fn broke(&mut self, sent: usize) {
        if sent <= LEAST_BYTES {
            // A link on which not even this passes was down: that says nothing about sizes.
            return;
        }
        self.cut = Some(self.cut.map_or(sent, |cut| cut.min(sent)));
        match self.passed {
            Some(passed) if passed < sent => self.bytes_max = passed.max(LEAST_BYTES),
            _ => {
                self.passed = None;
                self.bytes_max = (sent / 2).clamp(LEAST_BYTES, SEARCH_BYTES);
            }
        }
    }

    /// Whether a bundle of this size was as large as it might be.
    pub fn is_full(&self, sent: usize) -> bool {
        sent * 8 >= self.bytes_max * 7
    }

    /// A bundle of this size got its reply; it was full where nothing more would have fitted.
    pub fn passed(&mut self, sent: usize, was_full: bool, random: u32) {
        let Some(cut) = self.cut else {
            self.bytes_max = self.bytes_max.saturating_mul(2).min(self.most);
            return;
        };
        if sent >= cut {
            self.cut = None;
            self.passed = None;
            self.bytes_max = sent.saturating_mul(2).min(self.most);
            return;
        }
        // One that was not full says nothing about larger ones.
        if !was_full {
            return;
        }
        let passed = self.passed.map_or(sent, |passed| passed.max(sent));
        self.passed = Some(passed);
        self.bytes_max = if passed.saturating_mul(4) <= cut {
            passed * 2
        } else if cut > passed + passed / 8 {
            passed + (cut - passed) / 4
        } else if random.is_multiple_of(PROBED_EVERY) {
            passed * 2
        } else {
            passed
        };
    }

    /// A reply broke off after so many bytes.
    pub fn reply_broke(&mut self, came: usize) {
        self.reply_bytes_max = Some(came.max(LEAST_REPLY_BYTES));
    }

    /// A reply of this size came whole.
    pub fn reply_came(&mut self, came: usize, random: u32) {
        let Some(most) = self.reply_bytes_max else { return };
        if came * 8 >= most * 7 && random.is_multiple_of(REPLY_PROBED_EVERY) {
            self.reply_bytes_max = Some(most.saturating_mul(2)).filter(|most| *most < self.most);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Sends so many bytes over a link that breaks after `link`; gives what was lost and requests.
    fn send(pace: &mut Pace, link: usize, mut left: usize) -> (usize, usize) {
        let (mut lost, mut requests, mut random) = (0, 0, 1_u32);
        while left > 0 {
            requests += 1;
            assert!(requests < 20_000, "it does not end: {pace:?}");
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let sent = pace.bytes_max.min(left + 370);
            if sent > link {
                lost += link;
                pace.broke(sent);
            } else {
                left -= (sent - 370).min(left);
                let was_full = pace.is_full(sent);
                pace.passed(sent, was_full, random >> 8);
            }
        }
        (lost, requests)
    }

    #[test]
    fn a_link_that_breaks_every_2_kb_costs_few_lost_bundles() {
        let mut pace = Pace::default();
        let (lost, requests) = send(&mut pace, 2_000, 90_000);
        println!("{lost} bytes lost, {requests} requests, {pace:?}");
        assert!(lost <= 14_000, "{lost}");
        assert!(requests <= 76, "{requests}");
    }

    #[test]
    fn a_mended_link_is_found_to_be_so() {
        let mut pace = Pace::default();
        send(&mut pace, 2_000, 20_000);
        send(&mut pace, usize::MAX, 2_000_000);
        assert_eq!((pace.cut, pace.bytes_max), (None, FIRST_BYTES));
    }

    #[test]
    fn a_cut_of_next_to_nothing_says_nothing_about_sizes() {
        let mut pace = Pace::default();
        pace.broke(200);
        assert_eq!(pace, Pace::default());
    }

    proptest! {
        #[test]
        fn any_link_that_carries_the_least_carries_all(link in LEAST_BYTES..300_000_usize) {
            let mut pace = Pace::default();
            let (lost, _) = send(&mut pace, link, 100_000);
            prop_assert!(lost <= link * 12 + 100_000, "{lost} over {link}");
        }
    }
}
