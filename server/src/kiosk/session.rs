//! Who is at the screen: a signed cookie, and what a request knows of its visitor.
//!
//! The session lives in the cookie alone, so that it survives a restart and thirty phones cost the
//! kiosk nothing. It is bound by its signature: a cookie that was tampered with is a new visitor.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use hocvu_core::ids::{GuestId, Lang, LearnerId};
use hocvu_core::learner::LearnerView;
use hocvu_core::ports::Entropy;
use hocvu_core::text::Messages;
use minicbor::{Decode, Encode};

use super::errors::PageError;

/// The most learners that one browser remembers.
pub const ENROLLED_MAX: usize = 40;
/// Name of the session's cookie.
pub const COOKIE: &str = "hocvu";
const CONTEXT: &str = "hocvu kiosk session v1";

/// What the cookie carries.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(map)]
pub struct Session {
    /// Tells sessions apart.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub id: [u8; 16],
    /// Stands in every form, so that no other site can post one.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub csrf: [u8; 16],
    /// Whose turn it is.
    #[n(2)]
    pub learner: Option<LearnerId>,
    /// Who assesses herself without a profile.
    #[n(3)]
    pub guest: Option<GuestId>,
    /// Learners who have learnt in this browser, the latest last.
    #[n(4)]
    pub enrolled: Vec<LearnerId>,
    /// Until when the volunteer is signed in.
    #[n(5)]
    pub volunteer_until_s: i64,
    /// When the last request came.
    #[n(6)]
    pub seen_s: i64,
    /// Shown once on the next page.
    #[n(7)]
    pub flash: Option<String>,
}

impl Session {
    /// A visitor whom nobody knows yet.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut session = Self::default();
        entropy.fill(&mut session.id);
        entropy.fill(&mut session.csrf);
        session
    }

    /// It is this learner's turn now, and this browser knows her.
    pub fn sign_in(&mut self, learner: LearnerId) {
        self.learner = Some(learner);
        self.enrol(learner);
    }

    /// This browser lists a learner.
    pub fn enrol(&mut self, learner: LearnerId) {
        self.forget(learner);
        self.enrolled.push(learner);
        let surplus = self.enrolled.len().saturating_sub(ENROLLED_MAX);
        self.enrolled.drain(..surplus);
    }

    /// This browser no longer lists a learner.
    pub fn forget(&mut self, learner: LearnerId) {
        self.enrolled.retain(|known| *known != learner);
    }

    /// The cookie's value: MAC and contents in hex.
    pub fn seal(&self, secret: &[u8; 32]) -> String {
        let body = minicbor::to_vec(self).expect("writing to memory does not fail");
        let mac = mac(secret, &body);
        hex(mac.as_bytes()) + &hex(&body)
    }

    /// Reads a cookie's value; `None` when it was not sealed with this secret.
    pub fn open(value: &str, secret: &[u8; 32]) -> Option<Self> {
        let bytes = unhex(value)?;
        let (claimed, body) = bytes.split_at_checked(32)?;
        let claimed: [u8; 32] = claimed.try_into().ok()?;
        // Comparing `blake3::Hash` takes the same time wherever the first difference is.
        (mac(secret, body) == blake3::Hash::from(claimed)).then_some(())?;
        minicbor::decode(body).ok()
    }
}

fn mac(secret: &[u8; 32], body: &[u8]) -> blake3::Hash {
    let key = blake3::derive_key(CONTEXT, secret);
    blake3::keyed_hash(&key, body)
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        text.push(char::from_digit(u32::from(byte >> 4), 16).expect("a nibble is one digit"));
        text.push(char::from_digit(u32::from(byte & 15), 16).expect("a nibble is one digit"));
        text
    })
}

pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    // A browser keeps at most 4096 bytes a cookie; whatever is longer is not ours.
    if text.len() > 4096 || !text.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pair = |pair: &[u8]| u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).ok();
    text.as_bytes().chunks_exact(2).map(pair).collect()
}

/// How large the text is: 1 as it is, 2 larger, 3 largest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextSize(u8);

impl TextSize {
    /// All sizes.
    pub const ALL: [Self; 3] = [Self(1), Self(2), Self(3)];

    /// Reads `1`, `2` or `3`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.number().to_string() == text)
    }

    /// 1, 2 or 3.
    pub fn number(self) -> u8 {
        self.0
    }
}

impl Default for TextSize {
    fn default() -> Self {
        Self(1)
    }
}

/// What a request knows of whoever sent it. Handlers take it as an argument.
#[derive(Clone)]
pub struct Visitor {
    pub(super) session: Arc<Mutex<Session>>,
    /// The learner whose turn it is.
    pub learner: Option<Arc<LearnerView>>,
    /// The reader's language.
    pub lang: Lang,
    /// The texts in it.
    pub t: &'static Messages,
    /// How large the text is.
    pub size: TextSize,
    /// Whether the request came from this very computer.
    pub is_loopback: bool,
    /// When the request came.
    pub now_s: i64,
    /// Path and query as asked for.
    pub path: String,
    /// Where the switches of language and size come back to: an address that can be looked at.
    pub back: String,
    /// What the page before left to say.
    pub flash: Option<String>,
}

impl Visitor {
    /// The session as it is now.
    pub fn session(&self) -> Session {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes the session; the answer carries the new cookie.
    pub fn change(&self, change: impl FnOnce(&mut Session)) {
        change(&mut self.session.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Says something on the next page, once.
    pub fn say(&self, words: String) {
        self.change(|session| session.flash = Some(words));
    }

    /// The learner whose turn it is; whoever has none is sent to the first page.
    pub fn require_learner(&self) -> Result<&LearnerView, PageError> {
        self.learner.as_deref().ok_or_else(|| PageError::Go("/".into()))
    }

    /// Whether the volunteer is signed in.
    pub fn is_volunteer(&self) -> bool {
        self.now_s < self.session().volunteer_until_s
    }

    /// The token of this session's forms.
    pub fn csrf(&self) -> String {
        hex(&self.session().csrf)
    }

    /// How the reader is addressed in a sentence: "bà"; "bạn" without a learner.
    pub fn you(&self) -> String {
        match &self.learner {
            Some(learner) => super::html::you(self.t, learner.address),
            None => self.t.address_ban(),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        // The layer around all pages puts it there.
        parts.extensions.get::<Self>().cloned().ok_or(PageError::Internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counter;
    impl Entropy for Counter {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[test]
    fn a_session_survives_its_cookie() {
        let mut session = Session::new(&Counter);
        for n in 0..50 {
            session.sign_in(LearnerId([n; 16]));
        }
        session.seen_s = 1_795_400_000;
        let cookie = session.seal(&[1; 32]);
        assert!(cookie.len() < 2000, "{}", cookie.len());
        assert_eq!(session.enrolled.len(), ENROLLED_MAX);
        assert_eq!(Session::open(&cookie, &[1; 32]), Some(session));
    }

    #[test]
    fn a_cookie_that_was_tampered_with_opens_nothing() {
        let cookie = Session::new(&Counter).seal(&[1; 32]);
        assert_eq!(Session::open(&cookie, &[2; 32]), None);
        for at in 0..cookie.len() {
            let mut altered = cookie.clone().into_bytes();
            altered[at] = if altered[at] == b'0' { b'1' } else { b'0' };
            let altered = String::from_utf8(altered).unwrap();
            assert_eq!(Session::open(&altered, &[1; 32]), None);
        }
        for hostile in ["", "0", "zz", "é0", &"0".repeat(70), &"0".repeat(5000)] {
            assert_eq!(Session::open(hostile, &[1; 32]), None);
        }
    }

    #[test]
    fn somebody_who_comes_again_is_listed_once() {
        let mut session = Session::new(&Counter);
        let [a, b] = [LearnerId([1; 16]), LearnerId([2; 16])];
        session.sign_in(a);
        session.sign_in(b);
        session.sign_in(a);
        assert_eq!(session.enrolled, [b, a]);
        assert_eq!(session.learner, Some(a));
    }
}
