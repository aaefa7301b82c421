//! Salvage: moves a damaged database aside and builds a fresh one from all that can be read of it.
//!
//! Rows are read twice: as SQLite finds them, forwards and backwards until it meets the damage, and
//! page by page (`carve`). Where that gives no event at all, copies that were set aside earlier are
//! read, the newest first: they lack nothing but what was recorded since. Every projection is made
//! anew. What was set aside stays: nothing is deleted to "repair" something.
//!
//! **What is proven.** Events keep their chain and number. An event stays when the link before it and
//! its own hash give the link that the next event stores, or the one that its replica signed. Each
//! change of the journal signs the newest link in its own transaction, so this covers the last event
//! too, also after an unclean end. If both the head and everything behind an event are unreadable,
//! that event goes: its own row stores the link before it and nothing that depends on its contents,
//! so an altered one would look the same, and an altered event must never pass for the true one. An
//! event that goes leaves a lost slot, which a true copy may fill later.
//!
//! A cut at any moment is mended by the next start: the file `hocvu.damaged` names the folder that
//! the damaged files went to, and goes last.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use rusqlite::types::Value;
use rusqlite::{Connection, Transaction, TransactionBehavior, named_params, params_from_iter};

use super::carve::{Row, carve};
use crate::device::{Notice, project_place};
use crate::error::{Doing, Error, Result};
use crate::ids::{LearnerId, ReplicaId};
use crate::journal::{
    Chain, Event, EventHash, Link, SEQ_MAX, Slot, chain_and_seq, chains, events_of_learner,
    first_link, head_is_valid, learner_id, next_link, slot_of, slots,
};
use crate::platform;
use crate::store::{
    DAMAGED, DATABASE, SET_ASIDE, file_bytes, has_unreadable_log, migrate, open_reader, open_writer,
};

const DOING: &str = "salvaging a damaged database";

/// The database while it is being built.
const BUILDING: &str = "hocvu.salvage";

/// Tables that are copied row by row, those that others name first. Projections, the search index
/// and the installation are made anew.
const JOURNAL: [&str; 6] = ["chain", "gap", "event", "word", "salt", "head"];
const PEOPLE: [&str; 8] = [
    "learner",
    "copied_event",
    "person",
    "code",
    "setting",
    "guest_attempt",
    "bookmark",
    "check_try",
];
const TRUST: [&str; 3] = ["trust_root", "catalogue", "removed_course"];
const COURSES: [&str; 6] = ["course", "course_text", "lesson", "quiz", "question", "media"];

/// What lies in a data folder before it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Former {
    /// Nothing that an installation leaves.
    Nothing,
    /// A database, not known to be damaged.
    Database,
    /// Traces of an installation, and no database or an empty one: its first start was cut off, or
    /// its record is gone.
    Traces,
    /// A database that is known to be damaged.
    Damaged,
}

impl Former {
    /// Looks into a data folder without opening its database.
    pub(crate) fn of(folder: &Path) -> Result<Self> {
        if folder.join(DAMAGED).exists() || has_unreadable_log(folder)? {
            return Ok(Self::Damaged);
        }
        if file_bytes(&folder.join(DATABASE))?.is_some_and(|bytes| bytes > 0) {
            return Ok(Self::Database);
        }
        let fail = |source| Error::file("looking into", folder, source);
        for entry in fs::read_dir(folder).map_err(fail)? {
            if entry.map_err(fail)?.file_name() != platform::LOCK {
                return Ok(Self::Traces);
            }
        }
        Ok(Self::Nothing)
    }

    /// Whether the folder has to be salvaged. An installation marker is written once a record has
    /// been begun: where there is one, a record cannot be missing because it never was.
    pub(crate) fn is_damaged(self, has_marker: bool) -> bool {
        self == Self::Damaged || (self == Self::Traces && has_marker)
    }
}

/// Salvages what a damaged data folder holds. The caller holds the folder's lock.
pub(crate) fn salvage(folder: &Path) -> Result<()> {
    let aside = set_aside_name(folder)?;
    let flag = folder.join(DAMAGED);
    platform::write_durably(&flag, aside.as_bytes())?;
    let aside = folder.join(aside);
    let was_finished = aside.join(DATABASE).exists() && folder.join(DATABASE).exists();
    if !was_finished {
        move_aside(folder, &aside)?;
        build(folder, &aside)?;
    }
    fs::remove_file(&flag).map_err(|source| Error::file(DOING, &flag, source))?;
    platform::sync_folder(folder)
}

/// The folder that was chosen before a cut, or the first that is free.
fn set_aside_name(folder: &Path) -> Result<String> {
    let chosen = platform::read_start(&folder.join(DAMAGED), 64)?.unwrap_or_default();
    let chosen = String::from_utf8(chosen).unwrap_or_default();
    let number = set_aside_number(&chosen);
    let free = || (1..).find(|n| !folder.join(format!("{SET_ASIDE}{n}")).exists());
    let number = number.or_else(free).expect("some number is free");
    Ok(format!("{SET_ASIDE}{number}"))
}

/// The number of a folder of this name that damaged databases are set aside in.
fn set_aside_number(name: &str) -> Option<u32> {
    let digits = name.strip_prefix(SET_ASIDE)?;
    digits.parse().ok().filter(|number: &u32| *number > 0 && number.to_string() == digits)
}

/// The folders to read from: the one just set aside, then those before it, the newest first.
fn sources(folder: &Path, aside: &Path) -> Result<Vec<PathBuf>> {
    let fail = |source| Error::file(DOING, folder, source);
    let mut former = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        let number = path.file_name().and_then(|name| set_aside_number(name.to_str()?));
        if let Some(number) = number.filter(|_| path != aside) {
            former.insert(number, path);
        }
    }
    Ok(std::iter::once(aside.to_owned()).chain(former.into_values().rev()).collect())
}

fn move_aside(folder: &Path, aside: &Path) -> Result<()> {
    platform::make_private_folder(aside)?;
    // The database goes last: while it is here, its log belongs to it.
    for suffix in ["-wal", "-shm", ""] {
        let name = format!("{DATABASE}{suffix}");
        let (from, to) = (folder.join(&name), aside.join(&name));
        if from.exists() && !to.exists() {
            fs::rename(&from, &to).map_err(|source| Error::file(DOING, &from, source))?;
        }
    }
    let database = aside.join(DATABASE);
    if !database.exists() {
        // Where nothing was left to move, an empty file says that the moving is done.
        platform::write_durably(&database, b"")?;
    }
    platform::sync_folder(aside)?;
    platform::sync_folder(folder)
}

fn build(folder: &Path, aside: &Path) -> Result<()> {
    let path = folder.join(BUILDING);
    let parts: Vec<PathBuf> =
        ["", "-wal", "-shm"].iter().map(|s| folder.join(format!("{BUILDING}{s}"))).collect();
    for part in parts.iter().filter(|part| part.exists()) {
        fs::remove_file(part).map_err(|source| Error::file(DOING, part, source))?;
    }
    let sources = sources(folder, aside)?;
    let mut conn = open_writer(&path)?;
    migrate(&mut conn)?;
    conn.execute_batch("PRAGMA foreign_keys = OFF").doing(DOING)?;
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).doing(DOING)?;
    let lost = fill(&tx, &sources)?;
    Notice::Salvaged { lost }.note(&tx)?;
    tx.commit().doing(DOING)?;
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).doing(DOING)?;
    drop(conn);
    let done = folder.join(DATABASE);
    fs::rename(&path, &done).map_err(|source| Error::file(DOING, &done, source))?;
    platform::sync_folder(folder)
}

/// Fills a fresh database; returns how many events were lost, as far as that can be known.
fn fill(tx: &Transaction<'_>, sources: &[PathBuf]) -> Result<u64> {
    let mut words = Vec::new();
    let mut courses_whole = false;
    // Where nothing is left of a journal that could not be read, nobody can count what it held.
    let mut uncounted = false;
    for aside in sources {
        let whole = take(tx, aside, &mut words)?;
        courses_whole |= whole.courses;
        if whole.journal || holds_events(tx)? {
            break;
        }
        uncounted = true;
    }
    remove_altered_learners(tx)?;
    add_words(tx, &words)?;
    tx.execute("UPDATE chain SET secret_key = NULL", []).doing(DOING)?;
    tidy(tx, courses_whole)?;
    let lost = mend_all(tx)?;
    project(tx)?;
    // What could be read of the journal may all have been altered.
    let uncounted = uncounted || (lost > 0 && !holds_events(tx)?);
    Ok(if uncounted { lost.max(1) } else { lost })
}

fn holds_events(tx: &Transaction<'_>) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM event)";
    tx.query_row(sql, [], |row| row.get(0)).doing(DOING)
}

/// What of a source could be read to its end.
#[derive(Default)]
struct Whole {
    journal: bool,
    courses: bool,
}

/// Takes in what one damaged database holds.
fn take(tx: &Transaction<'_>, aside: &Path, words: &mut Vec<(i64, String)>) -> Result<Whole> {
    let mut whole = Whole::default();
    let database = aside.join(DATABASE);
    let is_empty = file_bytes(&database)?.is_none_or(|bytes| bytes == 0);
    // SQLite would delete the log of an empty database; `carve` reads it without SQLite.
    if !is_empty && let Some(source) = unless_hindered(open_reader(&database))? {
        whole = Whole { journal: true, courses: true };
        for table in JOURNAL {
            whole.journal &= copy_table(&source, tx, table)?;
        }
        for table in PEOPLE.iter().chain(&TRUST) {
            copy_table(&source, tx, table)?;
        }
        words.extend(words_of_index(&source));
        for table in COURSES {
            whole.courses &= copy_table(&source, tx, table)?;
        }
    }
    carve_rows(tx, aside, words)?;
    Ok(whole)
}

/// Nothing where something is damaged; fails where the disk hinders, which says nothing about what
/// is damaged and may have passed at the next start.
fn unless_hindered<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error @ (Error::DiskFull { .. } | Error::ReadOnly { .. })) => Err(error),
        Err(_) => Ok(None),
    }
}

fn columns(tx: &Transaction<'_>, table: &str) -> Result<Vec<String>> {
    let sql = "SELECT name FROM pragma_table_info(:table_name)";
    let mut statement = tx.prepare(sql).doing(DOING)?;
    let names = statement.query_map(named_params! { ":table_name": table }, |row| row.get(0));
    names.doing(DOING)?.collect::<rusqlite::Result<_>>().doing(DOING)
}

/// Copies what SQLite can still read of a table, forwards and then backwards; says whether all of
/// it was read.
fn copy_table(source: &Connection, tx: &Transaction<'_>, table: &str) -> Result<bool> {
    let columns = columns(tx, table)?;
    let list = columns.join(", ");
    let mut whole = false;
    for order in ["ASC", "DESC"] {
        // The first column leads the key of every table.
        let sql = format!("SELECT {list} FROM {table} ORDER BY {} {order}", columns[0]);
        whole = copy_rows(source, tx, table, &columns, &sql)?;
        if whole {
            break;
        }
    }
    Ok(whole)
}

fn copy_rows(
    source: &Connection,
    tx: &Transaction<'_>,
    table: &str,
    columns: &[String],
    sql: &str,
) -> Result<bool> {
    let read = source.prepare(sql).doing(DOING);
    let Some(mut statement) = unless_hindered(read)? else { return Ok(false) };
    let Some(mut rows) = unless_hindered(statement.query([]).doing(DOING))? else {
        return Ok(false);
    };
    let mut whole = true;
    loop {
        let row = match unless_hindered(rows.next().doing(DOING))? {
            Some(Some(row)) => row,
            Some(None) => return Ok(whole),
            None => return Ok(false),
        };
        let values: rusqlite::Result<Vec<Value>> =
            (0..columns.len()).map(|column| row.get(column)).collect();
        whole &= match values {
            Ok(values) => insert(tx, table, columns, &values)?,
            Err(_) => false,
        };
    }
}

/// Inserts a row unless its key is taken; says whether the table would have it at all.
fn insert(tx: &Transaction<'_>, table: &str, columns: &[String], values: &[Value]) -> Result<bool> {
    let marks = vec!["?"; columns.len()].join(", ");
    let list = columns.join(", ");
    let sql = format!("INSERT OR IGNORE INTO {table} ({list}) VALUES ({marks})");
    let mut statement = tx.prepare_cached(&sql).doing(DOING)?;
    let inserted = statement.execute(params_from_iter(values)).doing(DOING);
    unless_hindered(inserted).map(|inserted| inserted.is_some())
}

/// The second copy of the words, which their index holds.
fn words_of_index(source: &Connection) -> Vec<(i64, String)> {
    let mut words = Vec::new();
    for order in ["ASC", "DESC"] {
        let sql = format!(
            "SELECT rowid, word FROM word INDEXED BY sqlite_autoindex_word_1 ORDER BY word {order}"
        );
        let Ok(mut statement) = source.prepare(&sql) else { continue };
        let Ok(rows) = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))) else {
            continue;
        };
        words.extend(rows.map_while(std::result::Result::ok));
    }
    words
}

/// Adds the rows that lie on pages to which SQLite finds no way. Tables are told by the number and
/// types of their columns.
fn carve_rows(
    tx: &Transaction<'_>,
    aside: &Path,
    other_words: &mut Vec<(i64, String)>,
) -> Result<()> {
    let log = aside.join(format!("{DATABASE}-wal"));
    let tables = ["event", "gap", "word", "chain", "learner", "person", "code", "salt"];
    let mut known = BTreeMap::new();
    let others = ["copied_event", "head", "setting", "guest_attempt", "bookmark", "check_try"];
    for table in tables.into_iter().chain(others) {
        known.insert(table, columns(tx, table)?);
    }
    let mut result = Ok(());
    carve(&aside.join(DATABASE), &log, |row| {
        if let (None, [Value::Text(word), Value::Integer(number)]) = (row.rowid, &row.values[..]) {
            other_words.push((*number, word.clone()));
        }
        let Some(table) = table_of(&row).filter(|_| result.is_ok()) else { return };
        let mut values = row.values;
        if let Some(rowid) = row.rowid {
            values[0] = Value::Integer(rowid);
        }
        if let Err(error) = insert(tx, table, &known[table], &values) {
            result = Err(error);
        }
    });
    result
}

/// Which table a row of these columns is of.
fn table_of(row: &Row) -> Option<&'static str> {
    let shape: String = row
        .values
        .iter()
        .map(|value| match value {
            Value::Null => 'n',
            Value::Integer(_) => 'i',
            Value::Real(_) => 'r',
            Value::Text(_) => 't',
            Value::Blob(blob) if blob.len() == 16 => 'h',
            Value::Blob(blob) if blob.len() == 32 => 'H',
            Value::Blob(blob) if blob.len() == 64 => 'S',
            Value::Blob(_) => 'b',
        })
        .collect();
    let blob = |c: Option<char>| c.is_some_and(|c| "hHSb".contains(c));
    match (row.rowid.is_some(), shape.as_str()) {
        (true, shape) if shape.len() == 8 && shape.starts_with("niiiiiH") => {
            blob(shape.chars().last()).then_some("event")
        }
        (true, "nHH" | "nHn") => Some("gap"),
        (true, "nt") => Some("word"),
        (true, "nHHi" | "nHni") => Some("chain"),
        (true, "nhHh") => Some("learner"),
        (true, "nhHii") => Some("code"),
        (true, "niHS") => Some("head"),
        (true, "nibbn" | "nibbb") => Some("person"),
        (false, "iiH") => Some("salt"),
        (false, "tt") => Some("setting"),
        (false, "hih" | "hiH" | "hiS" | "hib") => Some("guest_attempt"),
        (false, "ittii") => Some("bookmark"),
        (false, "ittih" | "ittiH" | "ittiS" | "ittib") => Some("check_try"),
        (false, shape) if shape.len() == 9 && shape.starts_with("ihiHiiii") => {
            blob(shape.chars().last()).then_some("copied_event")
        }
        _ => None,
    }
}

/// Adds words that the table did not give, and tries the other spelling of words that the table and
/// its index spell differently: the links of the events that name them say which is right.
fn add_words(tx: &Transaction<'_>, others: &[(i64, String)]) -> Result<()> {
    const CONFLICTS_MAX: usize = 16;
    let mut conflicts = BTreeSet::new();
    for (number, word) in others {
        let sql = "INSERT OR IGNORE INTO word (word_no, word) VALUES (:word_no, :word)";
        let row = named_params! { ":word_no": number, ":word": word };
        if tx.execute(sql, row).doing(DOING)? == 0 {
            let sql = "SELECT word <> :word FROM word WHERE word_no = :word_no";
            if let Ok(true) = tx.query_row(sql, row, |row| row.get(0)) {
                conflicts.insert((*number, word.clone()));
            }
        }
    }
    for (number, word) in conflicts.into_iter().take(CONFLICTS_MAX) {
        let before = faulty(tx)?;
        tx.execute_batch("SAVEPOINT spelling").doing(DOING)?;
        let sql = "UPDATE OR REPLACE word SET word = :word WHERE word_no = :word_no";
        tx.execute(sql, named_params! { ":word_no": number, ":word": word }).doing(DOING)?;
        if faulty(tx)? >= before {
            tx.execute_batch("ROLLBACK TO spelling").doing(DOING)?;
        }
        tx.execute_batch("RELEASE spelling").doing(DOING)?;
    }
    Ok(())
}

/// How many slots would be lost as things are.
fn faulty(tx: &Transaction<'_>) -> Result<usize> {
    let mut count = 0;
    for chain in chains(tx)? {
        count += judge(tx, &chain)?.iter().filter(|slot| !slot.is_right).count();
    }
    Ok(count)
}

/// Removes learners whose id does not follow from their card: their row was altered, and no
/// replica could hold them.
fn remove_altered_learners(tx: &Transaction<'_>) -> Result<()> {
    let sql = "SELECT learner_no, learner_id, card_seed, origin FROM learner";
    let mut statement = tx.prepare(sql).doing(DOING)?;
    let rows = statement.query_map([], |row| {
        let card = SigningKey::from_bytes(&row.get("card_seed")?);
        let origin = ReplicaId(row.get("origin")?);
        let id = learner_id(&card.verifying_key().to_bytes(), origin);
        Ok((row.get("learner_no")?, id == LearnerId(row.get("learner_id")?)))
    });
    let learners: Vec<(i64, bool)> =
        rows.doing(DOING)?.collect::<rusqlite::Result<_>>().doing(DOING)?;
    for (learner_no, _) in learners.into_iter().filter(|(_, is_right)| !is_right) {
        let row = named_params! { ":learner_no": learner_no };
        tx.execute("DELETE FROM learner WHERE learner_no = :learner_no", row).doing(DOING)?;
    }
    Ok(())
}

/// Removes rows that name what could not be read.
fn tidy(tx: &Transaction<'_>, courses_whole: bool) -> Result<()> {
    tx.execute("DELETE FROM person WHERE pictogram NOT BETWEEN 0 AND 255", []).doing(DOING)?;
    let no_learner = "NOT IN (SELECT learner_no FROM learner)";
    // Numbers that no reader takes.
    let fits = "BETWEEN 0 AND 4294967295";
    tx.execute(&format!("DELETE FROM bookmark WHERE screen NOT {fits}"), []).doing(DOING)?;
    tx.execute(&format!("DELETE FROM check_try WHERE tries NOT {fits}"), []).doing(DOING)?;
    for table in ["copied_event", "person", "bookmark", "check_try"] {
        tx.execute(&format!("DELETE FROM {table} WHERE learner_no {no_learner}"), [])
            .doing(DOING)?;
    }
    for table in ["salt", "head"] {
        let sql = format!("DELETE FROM {table} WHERE chain_no NOT IN (SELECT chain_no FROM chain)");
        tx.execute(&sql, []).doing(DOING)?;
    }
    let sql = "DELETE FROM code WHERE owner_no <> 0 AND owner_no NOT IN
                   (SELECT learner_no FROM learner)";
    tx.execute(sql, []).doing(DOING)?;
    // Half a course is worse than none: the starter courses are installed anew, others again.
    if !courses_whole || unless_hindered(crate::pack::rebuild_search(tx))?.is_none() {
        for table in COURSES.iter().rev() {
            tx.execute(&format!("DELETE FROM {table}"), []).doing(DOING)?;
        }
        tx.execute("DELETE FROM search", []).doing(DOING)?;
    }
    if unless_hindered(crate::quiz::editions_in_use(tx))?.is_none() {
        tx.execute("DELETE FROM guest_attempt", []).doing(DOING)?;
    }
    // Numbers of learners are never given twice, also not those of learners that were erased.
    let sql = "INSERT INTO sqlite_sequence (name, seq)
               SELECT 'learner', coalesce(max(learner_no), 0) FROM salt
               WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'learner')";
    tx.execute(sql, []).doing(DOING)?;
    let sql = "UPDATE sqlite_sequence SET seq = max(seq,
                   (SELECT coalesce(max(learner_no), 0) FROM event WHERE learner_no < 1 << 32))
               WHERE name = 'learner'";
    tx.execute(sql, []).doing(DOING)?;
    Ok(())
}

/// A slot as it was read, and whether the chain proves it.
struct Judged {
    seq: u64,
    link: Link,
    hash: Option<EventHash>,
    is_right: bool,
}

impl Judged {
    fn next_link(&self) -> Option<Link> {
        self.hash.map(|hash| next_link(&self.link, &hash))
    }
}

/// Reads a chain and tells right events from others. An event is right when its link and hash lead
/// to the link that is stored behind it, or to the signed head. What nothing proves may be altered,
/// and an altered event must never pass for the true one.
fn judge(tx: &Transaction<'_>, chain: &Chain) -> Result<Vec<Judged>> {
    let doing = "reading the journal";
    let range = named_params! {
        ":from": slot_of(chain.chain_no, 1),
        ":to": slot_of(chain.chain_no, SEQ_MAX),
    };
    let sql = "SELECT slot FROM event WHERE slot BETWEEN :from AND :to
               UNION SELECT slot FROM gap WHERE slot BETWEEN :from AND :to ORDER BY 1";
    let mut statement = tx.prepare_cached(sql).doing(doing)?;
    let numbers = statement.query_map(range, |row| row.get::<_, i64>(0)).doing(doing)?;
    let numbers: Vec<i64> = numbers.collect::<rusqlite::Result<_>>().doing(doing)?;
    let mut judged: Vec<Judged> = Vec::with_capacity(numbers.len());
    for seq in numbers.into_iter().map(|slot| chain_and_seq(slot).1) {
        judged.push(read_one(tx, chain.chain_no, seq)?);
    }
    let head = head_of(tx, chain);
    for at in 0..judged.len() {
        let one = &judged[at];
        let behind = one.next_link();
        let follows = judged.get(at + 1).filter(|next| next.seq == one.seq + 1);
        let is_proven = behind.is_some_and(|behind| {
            follows.is_some_and(|next| next.link == behind) || head == Some((one.seq, behind))
        });
        let is_first_wrong = one.seq == 1 && one.link != first_link(&chain.public_key);
        judged[at].is_right &= is_proven && !is_first_wrong;
    }
    Ok(judged)
}

/// The signed head, if it is readable and carries its replica's signature.
fn head_of(tx: &Transaction<'_>, chain: &Chain) -> Option<(u64, Link)> {
    let sql = "SELECT seq, link, signature FROM head WHERE chain_no = :chain_no";
    let row = named_params! { ":chain_no": chain.chain_no };
    let read = tx.query_row(sql, row, |row| {
        Ok((row.get::<_, i64>("seq")?.unsigned_abs(), row.get("link")?, row.get("signature")?))
    });
    let (seq, link, signature): (u64, Link, [u8; 64]) = read.ok()?;
    let is_valid =
        (1..=SEQ_MAX).contains(&seq) && head_is_valid(&chain.public_key, seq, &link, &signature);
    is_valid.then_some((seq, link))
}

fn read_one(tx: &Transaction<'_>, chain_no: i64, seq: u64) -> Result<Judged> {
    let mut one = Judged { seq, link: [0; 32], hash: None, is_right: false };
    let read = slots(tx, chain_no, (seq, seq), |slot| {
        one.link = *slot.link();
        one.hash = slot.hash();
        one.is_right = match &slot {
            Slot::Held { event, .. } => Event::from_bytes(&event.to_bytes()).is_ok(),
            Slot::Erased { .. } => true,
            Slot::Lost { .. } => false,
        };
        Ok(())
    });
    Ok(match unless_hindered(read)? {
        Some(()) => one,
        None => Judged { seq, link: one.link, hash: None, is_right: false },
    })
}

/// Puts lost slots in the place of what is not right; returns how many events were lost.
fn mend_all(tx: &Transaction<'_>) -> Result<u64> {
    let sql = "DELETE FROM event WHERE slot IN (SELECT slot FROM gap WHERE hash IS NOT NULL)
                   OR slot & 0xffffffffff = 0";
    tx.execute(sql, []).doing(DOING)?;
    tx.execute("DELETE FROM gap WHERE slot IN (SELECT slot FROM event)", []).doing(DOING)?;
    let mut lost = 0;
    for table in ["event", "gap"] {
        let sql =
            format!("DELETE FROM {table} WHERE slot >> 40 NOT IN (SELECT chain_no FROM chain)");
        lost += tx.execute(&sql, []).doing(DOING)? as u64;
    }
    for chain in chains(tx)? {
        lost += mend(tx, &chain)?;
    }
    Ok(lost)
}

fn mend(tx: &Transaction<'_>, chain: &Chain) -> Result<u64> {
    let (mut lost, mut expected) = (0, 1);
    // The link that comes next, while it is known.
    let mut link = Some(first_link(&chain.public_key));
    for slot in judge(tx, chain)? {
        if slot.seq > expected {
            lost += slot.seq - expected;
            put_lost(tx, chain.chain_no, expected, link)?;
            link = None;
        }
        if slot.is_right {
            link = slot.next_link();
        } else {
            lost += 1;
            put_lost(tx, chain.chain_no, slot.seq, link)?;
            link = None;
        }
        expected = slot.seq + 1;
    }
    match head_of(tx, chain) {
        Some((signed, _)) if signed >= expected => {
            lost += signed + 1 - expected;
            put_lost(tx, chain.chain_no, expected, link)?;
        }
        Some(_) => {}
        None => {
            let row = named_params! { ":chain_no": chain.chain_no };
            tx.execute("DELETE FROM head WHERE chain_no = :chain_no", row).doing(DOING)?;
        }
    }
    Ok(lost)
}

/// Leaves a lost slot where the link before it is known; else the number is left out.
fn put_lost(tx: &Transaction<'_>, chain_no: i64, seq: u64, link: Option<Link>) -> Result<()> {
    let slot = slot_of(chain_no, seq);
    let row = named_params! { ":slot": slot };
    tx.execute("DELETE FROM event WHERE slot = :slot", row).doing(DOING)?;
    tx.execute("DELETE FROM gap WHERE slot = :slot", row).doing(DOING)?;
    if let Some(link) = link {
        let sql = "INSERT INTO gap (slot, link) VALUES (:slot, :link)";
        tx.execute(sql, named_params! { ":slot": slot, ":link": link }).doing(DOING)?;
    }
    Ok(())
}

/// Makes every projection anew.
fn project(tx: &Transaction<'_>) -> Result<()> {
    let sql = "SELECT learner_no, learner_id FROM learner ORDER BY learner_no";
    let mut statement = tx.prepare(sql).doing(DOING)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, LearnerId(row.get(1)?))));
    let learners: Vec<(i64, LearnerId)> =
        rows.doing(DOING)?.collect::<rusqlite::Result<_>>().doing(DOING)?;
    for (learner_no, id) in learners {
        let events = unless_hindered(events_of_learner(tx, learner_no))?;
        let is_readable = events.is_some_and(|events| {
            events.iter().all(|(event, _)| Event::from_bytes(&event.to_bytes()).is_ok())
        });
        let refold = || crate::progress::refold(tx, learner_no, id);
        if !is_readable || unless_hindered(refold())?.is_none() {
            // A copied event that cannot be read comes again with the next sync.
            let row = named_params! { ":learner_no": learner_no };
            tx.execute("DELETE FROM copied_event WHERE learner_no = :learner_no", row)
                .doing(DOING)?;
            refold()?;
        }
    }
    if let Some(commune) = super::projected_place(tx)? {
        project_place(tx, &commune)?;
    }
    for id in super::projected_erased(tx)? {
        let sql = "INSERT OR IGNORE INTO erased (learner_id) VALUES (:learner_id)";
        tx.execute(sql, named_params! { ":learner_id": id.0 }).doing(DOING)?;
    }
    Ok(())
}
