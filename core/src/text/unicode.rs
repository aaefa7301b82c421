//! Unicode's two forms of the same text: letters and their marks in one character, or apart.
//!
//! By the tables that the addresses of relays need anyway: another crate's would be 110 kB more of a
//! phone's library.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

/// The text with each letter and its marks in one character where there is one (NFC).
pub(crate) fn nfc(text: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    ComposingNormalizerBorrowed::new_nfc().normalize_iter(text)
}

/// The text with marks as characters of their own, behind their letters (NFD).
pub(crate) fn nfd(text: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    DecomposingNormalizerBorrowed::new_nfd().normalize_iter(text)
}
