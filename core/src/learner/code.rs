//! PINs and the volunteer's passcode: Argon2id, and a slow-down after wrong tries. Nothing is ever
//! wiped because of a forgotten code.

use argon2::{Algorithm, Argon2, Params, Version};
use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use crate::error::{Doing, Error, Result};
use crate::hocvu::HocvuCore;
use crate::ports::draw;
use crate::store::Cached;

/// The owner number of the volunteer's passcode.
pub(crate) const VOLUNTEER: i64 = 0;

/// 7 MiB and 5 passes: OWASP's second setting for Argon2id, which a phone with 1 GB can afford.
const MEMORY_KIB: u32 = 7 * 1024;
const PASSES: u32 = 5;

/// Wrong tries that cost no waiting.
const FREE_TRIES: u32 = 4;

/// The longest wait after wrong tries.
const WAIT_MAX_S: u32 = 15 * 60;

/// How long to wait after so many wrong tries: 30 s, then twice as long each time.
fn wait_after(tries: u32) -> u32 {
    match tries.checked_sub(FREE_TRIES) {
        None | Some(0) => 0,
        Some(over) => 30u32.saturating_mul(1 << (over - 1).min(10)).min(WAIT_MAX_S),
    }
}

struct Code {
    salt: [u8; 16],
    hash: [u8; 32],
    tries: u32,
    wrong_at_s: i64,
}

fn hash(code: &str, salt: &[u8; 16]) -> [u8; 32] {
    let params = Params::new(MEMORY_KIB, PASSES, 1, Some(32)).expect("the parameters are fixed");
    let mut hash = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(code.as_bytes(), salt, &mut hash)
        .expect("the lengths are fixed");
    hash
}

fn load(conn: &Connection, owner_no: i64) -> Result<Option<Code>> {
    let doing = "reading a code";
    let sql = "SELECT salt, hash, tries, wrong_at_s FROM code WHERE owner_no = :owner_no";
    let row = named_params! { ":owner_no": owner_no };
    let code = conn.query_row_cached(sql, row, |row| {
        Ok(Code {
            salt: row.get("salt")?,
            hash: row.get("hash")?,
            tries: row.get("tries")?,
            wrong_at_s: row.get("wrong_at_s")?,
        })
    });
    code.optional().doing(doing)
}

/// Whether an owner has a code.
pub(crate) fn has_code(conn: &Connection, owner_no: i64) -> Result<bool> {
    load(conn, owner_no).map(|code| code.is_some())
}

/// Sets or replaces a code.
pub(crate) fn set_code(core: &HocvuCore, owner_no: i64, code: &str) -> Result<()> {
    let salt = draw::<16>(core.ports.entropy.as_ref());
    let hash = hash(code, &salt);
    core.store.write("setting a code", |tx| {
        let sql = "INSERT OR REPLACE INTO code (owner_no, salt, hash)
                   VALUES (:owner_no, :salt, :hash)";
        let row = named_params! { ":owner_no": owner_no, ":salt": salt, ":hash": hash };
        tx.execute_cached(sql, row).doing("setting a code").map(|_| ())
    })
}

/// Takes a code away.
pub(crate) fn remove_code(tx: &Transaction<'_>, owner_no: i64) -> Result<()> {
    let row = named_params! { ":owner_no": owner_no };
    tx.execute_cached("DELETE FROM code WHERE owner_no = :owner_no", row)
        .doing("removing a code")?;
    Ok(())
}

/// Compares a code; an owner without one passes with any.
///
/// Fails with `CodeWrong`, or with `CodeWait` when it was not even looked at. The wait is counted
/// from the last wrong try by the device's clock; a clock that was set back starts it anew, so that
/// nobody waits for years. A try counts as wrong before the slow comparison, so that guessing in
/// parallel gains nothing.
pub(crate) fn check_code(core: &HocvuCore, owner_no: i64, typed: &str) -> Result<()> {
    let now_s = core.now_s();
    let taken = core.store.write("comparing a code", |tx| {
        let Some(code) = load(tx, owner_no)? else { return Ok(Ok(None)) };
        let gone = now_s.saturating_sub(code.wrong_at_s);
        let wait = wait_after(code.tries);
        if wait > 0 && gone < 0 {
            note_wrong(tx, owner_no, code.tries, now_s)?;
            return Ok(Err(wait));
        }
        let left = i64::from(wait).saturating_sub(gone);
        if wait > 0 && left > 0 {
            return Ok(Err(u32::try_from(left).unwrap_or(WAIT_MAX_S)));
        }
        note_wrong(tx, owner_no, code.tries.saturating_add(1), now_s)?;
        Ok(Ok(Some(code)))
    })?;
    let code = match taken {
        Err(wait_s) => return Err(Error::CodeWait { wait_s }),
        Ok(None) => return Ok(()),
        Ok(Some(code)) => code,
    };
    // Comparing hashes of secrets in variable time tells nothing about the code itself.
    if hash(typed, &code.salt) != code.hash {
        return Err(Error::CodeWrong { wait_s: wait_after(code.tries.saturating_add(1)) });
    }
    core.store.write("comparing a code", |tx| note_wrong(tx, owner_no, 0, 0))
}

fn note_wrong(tx: &Transaction<'_>, owner_no: i64, tries: u32, at_s: i64) -> Result<()> {
    let sql = "UPDATE code SET tries = :tries, wrong_at_s = :at_s WHERE owner_no = :owner_no";
    let row = named_params! { ":tries": tries, ":at_s": at_s, ":owner_no": owner_no };
    tx.execute_cached(sql, row).doing("comparing a code")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestDevice;
    use std::sync::atomic::Ordering;

    #[test]
    fn wrong_tries_slow_down_and_a_clock_set_back_locks_nobody_out() {
        let device = TestDevice::new();
        let core = device.open();
        set_code(&core, VOLUNTEER, "1234").unwrap();
        let wrong = |wait| Err::<(), _>(format!("wrong {wait}"));
        let told = |typed: &str| match check_code(&core, VOLUNTEER, typed) {
            Ok(()) => Ok(()),
            Err(Error::CodeWrong { wait_s }) => Err(format!("wrong {wait_s}")),
            Err(Error::CodeWait { wait_s }) => Err(format!("wait {wait_s}")),
            Err(other) => panic!("{other}"),
        };
        for wait in [0, 0, 0, 0, 30] {
            assert_eq!(told("0000"), wrong(wait));
        }
        assert_eq!(told("1234"), Err("wait 30".into()));
        device.clock.0.fetch_sub(20 * 365 * 86_400, Ordering::SeqCst);
        assert_eq!(told("1234"), Err("wait 30".into()));
        device.clock.0.fetch_add(30, Ordering::SeqCst);
        assert_eq!(told("1234"), Ok(()));
        assert_eq!(told("0000"), wrong(0));
    }

    #[test]
    fn waits_grow_and_end() {
        let waits: Vec<u32> = (3..12).map(wait_after).collect();
        assert_eq!(waits, [0, 0, 30, 60, 120, 240, 480, 900, 900]);
        assert_eq!(wait_after(u32::MAX), WAIT_MAX_S);
    }
}
