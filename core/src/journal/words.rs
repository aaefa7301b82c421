//! Bodies as they lie in the database: ids that recur are numbers of the `word` table.
//!
//! Answers and quiz starts have a form of their own (`tight.rs`). In all other bodies only texts
//! that look like an author's id are replaced, and only those at the top level: what a learner typed
//! is nested in her response and never gets into a table that outlives her. The stored form of a
//! replaced text is tag 6 and the word's number; canonical bodies have no tags, so the two never
//! mix, and the canonical bytes come back exactly.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use minicbor::data::Type;
use minicbor::{Decoder, Encoder};
use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use super::Event;
use super::tight::{loosen, tighten};
use crate::error::{Doing, Error, Result};
use crate::store::Cached;

/// Shorter texts cost no more than their number.
const WORD_BYTES_MIN: usize = 4;

/// First byte of a word's number: CBOR tag 6.
const WORD_TAG: u8 = 0xc6;

/// The most words that a pass over events remembers: more than ten courses have.
const KNOWN_MAX: usize = 4_096;

fn is_word(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (WORD_BYTES_MIN..=crate::ids::ID_CHARS_MAX).contains(&text.len()) && text.bytes().all(fits)
}

fn unreadable(error: &minicbor::decode::Error) -> Error {
    Error::Damaged { detail: format!("an event's body cannot be read: {error}") }
}

/// The form in which an event's body is stored, giving new ids their number.
pub(super) fn shorten(tx: &Transaction<'_>, event: &Event) -> Result<Vec<u8>> {
    if let Some(tight) = tighten(event, &mut |word| number_of(tx, word).map(i64::unsigned_abs))? {
        return Ok(tight);
    }
    replace(&event.body, Type::String, 1, &mut |value, out| {
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

/// Words that were read, for one pass over events: most stand in many of them.
pub(super) struct Words<'c> {
    conn: &'c Connection,
    known: HashMap<u64, String>,
}

impl<'c> Words<'c> {
    pub(super) fn new(conn: &'c Connection) -> Self {
        Self { conn, known: HashMap::new() }
    }

    /// The canonical body of the event with this number, as it was before it was stored.
    pub(super) fn expand(&mut self, seq: u64, stored: &[u8]) -> Result<Vec<u8>> {
        if let Some(body) = loosen(stored, seq, &mut |number| self.word(number).cloned())? {
            return Ok(body);
        }
        replace(stored, Type::Tag, u8::MAX, &mut |value, out| {
            let number = minicbor::decode(&value[1..]).map_err(|e| unreadable(&e))?;
            Encoder::new(out).str(self.word(number)?).expect("writing to memory cannot fail");
            Ok(())
        })
    }

    fn word(&mut self, number: u64) -> Result<&String> {
        if self.known.len() == KNOWN_MAX {
            self.known.clear();
        }
        Ok(match self.known.entry(number) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(word(self.conn, number)?),
        })
    }
}

fn word(conn: &Connection, number: u64) -> Result<String> {
    let doing = "reading a word of an event";
    let sql = "SELECT word FROM word WHERE word_no = :word_no";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let row = named_params! { ":word_no": number.cast_signed() };
    let word = statement.query_row(row, |row| row.get("word")).optional().doing(doing)?;
    word.ok_or_else(|| Error::Damaged { detail: format!("word {number} of an event is missing") })
}

/// Rewrites the values of one type down to a depth; everything else is copied.
fn replace(body: &[u8], what: Type, depth: u8, put: &mut Put<'_>) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(body.len());
    let mut d = Decoder::new(body);
    rewrite(&mut d, body, (what, depth), put, &mut out)?;
    Ok(out)
}

type Put<'a> = dyn FnMut(&[u8], &mut Vec<u8>) -> Result<()> + 'a;

fn rewrite(
    d: &mut Decoder<'_>,
    body: &[u8],
    (what, depth): (Type, u8),
    put: &mut Put<'_>,
    out: &mut Vec<u8>,
) -> Result<()> {
    let failed = |e: minicbor::decode::Error| unreadable(&e);
    let start = d.position();
    let kind = d.datatype().map_err(failed)?;
    let is_map = kind == Type::Map;
    if !matches!(kind, Type::Map | Type::Array) || depth == 0 {
        d.skip().map_err(failed)?;
        let value = &body[start..d.position()];
        if kind == what {
            return put(value, out);
        }
        out.extend_from_slice(value);
        return Ok(());
    }
    let count = if is_map { d.map() } else { d.array() };
    let count = count.map_err(failed)?.unwrap_or(0);
    out.extend_from_slice(&body[start..d.position()]);
    for _ in 0..count {
        if is_map {
            let key = d.position();
            d.skip().map_err(failed)?;
            out.extend_from_slice(&body[key..d.position()]);
        }
        rewrite(d, body, (what, depth - 1), put, out)?;
    }
    Ok(())
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
    tx.execute_cached("INSERT INTO word (word) VALUES (:word)", row).doing(doing)?;
    Ok(tx.last_insert_rowid())
}

#[cfg(test)]
mod tests {
    use super::super::Deed;
    use super::super::canonical::check_map;
    use super::super::event::tests::{answer, event};
    use super::*;
    use crate::testing::TestDevice;
    use proptest::prelude::*;

    #[test]
    fn every_canonical_body_comes_back_whatever_its_kind() {
        let device = TestDevice::new();
        let core = device.open();
        let there_and_back = |event: &Event| {
            let back = core.store.write("storing a body", |tx| {
                let stored = shorten(tx, event)?;
                Words::new(tx).expand(event.seq, &stored)
            });
            assert_eq!(back.unwrap(), event.body, "{event:?}");
        };
        let written = event(&Deed::AnswerGiven(answer()));
        there_and_back(&written);
        there_and_back(&Event { kind: 4_000, ..written.clone() });
        there_and_back(&Event { body: vec![0xa0], ..event(&Deed::AnswerGiven(answer())) });
        let mut tried = 0;
        for at in 0..written.body.len() {
            for to in 0..=u8::MAX {
                let mut body = written.body.clone();
                body[at] = to;
                if check_map(&body).is_ok() {
                    there_and_back(&Event { body, ..written.clone() });
                    tried += 1;
                }
            }
        }
        assert!(tried > 1_000, "{tried} altered bodies are canonical");
    }

    proptest! {
        #[test]
        fn any_stored_bytes_are_read_or_refused(stored in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = replace(&stored, Type::Tag, u8::MAX, &mut |_, _| Ok(()));
        }
    }
}
