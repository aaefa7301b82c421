//! What could be fetched: what catalogues name and this device does not hold, and what it costs.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::catalogue::OpenCatalogue;
use super::fetch::{self, goal};
use super::held;
use super::listing::{COURSES_PATH, Listing};
use super::packs::{Offered, Packs, RootView, held as held_order, roots_of};
use super::{CataloguePack, Order, PackError};
use crate::error::{Doing, Error, Result};
use crate::ids::{CourseId, Lang};
use crate::store::Cached;
use crate::sync::{JoinCode, RelayKey, is_all_near};

const DOING: &str = "looking for new courses";

/// A relay that gives courses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MirrorAddress {
    /// Its key: its beacon is believed by it, nothing else.
    pub relay: RelayKey,
    /// Where it is: the addresses to try, the best first.
    pub addresses: Vec<String>,
    /// Whether it is in a network of one place, where bytes cost nothing.
    pub is_near: bool,
}

impl MirrorAddress {
    /// The relay that a join code names, in its role of giving courses.
    pub fn of(code: &JoinCode) -> Self {
        Self {
            relay: code.relay,
            addresses: code.addresses.clone(),
            is_near: is_all_near(&code.addresses),
        }
    }
}

/// What to ask a mirror for, to know what there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingRequest {
    /// Whom.
    pub mirror: MirrorAddress,
    /// What: `GET ADDRESS` + this.
    pub path: String,
    /// The tag of the listing that was taken in last, for `If-None-Match`.
    pub tag: Option<String>,
}

/// What came of a listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListingReport {
    /// Whether anything in it was new.
    pub is_new: bool,
    /// What the mirror names the listing; whoever asks unasked may go on by it although publishers
    /// are unknown.
    pub tag: Option<String>,
    /// Publishers whose root nobody here has confirmed: see [`PackError::UnknownRoot`].
    pub unknown: Vec<UnknownPublisher>,
    /// Catalogues that were refused, with the reason.
    pub refused: Vec<String>,
}

impl ListingReport {
    /// Adds what another listing came to.
    #[cfg(feature = "http")]
    pub(super) fn join(&mut self, other: Self) {
        self.is_new |= other.is_new;
        self.tag = other.tag.or(self.tag.take());
        let unknown = other.unknown.into_iter().filter(|new| !self.unknown.contains(new));
        let unknown: Vec<_> = unknown.collect();
        self.unknown.extend(unknown);
        self.refused.extend(other.refused);
    }
}

/// A publisher whose root nobody here has confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownPublisher {
    /// Its name, as the root claims.
    pub publisher: String,
    /// 32 hex digits in groups of four, to be compared with what the publisher tells.
    pub fingerprint: String,
    /// The roots, as `trust_root` takes them.
    pub roots: Vec<u8>,
}

/// A course that can be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferView {
    /// The course.
    pub course: CourseId,
    /// Its name in its own language.
    pub title: String,
    /// The languages that something of it exists in.
    pub languages: Vec<Lang>,
    /// Name of the publisher, as its root has it.
    pub publisher_name: String,
    /// How new it is.
    pub order: Order,
    /// What is held; `None`: nothing of the course.
    pub held: Option<Order>,
    /// Bytes of texts that would come.
    pub text_bytes: u64,
    /// Bytes of pictures and sounds that would come after them.
    pub media_bytes: u64,
    /// Bytes that the disk must have room for, at the most.
    pub disk_bytes: u64,
    /// Whether a joined relay says that it has it.
    pub is_available: bool,
    /// Whether part of it is here already.
    pub is_begun: bool,
}

/// What a publisher offers, as its newest catalogue has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedView {
    /// Its name, as the root has it; its id where the root names it no more.
    pub publisher: String,
    /// Whether the newest root still lets what it signed pass.
    pub is_authorised: bool,
    /// The root that it is under.
    pub root: RootView,
    /// The catalogue's order.
    pub order: Order,
    /// Its courses.
    pub packs: Vec<CataloguePack>,
}

impl Packs<'_> {
    /// What publishers offer, as far as this device was told.
    pub fn published(&self) -> Result<Vec<PublishedView>> {
        let mut published = Vec::new();
        for signed in self.signed_catalogues()? {
            let open = OpenCatalogue::read(&signed)?;
            let Some(roots) = self.core.store.read(|conn| roots_of(conn, &open.roots.id()))? else {
                continue;
            };
            let publisher = roots.authorise(&open.claim());
            let id = &open.catalogue.publisher;
            published.push(PublishedView {
                is_authorised: publisher.is_ok(),
                publisher: publisher.map_or_else(|_| id.clone(), |it| it.name.clone()),
                root: self.root_view(&roots),
                order: open.catalogue.order(),
                packs: open.catalogue.packs,
            });
        }
        Ok(published)
    }

    /// What to ask the joined relays that can be reached over a network; `near_only`: those alone
    /// that are in a network of one place.
    pub fn listing_requests(&self, near_only: bool) -> Result<Vec<ListingRequest>> {
        let mirrors = self.joined_mirrors(near_only)?;
        mirrors.into_iter().map(|mirror| self.listing_request(mirror)).collect()
    }

    /// What to ask a mirror.
    pub fn listing_request(&self, mirror: MirrorAddress) -> Result<ListingRequest> {
        let sql = "SELECT tag FROM mirror WHERE mirror = :mirror";
        let tag = self.core.store.read(|conn| {
            let row = named_params! { ":mirror": mirror.relay.sign };
            conn.query_row_cached(sql, row, |row| row.get("tag")).optional().doing(DOING)
        })?;
        Ok(ListingRequest { mirror, path: COURSES_PATH.to_owned(), tag: tag.flatten() })
    }

    /// The relays that are joined and have an address.
    pub(super) fn joined_mirrors(&self, near_only: bool) -> Result<Vec<MirrorAddress>> {
        let joined = self.core.sync().mirrors()?;
        let usable =
            |mirror: &MirrorAddress| !mirror.addresses.is_empty() && (mirror.is_near || !near_only);
        Ok(joined.into_iter().filter(usable).collect())
    }

    /// Takes in what a mirror lists; `tag` is its `ETag`. Catalogues that are older than what is
    /// held, or of publishers who are not known here, are told and change nothing.
    pub fn take_listing(
        &self,
        mirror: &RelayKey,
        tag: Option<&str>,
        bytes: &[u8],
    ) -> Result<ListingReport> {
        let listing = Listing::decode(bytes)?;
        let mut report = self.take_catalogues(&listing)?;
        report.tag = tag.map(String::from);
        // Whoever is not known yet may be confirmed in a moment: the same listing must count then.
        let tag = tag.filter(|tag| tag.len() <= 100 && report.unknown.is_empty());
        let now_s = self.core.now_s();
        self.core.store.write(DOING, |tx| {
            let sql = "DELETE FROM mirror WHERE mirror = :mirror";
            tx.execute_cached(sql, named_params! { ":mirror": mirror.sign }).doing(DOING)?;
            let sql = "INSERT INTO mirror (mirror, tag, listed_s) VALUES (:mirror, :tag, :now_s)";
            let row = named_params! { ":mirror": mirror.sign, ":tag": tag, ":now_s": now_s };
            tx.execute_cached(sql, row).doing(DOING)?;
            let sql = "INSERT INTO mirror_update
                           (mirror, to_hash, from_hash, text_bytes, media_bytes)
                       VALUES (:mirror, :to, :from, :text_bytes, :media_bytes)";
            let small = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
            for update in &listing.updates {
                let row = named_params! {
                    ":mirror": mirror.sign,
                    ":to": *update.to,
                    ":from": update.from.as_ref().map(|from| **from),
                    ":text_bytes": small(update.text_bytes),
                    ":media_bytes": small(update.media_bytes),
                };
                tx.execute_cached(sql, row).doing(DOING)?;
            }
            Ok(())
        })?;
        report.is_new = true;
        Ok(report)
    }

    /// Takes in the catalogues of a listing.
    pub(super) fn take_catalogues(&self, listing: &Listing) -> Result<ListingReport> {
        let mut report = ListingReport::default();
        for signed in &listing.catalogues {
            match self.take_catalogue(signed) {
                Ok(_) => {}
                Err(Error::Pack(PackError::UnknownRoot { fingerprint, publisher, roots })) => {
                    let unknown = UnknownPublisher { publisher, fingerprint, roots };
                    if !report.unknown.contains(&unknown) {
                        report.unknown.push(unknown);
                    }
                }
                Err(Error::Pack(error)) => report.refused.push(error.to_string()),
                Err(error) => return Err(error),
            }
        }
        Ok(report)
    }

    /// Notes that a mirror listed nothing new.
    pub fn listing_unchanged(&self, mirror: &RelayKey) -> Result<()> {
        let now_s = self.core.now_s();
        self.core.store.write(DOING, |tx| {
            let sql = "UPDATE mirror SET listed_s = :now_s WHERE mirror = :mirror";
            let row = named_params! { ":mirror": mirror.sign, ":now_s": now_s };
            tx.execute_cached(sql, row).doing(DOING)?;
            Ok(())
        })
    }

    /// When a mirror was last asked, by this device's clock.
    pub fn listed_s(&self, mirror: &RelayKey) -> Result<Option<i64>> {
        self.core.store.read(|conn| {
            let sql = "SELECT listed_s FROM mirror WHERE mirror = :mirror";
            let row = named_params! { ":mirror": mirror.sign };
            conn.query_row_cached(sql, row, |row| row.get("listed_s")).optional().doing(DOING)
        })
    }

    /// Courses that can be fetched: new ones, new versions of those that are held, and pictures and
    /// sounds of held ones that are not here.
    pub fn offers(&self) -> Result<Vec<OfferView>> {
        let mut offers: Vec<OfferView> = Vec::new();
        for catalogue in self.catalogues()? {
            for pack in catalogue.packs {
                if offers.iter().any(|offer| offer.course == pack.course) {
                    continue;
                }
                let offer = self.core.store.read(|conn| offer(conn, &pack.course))?;
                offers.extend(offer);
            }
        }
        offers.sort_by(|a, b| (a.held.is_none(), &a.title).cmp(&(b.held.is_none(), &b.title)));
        Ok(offers)
    }
}

/// What is on offer of a course, if anything of it is not here.
fn offer(conn: &Connection, course: &CourseId) -> Result<Option<OfferView>> {
    let Some(goal) = goal(conn, course)? else { return Ok(None) };
    let current = held::current(conn, course)?;
    let is_current = current.as_ref().is_some_and(|held| held.hash() == goal.manifest);
    let offered = Offered { course, order: goal.order, root_id: Some(goal.root_id) };
    let mut media_missing = 0;
    if is_current {
        media_missing = fetch::bytes_not_here(conn, course)?;
        if media_missing == 0 {
            return Ok(None);
        }
    } else if offered.refuse_older(held_order(conn, course)?).is_err() {
        return Ok(None);
    }
    let from = current.as_ref().filter(|_| !is_current).map(|held| held.hash());
    let cost = cost(conn, &goal.manifest, from.as_ref())?;
    let (text_bytes, media_bytes) = match (is_current, cost) {
        (true, _) => (0, media_missing),
        (false, Some(cost)) => cost,
        (false, None) => (0, 0),
    };
    let pack = goal.pack;
    Ok(Some(OfferView {
        course: course.clone(),
        title: pack.title,
        languages: pack.languages,
        publisher_name: goal.publisher.name,
        order: goal.order,
        held: current.map(|held| held.manifest.order()),
        text_bytes,
        media_bytes,
        disk_bytes: if is_current { media_missing } else { pack.bytes },
        is_available: cost.is_some(),
        is_begun: fetch::is_begun(conn, course, &goal.manifest)?,
    }))
}

/// Bytes of texts and of media that the cheapest mirror names for an update from what is held, or
/// else from nothing.
fn cost(conn: &Connection, to: &[u8; 32], from: Option<&[u8; 32]>) -> Result<Option<(u64, u64)>> {
    let sql = "SELECT text_bytes, media_bytes FROM mirror_update
               WHERE to_hash = :to AND (from_hash IS NULL OR from_hash = :from)
               ORDER BY from_hash IS NULL, text_bytes + media_bytes
               LIMIT 1";
    let row = named_params! { ":to": to, ":from": from };
    let bytes = |n: i64| n.unsigned_abs();
    let found = conn.query_row_cached(sql, row, |row| {
        Ok((bytes(row.get("text_bytes")?), bytes(row.get("media_bytes")?)))
    });
    found.optional().doing(DOING)
}

/// Whether a mirror said that it gives an update to this edition.
pub(super) fn gives(conn: &Connection, mirror: &RelayKey, to: &[u8; 32]) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM mirror_update
                              WHERE to_hash = :to AND mirror = :mirror) AS gives";
    let row = named_params! { ":to": to, ":mirror": mirror.sign };
    conn.query_row_cached(sql, row, |row| row.get("gives")).doing(DOING)
}
