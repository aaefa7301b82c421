use super::super::join::JoinCode;
use super::super::message::Role;
use super::super::relays;
use super::super::round::waiting;
use super::super::seal::RelaySecret;
use super::*;
use crate::HocvuCore;
use crate::journal::first_link;
use crate::learner::Group;
use crate::testing::{TestDevice, add_learner};

/// A device with a chain of eleven events or more, which has joined a relay.
fn device() -> (TestDevice, HocvuCore, i64) {
    let device = TestDevice::new();
    let core = device.open();
    let lan = add_learner(&core, "Lan");
    for n in 0..8 {
        core.learners().set_group(lan, Group::ALL[n % 4]).unwrap();
    }
    let code = JoinCode {
        relay: RelaySecret::from_seed(&[4; 32]).key(),
        counting: RelaySecret::from_seed(&[4; 32]).key().sign,
        addresses: vec![String::from("http://relay")],
        name: String::from("Trạm"),
        token: None,
        admits: Role::Replica,
    };
    let relay_no = core.sync().join(&code.to_text()).unwrap().no;
    (device, core, relay_no)
}

fn run(core: &HocvuCore, sql: &str) {
    core.write("changing rows", |w| w.tx.execute_batch(sql).doing("changing rows")).unwrap();
}

/// Loses events as salvage leaves them: a row for the first that follow each other, or for each.
fn lose(core: &HocvuCore, (first, last): (u64, u64), rows_for_all: bool) {
    let rows = if rows_for_all { last } else { first };
    run(
        core,
        &format!(
            "INSERT INTO gap (slot, link) SELECT slot, link FROM event
                 WHERE slot & 0xffffffffff BETWEEN {first} AND {rows};
             DELETE FROM event WHERE slot & 0xffffffffff BETWEEN {first} AND {last}"
        ),
    );
}

fn forget_key(core: &HocvuCore) {
    run(core, "UPDATE chain SET secret_key = NULL");
}

/// A receipt up to the last number, and what it says is lacking.
fn receipt(core: &HocvuCore, relay_no: i64, seq: u64, lacking: &[(u64, u64)]) {
    let mut all = Lacking::default();
    lacking.iter().for_each(|(first, last)| all.add(*first, *last));
    let hex: String = all.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    run(
        core,
        &format!(
            "INSERT OR REPLACE INTO receipt (relay_no, chain_no, seq, link, at_s, lacking)
             SELECT {relay_no}, chain_no, {seq}, zeroblob(32), 0, x'{hex}' FROM installation"
        ),
    );
}

fn state(core: &HocvuCore, relay_no: i64, plain: bool) -> ChainState {
    let read = core.store.read(|conn| {
        let relay = Relay { plain, ..relays::get(conn, relay_no)? };
        chain_states(conn, &relay)
    });
    read.unwrap().remove(0)
}

/// Everything that would be sent, batch by batch.
fn sent(core: &HocvuCore, relay_no: i64) -> Vec<Batch> {
    let batches = core.store.read(|conn| {
        let relay = relays::get(conn, relay_no)?;
        let counting = counting_learners(conn)?;
        let mut batches = Vec::new();
        for state in chain_states(conn, &relay)? {
            let mut packer = Packer::new(conn, &counting, &relay);
            for (mut from, to) in state.wanted.clone() {
                let room = usize::MAX;
                while let Some((bytes, next)) = packer.next_batch(&state, (from, to), room, true)? {
                    batches.push(Batch::from_bytes(&bytes).unwrap());
                    from = next;
                }
            }
        }
        Ok(batches)
    });
    batches.unwrap()
}

fn waits(core: &HocvuCore, relay_no: i64) -> u64 {
    core.store.read(|conn| waiting(conn, &relays::get(conn, relay_no)?)).unwrap()
}

fn shape(batch: &Batch) -> (u64, usize, usize) {
    (batch.first, batch.lost_slots(), batch.slots.len())
}

#[test]
fn with_the_chains_key_a_batch_ends_before_what_was_lost_and_the_next_leads_with_it() {
    let (_device, core, relay_no) = device();
    let last = state(&core, relay_no, false).last;
    lose(&core, (5, 6), true);
    lose(&core, (9, 9), true);
    let batches = sent(&core, relay_no);
    let shapes: Vec<_> = batches.iter().map(shape).collect();
    assert_eq!(shapes, [(1, 0, 4), (5, 2, 4), (9, 1, last as usize - 8)]);
    let mut link = first_link(&batches[0].public_key);
    for batch in &batches {
        link = *batch.verify(&link).unwrap().last().unwrap();
    }
    assert_eq!(waits(&core, relay_no), last - 3, "all that is left can be proven");
}

#[test]
fn an_event_whose_salt_is_gone_goes_as_lost() {
    let (_device, core, relay_no) = device();
    let mai = add_learner(&core, "Mai");
    add_learner(&core, "Nga");
    let numbers = |batches: &[Batch]| {
        let hers = |slot: &BatchSlot| slot.event().is_some_and(|e| e.learner == Some(mai));
        batches.iter().flat_map(|b| b.slots.iter().map(hers)).collect::<Vec<_>>()
    };
    let hers = numbers(&sent(&core, relay_no));
    assert!(hers.contains(&true) && hers.contains(&false));
    run(&core, "DELETE FROM salt WHERE learner_no = (SELECT max(learner_no) - 1 FROM learner)");
    let batches = sent(&core, relay_no);
    let mut link = first_link(&batches[0].public_key);
    for batch in &batches {
        link = *batch.verify(&link).unwrap().last().unwrap();
    }
    let lost: Vec<_> =
        batches.iter().flat_map(|b| b.slots.iter().map(BatchSlot::is_lost)).collect();
    assert_eq!(lost, hers);
}

#[test]
fn without_the_key_all_before_the_last_lost_event_goes_as_lost_once_and_stays_here() {
    let (_device, core, relay_no) = device();
    let last = state(&core, relay_no, false).last;
    lose(&core, (3, 3), false);
    lose(&core, (5, 7), false);
    forget_key(&core);
    assert_eq!(waits(&core, relay_no), last - 7, "what is before cannot be proven to anybody");
    let batches = sent(&core, relay_no);
    assert_eq!(batches.iter().map(shape).collect::<Vec<_>>(), [(1, 7, last as usize)]);
    let links = batches[0].verify(&first_link(&batches[0].public_key)).unwrap();
    assert_eq!(links[5], UNKNOWN_LINK);
    let none = batches[0].slots[..7].iter().all(BatchSlot::is_lost);
    assert!(none && batches[0].slots[7..].iter().all(|slot| slot.event().is_some()));

    receipt(&core, relay_no, last, &[(1, 7)]);
    let after = state(&core, relay_no, false);
    assert_eq!((after.wanted, after.hashes), (Vec::new(), 0), "it is not offered again");
    assert_eq!((sent(&core, relay_no), waits(&core, relay_no)), (Vec::new(), 0));
    let states = core.sync().states().unwrap();
    assert_eq!((states.events, states.received, states.here), (last - 4, last - 7, 3));

    // What it lacks behind the last lost event is still made up for.
    receipt(&core, relay_no, last, &[(1, 7), (9, 9)]);
    assert_eq!(sent(&core, relay_no).iter().map(|batch| batch.first).collect::<Vec<_>>(), [9]);
    // What it held before the damage it needs no more, and what was lost leads from there.
    receipt(&core, relay_no, 6, &[]);
    assert_eq!(
        sent(&core, relay_no).iter().map(shape).collect::<Vec<_>>(),
        [(7, 1, last as usize - 6)]
    );
}

#[test]
fn without_the_key_and_with_the_newest_event_lost_nothing_is_offered() {
    let (_device, core, relay_no) = device();
    let last = state(&core, relay_no, false).last;
    lose(&core, (last - 1, last), false);
    forget_key(&core);
    assert_eq!((sent(&core, relay_no), waits(&core, relay_no)), (Vec::new(), 0));
    receipt(&core, relay_no, 2, &[(1, 1)]);
    assert_eq!((sent(&core, relay_no), waits(&core, relay_no)), (Vec::new(), 0));
}

#[test]
fn where_a_relay_took_nothing_the_whole_stretch_that_it_lacks_goes_along() {
    let (_device, core, relay_no) = device();
    let last = state(&core, relay_no, false).last;
    lose(&core, (2, 2), true);
    lose(&core, (4, 4), true);
    receipt(&core, relay_no, last, &[(2, 7)]);
    let (first, second) = (state(&core, relay_no, false), state(&core, relay_no, true));
    assert_eq!((first.wanted, first.around), (vec![(3, 7)], Vec::new()));
    // What is wanted goes first all the same: on a bad link the stretch may never fit.
    assert_eq!((second.wanted, second.around), (vec![(3, 7)], vec![(2, 7)]));
}
