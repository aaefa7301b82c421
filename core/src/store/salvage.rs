//! Salvage: moves a damaged database aside and builds a fresh one from all that can be read of it.
//!
//! Rows are read twice: as SQLite finds them, forwards and backwards until it meets the damage, and
//! page by page (`carve`). Events keep their chain and number; one that cannot be read, or that no
//! link or signed head proves to be unaltered, leaves a lost slot, which a true copy may fill later.
//! Every projection is made anew. What was set aside stays: nothing is deleted to "repair"
//! something.
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
use super::{DAMAGED, DATABASE, SET_ASIDE, connection, migrate};
use crate::device::{Notice, project_place};
use crate::error::{Doing, Error, Result};
use crate::ids::{LearnerId, ReplicaId};
use crate::journal::{
    Chain, Event, EventHash, Link, SEQ_MAX, Slot, chain_and_seq, chains, events_of_learner,
    first_link, head_is_valid, learner_id, next_link, slot_of, slots,
};
use crate::platform;

const DOING: &str = "salvaging a damaged database";

/// The database while it is being built.
const BUILDING: &str = "hocvu.salvage";

/// Tables that are copied row by row, those that others name first. Projections, the search index
/// and the installation are made anew; the screen last seen and tries at a check are given up.
const JOURNAL: [&str; 6] = ["chain", "gap", "event", "word", "salt", "head"];
const PEOPLE: [&str; 6] = ["learner", "copied_event", "person", "code", "setting", "guest_attempt"];
const TRUST: [&str; 2] = ["trust_root", "catalogue"];
const COURSES: [&str; 6] = ["course", "course_text", "lesson", "quiz", "question", "media"];

/// Salvages what a damaged data folder holds. The caller holds the folder's lock.
pub(super) fn salvage(folder: &Path) -> Result<()> {
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
    let chosen = platform::read_bounded(&folder.join(DAMAGED), 64)?.unwrap_or_default();
    let chosen = String::from_utf8(chosen).unwrap_or_default();
    let number = chosen.strip_prefix(SET_ASIDE).and_then(|n| n.parse::<u32>().ok());
    let free = || (1..).find(|n| !folder.join(format!("{SET_ASIDE}{n}")).exists());
    let number = number.or_else(free).expect("some number is free");
    Ok(format!("{SET_ASIDE}{number}"))
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
    let mut conn = connection::open_writer(&path)?;
    migrate::migrate(&mut conn)?;
    conn.execute_batch("PRAGMA foreign_keys = OFF").doing(DOING)?;
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).doing(DOING)?;
    let lost = fill(&tx, aside)?;
    Notice::Salvaged { lost }.note(&tx)?;
    tx.commit().doing(DOING)?;
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).doing(DOING)?;
    drop(conn);
    let done = folder.join(DATABASE);
    fs::rename(&path, &done).map_err(|source| Error::file(DOING, &done, source))?;
    platform::sync_folder(folder)
}

/// Fills a fresh database; returns how many events were lost, as far as that can be known.
fn fill(tx: &Transaction<'_>, aside: &Path) -> Result<u64> {
    let database = aside.join(DATABASE);
    let mut other_words = Vec::new();
    let (mut journal_whole, mut courses_whole) = (false, false);
    if let Ok(source) = connection::open_reader(&database) {
        journal_whole = true;
        for table in JOURNAL {
            journal_whole &= copy_table(&source, tx, table)?;
        }
        for table in PEOPLE.iter().chain(&TRUST) {
            copy_table(&source, tx, table)?;
        }
        other_words = words_of_index(&source);
        courses_whole = true;
        for table in COURSES {
            courses_whole &= copy_table(&source, tx, table)?;
        }
    }
    carve_rows(tx, aside, &mut other_words)?;
    remove_altered_learners(tx)?;
    add_words(tx, &other_words)?;
    tx.execute("UPDATE chain SET secret_key = NULL", []).doing(DOING)?;
    tidy(tx, courses_whole)?;
    let lost = mend_all(tx)?;
    project(tx)?;
    let sql = "SELECT EXISTS (SELECT 1 FROM event)";
    let holds_events: bool = tx.query_row(sql, [], |row| row.get(0)).doing(DOING)?;
    // Where nothing is left of a journal that could not be read, nobody can count what it held.
    let uncounted = !journal_whole && !holds_events;
    Ok(if uncounted { lost.max(1) } else { lost })
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
    let Ok(mut statement) = source.prepare(sql) else { return Ok(false) };
    let Ok(mut rows) = statement.query([]) else { return Ok(false) };
    let mut whole = true;
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => return Ok(whole),
            Err(_) => return Ok(false),
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
    match statement.execute(params_from_iter(values)).map_err(|e| Error::database(DOING, e)) {
        Ok(_) => Ok(true),
        Err(error @ (Error::DiskFull { .. } | Error::ReadOnly { .. })) => Err(error),
        Err(_) => Ok(false),
    }
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
    for table in tables.into_iter().chain(["copied_event", "head"]) {
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
    for table in ["copied_event", "person"] {
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
    if !courses_whole || crate::pack::rebuild_search(tx).is_err() {
        for table in COURSES.iter().rev() {
            tx.execute(&format!("DELETE FROM {table}"), []).doing(DOING)?;
        }
        tx.execute("DELETE FROM search", []).doing(DOING)?;
    }
    if crate::quiz::editions_in_use(tx).is_err() {
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
    match read {
        Err(error @ (Error::DiskFull { .. } | Error::ReadOnly { .. })) => Err(error),
        Err(_) => Ok(Judged { seq, link: one.link, hash: None, is_right: false }),
        Ok(()) => Ok(one),
    }
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
        let is_readable = events_of_learner(tx, learner_no).is_ok_and(|events| {
            events.iter().all(|(event, _)| Event::from_bytes(&event.to_bytes()).is_ok())
        });
        if !is_readable || crate::progress::refold(tx, learner_no, id).is_err() {
            // A copied event that cannot be read comes again with the next sync.
            let row = named_params! { ":learner_no": learner_no };
            tx.execute("DELETE FROM copied_event WHERE learner_no = :learner_no", row)
                .doing(DOING)?;
            crate::progress::refold(tx, learner_no, id)?;
        }
    }
    if let Some(commune) = crate::upkeep::projected_place(tx)? {
        project_place(tx, &commune)?;
    }
    for id in crate::upkeep::projected_erased(tx)? {
        let sql = "INSERT OR IGNORE INTO erased (learner_id) VALUES (:learner_id)";
        tx.execute(sql, named_params! { ":learner_id": id.0 }).doing(DOING)?;
    }
    Ok(())
}
