//! Reads rows straight from the pages of a damaged database file, where SQLite finds no way to them
//! any more.
//!
//! Every page that looks like a leaf of a table, or holds entries of an index, is read by itself;
//! newer pages that were committed to the write-ahead log go first. The file format is
//! <https://www.sqlite.org/fileformat2.html>. Any bytes are safe: all lengths are bounded, and what
//! makes no sense is passed over.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use rusqlite::types::Value;

/// The page size that this program gives its databases.
const PAGE: usize = 4096;

/// The most bytes of a row that are read; an event has at most 16 KiB and some.
const ROW_BYTES_MAX: usize = 64 * 1024;

/// The most columns of a row; no table has as many.
const COLUMNS_MAX: usize = 32;

const WAL_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// A row as it lies on a page. Entries of indices, and rows of tables without rowid, have none.
pub(super) struct Row {
    pub(super) rowid: Option<i64>,
    pub(super) values: Vec<Value>,
}

/// Calls `see` with every row that can be read from a database file and its log.
pub(super) fn carve(database: &Path, log: &Path, mut see: impl FnMut(Row)) {
    let mut pages = Pages::open(database, log);
    for number in 1..=pages.count {
        let Some(page) = pages.read(number) else { continue };
        let start = if number == 1 { 100 } else { 0 };
        for row in rows_of(&page, start, &mut pages) {
            see(row);
        }
    }
}

struct Pages {
    file: Option<File>,
    log: Option<File>,
    /// Where in the log the newest committed content of a page lies.
    newer: BTreeMap<u32, u64>,
    count: u32,
}

impl Pages {
    fn open(database: &Path, log: &Path) -> Self {
        let file = File::open(database).ok();
        let bytes = file.as_ref().and_then(|f| f.metadata().ok()).map_or(0, |m| m.len());
        let mut log = File::open(log).ok();
        let newer = log.as_mut().map(committed).unwrap_or_default();
        let last = newer.keys().next_back().copied().unwrap_or(0);
        let count = u32::try_from(bytes.div_ceil(PAGE as u64)).unwrap_or(u32::MAX).max(last);
        Self { file, log, newer, count }
    }

    /// A page; what is cut off at the file's end is zeros.
    fn read(&mut self, number: u32) -> Option<Vec<u8>> {
        let (file, at) = match self.newer.get(&number) {
            Some(at) => (self.log.as_mut()?, *at),
            None => (self.file.as_mut()?, u64::from(number.checked_sub(1)?) * PAGE as u64),
        };
        let mut page = Vec::with_capacity(PAGE);
        file.seek(SeekFrom::Start(at)).ok()?;
        file.take(PAGE as u64).read_to_end(&mut page).ok()?;
        page.resize(PAGE, 0);
        Some(page)
    }
}

/// The pages that the log's whole, committed frames hold, each with its newest place.
fn committed(log: &mut File) -> BTreeMap<u32, u64> {
    let mut newest = BTreeMap::new();
    let mut header = [0; WAL_HEADER];
    if log.read_exact(&mut header).is_err() {
        return newest;
    }
    let big_endian = header[3] & 1 == 1;
    let mut sum = checksum((0, 0), &header[..24], big_endian);
    let mut pending = Vec::new();
    let mut at = WAL_HEADER as u64;
    let mut frame = [0; FRAME_HEADER + PAGE];
    while log.read_exact(&mut frame).is_ok() {
        sum = checksum(sum, &frame[..8], big_endian);
        sum = checksum(sum, &frame[FRAME_HEADER..], big_endian);
        let is_whole =
            frame[8..16] == header[16..24] && (be32(&frame, 16), be32(&frame, 20)) == sum;
        if !is_whole {
            break;
        }
        pending.push((be32(&frame, 0), at + FRAME_HEADER as u64));
        if be32(&frame, 4) != 0 {
            newest.extend(pending.drain(..));
        }
        at += frame.len() as u64;
    }
    newest
}

fn checksum(start: (u32, u32), bytes: &[u8], big_endian: bool) -> (u32, u32) {
    let word = |b: &[u8]| {
        let word: [u8; 4] = b.try_into().expect("words have 4 bytes");
        if big_endian { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) }
    };
    bytes.chunks_exact(8).fold(start, |(a, b), pair| {
        let a = a.wrapping_add(word(&pair[..4])).wrapping_add(b);
        (a, b.wrapping_add(word(&pair[4..])).wrapping_add(a))
    })
}

fn be32(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).map_or(0, |b| u32::from_be_bytes(b.try_into().expect("4 bytes")))
}

fn be16(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..at + 2).map_or(0, |b| usize::from(u16::from_be_bytes([b[0], b[1]])))
}

fn rows_of(page: &[u8], start: usize, pages: &mut Pages) -> Vec<Row> {
    let (is_table, header, left_child) = match page[start] {
        0x0d => (true, 8, 0),
        0x0a => (false, 8, 0),
        0x02 => (false, 12, 4),
        _ => return Vec::new(),
    };
    let cells = be16(page, start + 3).min(PAGE / 4);
    let pointers = (0..cells).map(|n| be16(page, start + header + 2 * n));
    pointers.filter_map(|at| cell(page, at + left_child, is_table, pages)).collect()
}

fn cell(page: &[u8], at: usize, is_table: bool, pages: &mut Pages) -> Option<Row> {
    let mut rest = page.get(at..)?;
    let bytes = usize::try_from(varint(&mut rest)?).ok().filter(|n| *n <= ROW_BYTES_MAX)?;
    let rowid = if is_table { Some(varint(&mut rest)?) } else { None };
    let most = if is_table { PAGE - 35 } else { (PAGE - 12) * 64 / 255 - 23 };
    let least = (PAGE - 12) * 32 / 255 - 23;
    let mut payload = rest;
    let whole;
    if bytes > most {
        let kept = least + (bytes - least) % (PAGE - 4);
        let local = if kept <= most { kept } else { least };
        whole = with_overflow(rest, bytes, local, pages)?;
        payload = &whole;
    }
    Some(Row { rowid, values: record(payload.get(..bytes)?)? })
}

fn with_overflow(rest: &[u8], bytes: usize, local: usize, pages: &mut Pages) -> Option<Vec<u8>> {
    let mut all = rest.get(..local)?.to_vec();
    let mut next = be32(rest, local);
    while all.len() < bytes {
        let page = pages.read(next).filter(|_| next != 0)?;
        next = be32(&page, 0);
        let missing = (bytes - all.len()).min(PAGE - 4);
        all.extend_from_slice(&page[4..4 + missing]);
    }
    Some(all)
}

fn varint(bytes: &mut &[u8]) -> Option<i64> {
    let mut value: u64 = 0;
    for n in 0..9 {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        if n == 8 {
            return Some((value << 8 | u64::from(*first)).cast_signed());
        }
        value = value << 7 | u64::from(first & 0x7f);
        if first & 0x80 == 0 {
            break;
        }
    }
    Some(value.cast_signed())
}

fn record(payload: &[u8]) -> Option<Vec<Value>> {
    let mut rest = payload;
    let header = usize::try_from(varint(&mut rest)?).ok()?;
    let mut types = payload.get(payload.len() - rest.len()..header)?;
    let mut body = payload.get(header..)?;
    let mut values = Vec::new();
    while !types.is_empty() {
        if values.len() == COLUMNS_MAX {
            return None;
        }
        values.push(value(varint(&mut types)?, &mut body)?);
    }
    Some(values)
}

fn value(serial: i64, body: &mut &[u8]) -> Option<Value> {
    let bytes = match serial {
        0 | 8 | 9 => 0,
        1..=4 => usize::try_from(serial).ok()?,
        5 => 6,
        6 | 7 => 8,
        12.. => usize::try_from((serial - 12) / 2).ok()?,
        _ => return None,
    };
    let (own, rest) = body.split_at_checked(bytes)?;
    *body = rest;
    let integer = || {
        let negative = own.first().is_some_and(|first| first & 0x80 != 0);
        own.iter().fold(if negative { -1 } else { 0 }, |n: i64, b| n << 8 | i64::from(*b))
    };
    Some(match serial {
        0 => Value::Null,
        8 => Value::Integer(0),
        9 => Value::Integer(1),
        7 => Value::Real(f64::from_be_bytes(own.try_into().ok()?)),
        1..=6 => Value::Integer(integer()),
        n if n % 2 == 0 => Value::Blob(own.to_vec()),
        _ => Value::Text(String::from_utf8(own.to_vec()).ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_page_is_safe(
            kind in prop::sample::select(vec![0x0du8, 0x0a, 0x02]),
            mut page in prop::collection::vec(any::<u8>(), PAGE),
        ) {
            page[0] = kind;
            let mut pages = Pages { file: None, log: None, newer: BTreeMap::new(), count: 1 };
            rows_of(&page, 0, &mut pages);
        }
    }
}
