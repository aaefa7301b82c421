//! What can be in the way of sync, each by its own name, since a learner can do something else about
//! each. None of it loses anything: what was not receipted stays and is sent again.

use super::bundle::BundleError;

/// Why the last exchange with a relay brought nothing, or not all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// No address of the relay can be reached.
    Unreachable,
    /// The connection broke off; the next bundle is smaller.
    Cut,
    /// It took too long.
    TooSlow,
    /// Something else answers in the relay's place: a sign-in page of the Wi-Fi, most often.
    CaptivePortal,
    /// A relay answers there, but it is another than the one that was joined.
    OtherRelay,
    /// The relay has too much to do.
    Busy,
    /// The bundle is too large for something on the way; the next one is smaller.
    TooLarge,
    /// The relay, or something before it, failed.
    ServerFault,
    /// The reply was altered, belongs to another request, or says what cannot be.
    BadReply,
    /// The relay does not know this device or station, or takes nothing more from it: a new join code
    /// is needed, or its volunteer's word.
    NotAdmitted,
    /// The relay speaks a newer version: this program has to be updated.
    NewerVersion,
    /// The bytes of this month are used up.
    BudgetSpent,
    /// The relay got everything and gives no receipt for it.
    NotTaken,
}

impl Trouble {
    const ALL: [Self; 13] = [
        Self::Unreachable,
        Self::Cut,
        Self::TooSlow,
        Self::CaptivePortal,
        Self::OtherRelay,
        Self::Busy,
        Self::TooLarge,
        Self::ServerFault,
        Self::BadReply,
        Self::NotAdmitted,
        Self::NewerVersion,
        Self::BudgetSpent,
        Self::NotTaken,
    ];

    /// What an HTTP status that is no success means.
    pub fn of_status(code: u16) -> Self {
        match code {
            413 => Self::TooLarge,
            421 => Self::OtherRelay,
            426 => Self::NewerVersion,
            429 | 503 => Self::Busy,
            300..=399 | 401 | 407 | 511 => Self::CaptivePortal,
            _ => Self::ServerFault,
        }
    }

    /// What a reply that cannot be opened means.
    pub fn of_bundle(error: BundleError) -> Self {
        match error {
            BundleError::NotABundle => Self::CaptivePortal,
            BundleError::NewerFormat(_) => Self::NewerVersion,
            BundleError::Cut => Self::Cut,
            _ => Self::BadReply,
        }
    }

    /// Reads the name that `Debug` writes; relays keep it.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trouble| format!("{trouble:?}") == name)
    }

    /// Seconds to wait after so many failures in a row: twice as long each time, up to an hour, and
    /// a random part of it less, so that thirty phones do not come back at the same moment.
    pub fn wait_after(failures: u32, random: u32) -> u32 {
        let doubled = WAIT_S_MIN.saturating_mul(1 << failures.saturating_sub(1).min(16));
        let whole = doubled.min(WAIT_S_MAX);
        whole / 2 + random % (whole / 2 + 1)
    }

    /// The number in the database; 0 stands for no trouble.
    pub(super) fn number(trouble: Option<Self>) -> u8 {
        let place = trouble.and_then(|t| Self::ALL.iter().position(|other| *other == t));
        place.map_or(0, |place| place as u8 + 1)
    }

    /// Reads a number.
    pub(super) fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }
}

/// The least and most seconds between two tries that nobody asked for.
const WAIT_S_MIN: u32 = 30;
const WAIT_S_MAX: u32 = 3_600;

/// The most seconds for which a relay that asks to be left alone is heeded: one with a broken clock may
/// name centuries.
pub const ASKED_WAIT_S_MAX: u32 = 86_400;

/// Whether a wait that began at a time is over, by the clock that told the time. A clock that was set
/// back makes nobody wait for it.
pub fn is_over(since_s: Option<i64>, wait_s: i64, now_s: i64) -> bool {
    since_s.is_none_or(|since_s| since_s > now_s || since_s.saturating_add(wait_s) <= now_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive_the_database() {
        for trouble in Trouble::ALL.into_iter().map(Some).chain([None]) {
            assert_eq!(Trouble::from_number(Trouble::number(trouble)), trouble);
        }
        assert_eq!(Trouble::from_number(200), None);
    }

    #[test]
    fn names_survive_a_relays_database() {
        for trouble in Trouble::ALL {
            assert_eq!(Trouble::from_name(&format!("{trouble:?}")), Some(trouble));
        }
        assert_eq!(Trouble::from_name("unreachable"), None);
    }

    #[test]
    fn waiting_grows_and_ends_at_an_hour() {
        assert!((15..=30).contains(&Trouble::wait_after(1, 12_345)));
        assert!((30..=60).contains(&Trouble::wait_after(2, 12_345)));
        for failures in [8, 100, u32::MAX] {
            for random in [0, 1, u32::MAX] {
                assert!((1_800..=3_600).contains(&Trouble::wait_after(failures, random)));
            }
        }
    }
}
