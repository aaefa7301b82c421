//! The outside of a bundle: a header, then sealed frames, each with its length. The same bytes
//! travel in an HTTP body, a file or a card. Its form is in `docs/formats.md`, section 5.
//!
//! A reader takes frame after frame, so that every whole frame counts even where the rest was cut
//! off; the last frame says that it is the last.

use super::seal::{
    CannotOpen, RelayKey, RelaySecret, ReplyCipher, ReplySecret, RequestId, RequestOpener,
    RequestSealer, TAG_BYTES, request_id,
};
use crate::ports::{Entropy, draw};
use crate::varint;

const MAGIC: &[u8; 3] = b"hvb";
const FORMAT: u8 = 1;
const REQUEST: u8 = 1;
const REPLY: u8 = 2;

/// The most bytes of a sealed frame. A batch that grows since hashes take the place of erased events
/// must still fit.
pub const FRAME_BYTES_MAX: usize = 1024 * 1024;
/// The most bytes of a bundle that travels in one piece.
pub const BUNDLE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The most frames of a bundle.
pub const FRAMES_MAX: usize = 4_096;

/// The bit of a frame's first byte that says that no frame follows.
const LAST: u8 = 0x80;

/// Why bytes are no bundle for this reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// It does not begin as a bundle does: a web page, another file.
    #[error("this is no bundle")]
    NotABundle,
    /// Made by a newer version.
    #[error("the bundle has format {0}, this program knows 1")]
    NewerFormat(u8),
    /// A request where a reply was expected, or the other way round.
    #[error("this is the wrong half of an exchange")]
    WrongWay,
    /// Sealed to another relay.
    #[error("the bundle is for the relay whose id begins with {}", hex(.0))]
    OtherRelay([u8; 8]),
    /// A reply to another request.
    #[error("the reply belongs to another request")]
    OtherRequest,
    /// It ends before its last frame. What came before is good.
    #[error("the bundle was cut off")]
    Cut,
    /// A frame is empty, too long, or follows the last.
    #[error("a frame is empty, too long, or follows the last")]
    Frame,
    /// See [`CannotOpen`].
    #[error(transparent)]
    CannotOpen(#[from] CannotOpen),
}

fn hex(bytes: &[u8; 8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// One frame, opened: what it is and what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// What the payload is; see `message`.
    pub kind: u8,
    /// The payload.
    pub payload: Vec<u8>,
}

trait Seal {
    fn seal(&mut self, frame: &[u8]) -> Vec<u8>;
}

trait Open {
    fn open(&mut self, sealed: &[u8]) -> Result<Vec<u8>, CannotOpen>;
}

macro_rules! by_method {
    ($way:ident $name:ident $from:ty => $to:ty; $($cipher:ty),*) => {
        $(impl $way for $cipher {
            fn $name(&mut self, bytes: $from) -> $to {
                <$cipher>::$name(self, bytes)
            }
        })*
    };
}
by_method!(Seal seal &[u8] => Vec<u8>; RequestSealer, ReplyCipher);
by_method!(Open open &[u8] => Result<Vec<u8>, CannotOpen>; RequestOpener, ReplyCipher);

/// Writes a bundle, frame by frame. Each frame waits until the next one or the end, since the last
/// one is marked.
struct Writer<S> {
    sealer: S,
    bytes: Vec<u8>,
    waiting: Option<Vec<u8>>,
}

impl<S: Seal> Writer<S> {
    fn add(&mut self, kind: u8, payload: &[u8]) {
        let next = [&[kind][..], payload].concat();
        if let Some(frame) = self.waiting.replace(next) {
            self.put(&frame);
        }
    }

    fn put(&mut self, frame: &[u8]) {
        let sealed = self.sealer.seal(frame);
        varint::put(&mut self.bytes, sealed.len() as u64);
        self.bytes.extend_from_slice(&sealed);
    }

    fn len(&self) -> usize {
        let waiting = self.waiting.as_ref().map_or(0, |frame| frame.len() + TAG_BYTES + 3);
        self.bytes.len() + waiting
    }

    fn finish(mut self) -> Vec<u8> {
        if let Some(mut frame) = self.waiting.take() {
            frame[0] |= LAST;
            self.put(&frame);
        }
        self.bytes
    }
}

/// A request being written.
pub struct RequestWriter {
    writer: Writer<RequestSealer>,
    enc: [u8; 32],
    secret: ReplySecret,
}

/// What a sender keeps of a request to open its reply.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// The encapsulated key of the request, which also gives its id.
    pub enc: [u8; 32],
    /// What the reply is sealed with.
    pub secret: ReplySecret,
}

impl Expected {
    /// The request's id.
    pub fn request_id(&self) -> RequestId {
        request_id(&self.enc)
    }
}

impl RequestWriter {
    /// Begins a request to a relay.
    pub fn begin(relay: &RelayKey, entropy: &dyn Entropy) -> Result<Self, CannotOpen> {
        let (sealer, enc, secret) = RequestSealer::begin(relay, entropy)?;
        let mut bytes = Vec::with_capacity(512);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&[FORMAT, REQUEST]);
        bytes.extend_from_slice(&relay.id().0[..8]);
        bytes.extend_from_slice(&enc);
        Ok(Self { writer: Writer { sealer, bytes, waiting: None }, enc, secret })
    }

    /// The request's encapsulated key, which its opening frame signs.
    pub fn enc(&self) -> &[u8; 32] {
        &self.enc
    }

    /// Adds a frame.
    pub fn add(&mut self, kind: u8, payload: &[u8]) {
        self.writer.add(kind, payload);
    }

    /// Bytes so far.
    pub fn bytes_len(&self) -> usize {
        self.writer.len()
    }

    /// The bundle, and what opens its reply.
    pub fn finish(self) -> (Vec<u8>, Expected) {
        (self.writer.finish(), Expected { enc: self.enc, secret: self.secret })
    }
}

/// A reply being written.
pub struct ReplyWriter(Writer<ReplyCipher>);

impl ReplyWriter {
    /// Begins the reply to a request.
    pub fn begin(request: &RequestReader<'_>, entropy: &dyn Entropy) -> Self {
        Self::answer(&request.expected(), entropy)
    }

    /// Begins the reply to a request of which only this is left.
    pub fn answer(to: &Expected, entropy: &dyn Entropy) -> Self {
        let nonce: [u8; 16] = draw(entropy);
        let mut bytes = Vec::with_capacity(512);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&[FORMAT, REPLY]);
        bytes.extend_from_slice(&to.request_id()[..8]);
        bytes.extend_from_slice(&nonce);
        let sealer = ReplyCipher::new(&to.secret, &to.enc, &nonce);
        Self(Writer { sealer, bytes, waiting: None })
    }

    /// Adds a frame.
    pub fn add(&mut self, kind: u8, payload: &[u8]) {
        self.0.add(kind, payload);
    }

    /// Bytes so far.
    pub fn bytes_len(&self) -> usize {
        self.0.len()
    }

    /// The bundle.
    pub fn finish(self) -> Vec<u8> {
        self.0.finish()
    }
}

/// Reads frames one after the other.
struct Reader<'a, O> {
    opener: O,
    rest: &'a [u8],
    ended: bool,
    frames: usize,
}

impl<O: Open> Reader<'_, O> {
    /// The next frame; `None` behind the last.
    fn next(&mut self) -> Result<Option<Frame>, BundleError> {
        if self.ended {
            return if self.rest.is_empty() { Ok(None) } else { Err(BundleError::Frame) };
        }
        self.frames += 1;
        if self.frames > FRAMES_MAX {
            return Err(BundleError::Frame);
        }
        let (length, rest) = take_length(self.rest)?;
        if !(TAG_BYTES + 1..=FRAME_BYTES_MAX).contains(&length) {
            return Err(BundleError::Frame);
        }
        let (sealed, rest) = rest.split_at_checked(length).ok_or(BundleError::Cut)?;
        let mut payload = self.opener.open(sealed)?;
        self.rest = rest;
        let first = payload.remove(0);
        self.ended = first & LAST != 0;
        Ok(Some(Frame { kind: first & !LAST, payload }))
    }
}

/// A request being read by its relay.
pub struct RequestReader<'a> {
    reader: Reader<'a, RequestOpener>,
    enc: [u8; 32],
    secret: ReplySecret,
}

impl<'a> RequestReader<'a> {
    /// Begins to read a request to this relay.
    pub fn begin(relay: &RelaySecret, bytes: &'a [u8]) -> Result<Self, BundleError> {
        let rest = after_magic(bytes, REQUEST)?;
        let (to, rest) = rest.split_first_chunk::<8>().ok_or(BundleError::Cut)?;
        if *to != relay.key().id().0[..8] {
            return Err(BundleError::OtherRelay(*to));
        }
        let (enc, rest) = rest.split_first_chunk::<32>().ok_or(BundleError::Cut)?;
        let (opener, secret) = RequestOpener::begin(relay, enc)?;
        Ok(Self { reader: Reader { opener, rest, ended: false, frames: 0 }, enc: *enc, secret })
    }

    /// What the reply is sealed with and named by.
    pub fn expected(&self) -> Expected {
        Expected { enc: self.enc, secret: self.secret }
    }

    /// The next frame; `None` behind the last.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, BundleError> {
        self.reader.next()
    }
}

/// A reply being read by the sender of its request.
pub struct ReplyReader<'a>(Reader<'a, ReplyCipher>);

impl<'a> ReplyReader<'a> {
    /// Begins to read the reply to a request.
    pub fn begin(expected: &Expected, bytes: &'a [u8]) -> Result<Self, BundleError> {
        let (request, nonce, rest) = reply_header(bytes)?;
        if request != expected.request_id()[..8] {
            return Err(BundleError::OtherRequest);
        }
        let opener = ReplyCipher::new(&expected.secret, &expected.enc, nonce);
        Ok(Self(Reader { opener, rest, ended: false, frames: 0 }))
    }

    /// The next frame; `None` behind the last.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, BundleError> {
        self.0.next()
    }
}

/// First half of the id of the request that a reply answers.
pub fn replied_to(bytes: &[u8]) -> Result<[u8; 8], BundleError> {
    reply_header(bytes).map(|(request, ..)| request)
}

/// First half of a request's id, nonce, sealed frames.
type ReplyParts<'a> = ([u8; 8], &'a [u8; 16], &'a [u8]);

fn reply_header(bytes: &[u8]) -> Result<ReplyParts<'_>, BundleError> {
    let rest = after_magic(bytes, REPLY)?;
    let (request, rest) = rest.split_first_chunk::<8>().ok_or(BundleError::Cut)?;
    let (nonce, rest) = rest.split_first_chunk::<16>().ok_or(BundleError::Cut)?;
    Ok((*request, nonce, rest))
}

fn after_magic(bytes: &[u8], want: u8) -> Result<&[u8], BundleError> {
    if bytes.len() < MAGIC.len() && MAGIC.starts_with(bytes) {
        return Err(BundleError::Cut);
    }
    let rest = bytes.strip_prefix(MAGIC).ok_or(BundleError::NotABundle)?;
    match rest {
        [] | [FORMAT] => Err(BundleError::Cut),
        [FORMAT, way, rest @ ..] if *way == want => Ok(rest),
        [FORMAT, REQUEST | REPLY, ..] => Err(BundleError::WrongWay),
        [FORMAT, ..] => Err(BundleError::NotABundle),
        [format, ..] => Err(BundleError::NewerFormat(*format)),
    }
}

/// Reads a length as LEB128 of at most three bytes, in its shortest form.
fn take_length(bytes: &[u8]) -> Result<(usize, &[u8]), BundleError> {
    let mut length = 0;
    for (place, byte) in bytes.iter().enumerate().take(3) {
        length |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            let is_shortest = place == 0 || *byte != 0;
            let rest = &bytes[place + 1..];
            return if is_shortest { Ok((length, rest)) } else { Err(BundleError::Frame) };
        }
    }
    Err(if bytes.len() < 3 { BundleError::Cut } else { BundleError::Frame })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::SystemEntropy;
    use proptest::prelude::*;

    fn request(relay: &RelaySecret, frames: &[(u8, Vec<u8>)]) -> (Vec<u8>, Expected) {
        let mut writer = RequestWriter::begin(&relay.key(), &SystemEntropy).unwrap();
        for (kind, payload) in frames {
            writer.add(*kind, payload);
        }
        writer.finish()
    }

    fn read(relay: &RelaySecret, bytes: &[u8]) -> (Vec<Frame>, Result<(), BundleError>) {
        let mut frames = Vec::new();
        let mut reader = match RequestReader::begin(relay, bytes) {
            Ok(reader) => reader,
            Err(error) => return (frames, Err(error)),
        };
        loop {
            match reader.next_frame() {
                Ok(Some(frame)) => frames.push(frame),
                Ok(None) => return (frames, Ok(())),
                Err(error) => return (frames, Err(error)),
            }
        }
    }

    #[test]
    fn whole_frames_count_wherever_the_rest_is_cut_off() {
        let relay = RelaySecret::from_seed(&[1; 32]);
        let sent = [(1, vec![9; 10]), (2, vec![8; 300]), (2, vec![])];
        let (bytes, _) = request(&relay, &sent);
        let (all, end) = read(&relay, &bytes);
        assert_eq!((all.len(), end), (3, Ok(())));
        let mut seen = 0;
        for cut in 0..bytes.len() {
            let (frames, end) = read(&relay, &bytes[..cut]);
            assert_eq!(end, Err(BundleError::Cut), "cut at {cut}");
            assert_eq!(frames[..], all[..frames.len()]);
            assert!(frames.len() >= seen, "what was read before is read again");
            seen = frames.len();
        }
        assert_eq!(seen, 2);
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let relay = RelaySecret::from_seed(&[1; 32]);
        let (bytes, _) = request(&relay, &[(1, vec![9; 10]), (2, vec![8; 30])]);
        for at in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[at] ^= 0x10;
            let (_, end) = read(&relay, &altered);
            assert!(end.is_err(), "byte {at}");
        }
        let (_, end) = read(&relay, &[&bytes[..], &[0]].concat());
        assert_eq!(end, Err(BundleError::Frame));
    }

    #[test]
    fn other_things_are_told_apart() {
        let relay = RelaySecret::from_seed(&[1; 32]);
        let (bytes, expected) = request(&relay, &[(1, vec![])]);
        let other = RelaySecret::from_seed(&[2; 32]);
        assert!(matches!(read(&other, &bytes).1, Err(BundleError::OtherRelay(_))));
        assert_eq!(read(&relay, b"<!doctype html>").1, Err(BundleError::NotABundle));
        assert_eq!(read(&relay, b"hvb\x02").1, Err(BundleError::NewerFormat(2)));
        let mut reply = ReplyWriter::answer(&expected, &SystemEntropy);
        reply.add(1, b"x");
        let reply = reply.finish();
        assert_eq!(read(&relay, &reply).1, Err(BundleError::WrongWay));
        assert_eq!(replied_to(&reply).unwrap(), expected.request_id()[..8]);
        let (_, second) = request(&relay, &[(1, vec![])]);
        let wrong = ReplyReader::begin(&second, &reply).err();
        assert_eq!(wrong, Some(BundleError::OtherRequest));
        let mut reader = ReplyReader::begin(&expected, &reply).unwrap();
        assert_eq!(reader.next_frame().unwrap().unwrap().payload, b"x");
        assert_eq!(reader.next_frame(), Ok(None));
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let relay = RelaySecret::from_seed(&[1; 32]);
            let _ = read(&relay, &bytes);
            let _ = read(&relay, &[&b"hvb\x01\x01"[..], &relay.key().id().0[..8], &bytes].concat());
        }
    }
}
