//! What an event costs on a relay's disk, however few of them come at a time: by how much the file
//! grows from the empty one, which has a page for each table and index.
//!
//! - phones that bring 25 answers at a time, and phones that bring each event as it is recorded
//!
//! `HOCVU_SYNCS=1000,10000` makes it so many syncs of 25 and so many of one; `--nocapture` shows the
//! figures.

#![allow(clippy::unwrap_used, reason = "clippy takes helpers of a scenario for no tests")]

use std::collections::VecDeque;
use std::sync::Arc;

use hocvu::relay::Relay;
use hocvu_core::Ports;
use hocvu_core::journal::Deed;
use hocvu_core::platform::FileKeyStore;
use hocvu_core::ports::SystemEntropy;
use hocvu_tests::{LightReplica, Practice, SetClock};

/// Phones that take turns.
const PHONES: usize = 2;

/// A phone, and what its learner is about to do.
struct Phone {
    replica: LightReplica,
    practice: Practice,
    deeds: VecDeque<Deed>,
}

impl Phone {
    /// Records so many answers, or the next event alone.
    fn record(&mut self, answers: Option<usize>) {
        let Self { replica, practice, deeds } = self;
        if let Some(answers) = answers {
            return replica.answer(practice, answers);
        }
        if deeds.is_empty() {
            let mut seq = replica.events();
            practice
                .answer_into::<std::convert::Infallible>(12, &mut |deed| {
                    deeds.push_back(deed.clone());
                    seq += 1;
                    Ok(seq)
                })
                .unwrap();
        }
        let deed = deeds.pop_front().unwrap();
        replica.note(&deed, practice.now_s() + 12 * replica.events() as i64);
    }
}

/// Bytes of a relay's database for each event after so many syncs, of so many answers or one event.
fn bytes_an_event(syncs: usize, answers: Option<usize>) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(SetClock::default());
    let keys = Arc::new(FileKeyStore::new(folder.path().join("keys")));
    let ports = Ports { clock: clock.clone(), entropy: Arc::new(SystemEntropy), keys };
    let open = || Relay::open(folder.path(), &folder.path().join("marker"), ports.clone()).unwrap();
    let size = || std::fs::metadata(folder.path().join("relay.db")).unwrap().len();
    drop(open());
    let empty = size();
    let relay = open();
    let code = relay.join_code("Trạm", vec![]).unwrap();
    let mut phones: Vec<_> = (0..PHONES)
        .map(|n| Phone {
            replica: LightReplica::new(&SystemEntropy),
            practice: Practice::new(n as u64 + 1, &clock),
            deeds: VecDeque::new(),
        })
        .collect();
    for n in 0..syncs {
        let phone = &mut phones[n % PHONES];
        phone.record(answers);
        let bundle = phone.replica.bundle(&code, phone.practice.now_s(), &SystemEntropy);
        let (reply, _) = relay.answer(&bundle.body).unwrap().unwrap();
        phone.replica.take(&bundle, &code, &reply).unwrap();
    }
    let counts = relay.counts().unwrap();
    let events: u64 = phones.iter().map(|phone| phone.replica.events()).sum();
    assert_eq!(counts.events, events);
    drop(relay);
    let bytes = size() - empty;
    let each = bytes as f64 / events as f64;
    println!(
        "{syncs} syncs of {answers:?}: {events} events, {} segments, {empty} + {bytes} bytes, {each:.1} \
         an event",
        counts.segments
    );
    each
}

#[test]
fn an_event_costs_few_bytes_on_a_relay_however_few_come_at_a_time() {
    let wished = std::env::var("HOCVU_SYNCS").unwrap_or_else(|_| String::from("200,1600"));
    let (many, single) = wished.split_once(',').unwrap();
    for (syncs, answers) in [(many, Some(25)), (single, None)] {
        let syncs = syncs.parse().unwrap();
        let each = bytes_an_event(syncs, answers);
        assert!(each <= 14.0, "{syncs} syncs of {answers:?}: {each:.1} bytes an event");
    }
}
