//! Bodies as they lie in the database: ids that recur are numbers of the `word` table.
//!
//! Only texts at the top level of a body are replaced, and only those that look like an author's
//! id; what a learner typed is nested in her response and never gets into a table that outlives
//! her. The stored form of a replaced text is tag 6 and the word's number; canonical bodies have no
//! tags, so the two never mix, and the canonical bytes come back exactly.

use minicbor::data::Type;
use minicbor::{Decoder, Encoder};
use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use crate::error::{Doing, Error, Result};

/// Shorter texts cost no more than their number.
const WORD_BYTES_MIN: usize = 4;

/// First byte of a word's number: CBOR tag 6.
const WORD_TAG: u8 = 0xc6;

fn is_word(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (WORD_BYTES_MIN..=crate::ids::ID_CHARS_MAX).contains(&text.len()) && text.bytes().all(fits)
}

/// Where values of a map's top level begin and end.
fn top_level(body: &[u8]) -> Result<Vec<(usize, usize, Type)>, minicbor::decode::Error> {
    let mut d = Decoder::new(body);
    let entries = d.map()?.unwrap_or(0);
    let mut values = Vec::new();
    for _ in 0..entries {
        d.skip()?;
        let (start, kind) = (d.position(), d.datatype()?);
        d.skip()?;
        values.push((start, d.position(), kind));
    }
    Ok(values)
}

fn unreadable(error: &minicbor::decode::Error) -> Error {
    Error::Damaged { detail: format!("an event's body cannot be read: {error}") }
}

/// Puts numbers in the place of ids, giving new ids their number.
pub(super) fn shorten(tx: &Transaction<'_>, body: &[u8]) -> Result<Vec<u8>> {
    replace(body, Type::String, |value, out| {
        match minicbor::decode::<&str>(value) {
            Ok(text) if is_word(text) => {
                out.push(WORD_TAG);
                let number = number_of(tx, text)?;
                Encoder::new(out).i64(number).expect("writing to memory cannot fail");
            }
            _ => out.extend_from_slice(value),
        }
        Ok(())
    })
}

/// Puts the ids back in the place of their numbers.
pub(crate) fn expand(conn: &Connection, stored: &[u8]) -> Result<Vec<u8>> {
    replace(stored, Type::Tag, |value, out| {
        let number = minicbor::decode::<i64>(&value[1..]).map_err(|e| unreadable(&e))?;
        let doing = "reading a word of an event";
        let sql = "SELECT word FROM word WHERE word_no = :word_no";
        let mut statement = conn.prepare_cached(sql).doing(doing)?;
        let row = named_params! { ":word_no": number };
        let word = statement.query_row(row, |row| row.get::<_, String>("word")).optional();
        let word = word.doing(doing)?;
        let lost = || Error::Damaged { detail: format!("word {number} of an event is missing") };
        Encoder::new(out).str(&word.ok_or_else(lost)?).expect("writing to memory cannot fail");
        Ok(())
    })
}

fn replace(
    body: &[u8],
    what: Type,
    mut put: impl FnMut(&[u8], &mut Vec<u8>) -> Result<()>,
) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(body.len());
    let mut done = 0;
    for (start, end, kind) in top_level(body).map_err(|e| unreadable(&e))? {
        if kind == what {
            out.extend_from_slice(&body[done..start]);
            put(&body[start..end], &mut out)?;
            done = end;
        }
    }
    out.extend_from_slice(&body[done..]);
    Ok(out)
}

fn number_of(tx: &Transaction<'_>, word: &str) -> Result<i64> {
    let doing = "keeping a word of an event";
    let row = named_params! { ":word": word };
    let sql = "SELECT word_no FROM word WHERE word = :word";
    let mut statement = tx.prepare_cached(sql).doing(doing)?;
    let known = statement.query_row(row, |row| row.get("word_no")).optional().doing(doing)?;
    if let Some(number) = known {
        return Ok(number);
    }
    tx.execute("INSERT INTO word (word) VALUES (:word)", row).doing(doing)?;
    Ok(tx.last_insert_rowid())
}
