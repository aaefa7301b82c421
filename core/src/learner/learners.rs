//! The room of learners: adds, lists, changes and erases the people of a shared device.

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::card::Card;
use super::code::{check_code, remove_code, set_code};
use super::group::Group;
use super::person::{Address, NAME_CHARS_MAX, PICTOGRAMS};
use super::pin::{is_easy_pin, is_pin};
use super::view::{
    AddLearnerRequest, CourseDone, LearnerView, OverviewView, PersonRequest, Purpose, TakeInRequest,
};
use crate::error::{Doing, Error, Result};
use crate::hocvu::HocvuCore;
use crate::ids::{Lang, LearnerId, ReplicaId};
use crate::journal::chain::{self, sign_held};
use crate::journal::{
    Chain, ConsentGiven, ConsentWithdrawn, CopiedEvent, Deed, GroupSet, LearnerGone, LearnerHeld,
    Writing, append, chains, erase_events, events_of_learner, own_replica, receive,
};
use crate::ports::draw;
use crate::progress::{Progress, holds, record, refold};
use crate::store::Cached;
use crate::sync::{Erasure, RelaySecret};
use crate::text::nfc;

/// The version of the words of consent in `assets/locales`; raised when their meaning changes.
const CONSENT_TEXT_VERSION: u32 = 1;

/// The room of learners; see [`HocvuCore::learners`].
pub struct Learners<'a> {
    pub(crate) core: &'a HocvuCore,
}

impl Learners<'_> {
    /// Everybody on this device, in the order in which they were added.
    pub fn list(&self) -> Result<Vec<LearnerView>> {
        self.core.store.read(|conn| self.read(conn, None))
    }

    /// One learner.
    pub fn get(&self, id: LearnerId) -> Result<Option<LearnerView>> {
        self.core.store.read(|conn| Ok(self.read(conn, Some(id))?.pop()))
    }

    /// Adds a learner with a card of her own, and notes what she agreed to.
    ///
    /// Fails with `Invalid` for `name`, `pictogram`, `guardian` (a child needs one), `group` or
    /// `consent` (nothing is kept without).
    pub fn add(&self, request: &AddLearnerRequest) -> Result<LearnerId> {
        let person = checked(&request.person)?;
        if request.is_child && person.guardian.is_none() {
            return Err(Error::invalid("guardian", "a child needs one"));
        }
        if request.group == Group::Unknown {
            return Err(Error::invalid("group", "none was chosen"));
        }
        if !request.consent_record {
            return Err(Error::invalid("consent", "without it nothing is kept"));
        }
        let card = SigningKey::from_bytes(&draw(self.core.ports.entropy.as_ref()));
        self.core.write("adding a learner", |w| {
            let origin = own_replica(w.tx)?;
            let card_key = card.verifying_key().to_bytes();
            let id = chain::learner_id(&card_key, origin);
            let who = (insert_learner(w, id, &card, origin)?, id);
            hold(w, who, &card, origin, request.group)?;
            let by_guardian = request.is_child;
            record(w, who, &consent(Purpose::Record, by_guardian))?;
            if request.consent_count {
                record(w, who, &consent(Purpose::Count, by_guardian))?;
            }
            self.save_person(w, who, &person)?;
            Ok(id)
        })
    }

    /// Changes who a learner is; also how her name is given once more after the key was lost.
    pub fn set_person(&self, id: LearnerId, request: &PersonRequest) -> Result<()> {
        let person = checked(request)?;
        self.core.write("changing a learner's name", |w| {
            self.save_person(w, (learner_no(w.tx, id)?, id), &person)
        })
    }

    /// Changes a learner's group.
    pub fn set_group(&self, id: LearnerId, group: Group) -> Result<()> {
        self.core.write("changing a learner's group", |w| {
            let deed = Deed::GroupSet(GroupSet { group: group.number() });
            record(w, (learner_no(w.tx, id)?, id), &deed).map(|_| ())
        })
    }

    /// Notes that a learner agrees to a purpose, or does so no more. Saying the same again changes
    /// nothing. Taking back [`Purpose::Record`] is refused: erase her instead.
    pub fn set_consent(&self, id: LearnerId, purpose: Purpose, given: bool) -> Result<()> {
        if purpose == Purpose::Record && !given {
            return Err(Error::invalid("consent", "without it the record has to be erased"));
        }
        self.core.write("noting a consent", |w| {
            let who = (learner_no(w.tx, id)?, id);
            let agreed = crate::progress::consents(w.tx, who.0)?;
            if (agreed & (1 << purpose.number()) != 0) == given {
                return Ok(());
            }
            let withdrawn = ConsentWithdrawn { purpose: purpose.number() };
            let deed =
                if given { consent(purpose, false) } else { Deed::ConsentWithdrawn(withdrawn) };
            record(w, who, &deed).map(|_| ())
        })
    }

    /// Sets a PIN of four digits, or takes it away.
    pub fn set_pin(&self, id: LearnerId, pin: Option<&str>) -> Result<()> {
        let no = self.core.store.read(|conn| learner_no(conn, id))?;
        match pin {
            None => self.core.store.write("removing a PIN", |tx| remove_code(tx, no)),
            Some(pin) if is_pin(pin) => set_code(self.core, no, pin),
            Some(_) => Err(Error::invalid("pin", "it is not four digits")),
        }
    }

    /// The same at the word of whoever knows the PIN so far; a learner without one needs none.
    /// Refuses one that somebody else would try first with `Invalid` for `easy pin`.
    pub fn change_pin(&self, id: LearnerId, old: &str, new: Option<&str>) -> Result<()> {
        if new.is_some_and(is_easy_pin) {
            return Err(Error::invalid("easy pin", "others would try it first"));
        }
        self.check_pin(id, old)?;
        self.set_pin(id, new)
    }

    /// Compares a PIN; a learner without one passes. See [`Error::CodeWrong`], [`Error::CodeWait`].
    pub fn check_pin(&self, id: LearnerId, pin: &str) -> Result<()> {
        let no = self.core.store.read(|conn| learner_no(conn, id))?;
        check_code(self.core, no, pin)
    }

    /// Everything that is kept about a learner, as readable JSON.
    pub fn export(&self, id: LearnerId) -> Result<String> {
        let learner = self.get(id)?.ok_or(Error::NotFound { what: "learner" })?;
        self.core.store.read(|conn| super::export::export(conn, learner_no(conn, id)?, &learner))
    }

    /// Her card, to be shown to another device of hers: whoever has it can read and add to her
    /// record.
    pub fn card(&self, id: LearnerId) -> Result<Card> {
        self.core.store.read(|conn| {
            let doing = "reading a learner's card";
            let sql = "SELECT card_seed, origin, coalesce(grp, 0) AS grp
                       FROM learner LEFT JOIN learner_state USING (learner_no)
                       WHERE learner_id = :learner_id";
            let found = conn.query_row_cached(sql, named_params! { ":learner_id": id.0 }, |row| {
                Ok(Card {
                    seed: row.get("card_seed")?,
                    origin: ReplicaId(row.get("origin")?),
                    group: Group::from_number(row.get("grp")?),
                    name: None,
                })
            });
            found.optional().doing(doing)?.ok_or(Error::NotFound { what: "learner" })
        })
    }

    /// Her card for whoever knows her PIN, with her name on it if she wishes; see [`Self::card`].
    pub fn show_card(&self, id: LearnerId, pin: &str, with_name: bool) -> Result<Card> {
        self.check_pin(id, pin)?;
        let name = self.get(id)?.and_then(|learner| learner.name);
        Ok(Card { name: name.filter(|_| with_name), ..self.card(id)? })
    }

    /// Takes in a learner by her card: this device holds her from now on, and relays bring what her
    /// other devices recorded. One who is here already is left as she is. An erased card is refused.
    pub fn take_in(&self, request: &TakeInRequest) -> Result<LearnerId> {
        let person = checked(&request.person)?;
        let Card { seed, origin, group, .. } = &request.card;
        let (card, id) = (SigningKey::from_bytes(seed), request.card.learner());
        self.core.write("taking in a learner", |w| {
            if learner_no(w.tx, id).is_ok() {
                return Ok(id);
            }
            if is_erased(w.tx, id)? {
                return Err(Error::invalid("card of somebody erased", "it says nothing any more"));
            }
            let who = (insert_learner(w, id, &card, *origin)?, id);
            hold(w, who, &card, *origin, *group)?;
            self.save_person(w, who, &person)?;
            crate::sync::ask_for_everything(w.tx)?;
            Ok(id)
        })
    }

    /// Devices that hold a learner, this one among them, as far as it is known here.
    pub fn devices(&self, id: LearnerId) -> Result<Vec<ReplicaId>> {
        self.core.store.read(|conn| {
            let events = events_of_learner(conn, learner_no(conn, id)?)?;
            let holders = events.iter().filter(|(event, _)| holds(id, event));
            let holders: std::collections::BTreeSet<_> = holders.map(|(e, _)| e.replica).collect();
            Ok(holders.into_iter().collect())
        })
    }

    /// How many events about a learner a relay has brought here: what she did on other devices, or on
    /// this one in a chain or a time that it has not itself any more.
    pub fn copies(&self, id: LearnerId) -> Result<u64> {
        let doing = "counting copies";
        let sql = "SELECT count(*) AS n FROM copied_event WHERE learner_no = :learner_no";
        self.core.store.read(|conn| {
            let row = named_params! { ":learner_no": learner_no(conn, id)? };
            let n: i64 = conn.query_row_cached(sql, row, |row| row.get("n")).doing(doing)?;
            Ok(n.unsigned_abs())
        })
    }

    /// Erases a learner everywhere: her events become hashes that say nothing, the chain still
    /// verifies, and relays are told with the next sync. Cannot be undone. Fails with `Invalid` for
    /// `erasure` on a device that did not add her: only that one, or the volunteer of a relay that
    /// serves her, may say so.
    pub fn erase(&self, id: LearnerId) -> Result<()> {
        let proof = self.core.store.read(|conn| proof_of_origin(conn, id))?;
        let refused = || Error::invalid("erasure", "she was added on another device");
        self.let_go(&erased(&proof.ok_or_else(refused)?))
    }

    /// Erases a learner everywhere at the word of a relay that serves her: its volunteer's.
    pub fn erase_by_relay(&self, id: LearnerId, relay: &RelaySecret) -> Result<()> {
        self.let_go(&erased(&Erasure::by_relay(relay, id)))
    }

    /// Removes a learner from this device only. What was not counted elsewhere is lost: offer the
    /// export first.
    pub fn remove(&self, id: LearnerId) -> Result<()> {
        self.let_go(&Deed::LearnerRemoved(LearnerGone { learner: id, proof: None }))
    }

    fn let_go(&self, deed: &Deed) -> Result<()> {
        self.core.write("erasing a learner", |w| let_go(w, deed))?;
        self.core.store.truncate_log()?;
        self.core.remove_set_aside()
    }

    /// Keeps copies of events about a learner that other replicas made, and folds her anew. Returns
    /// how many were new.
    pub fn receive(&self, id: LearnerId, copies: &[CopiedEvent]) -> Result<usize> {
        self.core.write("taking in copies", |w| {
            let who = (learner_no(w.tx, id)?, id);
            let new = receive(w, who, copies)?;
            if new > 0 {
                refold(w.tx, who.0, id)?;
            }
            Ok(new)
        })
    }

    /// The volunteer's table: everybody, every course, answers.
    pub fn overview(&self, lang: &Lang) -> Result<Vec<OverviewView>> {
        let progress = Progress { core: self.core };
        let row = |learner: LearnerView| {
            let home = progress.home(learner.id, lang)?;
            let done = |c: crate::progress::CourseProgressView| CourseDone {
                course: c.course.id,
                title: c.course.title,
                done: c.done,
                of: c.of,
            };
            let courses = home.courses.into_iter().map(done).collect();
            Ok(OverviewView { learner, courses, answered: home.recorded })
        };
        self.list()?.into_iter().map(row).collect()
    }

    /// When something about each learner was last noted on this device, in seconds since 1970 as its
    /// clock claimed. Reads the whole journal.
    pub fn last_active(&self) -> Result<BTreeMap<LearnerId, i64>> {
        let doing = "reading when learners were last here";
        let sql = "SELECT learner_id, CAST(max(began_s + after_s) AS INTEGER) AS last_s
                   FROM event
                   JOIN chain ON chain_no = slot >> 40
                   JOIN learner USING (learner_no)
                   GROUP BY learner_no";
        self.core.store.read(|conn| {
            let mut statement = conn.prepare_cached(sql).doing(doing)?;
            let rows = statement
                .query_map([], |row| Ok((LearnerId(row.get("learner_id")?), row.get("last_s")?)));
            rows.doing(doing)?.collect::<rusqlite::Result<_>>().doing(doing)
        })
    }

    fn read(&self, conn: &Connection, only: Option<LearnerId>) -> Result<Vec<LearnerView>> {
        let doing = "listing learners";
        let sql = "SELECT learner_id, pictogram, sealed_name, sealed_address, sealed_guardian,
                       coalesce(grp, 0) AS grp, coalesce(consents, 0) AS consents,
                       EXISTS (SELECT 1 FROM code WHERE owner_no = learner_no) AS has_pin
                   FROM learner
                   LEFT JOIN person USING (learner_no)
                   LEFT JOIN learner_state USING (learner_no)
                   WHERE :only IS NULL OR learner_id = :only
                   ORDER BY learner_no";
        let mut statement = conn.prepare_cached(sql).doing(doing)?;
        let only = only.map(|id| id.0);
        let rows = statement.query_map(named_params! { ":only": only }, |row| self.view(row));
        rows.doing(doing)?.collect::<rusqlite::Result<_>>().doing(doing)
    }

    fn view(&self, row: &Row<'_>) -> rusqlite::Result<LearnerView> {
        let id = LearnerId(row.get("learner_id")?);
        let open = |column: &str, sealed: Option<Vec<u8>>| {
            sealed.and_then(|sealed| self.core.person_key.open(id, column, &sealed))
        };
        let address = open("address", row.get("sealed_address")?);
        let consents: u32 = row.get("consents")?;
        Ok(LearnerView {
            id,
            name: open("name", row.get("sealed_name")?),
            address: address.and_then(|code| Address::parse(&code)).unwrap_or(Address::Ban),
            pictogram: row.get::<_, Option<u8>>("pictogram")?.unwrap_or(0),
            group: Group::from_number(row.get("grp")?),
            guardian: open("guardian", row.get("sealed_guardian")?),
            has_pin: row.get("has_pin")?,
            counts: consents & (1 << Purpose::Count.number()) != 0,
        })
    }

    fn save_person(
        &self,
        w: &Writing<'_>,
        (learner_no, id): (i64, LearnerId),
        person: &PersonRequest,
    ) -> Result<()> {
        let key = &self.core.person_key;
        let seal = |column: &str, text: &str| key.seal(draw(w.entropy), id, column, text);
        let sql = "INSERT OR REPLACE INTO person
                       (learner_no, pictogram, sealed_name, sealed_address, sealed_guardian)
                   VALUES
                       (:learner_no, :pictogram, :sealed_name, :sealed_address, :sealed_guardian)";
        let row = named_params! {
            ":learner_no": learner_no,
            ":pictogram": person.pictogram,
            ":sealed_name": seal("name", &person.name),
            ":sealed_address": seal("address", person.address.code()),
            ":sealed_guardian": person.guardian.as_deref().map(|name| seal("guardian", name)),
        };
        w.tx.execute_cached(sql, row).doing("keeping a learner's name")?;
        Ok(())
    }
}

/// Forgets a learner at somebody's signed word, whose right to it was checked. Says whether she was
/// here.
pub(crate) fn erase_by_word(w: &Writing<'_>, word: &Erasure) -> Result<bool> {
    // Of somebody who is not here there is nothing to erase, and a relay can name as many as it
    // likes: noting each would let the chain grow without end.
    if is_erased(w.tx, word.learner)? || learner_no(w.tx, word.learner).is_err() {
        return Ok(false);
    }
    let_go(w, &erased(word))?;
    Ok(true)
}

fn erased(word: &Erasure) -> Deed {
    let proof = Some(word.to_payload().into());
    Deed::LearnerErased(LearnerGone { learner: word.learner, proof })
}

/// The word of the replica that added a learner, where that is one of this device's.
fn proof_of_origin(conn: &Connection, id: LearnerId) -> Result<Option<Erasure>> {
    let doing = "reading a learner's card";
    let sql = "SELECT card_seed, origin FROM learner WHERE learner_id = :learner_id";
    let found = conn.query_row_cached(sql, named_params! { ":learner_id": id.0 }, |row| {
        Ok((SigningKey::from_bytes(&row.get("card_seed")?), ReplicaId(row.get("origin")?)))
    });
    let found = found.optional().doing(doing)?;
    let (card, origin) = found.ok_or(Error::NotFound { what: "learner" })?;
    let chains = chains(conn)?;
    let key = chains.iter().find(|chain| chain.replica() == origin).and_then(Chain::signing_key);
    Ok(key.map(|key| Erasure::by_origin(&key, &card.verifying_key().to_bytes())))
}

fn is_erased(conn: &Connection, id: LearnerId) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM erased WHERE learner_id = :learner_id) AS gone";
    let row = named_params! { ":learner_id": id.0 };
    conn.query_row_cached(sql, row, |row| row.get("gone")).doing("looking for an erasure")
}

fn insert_learner(
    w: &Writing<'_>,
    id: LearnerId,
    card: &SigningKey,
    origin: ReplicaId,
) -> Result<i64> {
    let sql = "INSERT INTO learner (learner_id, card_seed, origin)
               VALUES (:learner_id, :card_seed, :origin)";
    let row = named_params! {
        ":learner_id": id.0,
        ":card_seed": card.to_bytes(),
        ":origin": origin.0,
    };
    w.tx.execute_cached(sql, row).doing("adding a learner")?;
    Ok(w.tx.last_insert_rowid())
}

/// Lets this device's replica hold a learner, by her card's signature.
fn hold(
    w: &Writing<'_>,
    who: (i64, LearnerId),
    card: &SigningKey,
    origin: ReplicaId,
    group: Group,
) -> Result<()> {
    let held = LearnerHeld {
        card_key: card.verifying_key().to_bytes(),
        signature: sign_held(card, own_replica(w.tx)?),
        origin,
        group: group.number(),
    };
    record(w, who, &Deed::LearnerHeld(held)).map(|_| ())
}

/// Notes that a learner goes and takes everything about her away.
fn let_go(w: &Writing<'_>, deed: &Deed) -> Result<()> {
    let doing = "erasing a learner";
    let (Deed::LearnerErased(gone) | Deed::LearnerRemoved(gone)) = deed else {
        return Err(Error::invalid("deed", "it lets nobody go"));
    };
    append(w, None, deed)?;
    if let Ok(no) = learner_no(w.tx, gone.learner) {
        erase_events(w.tx, no)?;
        remove_code(w.tx, no)?;
        let row = named_params! { ":learner_no": no };
        w.tx.execute_cached("DELETE FROM learner WHERE learner_no = :learner_no", row)
            .doing(doing)?;
    }
    if matches!(deed, Deed::LearnerErased(_)) {
        let sql = "INSERT OR IGNORE INTO erased (learner_id, proof) VALUES (:learner_id, :proof)";
        let proof = gone.proof.as_ref().map(|proof| proof.as_slice());
        let row = named_params! { ":learner_id": gone.learner.0, ":proof": proof };
        w.tx.execute_cached(sql, row).doing(doing)?;
    }
    Ok(())
}

/// The number that a learner has on this device.
pub(crate) fn learner_no(conn: &Connection, id: LearnerId) -> Result<i64> {
    let doing = "finding a learner";
    let sql = "SELECT learner_no FROM learner WHERE learner_id = :learner_id";
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let row = named_params! { ":learner_id": id.0 };
    let found = statement.query_row(row, |row| row.get("learner_no")).optional().doing(doing)?;
    found.ok_or(Error::NotFound { what: "learner" })
}

fn consent(purpose: Purpose, by_guardian: bool) -> Deed {
    let text_version = CONSENT_TEXT_VERSION;
    Deed::ConsentGiven(ConsentGiven { purpose: purpose.number(), text_version, by_guardian })
}

fn checked(request: &PersonRequest) -> Result<PersonRequest> {
    let clean = |text: &str, what| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let name: String = nfc(words.join(" ").chars()).collect();
        if name.chars().any(char::is_control) || name.chars().count() > NAME_CHARS_MAX {
            return Err(Error::invalid(what, "it is too long or has control characters"));
        }
        Ok(name)
    };
    let name = clean(&request.name, "name")?;
    if name.is_empty() {
        return Err(Error::invalid("name", "it is empty"));
    }
    if request.pictogram >= PICTOGRAMS {
        return Err(Error::invalid("pictogram", "there is none of this number"));
    }
    let guardian = request.guardian.as_deref().map(|g| clean(g, "guardian")).transpose()?;
    let guardian = guardian.filter(|name| !name.is_empty());
    Ok(PersonRequest { name, guardian, address: request.address, pictogram: request.pictogram })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::QuestionId;
    use crate::journal::{SEQ_MAX, chains, slots};
    use crate::pack::fixture::{CourseFixture, course_id, lesson_id};
    use crate::quiz::{Response, Taker};
    use crate::testing::{TestDevice, add_learner};

    fn request() -> AddLearnerRequest {
        let person = PersonRequest {
            name: "  Trần  Thị Lan ".into(),
            address: Address::Ba,
            pictogram: 3,
            guardian: None,
        };
        AddLearnerRequest {
            person,
            group: Group::Citizen,
            is_child: false,
            consent_record: true,
            consent_count: false,
        }
    }

    /// Every link from the first to the last; panics where one does not follow from the other.
    fn verify_chain(core: &HocvuCore) -> u64 {
        core.store
            .read(|conn| {
                let mut count = 0;
                for chain in chains(conn)? {
                    let mut link = chain::first_link(&chain.public_key);
                    slots(conn, chain.chain_no, (1, SEQ_MAX), |slot| {
                        count += 1;
                        assert_eq!(*slot.link(), link, "slot {}", slot.seq());
                        link = chain::next_link(&link, &slot.hash().expect("no slot is lost"));
                        Ok(())
                    })?;
                }
                Ok(count)
            })
            .unwrap()
    }

    #[test]
    fn a_learner_is_added_with_what_she_said_and_nothing_else() {
        let device = TestDevice::new();
        let core = device.open();
        let id = core.learners().add(&request()).unwrap();
        let held = core.learners().get(id).unwrap().unwrap();
        assert_eq!(held.name.as_deref(), Some("Trần Thị Lan"));
        assert_eq!((held.address, held.pictogram, held.group), (Address::Ba, 3, Group::Citizen));
        assert!(!held.has_pin && !held.counts);
        core.learners().set_consent(id, Purpose::Count, true).unwrap();
        assert!(core.learners().get(id).unwrap().unwrap().counts);
        assert!(core.learners().set_consent(id, Purpose::Record, false).is_err());
    }

    #[test]
    fn what_is_missing_is_named() {
        let device = TestDevice::new();
        let core = device.open();
        let refused = |change: &dyn Fn(&mut AddLearnerRequest)| {
            let mut request = request();
            change(&mut request);
            match core.learners().add(&request) {
                Err(Error::Invalid { what, .. }) => what,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(refused(&|r| r.person.name = "  ".into()), "name");
        assert_eq!(refused(&|r| r.person.name = "x".repeat(61)), "name");
        assert_eq!(refused(&|r| r.person.pictogram = 16), "pictogram");
        assert_eq!(refused(&|r| r.is_child = true), "guardian");
        assert_eq!(refused(&|r| r.group = Group::Unknown), "group");
        assert_eq!(refused(&|r| r.consent_record = false), "consent");
        assert!(core.learners().list().unwrap().is_empty());
    }

    #[test]
    fn a_pin_protects_and_can_be_reset() {
        let device = TestDevice::new();
        let core = device.open();
        let id = add_learner(&core, "Lan");
        core.learners().check_pin(id, "").unwrap();
        assert!(core.learners().set_pin(id, Some("12a4")).is_err());
        core.learners().set_pin(id, Some("1234")).unwrap();
        assert!(matches!(core.learners().check_pin(id, "4321"), Err(Error::CodeWrong { .. })));
        core.learners().check_pin(id, "1234").unwrap();
        core.learners().set_pin(id, None).unwrap();
        assert!(!core.learners().get(id).unwrap().unwrap().has_pin);
    }

    #[test]
    fn names_are_unreadable_in_the_file_and_the_record_outlives_the_key() {
        let device = TestDevice::new();
        let core = device.open();
        let id = add_learner(&core, "Nguyễn Thị Hoa Mai");
        core.store.truncate_log().unwrap();
        let file = std::fs::read(device.request().data.join("hocvu.db")).unwrap();
        assert!(!holds(&file, "Hoa Mai".as_bytes()));
        drop(core);
        device.keys.0.lock().unwrap().clear();
        let core = device.open();
        assert_eq!(core.learners().get(id).unwrap().unwrap().name, None);
        assert_eq!(core.device().notices().unwrap(), [crate::device::Notice::NamesLost]);
        core.learners().set_person(id, &request().person).unwrap();
        let named = core.learners().get(id).unwrap().unwrap();
        assert_eq!(named.name.as_deref(), Some("Trần Thị Lan"));
    }

    #[test]
    fn each_learner_was_last_here_when_something_of_hers_was_noted() {
        use std::sync::atomic::Ordering::SeqCst;
        let device = TestDevice::new();
        let core = device.open();
        assert!(core.learners().last_active().unwrap().is_empty());
        let [lan, mai] = ["Lan", "Mai"].map(|name| add_learner(&core, name));
        let added_s = device.clock.0.load(SeqCst);
        device.clock.0.store(added_s + 86_400, SeqCst);
        core.learners().set_group(lan, Group::Worker).unwrap();
        // A PIN is no learning.
        core.learners().set_pin(mai, Some("2580")).unwrap();
        let last = core.learners().last_active().unwrap();
        assert_eq!(last, [(lan, added_s + 86_400), (mai, added_s)].into());
    }

    fn holds(file: &[u8], what: &[u8]) -> bool {
        file.windows(what.len()).any(|window| window == what)
    }

    #[test]
    fn erasing_leaves_a_valid_chain_and_no_trace() {
        let device = TestDevice::new();
        let core = device.open();
        core.packs().install_starter(&CourseFixture::new("otp").starter()).unwrap();
        let stays = add_learner(&core, "Mai");
        let goes = add_learner(&core, "Lan");
        let vi = Lang::parse("vi").unwrap();
        let check = QuestionId::parse("otp-la-gi").unwrap();
        for learner in [goes, stays] {
            let course = course_id("otp");
            core.progress().see_screen(learner, &course, &lesson_id("ma-otp"), 0).unwrap();
            let quizzes = core.quizzes();
            quizzes.answer_check(learner, &course, &check, Response::Single(0), 3, &vi).unwrap();
            quizzes.start_assessment(Taker::Learner(learner)).unwrap();
        }
        let before = verify_chain(&core);
        assert!(core.learners().export(goes).unwrap().contains("answer_given"));
        core.learners().erase(goes).unwrap();
        assert_eq!(verify_chain(&core), before + 1);
        assert!(core.learners().get(goes).unwrap().is_none());
        assert!(core.learners().export(goes).is_err());
        assert!(core.learners().export(stays).unwrap().contains("answer_given"));
        drop(core);
        let core = device.open();
        let left: u32 = core
            .store
            .read(|conn| {
                let sql = "SELECT count(*) FROM gap WHERE hash IS NOT NULL";
                conn.query_row(sql, [], |row| row.get(0)).doing("counting")
            })
            .unwrap();
        assert_eq!(left, 6, "held, two consents, lesson begun, answer, quiz started");
        add_learner(&core, "Tư");
        verify_chain(&core);
    }

    #[test]
    fn a_copied_folder_gives_no_number_twice() {
        let device = TestDevice::new();
        let core = device.open();
        let learner = add_learner(&core, "Lan");
        drop(core);
        let copy = TestDevice::new();
        std::fs::create_dir_all(copy.request().data).unwrap();
        let file = "hocvu.db";
        std::fs::copy(device.request().data.join(file), copy.request().data.join(file)).unwrap();
        let ports = crate::hocvu::Ports { keys: device.keys.clone(), ..copy.ports() };
        let original = device.open();
        let copied = HocvuCore::open(&copy.request(), ports).unwrap();
        let replica = |core: &HocvuCore| core.store.read(own_replica).unwrap();
        assert_ne!(replica(&original), replica(&copied));
        assert_eq!(copied.device().notices().unwrap(), [crate::device::Notice::NewReplica]);
        assert!(original.device().notices().unwrap().is_empty());
        for core in [&original, &copied] {
            core.learners().set_group(learner, Group::Worker).unwrap();
            assert_eq!(core.learners().get(learner).unwrap().unwrap().group, Group::Worker);
            verify_chain(core);
        }
    }

    #[test]
    fn an_older_state_put_back_in_its_place_is_a_new_replica() {
        let device = TestDevice::new();
        drop(device.open());
        let path = device.request().data.join("hocvu.db");
        let old = std::fs::read(&path).unwrap();
        let core = device.open();
        let before = core.store.read(own_replica).unwrap();
        add_learner(&core, "Lan");
        drop(core);
        std::fs::write(&path, old).unwrap();
        let core = device.open();
        assert_ne!(core.store.read(own_replica).unwrap(), before);
    }
}
