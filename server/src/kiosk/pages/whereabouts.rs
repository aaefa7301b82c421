//! Where a learner's record is: what only this device has, what somebody gave a receipt for, and
//! which devices hold her. Nothing here says "sent": only a receipt moves a number.

use std::fmt::Write as _;

use hocvu_core::HocvuCore;
use hocvu_core::ids::{LearnerId, ReplicaId, short_id};
use hocvu_core::sync::{RecordStates, RelayView};
use hocvu_core::text::Messages;

/// What is known of a learner's record.
pub(super) struct Known {
    states: RecordStates,
    /// Events that a relay brought.
    copies: u64,
    relays: Vec<RelayView>,
    devices: Vec<ReplicaId>,
    own: ReplicaId,
}

/// Asks the core.
pub(super) fn known(core: &HocvuCore, learner: LearnerId) -> hocvu_core::Result<Known> {
    Ok(Known {
        states: core.sync().states_of(learner)?,
        copies: core.learners().copies(learner)?,
        relays: core.sync().relays()?,
        devices: core.learners().devices(learner)?,
        own: core.device().replica()?,
    })
}

/// As `templates/whereabouts.html` shows it.
pub(super) struct Whereabouts {
    pub(super) title: String,
    pub(super) events: String,
    /// Said where a relay brought more.
    pub(super) brought: Option<String>,
    /// The parts, each with its colour and words.
    pub(super) parts: Vec<Part>,
    pub(super) picture: String,
    /// Said where she did not agree to be counted.
    pub(super) no_consent: Option<String>,
    pub(super) devices: Vec<String>,
    pub(super) devices_note: String,
}

/// A part of the record.
pub(super) struct Part {
    pub(super) mark: &'static str,
    pub(super) words: String,
    count: u64,
}

impl Whereabouts {
    pub(super) fn of(t: &Messages, known: &Known, counts: bool, you: &str) -> Self {
        let parts = parts(t, known);
        let said: Vec<&str> = parts.iter().map(|part| part.words.as_str()).collect();
        let device = |device: &ReplicaId| match *device == known.own {
            true => t.where_this_device(),
            false => t.where_other_device(&short_id(*device)),
        };
        // Her own device stands first.
        let (own, others): (Vec<_>, Vec<_>) =
            known.devices.iter().partition(|device| **device == known.own);
        Self {
            title: t.where_title(you),
            events: match known.states.events {
                0 => t.where_none(you),
                events => t.where_events(number(events), you),
            },
            brought: (known.copies > 0).then(|| t.where_brought(number(known.copies), you)),
            picture: picture(&parts, &said.join(". ")),
            parts,
            no_consent: (!counts).then(|| t.where_no_consent(you)),
            devices: own.into_iter().chain(others).map(device).collect(),
            devices_note: t.where_devices_note(you),
        }
    }
}

/// A count as texts take it.
pub(super) fn number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn parts(t: &Messages, known: &Known) -> Vec<Part> {
    let RecordStates { here, received, counted, .. } = known.states;
    let name = |counts: bool| {
        let names = known.relays.iter().filter(|relay| relay.counts == counts);
        let names: Vec<&str> = names.map(|relay| relay.name.as_str()).collect();
        names.join(", ")
    };
    // A relay with no address is the one in this very program.
    let is_own = |relay: &RelayView| relay.counts && relay.addresses.is_empty();
    let counted_words = match known.relays.iter().find(|relay| is_own(relay)) {
        Some(own) => t.where_counted_here(number(counted), &own.name),
        None => t.where_counted(number(counted)),
    };
    let all = [
        ("f-look", here, t.where_here(number(here))),
        ("f-soft", received, t.where_received(number(received), &name(false))),
        ("f-go", counted, counted_words),
    ];
    let some = all.into_iter().filter(|(_, count, _)| *count > 0);
    some.map(|(mark, count, words)| Part { mark, words, count }).collect()
}

/// A bar in as many parts, each as long as its share.
fn picture(parts: &[Part], said: &str) -> String {
    let all: u64 = parts.iter().map(|part| part.count).sum();
    if all == 0 {
        return String::new();
    }
    let mut svg = format!(
        "<svg class=\"where\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 1000 100\" \
         preserveAspectRatio=\"none\">",
        super::super::html::escape(said)
    );
    let (mut begun, mut left) = (0, 0);
    for part in parts {
        begun += part.count;
        // The widest product is 2^40 events times a thousand.
        let right = begun * 1_000 / all;
        let width = right - left;
        write!(
            svg,
            "<rect class=\"{} no-stroke\" x=\"{left}\" y=\"0\" width=\"{width}\" height=\"100\"/>",
            part.mark
        )
        .expect("memory takes it");
        left = right;
    }
    svg + "</svg>"
}

#[cfg(test)]
mod tests {
    use super::*;
    use hocvu_core::ids::Lang;

    fn whereabouts(states: RecordStates, counts: bool) -> Whereabouts {
        let (own, other) = (ReplicaId([9; 16]), ReplicaId([1; 16]));
        let devices = vec![other, own];
        let known = Known { states, copies: 3, relays: Vec::new(), devices, own };
        let t = Messages::get(&Lang::parse("vi").unwrap());
        Whereabouts::of(t, &known, counts, "bà")
    }

    #[test]
    fn each_part_is_as_long_as_its_share_and_nothing_is_said_twice() {
        let states = RecordStates { events: 8, here: 2, received: 0, counted: 6 };
        let shown = whereabouts(states, true);
        assert_eq!(shown.parts.len(), 2);
        assert!(shown.picture.contains("width=\"250\"") && shown.picture.contains("x=\"250\""));
        assert!(shown.no_consent.is_none());
        assert!(shown.brought.is_some_and(|words| words.contains(" 3 ")));
        assert_eq!(shown.devices, ["Máy này", "Máy khác, mã 0101-0101"]);
    }

    #[test]
    fn without_events_nothing_is_drawn_and_without_consent_it_is_said() {
        let shown = whereabouts(RecordStates::default(), false);
        assert!(shown.parts.is_empty() && shown.picture.is_empty());
        assert!(shown.no_consent.is_some_and(|words| words.starts_with("Bà")));
    }
}
