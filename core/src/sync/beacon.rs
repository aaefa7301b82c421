//! The beacon: how a hub says on the village's network where it is now. Devices that know its key
//! believe nothing else, and a bundle is sealed to that key wherever it is sent; so a false beacon
//! costs a try and shows nothing.

use super::seal::{RelayId, RelayKey, RelaySecret};

/// The UDP port that beacons are broadcast to.
pub const BEACON_PORT: u16 = 17_235;
/// Bytes of a beacon.
pub const BEACON_BYTES: usize = 4 + 1 + 16 + 2 + 8 + 64;

const MAGIC: &[u8; 4] = b"hvbn";
const FORMAT: u8 = 1;
const CONTEXT: &[u8] = b"hocvu 2026-11 beacon\0";

/// Where a relay listens, said by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beacon {
    /// Which relay.
    pub relay: RelayId,
    /// Its TCP port; the address is the datagram's.
    pub port: u16,
    /// The relay's clock.
    pub at_s: i64,
}

impl Beacon {
    fn body(&self) -> Vec<u8> {
        [&self.relay.0[..], &self.port.to_be_bytes(), &self.at_s.to_be_bytes()].concat()
    }

    /// The datagram.
    pub fn sign(&self, secret: &RelaySecret) -> Vec<u8> {
        let body = self.body();
        let signature = secret.sign(&[CONTEXT, &body].concat());
        [MAGIC, &[FORMAT][..], &body, &signature].concat()
    }

    /// Reads a datagram; `None` unless this very relay signed it.
    pub fn read(datagram: &[u8], relay: &RelayKey) -> Option<Self> {
        if datagram.len() != BEACON_BYTES {
            return None;
        }
        let body = datagram.strip_prefix(MAGIC)?.strip_prefix(&[FORMAT])?;
        let (body, signature) = body.split_last_chunk::<64>()?;
        let (id, rest) = body.split_first_chunk::<16>()?;
        let (port, at_s) = rest.split_first_chunk::<2>()?;
        let beacon = Self {
            relay: RelayId(*id),
            port: u16::from_be_bytes(*port),
            at_s: i64::from_be_bytes(at_s.try_into().ok()?),
        };
        let is_its = beacon.relay == relay.id() && beacon.port != 0;
        (is_its && relay.is_signed(&[CONTEXT, body].concat(), signature)).then_some(beacon)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_relay_that_was_joined_is_believed() {
        let relay = RelaySecret::from_seed(&[1; 32]);
        let beacon = Beacon { relay: relay.key().id(), port: 8080, at_s: -5 };
        let datagram = beacon.sign(&relay);
        assert_eq!(Beacon::read(&datagram, &relay.key()), Some(beacon));
        let other = RelaySecret::from_seed(&[2; 32]);
        assert_eq!(Beacon::read(&datagram, &other.key()), None);
        assert_eq!(Beacon::read(&beacon.sign(&other), &relay.key()), None);
        for at in 0..datagram.len() {
            let mut altered = datagram.clone();
            altered[at] ^= 1;
            assert_eq!(Beacon::read(&altered, &relay.key()), None, "byte {at}");
            assert_eq!(Beacon::read(&datagram[..at], &relay.key()), None);
        }
    }
}
