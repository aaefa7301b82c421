//! What this relay lacks of a chain below a link, for its receipts: numbers of which it has hashes
//! alone. Each segment's row says which of its own they are, so no batch is read for it.

use std::collections::HashMap;

use hocvu_core::ids::ReplicaId;
use hocvu_core::journal::Link;
use hocvu_core::sync::{Batch, BatchSlot, Lacking};
use rusqlite::{Connection, named_params};

use super::segments::links_of;
use super::{CELL, Result};

/// The slots of a batch that are no events.
pub(super) fn of_batch(batch: &Batch) -> Lacking {
    let mut lacking = Lacking::default();
    for (seq, slot) in (batch.first..).zip(&batch.slots) {
        if !matches!(slot, BatchSlot::Event { .. }) {
            lacking.add(seq, seq);
        }
    }
    lacking
}

/// A segment's row without its batch.
struct Stretch {
    no: i64,
    first: u64,
    last: u64,
    link_before: Link,
    link_last: Link,
    lacking: Lacking,
}

/// What is lacking of a chain, on all of its branches.
pub(super) struct OfChain {
    /// Of a chain without forks those that lack something; of one with forks all, if any does.
    stretches: Vec<Stretch>,
    by_end: HashMap<(u64, Link), usize>,
    is_forked: bool,
}

impl OfChain {
    /// Reads it: next to nothing where nothing is lacking, which is how it is with most chains.
    pub(super) fn read(conn: &Connection, replica: ReplicaId, is_forked: bool) -> Result<Self> {
        let mut stretches = read(conn, replica, LACKING)?;
        let is_forked = is_forked && !stretches.is_empty();
        if is_forked {
            stretches = read(conn, replica, ALL)?;
        }
        let end = |(at, stretch): (usize, &Stretch)| ((stretch.last, stretch.link_last), at);
        let by_end = match is_forked {
            true => stretches.iter().enumerate().map(end).collect(),
            false => HashMap::new(),
        };
        Ok(Self { stretches, by_end, is_forked })
    }

    /// What is lacking up to a link that is held; `None` where its branch cannot be followed back.
    pub(super) fn up_to(
        &self,
        conn: &Connection,
        seq: u64,
        link: &Link,
    ) -> Result<Option<Lacking>> {
        let mut lacking = Lacking::default();
        if !self.is_forked {
            for (first, last) in self.stretches.iter().flat_map(|s| s.lacking.stretches()) {
                lacking.add(*first, *last);
            }
            return Ok(Some(lacking.up_to(seq)));
        }
        let (mut path, mut at) = (Vec::new(), (seq, *link));
        while at.0 > 0 {
            let Some(stretch) = self.ending_at(conn, at)? else { return Ok(None) };
            path.push((stretch, at.0));
            at = (stretch.first - 1, stretch.link_before);
        }
        for (stretch, last) in path.into_iter().rev() {
            for (first, last) in stretch.lacking.clone().up_to(last).stretches() {
                lacking.add(*first, *last);
            }
        }
        Ok(Some(lacking))
    }

    /// The segment that has a link: most often it ends there. Else a branch leaves it in its middle,
    /// and only where several segments could be it are they read.
    fn ending_at(&self, conn: &Connection, (seq, link): (u64, Link)) -> Result<Option<&Stretch>> {
        if let Some(at) = self.by_end.get(&(seq, link)) {
            return Ok(self.stretches.get(*at));
        }
        let spans = |stretch: &&Stretch| stretch.first <= seq && seq < stretch.last;
        let mut spanning: Vec<&Stretch> = self.stretches.iter().filter(spans).collect();
        if spanning.len() > 1 {
            let mut having = Vec::new();
            for stretch in spanning {
                let at = usize::try_from(seq - stretch.first).expect("a segment is short");
                if links_of(conn, stretch.no)?.get(at) == Some(&link) {
                    having.push(stretch);
                }
            }
            spanning = having;
        }
        Ok(spanning.first().copied())
    }
}

const COLUMNS: &str = "
    SELECT segment_no, first, last, link_before, link_last, lacking FROM segment
    WHERE cell = :cell AND replica = :replica AND damaged = 0";
const LACKING: &str = " AND lacking IS NOT NULL ORDER BY first";
const ALL: &str = " ORDER BY first";

fn read(conn: &Connection, replica: ReplicaId, which: &str) -> Result<Vec<Stretch>> {
    let mut statement = conn.prepare_cached(&[COLUMNS, which].concat())?;
    let row = named_params! { ":cell": CELL, ":replica": replica.0 };
    let rows = statement.query_map(row, |row| {
        let n = |n: i64| n.unsigned_abs();
        Ok(Stretch {
            no: row.get("segment_no")?,
            first: n(row.get("first")?),
            last: n(row.get("last")?),
            link_before: row.get("link_before")?,
            link_last: row.get("link_last")?,
            lacking: row.get::<_, Option<Lacking>>("lacking")?.unwrap_or_default(),
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
