//! `hocvu hub`: the code with which other stations pass on to this one, and which of them may.
//!
//! These commands work while the kiosk runs too: they open the relay beside it, and the kiosk asks its
//! database anew at every request.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hocvu_core::course::{Day, clock_in_vietnam};
use hocvu_core::ids::short_id;
use hocvu_core::sync::JoinCode;

use super::bundle::relay_of;
use super::serve::open_relay_beside;
use super::{fail, needs_data, refuse};
use crate::relay::{HubView, Relay, RelayError};

/// Stations listed; a province has fewer.
const LISTED_MAX: usize = 10_000;
/// Digits of an id that lists show, and that it has.
const SHORT_DIGITS: usize = 8;
const WHOLE_DIGITS: usize = 32;

/// Options of `hocvu hub`.
#[derive(Debug, clap::Subcommand)]
pub enum HubCommand {
    /// Print the code with which another station passes on to this one
    ///
    /// Give it to that station's volunteer alone, for `hocvu serve --upstream` or the page "Gửi và
    /// nhận": a hub may bring the work of many, and erase whom it serves. Phones join with the code
    /// on /join. The volunteer's page shows the same code.
    Code {
        /// Make another code first; the old one lets no station in any more
        ///
        /// For a code that strangers may have seen. Stations that were let in with the old one stay;
        /// `hocvu hub shut-out` takes one out.
        #[arg(long)]
        new: bool,
        /// Name of this place in the code
        #[arg(long, default_value = "hocvu", value_name = "NAME")]
        name: String,
        /// Address in the code, such as http://192.168.1.5:8080; without one only couriers get here
        #[arg(long, value_name = "URL")]
        address: Option<String>,
        /// The data folder
        #[arg(long, default_value = "hocvu-data", value_name = "DIR")]
        data: PathBuf,
    },
    /// List the stations that were let in to pass on to this one
    ///
    /// Their ids, since when, when they came last (by clocks in Vietnam), how many events they brought
    /// that were new here, and which of them are shut out. The first line says under which id the
    /// stations above list this one.
    List {
        /// The data folder
        #[arg(long, default_value = "hocvu-data", value_name = "DIR")]
        data: PathBuf,
    },
    /// Take nothing more from a station, whatever code it shows
    ///
    /// What it brought stays and counts, and people behind it are heard when their work comes by any
    /// other way. Its word to erase somebody is not heeded. What it was told before, it has. Whoever
    /// runs it still has the code: make another with `hocvu hub code --new`.
    ShutOut {
        /// The station's id, as `hocvu hub list` shows it
        id: String,
        /// The data folder
        #[arg(long, default_value = "hocvu-data", value_name = "DIR")]
        data: PathBuf,
    },
    /// Take from a station again that was shut out
    ///
    /// It needs no new code and sends by itself what has waited there meanwhile.
    LetIn {
        /// The station's id, as `hocvu hub list` shows it
        id: String,
        /// The data folder
        #[arg(long, default_value = "hocvu-data", value_name = "DIR")]
        data: PathBuf,
    },
}

/// Runs `hocvu hub`. Bad input ends with 2, anything else that fails with 1.
pub fn run(command: &HubCommand) -> ExitCode {
    let done = match command {
        HubCommand::Code { new, name, address, data } => {
            let addresses = address.iter().cloned().collect();
            code(data, (name, addresses), *new)
        }
        HubCommand::List { data } => list(data),
        HubCommand::ShutOut { id, data } => shut_out(data, id),
        HubCommand::LetIn { id, data } => let_in(data, id),
    };
    done.err().unwrap_or(ExitCode::SUCCESS)
}

fn code(data: &Path, place: (&str, Vec<String>), is_new: bool) -> Result<(), ExitCode> {
    if let Some(relay) = beside(data)? {
        return print_code(&relay, place, is_new);
    }
    // Nobody has started this station yet: its key is made now.
    let (_core, relay) = relay_of(data)?;
    print_code(&relay, place, is_new)
}

fn print_code(
    relay: &Relay,
    (name, addresses): (&str, Vec<String>),
    is_new: bool,
) -> Result<(), ExitCode> {
    let code = || -> Result<String, ExitCode> {
        let code = relay.hub_code(name, addresses.clone()).map_err(fail)?.to_text();
        // What nobody could read is not given out, nor is a good code given up for it.
        JoinCode::from_text(&code).map_err(refuse)?;
        Ok(code)
    };
    let mut text = code()?;
    if is_new {
        relay.renew_hub_code().map_err(fail)?;
        text = code()?;
    }
    println!("{text}");
    if is_new {
        eprintln!(
            "This is a new code. The old one lets no station in any more; stations that were let in \
             with it stay."
        );
    }
    Ok(())
}

fn list(data: &Path) -> Result<(), ExitCode> {
    let Some(relay) = beside(data)? else { return needs_data(data).map(|()| print_none()) };
    let (hubs, all) = relay.hubs(LISTED_MAX).map_err(fail)?;
    println!("This station is {}.", short_id(relay.hub_id()));
    if hubs.is_empty() {
        print_none();
        return Ok(());
    }
    println!("{:<9}  {:<16}  {:<16}  {:>9}", "ID", "let in", "came last", "events");
    for hub in &hubs {
        println!("{}", row(hub, &id_among(hub, &hubs)));
    }
    let more = all.saturating_sub(hubs.len() as u64);
    if more > 0 {
        println!("{more} more came before these.");
    }
    Ok(())
}

fn print_none() {
    println!("No station was let in to pass on to this one.");
}

fn row(hub: &HubView, id: &str) -> String {
    let (admitted, seen) = (moment(hub.admitted_s), moment(hub.seen_s));
    let shut_out = hub.shut_out_s.map(|since_s| format!("  shut out {}", moment(since_s)));
    format!("{id:<9}  {admitted}  {seen}  {:>9}{}", hub.events, shut_out.unwrap_or_default())
}

/// The short id, or the whole one where another begins with the same digits.
fn id_among(hub: &HubView, hubs: &[HubView]) -> String {
    let shown = SHORT_DIGITS / 2;
    let same = hubs.iter().filter(|other| other.id.0[..shown] == hub.id.0[..shown]).count();
    if same > 1 { hub.id.to_string() } else { short_id(hub.id) }
}

/// A moment by clocks in Vietnam, as this computer's clock claimed it.
fn moment(time_s: i64) -> String {
    format!("{} {}", Day::in_vietnam(time_s).iso(), clock_in_vietnam(time_s))
}

fn shut_out(data: &Path, typed: &str) -> Result<(), ExitCode> {
    let (relay, hub, id) = find(data, typed)?;
    relay.shut_out(hub.id).map_err(fail)?;
    if let Some(since_s) = hub.shut_out_s {
        println!("{id} was shut out already, since {}.", moment(since_s));
        return Ok(());
    }
    println!("{id} is shut out: nothing of it is taken, whatever code it shows.");
    println!("What it brought stays and counts. To take from it again: hocvu hub let-in {id}");
    println!(
        "Whoever runs it still has the code of this station. To make another: hocvu hub code --new"
    );
    Ok(())
}

fn let_in(data: &Path, typed: &str) -> Result<(), ExitCode> {
    let (relay, hub, id) = find(data, typed)?;
    relay.let_in(hub.id).map_err(fail)?;
    match hub.shut_out_s {
        Some(_) => println!("{id} is let in again, and sends by itself what has waited there."),
        None => println!("{id} was not shut out."),
    }
    Ok(())
}

/// The one station whose id begins as it was typed, and how to call it.
fn find(data: &Path, typed: &str) -> Result<(Relay, HubView, String), ExitCode> {
    let digits = digits_of(typed).ok_or_else(|| {
        refuse(format!(
            "{typed:?} is no station's id: ids look like 3f2a-91c0, and hocvu hub list shows them"
        ))
    })?;
    let unknown = || {
        refuse(format!(
            "no station {typed} was let in to pass on to this one: hocvu hub list shows those that were"
        ))
    };
    let Some(relay) = beside(data)? else { return needs_data(data).and_then(|()| Err(unknown())) };
    let (hubs, _) = relay.hubs(usize::MAX).map_err(fail)?;
    let mut fitting = hubs.iter().filter(|hub| hub.id.to_string().starts_with(&digits));
    match (fitting.next(), fitting.next()) {
        (Some(hub), None) => {
            let id = id_among(hub, &hubs);
            Ok((relay, hub.clone(), id))
        }
        (None, _) => Err(unknown()),
        (Some(_), Some(_)) => Err(refuse(format!(
            "more than one station has an id that begins with {typed}: type all {WHOLE_DIGITS} digits, \
             which hocvu hub list shows"
        ))),
    }
}

/// The digits of an id that somebody typed, at least as many as lists show.
fn digits_of(typed: &str) -> Option<String> {
    let bare: String = typed.trim().chars().filter(|c| *c != '-').collect();
    let is_id = (SHORT_DIGITS..=WHOLE_DIGITS).contains(&bare.len())
        && bare.bytes().all(|b| b.is_ascii_hexdigit());
    is_id.then(|| bare.to_ascii_lowercase())
}

/// The relay of a data folder, whether a kiosk serves it or not; `None` where none ever did.
fn beside(data: &Path) -> Result<Option<Relay>, ExitCode> {
    if !data.is_dir() {
        return Err(refuse(format!("{} is no data folder", data.display())));
    }
    let folder = std::fs::canonicalize(data)
        .map_err(|error| fail(format!("{} cannot be found: {error}", data.display())))?;
    open_relay_beside(&folder).map_err(|error| match error {
        RelayError::Version(_) => refuse(error),
        error => fail(error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hocvu_core::ids::ReplicaId;

    fn hub(first: u8, last: u8) -> HubView {
        let mut id = [first; 16];
        id[15] = last;
        HubView {
            id: ReplicaId(id),
            admitted_s: 1_795_400_000,
            seen_s: 1_795_486_400,
            events: 1_234,
            shut_out_s: None,
        }
    }

    #[test]
    fn an_id_is_typed_with_or_without_its_dash_and_never_shorter_than_shown() {
        for typed in ["3f2a-91c0", "3F2A91C0", " 3f2a91c0 "] {
            assert_eq!(digits_of(typed).as_deref(), Some("3f2a91c0"), "{typed}");
        }
        let whole = "0f".repeat(16);
        assert_eq!(digits_of(&whole), Some(whole));
        for bad in ["", "3f2a", "3f2a-91c", "3f2a-91cx", "3f2a 91c0", &"0".repeat(33), "ờờờờ"]
        {
            assert_eq!(digits_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn two_ids_that_begin_alike_are_listed_whole() {
        let hubs = [hub(1, 1), hub(1, 2), hub(2, 1)];
        assert_eq!(id_among(&hubs[0], &hubs), hubs[0].id.to_string());
        assert_eq!(id_among(&hubs[2], &hubs), "0202-0202");
    }

    #[test]
    fn a_row_says_since_when_a_station_is_shut_out() {
        let there = hub(2, 2);
        let words = "0202-0202  2026-11-23 09:13  2026-11-24 09:13       1234";
        assert_eq!(row(&there, "0202-0202"), words);
        let out = HubView { shut_out_s: Some(1_795_486_460), ..there };
        assert_eq!(row(&out, "0202-0202"), format!("{words}  shut out 2026-11-24 09:14"));
    }
}
