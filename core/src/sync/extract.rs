//! An extract: what an upstream tells a hub of learners whom devices behind that hub hold. A batch
//! with bare hashes for everybody else, and the link before it, so that the hub can check it whatever
//! it holds of that chain itself. `docs/formats.md`, section 5.

use super::batch::Batch;
use super::message::MessageError;
use crate::journal::Link;
use crate::varint::{put, take};

/// Frame of a reply to a hub: an extract.
pub const EXTRACT: u8 = 6;

const WHAT: &str = "extract";

/// A stretch of a chain as an upstream hands it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extract {
    /// The cursor's number once this frame and all before it have been taken in.
    pub cursor: u64,
    /// The link before its first slot.
    pub before: Link,
    /// Its slots, and the signed head that they lead to.
    pub batch: Batch,
}

impl Extract {
    /// The frame.
    pub fn to_payload(&self) -> Vec<u8> {
        let mut payload = Vec::new();
        put(&mut payload, self.cursor);
        payload.extend_from_slice(&self.before);
        payload.extend_from_slice(&self.batch.to_bytes());
        payload
    }

    /// Reads a frame and checks that its replica signed what its slots lead to. Gives the link after
    /// each slot too. One with a lost slot is refused: it would follow any link.
    pub fn from_payload(payload: &[u8]) -> Result<(Self, Vec<Link>), MessageError> {
        let unreadable = MessageError::Unreadable(WHAT);
        let mut rest = payload;
        let cursor = take(&mut rest).map_err(|_| unreadable)?;
        let (before, rest) = rest.split_first_chunk::<32>().ok_or(unreadable)?;
        let batch = Batch::from_bytes(rest).map_err(|_| unreadable)?;
        if batch.lost_slots() > 0 {
            return Err(unreadable);
        }
        let links = batch.verify(before).map_err(|_| MessageError::Unsigned(WHAT))?;
        Ok((Self { cursor, before: *before, batch }, links))
    }
}
