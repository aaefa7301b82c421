//! What the core asks of the world around it: time, randomness, a place for keys.
//!
//! They come in as arguments, so that a test or a simulator can own them.

use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the device's time. It may be wrong by years: it is evidence, never order.
pub trait Clock: Send + Sync {
    /// Seconds since 1970-01-01 00:00 UTC, as the device claims; negative before.
    fn now_s(&self) -> i64;
}

/// Gives random bytes.
pub trait Entropy: Send + Sync {
    /// Fills the whole slice with unpredictable bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// Keeps small secrets outside of the database. The platform may lose them at any time.
pub trait KeyStore: Send + Sync {
    /// The secret stored under a name, or `None` when there is none (any more).
    fn get(&self, name: &str) -> std::io::Result<Option<Vec<u8>>>;

    /// Stores a secret durably under a name, replacing the one before.
    fn put(&self, name: &str, secret: &[u8]) -> std::io::Result<()>;
}

/// The operating system's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn now_s(&self) -> i64 {
        let seconds = |d: std::time::Duration| i64::try_from(d.as_secs()).unwrap_or(i64::MAX);
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => seconds(after),
            Err(before) => -seconds(before.duration()),
        }
    }
}

/// The operating system's random generator.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("every supported platform has a random generator");
    }
}

/// Draws an array of random bytes.
pub(crate) fn draw<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes);
    bytes
}
