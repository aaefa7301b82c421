//! The listing: what a mirror has, as it says in answer to `GET /v1/courses`. The catalogues in it are
//! signed; the rest is the mirror's word, and decides nothing but what is asked for.

use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};

use super::manifest::{FORMAT, refuse_newer};
use super::{PackError, canonical};

const WHAT: &str = "listing";

/// Where a mirror gives its listing, and below it updates: see [`update_path`].
pub const COURSES_PATH: &str = "/v1/courses";
/// What a listing says it is.
pub const LISTING_TYPE: &str = "application/vnd.hocvu.listing";
/// What an update says it is.
pub const UPDATE_TYPE: &str = "application/vnd.hocvu.update";
/// The most bytes of a listing.
pub const LISTING_BYTES_MAX: usize = 4 * 1024 * 1024;
const CATALOGUES_MAX: usize = 256;
const UPDATES_MAX: usize = 8_192;

/// What a mirror has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Listing {
    /// Form of the listing; a newer one is refused.
    #[n(0)]
    pub format: u32,
    /// Catalogues, each as signed.
    #[n(1)]
    pub catalogues: Vec<ByteVec>,
    /// The updates that it gives.
    #[n(2)]
    pub updates: Vec<UpdateOffer>,
}

/// An update that a mirror gives.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct UpdateOffer {
    /// BLAKE3 of the manifest that it leads to.
    #[n(0)]
    pub to: ByteArray<32>,
    /// BLAKE3 of the manifest that it is made from; `None`: from nothing.
    #[n(1)]
    pub from: Option<ByteArray<32>>,
    /// Bytes of the manifest and the texts, which come first.
    #[n(2)]
    pub text_bytes: u64,
    /// Bytes of pictures and sounds.
    #[n(3)]
    pub media_bytes: u64,
}

impl Listing {
    /// A listing of this program's format.
    pub fn new(catalogues: Vec<Vec<u8>>, updates: Vec<UpdateOffer>) -> Self {
        let catalogues = catalogues.into_iter().map(Into::into).collect();
        Self { format: FORMAT, catalogues, updates }
    }

    /// The bytes of the listing: same contents, same bytes.
    pub fn encode(&self) -> Vec<u8> {
        canonical::encode(self)
    }

    /// Reads what a mirror sent.
    pub fn decode(bytes: &[u8]) -> Result<Self, PackError> {
        if bytes.len() > LISTING_BYTES_MAX {
            return Err(PackError::file(WHAT, "is too large"));
        }
        refuse_newer(WHAT, WHAT, bytes)?;
        let listing: Self = canonical::decode(WHAT, bytes)?;
        if listing.catalogues.len() > CATALOGUES_MAX || listing.updates.len() > UPDATES_MAX {
            return Err(PackError::file(WHAT, "has too many catalogues or updates"));
        }
        Ok(listing)
    }
}

/// Where a mirror gives the update to the edition with this manifest from the one with that, or from
/// nothing. Asked for one from an edition that it does not know, a mirror gives the one from nothing.
pub fn update_path(to: &[u8; 32], from: Option<&[u8; 32]>) -> String {
    let hex = |hash: &[u8; 32]| blake3::Hash::from_bytes(*hash).to_hex().to_string();
    let from = from.map_or(String::new(), |from| format!("?from={}", hex(from)));
    format!("{COURSES_PATH}/{}{from}", hex(to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_read_as_it_was_written_and_nothing_behind_it() {
        let offer = UpdateOffer {
            to: [1; 32].into(),
            from: Some([2; 32].into()),
            text_bytes: 300,
            media_bytes: 0,
        };
        let listing = Listing::new(vec![vec![1, 2, 3]], vec![offer]);
        let bytes = listing.encode();
        assert_eq!(Listing::decode(&bytes).unwrap(), listing);
        assert!(Listing::decode(&[&bytes[..], &[0]].concat()).is_err());
        assert!(Listing::decode(&bytes[..bytes.len() - 1]).is_err());
        assert!(Listing::decode(&vec![0; LISTING_BYTES_MAX + 1]).is_err());
        assert!(Listing::decode(&[0xa3, 0, 2, 1, 0x80, 2, 0x80]).is_err(), "of a newer format");
    }

    #[test]
    fn an_updates_path_names_both_editions() {
        let path = update_path(&[0xab; 32], Some(&[1; 32]));
        assert!(path.starts_with("/v1/courses/abab") && path.contains("?from=0101"), "{path}");
        assert!(!update_path(&[0xab; 32], None).contains('?'));
    }
}
