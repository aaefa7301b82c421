//! What people are told: one place that chooses the sentence for what went wrong or is in the way,
//! so that every shell says the same.

use super::Messages;
use crate::error::Error;
use crate::learner::Address;
use crate::pack::PackError;
use crate::sync::{BUNDLE_BYTES_MAX, Trouble};

/// Title and words of an error, for the reader. What broke inside is for a log, never for these.
pub fn explain(t: &Messages, error: &Error) -> (String, String) {
    match error {
        Error::NotFound { what: "learner" } => (t.not_found_title(), t.not_found_learner()),
        Error::NotFound { what: "lesson" } => (t.not_found_title(), t.not_found_lesson()),
        Error::NotFound { what: "request that this reply answers" } => {
            (t.courier_refused_title(), t.courier_in_other_request())
        }
        Error::NotFound { .. } => (t.not_found_title(), t.not_found()),
        Error::Invalid { what, .. } => (t.bad_request_title(), refused(t, what)),
        Error::DiskFull { .. } => (t.disk_full_title(), t.disk_full()),
        Error::ReadOnly { path } => (t.read_only_title(), t.read_only(&path.display().to_string())),
        Error::InUse { path } => (t.in_use_title(), t.in_use(&path.display().to_string())),
        Error::NewerVersion { found, known } => {
            (t.newer_version_title(), t.newer_version((*found).into(), (*known).into()))
        }
        Error::CodeWrong { wait_s: 0 } => (t.not_allowed_title(), t.pin_wrong()),
        Error::CodeWrong { wait_s } | Error::CodeWait { wait_s } => {
            (t.not_allowed_title(), t.passcode_wait(i64::from(*wait_s)))
        }
        Error::Pack(error) => {
            let words = format!("{} {}", pack_refused(t, error), t.pack_refused_held());
            (t.pack_refused_title(), words)
        }
        Error::Damaged { .. } => (t.damaged_now_title(), t.damaged_now()),
        Error::Backup { .. } => (t.backup_refused_title(), t.backup_refused()),
        Error::NotOurs { path } => (t.not_ours_title(), t.not_ours(&path.display().to_string())),
        _ => (t.internal_title(), t.internal()),
    }
}

/// Why a pack was refused, in the reader's language where there are words for it.
pub fn pack_refused(t: &Messages, error: &PackError) -> String {
    match error {
        PackError::NewerFormat { .. } => t.pack_refused_newer_format(),
        PackError::Unsigned { course } => t.pack_refused_signature(course.as_str()),
        PackError::UnknownRoot { publisher, .. } => t.pack_refused_publisher(publisher),
        PackError::Signature { publisher, .. } => t.pack_refused_publisher(publisher),
        PackError::OtherRoot { held, .. } => t.pack_refused_publisher(held),
        PackError::Older { held, offered, .. } => {
            t.pack_refused_older(i64::from(held.version), i64::from(offered.version))
        }
        PackError::File { file, why } => t.pack_refused_other(file, why),
        other => t.pack_refused_other(&t.pack_install_file(), &other.to_string()),
    }
}

/// What to say to a request that was refused, by what of it was.
fn refused(t: &Messages, what: &str) -> String {
    match what {
        "name" => t.add_name_missing(),
        "pictogram" => t.add_picture_missing(),
        "group" => t.add_group_missing(),
        "guardian" => t.guardian_missing(),
        "consent" => t.consent_record_missing(),
        "pin" => t.pin_form(),
        "easy pin" => t.pin_easy(),
        "card" => t.takein_mistyped(),
        "kind of card" => t.takein_not_a_card(),
        "card of somebody erased" => t.takein_erased(),
        "join code" => t.sync_code_mistyped(),
        "erasure" => t.erase_elsewhere_first(),
        "bundle" => t.courier_in_altered(),
        "kind of file" => t.courier_in_not_one(),
        "version of the bundle" => t.courier_in_newer(),
        "way of the bundle" => t.courier_in_wrong_way(),
        "size of the bundle" => t.courier_in_large(&t.size(BUNDLE_BYTES_MAX as u64)),
        _ => t.bad_request(),
    }
}

/// What was in the way of sync, and what somebody can do about it.
pub fn trouble(t: &Messages, trouble: Trouble) -> String {
    match trouble {
        Trouble::Unreachable => t.trouble_unreachable(),
        Trouble::Cut => t.trouble_cut(),
        Trouble::TooSlow => t.trouble_too_slow(),
        Trouble::CaptivePortal => t.trouble_captive_portal(),
        Trouble::OtherRelay => t.trouble_other_relay(),
        Trouble::Busy => t.trouble_busy(),
        Trouble::TooLarge => t.trouble_too_large(),
        Trouble::ServerFault => t.trouble_server_fault(),
        Trouble::BadReply => t.trouble_bad_reply(),
        Trouble::NotAdmitted => t.trouble_not_admitted(),
        Trouble::NewerVersion => t.trouble_newer_version(),
        Trouble::BudgetSpent => t.trouble_budget_spent(),
        Trouble::NotTaken => t.trouble_not_taken(),
    }
}

/// What came of a relay's reply that a courier brought: as good news, or what was in the way.
pub fn courier(
    t: &Messages,
    relay: &str,
    waiting: u64,
    in_the_way: Option<Trouble>,
) -> Result<String, String> {
    match in_the_way {
        None if waiting == 0 => Ok(t.courier_came_back(relay)),
        None => Ok(t.courier_came_back_waiting(i64::try_from(waiting).unwrap_or(i64::MAX), relay)),
        Some(Trouble::BadReply | Trouble::Cut) => Err(t.courier_in_broken()),
        Some(Trouble::NewerVersion) => Err(t.courier_in_newer()),
        Some(it) => Err(trouble(t, it)),
    }
}

/// How a learner is called in a sentence: "bà".
pub fn you(t: &Messages, address: Address) -> String {
    match address {
        Address::Ba => t.address_ba(),
        Address::Ong => t.address_ong(),
        Address::Co => t.address_co(),
        Address::Chu => t.address_chu(),
        Address::Anh => t.address_anh(),
        Address::Chi => t.address_chi(),
        Address::Em => t.address_em(),
        Address::Ban => t.address_ban(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Lang;

    #[test]
    fn what_was_refused_is_named_and_nothing_inside_is_revealed() {
        for lang in Messages::langs() {
            let t = Messages::get(&Lang::parse(lang).unwrap());
            let invalid = |what| explain(t, &Error::invalid(what, "of /srv/secret")).1;
            assert_eq!(invalid("pin"), t.pin_form());
            assert_eq!(invalid("anything else"), t.bad_request());
            let whats = [
                "name",
                "pictogram",
                "group",
                "guardian",
                "consent",
                "pin",
                "easy pin",
                "card",
                "kind of card",
                "card of somebody erased",
                "erasure",
                "bundle",
                "kind of file",
                "version of the bundle",
                "way of the bundle",
                "size of the bundle",
            ];
            for what in whats {
                assert!(!invalid(what).contains("secret"));
                assert_ne!(invalid(what), t.bad_request(), "{what}");
            }
        }
    }
}
