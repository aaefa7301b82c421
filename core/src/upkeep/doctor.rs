//! The doctor: checks everything that can be checked about a data folder and changes nothing.
//!
//! The file, every chain link by link, the form of every event, and every projection against one
//! made anew from the journal. A report names numbers, never people.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::error::{Doing, Error, Result};
use crate::hocvu::HocvuCore;
use crate::ids::{LearnerId, ReplicaId};
use crate::journal::{
    Chain, Deed, Event, Link, SEQ_MAX, Slot, chains, events_of_learner, first_link, head_is_valid,
    next_link, slots,
};
use crate::pack::Medium;
use crate::progress;
use crate::store::Store;

/// The most faults that a report lists; more are only counted.
const FAULTS_MAX: usize = 1_000;

/// What the doctor found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DoctorReport {
    /// Chains that lie here.
    pub chains: u64,
    /// Events that are held.
    pub events: u64,
    /// Slots whose event was erased: only its hash is kept.
    pub erased: u64,
    /// Slots whose event was lost by damage that was told already; a true copy may still fill them.
    pub lost: u64,
    /// Copies of events that other devices made.
    pub copies: u64,
    /// Learners on this device.
    pub learners: u64,
    /// Pictures and sounds that were compared with their hash.
    pub media: u64,
    /// What is wrong, at most 1,000 of them.
    pub faults: Vec<DoctorFault>,
    /// Faults beyond those listed.
    pub faults_unlisted: u64,
}

impl DoctorReport {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }

    fn add(&mut self, fault: DoctorFault) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(fault);
        } else {
            self.faults_unlisted += 1;
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DoctorFault {
    /// SQLite's own check found something.
    File {
        /// What it said.
        said: String,
    },
    /// A row names another row that does not exist.
    Dangling {
        /// The table of the row.
        table: String,
    },
    /// An event cannot be read or has not the one form that events have.
    Unreadable {
        /// The number of its chain here.
        chain: i64,
        /// Its number in the chain; 0 when not even that can be told.
        seq: u64,
        /// Why.
        why: String,
    },
    /// The link that an event stores does not follow from the one before it.
    BrokenLink {
        /// The number of its chain here.
        chain: i64,
        /// Its number in the chain.
        seq: u64,
    },
    /// Numbers of a chain without an event or anything left of one.
    Missing {
        /// The number of the chain here.
        chain: i64,
        /// The first number.
        from: u64,
        /// The last number.
        to: u64,
    },
    /// An event's salt is missing: its hash cannot be computed.
    NoSalt {
        /// The number of its chain here.
        chain: i64,
        /// Its number in the chain.
        seq: u64,
    },
    /// A signed head does not carry its replica's signature.
    ForgedHead {
        /// The number of the chain here.
        chain: i64,
    },
    /// The chain does not lead to its signed head: it was shortened or altered.
    OffHead {
        /// The number of the chain here.
        chain: i64,
        /// The number that was signed.
        seq: u64,
    },
    /// A learner whom no replica here holds by her card's signature.
    NotHeld {
        /// Her number here.
        learner_no: i64,
    },
    /// What is stored about a learner is not what her journal says.
    Projection {
        /// Her number here.
        learner_no: i64,
        /// Which table differs.
        what: &'static str,
    },
    /// The commune stored is not what the journal says.
    Place,
    /// The list of learners erased everywhere is not what the journal says.
    Erased,
    /// A course's picture or sound is missing or damaged.
    Media {
        /// The course.
        course: String,
        /// The file.
        file: String,
    },
    /// The search index does not hold the lessons there are.
    Search {
        /// Lessons of current editions.
        lessons: u64,
        /// Rows in the index.
        rows: u64,
    },
}

impl fmt::Display for DoctorFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { said } => write!(f, "the database file: {said}"),
            Self::Dangling { table } => {
                write!(f, "a row of table {table} names something that does not exist")
            }
            Self::Unreadable { chain, seq, why } => {
                write!(f, "chain {chain}, event {seq}: it cannot be read: {why}")
            }
            Self::BrokenLink { chain, seq } => {
                write!(f, "chain {chain}, event {seq}: its link does not follow from those before")
            }
            Self::Missing { chain, from, to } => {
                write!(f, "chain {chain}: events {from} to {to} are missing")
            }
            Self::NoSalt { chain, seq } => write!(f, "chain {chain}, event {seq}: no salt"),
            Self::ForgedHead { chain } => {
                write!(f, "chain {chain}: the head's signature is not its replica's")
            }
            Self::OffHead { chain, seq } => {
                write!(f, "chain {chain}: it does not lead to the head signed at event {seq}")
            }
            Self::NotHeld { learner_no } => {
                write!(f, "learner no. {learner_no} is held by no replica here")
            }
            Self::Projection { learner_no, what } => {
                write!(f, "learner no. {learner_no}: the table {what} is not what her journal says")
            }
            Self::Place => write!(f, "the commune is not what the journal says"),
            Self::Erased => write!(f, "the list of erased learners is not what the journal says"),
            Self::Media { course, file } => {
                write!(f, "course {course}: {file} is missing or damaged; install it again")
            }
            Self::Search { lessons, rows } => {
                write!(f, "the search index has {rows} rows for {lessons} lessons")
            }
        }
    }
}

impl HocvuCore {
    /// Checks everything that can be checked and changes nothing.
    pub fn doctor(&self) -> Result<DoctorReport> {
        let folder = self.store.folder().to_owned();
        self.store.read(|conn| report(conn, &folder))
    }
}

/// Checks a data folder that no process has open, without salvaging, migrating or changing what is
/// recorded. Fails with `InUse` when a process has it open, `NotFound` when there is no database,
/// `NewerVersion` or `OlderVersion` when its schema is another, `Damaged` when nothing can be read.
pub fn examine(data: &Path) -> Result<DoctorReport> {
    Store::examine(data, |conn| report(conn, data))
}

fn report(conn: &Connection, folder: &Path) -> Result<DoctorReport> {
    let mut report = DoctorReport::default();
    match check_all(conn, folder, &mut report) {
        Err(Error::Damaged { detail }) => report.add(DoctorFault::File { said: detail }),
        other => other?,
    }
    Ok(report)
}

fn check_all(conn: &Connection, folder: &Path, report: &mut DoctorReport) -> Result<()> {
    check_file(conn, report)?;
    for chain in chains(conn)? {
        report.chains += 1;
        check_chain(conn, &chain, report)?;
    }
    check_strays(conn, report)?;
    check_learners(conn, report)?;
    check_device(conn, report)?;
    check_media(conn, folder, report)?;
    check_search(conn, report)
}

fn check_file(conn: &Connection, report: &mut DoctorReport) -> Result<()> {
    let doing = "checking the database";
    let mut statement = conn.prepare("PRAGMA integrity_check(100)").doing(doing)?;
    let said = statement.query_map([], |row| row.get::<_, String>(0)).doing(doing)?;
    for said in said {
        let said = said.doing(doing)?;
        if said != "ok" {
            report.add(DoctorFault::File { said });
        }
    }
    let mut statement = conn.prepare("PRAGMA foreign_key_check").doing(doing)?;
    let tables = statement.query_map([], |row| row.get::<_, String>(0)).doing(doing)?;
    for table in tables {
        report.add(DoctorFault::Dangling { table: table.doing(doing)? });
    }
    Ok(())
}

/// A walk along one chain.
struct Walk<'a> {
    chain: i64,
    /// The number that comes next.
    seq: u64,
    /// The link that comes next, while it is known.
    link: Option<Link>,
    /// Whether the slot before was lost: numbers without a row behind it were lost with it.
    after_lost: bool,
    head: Option<(u64, Link)>,
    report: &'a mut DoctorReport,
}

impl Walk<'_> {
    fn see(&mut self, slot: &Slot) {
        let (chain, seq) = (self.chain, slot.seq());
        if seq > self.seq {
            self.skip_to(seq);
        }
        if self.link.is_some_and(|link| link != *slot.link()) {
            self.report.add(DoctorFault::BrokenLink { chain, seq });
        }
        match slot {
            Slot::Held { event, salt, .. } => {
                self.report.events += 1;
                if salt.is_none() {
                    self.report.add(DoctorFault::NoSalt { chain, seq });
                }
                if let Err(error) = Event::from_bytes(&event.to_bytes()) {
                    let why = error.to_string();
                    self.report.add(DoctorFault::Unreadable { chain, seq, why });
                }
            }
            Slot::Erased { .. } => self.report.erased += 1,
            Slot::Lost { .. } => self.report.lost += 1,
        }
        self.link = slot.hash().map(|hash| next_link(slot.link(), &hash));
        self.after_lost = matches!(slot, Slot::Lost { .. });
        self.seq = seq + 1;
        let ends_here =
            |(at, signed): (u64, Link)| at == seq && self.link.is_some_and(|l| l != signed);
        if self.head.is_some_and(ends_here) {
            self.report.add(DoctorFault::OffHead { chain, seq });
        }
    }

    fn skip_to(&mut self, seq: u64) {
        if self.after_lost {
            self.report.lost += seq - self.seq;
        } else {
            let (chain, from) = (self.chain, self.seq);
            self.report.add(DoctorFault::Missing { chain, from, to: seq - 1 });
        }
        self.link = None;
        self.seq = seq;
    }
}

fn check_chain(conn: &Connection, chain: &Chain, report: &mut DoctorReport) -> Result<()> {
    let doing = "reading a signed head";
    let no = chain.chain_no;
    let sql = "SELECT seq, link, signature FROM head WHERE chain_no = :chain_no";
    let head = conn.query_row(sql, named_params! { ":chain_no": no }, |row| {
        Ok((row.get::<_, i64>("seq")?.unsigned_abs(), row.get("link")?, row.get("signature")?))
    });
    let head: Option<(u64, Link, [u8; 64])> = head.optional().doing(doing)?;
    let is_forged = |(seq, link, signature): &(u64, Link, [u8; 64])| {
        !head_is_valid(&chain.public_key, *seq, link, signature)
    };
    if head.as_ref().is_some_and(is_forged) {
        report.add(DoctorFault::ForgedHead { chain: no });
    }
    let mut walk = Walk {
        chain: no,
        seq: 1,
        link: Some(first_link(&chain.public_key)),
        after_lost: false,
        head: head.map(|(seq, link, _)| (seq, link)),
        report,
    };
    let walked = slots(conn, no, (1, SEQ_MAX), |slot| {
        walk.see(&slot);
        Ok(())
    });
    match walked {
        Err(Error::Damaged { detail }) => {
            let (chain, seq) = (no, walk.seq);
            walk.report.add(DoctorFault::Unreadable { chain, seq, why: detail });
        }
        Err(error) => return Err(error),
        Ok(()) => {
            if let Some((seq, _)) = walk.head.filter(|(seq, _)| *seq >= walk.seq) {
                if walk.after_lost {
                    walk.report.lost += seq + 1 - walk.seq;
                } else {
                    walk.report.add(DoctorFault::OffHead { chain: no, seq });
                }
            }
        }
    }
    Ok(())
}

/// Events of a chain or about a learner that is not here.
fn check_strays(conn: &Connection, report: &mut DoctorReport) -> Result<()> {
    let doing = "looking for stray events";
    let sql = "SELECT slot, learner_no,
                   slot >> 40 IN (SELECT chain_no FROM chain) AS has_chain
               FROM event
               WHERE slot >> 40 NOT IN (SELECT chain_no FROM chain) OR slot & 0xffffffffff = 0
                   OR (learner_no <> 0
                       AND learner_no NOT IN (SELECT learner_no FROM learner))";
    let mut statement = conn.prepare(sql).doing(doing)?;
    let mut rows = statement.query([]).doing(doing)?;
    while let Some(row) = rows.next().doing(doing)? {
        let (chain, seq) = crate::journal::chain_and_seq(row.get("slot").doing(doing)?);
        let has_chain: bool = row.get("has_chain").doing(doing)?;
        let why = if has_chain { "its learner is not here" } else { "its chain is not here" };
        report.add(DoctorFault::Unreadable { chain, seq, why: why.into() });
    }
    Ok(())
}

fn check_learners(conn: &Connection, report: &mut DoctorReport) -> Result<()> {
    let doing = "listing learners";
    let mut statement = conn
        .prepare("SELECT learner_no, learner_id FROM learner ORDER BY learner_no")
        .doing(doing)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, LearnerId(row.get(1)?))));
    let learners: Vec<(i64, LearnerId)> =
        rows.doing(doing)?.collect::<rusqlite::Result<_>>().doing(doing)?;
    for (learner_no, id) in learners {
        report.learners += 1;
        match check_learner(conn, learner_no, id, report) {
            Err(Error::Damaged { detail }) => {
                let said = format!("learner no. {learner_no}: {detail}");
                report.add(DoctorFault::File { said });
            }
            other => other?,
        }
    }
    let sql = "SELECT count(*) FROM copied_event";
    let copies: i64 = conn.query_row(sql, [], |row| row.get(0)).doing(doing)?;
    report.copies = copies.unsigned_abs();
    Ok(())
}

fn check_learner(
    conn: &Connection,
    learner_no: i64,
    id: LearnerId,
    report: &mut DoctorReport,
) -> Result<()> {
    let events = events_of_learner(conn, learner_no)?;
    if !events.iter().any(|(event, _)| progress::holds(id, event)) {
        report.add(DoctorFault::NotHeld { learner_no });
    }
    for (event, _) in &events {
        if let Err(error) = Event::from_bytes(&event.to_bytes()) {
            let said = format!("a copied event of learner no. {learner_no}: {error}");
            report.add(DoctorFault::File { said });
        }
    }
    let folded = progress::fold(id, events);
    let stored = progress::load(conn, learner_no)?;
    for (is_same, what) in [
        ((folded.group, folded.consents) == (stored.group, stored.consents), "learner_state"),
        (folded.lessons == stored.lessons, "lesson_state"),
        (folded.mastery == stored.mastery, "mastery"),
        (folded.attempts == stored.attempts, "attempt"),
    ] {
        if !is_same {
            report.add(DoctorFault::Projection { learner_no, what });
        }
    }
    Ok(())
}

/// The commune that the newest `PlaceSet` names.
pub(super) fn projected_place(conn: &Connection) -> Result<Option<String>> {
    let mut newest: BTreeMap<(u64, ReplicaId, u64), String> = BTreeMap::new();
    each_device_event(conn, |event, deed| {
        if let Deed::PlaceSet(place) = deed {
            newest.insert((event.lamport, event.replica, event.seq), place.commune);
            while newest.len() > 1 {
                newest.pop_first();
            }
        }
    })?;
    Ok(newest.pop_last().map(|(_, commune)| commune))
}

/// The learners whom the journal says to be erased everywhere.
pub(super) fn projected_erased(conn: &Connection) -> Result<BTreeSet<LearnerId>> {
    let mut erased = BTreeSet::new();
    each_device_event(conn, |_, deed| {
        if let Deed::LearnerErased(gone) = deed {
            erased.insert(gone.learner);
        }
    })?;
    Ok(erased)
}

fn each_device_event(conn: &Connection, mut see: impl FnMut(&Event, Deed)) -> Result<()> {
    for (event, _) in events_of_learner(conn, 0)? {
        if let Some(deed) = event.deed() {
            see(&event, deed);
        }
    }
    Ok(())
}

fn check_device(conn: &Connection, report: &mut DoctorReport) -> Result<()> {
    let doing = "reading what is stored of this device";
    let place = conn.query_row("SELECT commune FROM place", [], |row| row.get::<_, String>(0));
    if place.optional().doing(doing)? != projected_place(conn)? {
        report.add(DoctorFault::Place);
    }
    let mut statement = conn.prepare("SELECT learner_id FROM erased").doing(doing)?;
    let rows = statement.query_map([], |row| row.get(0).map(LearnerId)).doing(doing)?;
    let stored: BTreeSet<LearnerId> = rows.collect::<rusqlite::Result<_>>().doing(doing)?;
    if stored != projected_erased(conn)? {
        report.add(DoctorFault::Erased);
    }
    Ok(())
}

fn check_media(conn: &Connection, folder: &Path, report: &mut DoctorReport) -> Result<()> {
    let doing = "listing media";
    let sql = "SELECT course_id, file, hash, body FROM media JOIN course USING (course_no)
               WHERE state = 0
               ORDER BY course_id, file";
    let mut statement = conn.prepare(sql).doing(doing)?;
    let mut rows = statement.query([]).doing(doing)?;
    while let Some(row) = rows.next().doing(doing)? {
        report.media += 1;
        if Medium::of_row(row).doing(doing)?.read(folder)?.is_none() {
            let course = row.get("course_id").doing(doing)?;
            let file = row.get("file").doing(doing)?;
            report.add(DoctorFault::Media { course, file });
        }
    }
    Ok(())
}

fn check_search(conn: &Connection, report: &mut DoctorReport) -> Result<()> {
    let doing = "counting the search index";
    let count = |sql| {
        let counted = conn.query_row(sql, [], |row| row.get::<_, i64>(0)).doing(doing)?;
        Ok::<_, Error>(counted.unsigned_abs())
    };
    let lessons =
        count("SELECT count(*) FROM lesson JOIN course USING (course_no) WHERE current = 1")?;
    let rows = count("SELECT count(*) FROM search_docsize")?;
    if lessons != rows {
        report.add(DoctorFault::Search { lessons, rows });
    }
    Ok(())
}
