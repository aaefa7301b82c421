//! Brings a database to the newest schema: one migration, one number, one transaction.
//!
//! A released migration is frozen. `schema.sql` is what all of them together make, compared by a
//! test; mistakes are told in `migrations/NOTES.md`.

use rusqlite::{Connection, TransactionBehavior};

use super::DATABASE;
use crate::error::{Doing, Error, Result};

/// In order; the first makes version 1.
const MIGRATIONS: [&str; 1] = [include_str!("migrations/0001_first.sql")];

/// The newest schema that this program knows.
pub(super) const SCHEMA_VERSION: u32 = MIGRATIONS.len() as u32;

/// "hoc1" in ASCII: tells our files from other people's databases.
const APPLICATION_ID: u32 = 0x686f_6331;

/// Applies what is missing; a failure leaves the database as it was before the failed step.
pub(crate) fn migrate(conn: &mut Connection) -> Result<()> {
    let version = version(conn)?;
    for number in version + 1..=SCHEMA_VERSION {
        apply(conn, number, MIGRATIONS[number as usize - 1])?;
    }
    Ok(())
}

fn apply(conn: &mut Connection, number: u32, migration: &str) -> Result<()> {
    let doing = "bringing the database up to date";
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).doing(doing)?;
    tx.execute_batch(migration).doing(doing)?;
    tx.execute_batch(&format!(
        "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {number}"
    ))
    .doing(doing)?;
    tx.commit().doing(doing)
}

/// The schema's version; refuses a newer one and other programs' databases.
pub(super) fn version(conn: &Connection) -> Result<u32> {
    let doing = "reading the database's version";
    let number = |sql| conn.query_row(sql, [], |row| row.get::<_, u32>(0)).doing(doing);
    let application = number("PRAGMA application_id")?;
    let version = number("PRAGMA user_version")?;
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    if application != APPLICATION_ID && (application != 0 || tables != 0) {
        let own = "SELECT count(*) FROM sqlite_schema WHERE name IN ('chain', 'event', 'gap')";
        if number(own)? == 3 {
            return Err(Error::Damaged { detail: "the file's header was altered".into() });
        }
        return Err(Error::NotOurs { path: DATABASE.into() });
    }
    if version == 0 && tables != 0 && application == APPLICATION_ID {
        return Err(Error::Damaged { detail: "the file's header was altered".into() });
    }
    if version > SCHEMA_VERSION {
        return Err(Error::NewerVersion { found: version, known: SCHEMA_VERSION });
    }
    Ok(version)
}

/// Says whether a database of a version can be read as it is by a program that knows `known`.
pub(super) fn check_known(found: u32, known: u32) -> Result<()> {
    match found {
        0 => Err(Error::Damaged { detail: "the file holds nothing".into() }),
        _ if found > known => Err(Error::NewerVersion { found, known }),
        _ if found < known => Err(Error::OlderVersion { found, known }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::connection::open_writer;
    use super::*;

    fn dump(conn: &Connection) -> String {
        let sql = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'search_%' ORDER BY rowid";
        let mut statement = conn.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get::<_, String>("sql")).unwrap();
        rows.map(|row| row.unwrap() + ";\n").collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_schema_is_the_golden_one() {
        let folder = tempfile::tempdir().unwrap();
        let mut conn = open_writer(&folder.path().join("t.db")).unwrap();
        migrate(&mut conn).unwrap();
        let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/schema.sql");
        if std::env::var_os("HOCVU_BLESS").is_some() {
            std::fs::write(golden, dump(&conn)).unwrap();
        }
        let told =
            "run the test with HOCVU_BLESS=1 to write schema.sql anew, and look at the change";
        assert_eq!(std::fs::read_to_string(golden).unwrap(), dump(&conn), "{told}");
        migrate(&mut conn).unwrap();
    }

    #[test]
    fn a_newer_database_is_refused_and_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.db");
        let mut conn = open_writer(&path).unwrap();
        migrate(&mut conn).unwrap();
        conn.execute_batch("PRAGMA user_version = 99").unwrap();
        conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        let before = std::fs::read(&path).unwrap();
        let refused = migrate(&mut conn);
        assert!(matches!(refused, Err(Error::NewerVersion { found: 99, known: SCHEMA_VERSION })));
        drop(conn);
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn only_the_known_version_is_read_as_it_is() {
        assert!(check_known(2, 2).is_ok());
        assert!(matches!(check_known(3, 2), Err(Error::NewerVersion { found: 3, known: 2 })));
        assert!(matches!(check_known(1, 2), Err(Error::OlderVersion { found: 1, known: 2 })));
        assert!(matches!(check_known(0, 2), Err(Error::Damaged { .. })));
    }

    #[test]
    fn tables_under_a_version_of_zero_are_damage() {
        let folder = tempfile::tempdir().unwrap();
        let mut conn = open_writer(&folder.path().join("t.db")).unwrap();
        migrate(&mut conn).unwrap();
        conn.execute_batch("PRAGMA user_version = 0").unwrap();
        assert!(matches!(migrate(&mut conn), Err(Error::Damaged { .. })));
    }

    #[test]
    fn a_failed_migration_leaves_the_old_database() {
        let folder = tempfile::tempdir().unwrap();
        let mut conn = open_writer(&folder.path().join("t.db")).unwrap();
        conn.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION_ID}; CREATE TABLE learner (kept TEXT)"
        ))
        .unwrap();
        let step = "CREATE TABLE first (x); CREATE TABLE learner (y)";
        assert!(apply(&mut conn, 1, step).is_err());
        let tables: u32 =
            conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
        assert_eq!(tables, 1);
    }

    #[test]
    fn another_programs_database_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut conn = open_writer(&folder.path().join("t.db")).unwrap();
        conn.execute_batch("CREATE TABLE other (x)").unwrap();
        assert!(matches!(migrate(&mut conn), Err(Error::NotOurs { .. })));
    }
}
