//! The one error of the border: a case for each thing that a shell does differently, and in each the
//! sentence for the person.

use std::any::Any;

use hocvu_core::Error;
use hocvu_core::ids::{IdError, Lang};
use hocvu_core::pack::PackError;
use hocvu_core::text::{Messages, explain};

use crate::platform::PlatformFailure;

/// What a person is told, in the language chosen on this device.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ToldView {
    /// A few words, as over a page.
    pub title: String,
    /// What is wrong, what is whole, what to do.
    pub words: String,
}

/// Why a call did not do what was asked. Nothing that was acknowledged before is lost by any.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum HocvuFailure {
    /// What was named does not exist (any more): go back to the list and show it anew.
    #[error("there is no such {what}")]
    NotFound {
        /// What kind of thing was named, such as `lesson`.
        what: String,
        /// For the person.
        told: ToldView,
    },
    /// The request makes no sense: show the words beside the field and let her try again.
    #[error("the {what} is not acceptable")]
    Invalid {
        /// What was refused, such as `name` or `pin`.
        what: String,
        /// For the person.
        told: ToldView,
    },
    /// A PIN or passcode was wrong, or not looked at because of wrong ones before.
    #[error("the code is refused; next try in {wait_s} s")]
    CodeRefused {
        /// Seconds until the next try is looked at; 0 when at once.
        wait_s: u32,
        /// For the person.
        told: ToldView,
    },
    /// There is no room left; nothing was changed. Offer what takes room.
    #[error("the disk is full")]
    DiskFull {
        /// For the person.
        told: ToldView,
    },
    /// The data folder cannot be used: it is open elsewhere, read-only, of a newer version or some
    /// other program's. It was not touched.
    #[error("the data folder cannot be used")]
    CannotOpen {
        /// For the person.
        told: ToldView,
    },
    /// The database is damaged. Shut and open: opening saves what can be read.
    #[error("the database is damaged")]
    Damaged {
        /// For the person.
        told: ToldView,
    },
    /// A pack was refused; what is held keeps working.
    #[error("the pack is refused: {why}")]
    PackRefused {
        /// What is wrong with it, in English, for whoever made it.
        why: String,
        /// For the person.
        told: ToldView,
    },
    /// A pack is signed under a root that nobody here has confirmed: show the fingerprint to be
    /// compared, then `trustRoot`, then install again.
    #[error("{publisher} is not known here")]
    UnknownRoot {
        /// 32 hex digits in groups of four.
        fingerprint: String,
        /// Name of the publisher, as the root claims.
        publisher: String,
        /// What `trustRoot` takes.
        roots: Vec<u8>,
        /// For the person.
        told: ToldView,
    },
    /// A backup was refused: a wrong passphrase, or a file that is none or was altered.
    #[error("the backup is refused")]
    BackupRefused {
        /// For the person.
        told: ToldView,
    },
    /// The platform failed: its key store, or what it tells of networks and battery. Trying again
    /// later may help, as when the phone is unlocked.
    #[error("the platform failed: {why}")]
    Platform {
        /// What it said, for a log.
        why: String,
        /// For the person.
        told: ToldView,
    },
    /// The data folder was shut. The shell is at fault.
    #[error("the data folder was shut")]
    Shut {
        /// For the person.
        told: ToldView,
    },
    /// The library is at fault.
    #[error("{why}")]
    Internal {
        /// What was being done, for a log. No learner's data is in it.
        why: String,
        /// For the person.
        told: ToldView,
    },
}

impl HocvuFailure {
    /// What the core said, in a language.
    pub(crate) fn of(error: Error, lang: &Lang) -> Self {
        let t = Messages::get(lang);
        let (title, words) = explain(t, &error);
        let told = ToldView { title, words };
        match error {
            Error::NotFound { what } => Self::NotFound { what: what.into(), told },
            Error::Invalid { what, .. } => Self::Invalid { what: what.into(), told },
            Error::CodeWrong { wait_s } | Error::CodeWait { wait_s } => {
                Self::CodeRefused { wait_s, told }
            }
            Error::DiskFull { .. } => Self::DiskFull { told },
            Error::InUse { .. }
            | Error::ReadOnly { .. }
            | Error::NewerVersion { .. }
            | Error::NotOurs { .. } => Self::CannotOpen { told },
            Error::Damaged { .. } => Self::Damaged { told },
            Error::Pack(PackError::UnknownRoot { fingerprint, publisher, roots }) => {
                Self::UnknownRoot { fingerprint, publisher, roots, told }
            }
            Error::Pack(refused) => Self::PackRefused { why: refused.to_string(), told },
            Error::Backup { .. } => Self::BackupRefused { told },
            Error::File { source, .. } if PlatformFailure::is_in(&source) => {
                Self::platform(&source.to_string(), lang)
            }
            other => Self::Internal { why: other.to_string(), told },
        }
    }

    /// The platform did not do its part.
    pub(crate) fn platform(why: &str, lang: &Lang) -> Self {
        let t = Messages::get(lang);
        let told = ToldView { title: t.platform_failed_title(), words: t.platform_failed() };
        Self::Platform { why: why.into(), told }
    }

    /// Whoever calls has shut the data folder before.
    pub(crate) fn shut(lang: &Lang) -> Self {
        Self::Shut { told: at_fault(lang) }
    }

    /// A panic, which ends here: it is a bug, and no reason for an app to end.
    pub(crate) fn panicked(payload: &(dyn Any + Send), lang: &Lang) -> Self {
        let words = payload.downcast_ref::<&str>().copied();
        let words = words.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let why = format!("panicked: {}", words.unwrap_or("without words"));
        Self::Internal { why, told: at_fault(lang) }
    }
}

fn at_fault(lang: &Lang) -> ToldView {
    let t = Messages::get(lang);
    ToldView { title: t.internal_title(), words: t.internal() }
}

impl From<IdError> for HocvuFailure {
    /// No data folder is at hand where ids are read, so the words are Vietnamese.
    fn from(error: IdError) -> Self {
        let lang = Lang::parse("vi").expect("a language");
        Self::of(Error::Invalid { what: error.what, why: String::new() }, &lang)
    }
}
