//! Reading a reply: one rule, for devices and hubs, of how far one that does not come to its end
//! counts.
//!
//! Each frame is sealed by itself and in its place, so that whoever alters a reply on its way can do
//! no more than end it early. So whole frames count whatever becomes of the rest, and why it broke off
//! is told: cut, or altered. A reply of which not even the answer came says nothing. What the relay
//! itself sealed and nobody can read is another thing: of such a reply nothing counts.

use super::bundle::{BundleError, Expected, Frame, ReplyReader};
use super::message::{ANSWER, Answer, ERASURE, Erasure};
use super::trouble::Trouble;

/// The most erasures of one reply.
const ERASURES_MAX: usize = 256;

/// What devices and hubs read alike of a reply; nothing was stored yet.
#[derive(Debug)]
pub struct ReplyRead {
    /// Its first frame.
    pub answer: Answer,
    /// Its erasures, signed by whoever they name.
    pub erasures: Vec<Erasure>,
    /// Why it broke off behind what is here; `None`: it came to its end.
    pub broken: Option<Trouble>,
}

/// Reads a reply as far as whole frames reach, and hands those that are neither its answer nor an
/// erasure to `take`, which may refuse the whole reply. `Err`: nothing of it counts.
pub fn read_reply(
    expected: &Expected,
    bytes: &[u8],
    mut take: impl FnMut(Frame) -> Result<(), Trouble>,
) -> Result<ReplyRead, Trouble> {
    let mut reader = ReplyReader::begin(expected, bytes).map_err(Trouble::of_bundle)?;
    let first = reader.next_frame().map_err(Trouble::of_bundle)?;
    let first = first.filter(|frame| frame.kind == ANSWER).ok_or(Trouble::BadReply)?;
    let answer = Answer::from_payload(&first.payload).map_err(|_| Trouble::BadReply)?;
    let mut erasures = Vec::new();
    let broken = loop {
        match reader.next_frame() {
            Ok(Some(frame)) if frame.kind == ERASURE => {
                if erasures.len() == ERASURES_MAX {
                    return Err(Trouble::BadReply);
                }
                let erasure = Erasure::from_payload(&frame.payload);
                erasures.push(erasure.map_err(|_| Trouble::BadReply)?);
            }
            Ok(Some(frame)) => take(frame)?,
            Ok(None) => break None,
            Err(BundleError::Cut) => break Some(Trouble::Cut),
            Err(_) => break Some(Trouble::BadReply),
        }
    };
    Ok(ReplyRead { answer, erasures, broken })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::LearnerId;
    use crate::ports::SystemEntropy;
    use crate::sync::{EVENTS, FRAMES_MAX, RelaySecret, ReplyWriter, RequestWriter};

    fn relay() -> RelaySecret {
        RelaySecret::from_seed(&[1; 32])
    }

    fn request() -> Expected {
        RequestWriter::begin(&relay().key(), &SystemEntropy).unwrap().finish().1
    }

    fn answer() -> (u8, Vec<u8>) {
        let answer = Answer {
            incarnation: [1; 8].into(),
            time_s: 1_795_400_000,
            status: None,
            retry_after_s: None,
            bytes_max: None,
            cursor: Some(7),
            receipts: Vec::new(),
            more: None,
            frames: 1,
            counting: None,
        };
        (ANSWER, answer.to_payload())
    }

    fn erasure(n: u8) -> (u8, Vec<u8>) {
        (ERASURE, Erasure::by_relay(&relay(), LearnerId([n; 16])).to_payload())
    }

    /// A reply of these frames, and how many bytes reach to the end of each.
    fn write(expected: &Expected, frames: &[(u8, Vec<u8>)]) -> (Vec<u8>, Vec<usize>) {
        let mut writer = ReplyWriter::answer(expected, &SystemEntropy);
        let mut end = writer.bytes_len();
        frames.iter().for_each(|(kind, payload)| writer.add(*kind, payload));
        let bytes = writer.finish();
        let mut ends = Vec::new();
        for _ in frames {
            let mut rest = &bytes[end..];
            let length = crate::varint::take(&mut rest).unwrap();
            end = bytes.len() - rest.len() + length as usize;
            ends.push(end);
        }
        (bytes, ends)
    }

    /// What is read: the other frames' payloads, how many erasures, and why it broke off.
    type Seen = (Vec<Vec<u8>>, usize, Option<Trouble>);

    fn read(expected: &Expected, bytes: &[u8]) -> Result<Seen, Trouble> {
        let mut taken = Vec::new();
        let read = read_reply(expected, bytes, |frame| {
            assert_eq!(frame.kind, EVENTS);
            taken.push(frame.payload);
            Ok(())
        })?;
        assert_eq!(read.answer.cursor, Some(7));
        Ok((taken, read.erasures.len(), read.broken))
    }

    fn four_frames() -> [(u8, Vec<u8>); 4] {
        [answer(), erasure(1), (EVENTS, vec![8; 200]), (EVENTS, vec![9; 3])]
    }

    /// What is to be read of the first frames of [`four_frames`].
    fn first(frames: usize, broken: Option<Trouble>) -> Seen {
        let taken = [vec![8; 200], vec![9; 3]];
        (taken[..frames.saturating_sub(2)].to_vec(), frames.min(2) - 1, broken)
    }

    #[test]
    fn a_reply_that_is_cut_counts_as_far_as_whole_frames_reach_and_is_told_as_cut() {
        let expected = request();
        let (bytes, ends) = write(&expected, &four_frames());
        assert_eq!(read(&expected, &bytes), Ok(first(4, None)));
        assert_eq!(ends[3], bytes.len());
        for cut in 0..bytes.len() {
            let whole = ends.iter().filter(|end| **end <= cut).count();
            let seen =
                if whole == 0 { Err(Trouble::Cut) } else { Ok(first(whole, Some(Trouble::Cut))) };
            assert_eq!(read(&expected, &bytes[..cut]), seen, "cut at {cut}");
        }
    }

    #[test]
    fn a_reply_that_is_altered_counts_up_to_there_and_is_told_as_altered() {
        let expected = request();
        let (bytes, ends) = write(&expected, &four_frames());
        for at in ends[0]..bytes.len() {
            let mut altered = bytes.clone();
            altered[at] ^= 0x10;
            let whole = ends.iter().filter(|end| **end <= at).count();
            let (taken, erasures, broken) = read(&expected, &altered).unwrap();
            // An altered length may lead beyond the end, which looks like a cut.
            assert!(matches!(broken, Some(Trouble::BadReply | Trouble::Cut)), "byte {at}");
            assert_eq!((taken, erasures, broken), first(whole, broken), "byte {at}");
        }
        let longer = [&bytes[..], b"\n"].concat();
        assert_eq!(read(&expected, &longer), Ok(first(4, Some(Trouble::BadReply))));
    }

    #[test]
    fn a_reply_without_its_answer_says_nothing() {
        let expected = request();
        let (bytes, ends) = write(&expected, &four_frames());
        let mut altered = bytes.clone();
        altered[ends[0] - 1] ^= 1;
        let (no_answer, _) = write(&expected, &[erasure(1), answer()]);
        let (unreadable, _) = write(&expected, &[(ANSWER, vec![0xff])]);
        let cases = [
            (&altered[..], Trouble::BadReply),
            (&no_answer, Trouble::BadReply),
            (&unreadable, Trouble::BadReply),
            (b"<!doctype html>", Trouble::CaptivePortal),
            (b"hvb\x02\x02", Trouble::NewerVersion),
            (b"", Trouble::Cut),
        ];
        for (bytes, trouble) in cases {
            assert_eq!(read(&expected, bytes), Err(trouble));
        }
        assert_eq!(read(&request(), &bytes), Err(Trouble::BadReply), "it answers another request");
    }

    #[test]
    fn what_the_relay_itself_wrote_wrongly_refuses_the_whole_reply() {
        let expected = request();
        let erasures = |n: usize| -> Vec<_> {
            std::iter::once(answer()).chain((0..n).map(|n| erasure(n as u8))).collect()
        };
        let (bytes, _) = write(&expected, &erasures(ERASURES_MAX));
        assert_eq!(read(&expected, &bytes), Ok((Vec::new(), ERASURES_MAX, None)));
        let (bytes, _) = write(&expected, &erasures(ERASURES_MAX + 1));
        assert_eq!(read(&expected, &bytes), Err(Trouble::BadReply));
        let (bytes, _) = write(&expected, &[answer(), (ERASURE, vec![0xa0])]);
        assert_eq!(read(&expected, &bytes), Err(Trouble::BadReply));
        let (bytes, _) = write(&expected, &four_frames());
        let refused = read_reply(&expected, &bytes, |_| Err(Trouble::BadReply));
        assert_eq!(refused.err(), Some(Trouble::BadReply));
        let (bytes, _) = write(&expected, &vec![answer(); FRAMES_MAX + 1]);
        let read = read_reply(&expected, &bytes, |_| Ok(())).unwrap();
        assert_eq!(read.broken, Some(Trouble::BadReply), "it has more frames than a bundle may");
    }
}
