//! Fetching a course from mirrors: a state machine without I/O. It says what to ask for, is told what
//! comes, piece by piece, and keeps all that is right at once; so it can be dropped at any moment and
//! goes on there. Texts come first: with the last of them the course switches to its new edition, in
//! one commit, and pictures and sounds follow. No mirror is believed: every file is what the
//! publisher signed, or that mirror is asked no more.

mod part;
mod rows;
mod switch;

use std::collections::BTreeSet;

use rusqlite::{Connection, Transaction};

use self::part::{Part, PartName};
use self::rows::FetchRow;
use super::catalogue::OpenCatalogue;
use super::held::{self, HeldEdition};
use super::listing::update_path;
use super::offers::{MirrorAddress, gives};
use super::packs::{Offered, Packs, held as held_order, roots_of};
use super::stage::lock;
use super::update::{OpenUpdate, Piece, START_BYTES, Start};
use super::{CataloguePack, Order, PackError, Publisher, quota};
use crate::error::{Doing, Error, Result};
use crate::hocvu::HocvuCore;
use crate::ids::CourseId;

pub(super) use rows::remove as end_fetch;
pub(super) use rows::{bytes_not_here, editions_in_use, is_begun};
use rows::{missing_of_current, move_media};

/// What a request costs beside its answer, as far as the limit of a month is concerned.
pub(super) const AROUND_BYTES: u64 = 700;
/// An answer's bytes are counted each time that so many came: a power cut forgets no more.
const COUNTED_AT_ONCE: u64 = 256 * 1024;
/// An answer that brought less brought nothing.
const PROGRESS_BYTES: u64 = 256;
/// Requests in a row that brought nothing, after which a mirror is asked no more, and after which a
/// fetch ends.
const MIRROR_FAILURES_MAX: u32 = 3;
const FAILURES_MAX: u32 = 12;
/// The most bytes of a tag.
const TAG_BYTES_MAX: usize = 100;
/// The most bytes of a part: no piece is larger.
const PART_BYTES_MAX: usize = 5 * 1024 * 1024;
/// What is skipped in one answer rather than asked around.
const GAP_BYTES: u64 = 4 * 1024;

/// What ended a fetch early. What came is kept, and the edition that was held works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FetchTrouble {
    /// No mirror can be reached.
    Unreachable,
    /// The connection breaks off again and again.
    Cut,
    /// It took too long.
    TooSlow,
    /// The mirrors have too much to do.
    Busy,
    /// Something else answers in the mirror's place: a sign-in page of the Wi-Fi, most often.
    CaptivePortal,
    /// No mirror has it (any more).
    NotThere,
    /// What the mirrors gave is not what the publisher signed.
    Altered,
    /// It is what the publisher signed, and no course that this program can show.
    Unusable,
    /// The bytes of this month that courses may use are used up.
    BudgetSpent,
    /// There is no room left on the disk.
    DiskFull,
}

/// What to ask for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchRequest {
    /// Whom.
    pub mirror: MirrorAddress,
    /// What: `GET ADDRESS` + this.
    pub path: String,
    /// The first byte that is wanted, and the last; `None`: all that follow.
    pub range: (u64, Option<u64>),
    /// The tag of the bytes that are here already, for `If-Range`.
    pub tag: Option<String>,
}

/// What a mirror answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FetchAnswer {
    /// Bytes from this one on follow.
    Bytes {
        /// The first byte: 0 for status 200, the beginning of the range for 206.
        from: u64,
        /// The tag of the whole.
        tag: String,
    },
    /// Nothing follows.
    Trouble(FetchTrouble),
}

/// Whether more of an answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Go on.
    More,
    /// Stop reading: what follows is not needed.
    Enough,
}

/// How far a fetch has come, for a screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FetchView {
    /// Bytes that have come, of those that are needed.
    pub bytes_done: u64,
    /// Bytes that are needed; 0 until the mirror has said what there is.
    pub bytes: u64,
    /// Bytes that came in all, those that were no use among them.
    pub bytes_moved: u64,
    /// Bytes that a limit counts: nothing of what came from a network of one place, and with what
    /// requests cost beside their answers.
    pub bytes_spent: u64,
    /// Whether learners get the new edition already.
    pub is_switched: bool,
    /// Whether everything is here.
    pub is_done: bool,
    /// What ended it early.
    pub trouble: Option<FetchTrouble>,
}

/// Whom a fetch asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Mirrors {
    /// The relays that are joined.
    #[default]
    Joined,
    /// Those of them that are in a network of one place, such as a hub's Wi-Fi.
    Near,
    /// These, and nobody else.
    Only(Vec<MirrorAddress>),
}

/// What somebody wants of a course.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FetchChoice {
    /// Whether pictures and sounds come too, after the texts.
    pub with_media: bool,
    /// Whom to ask.
    pub mirrors: Mirrors,
    /// The most bytes that this time may cost, beside the limit of the month.
    pub bytes_max: Option<u64>,
}

/// A mirror, and what came of asking it.
struct Mirror {
    address: MirrorAddress,
    failures: u32,
    trouble: Option<FetchTrouble>,
}

/// What the newest catalogue says of the course.
pub(super) struct Goal {
    pub(super) manifest: [u8; 32],
    pub(super) pack: CataloguePack,
    pub(super) order: Order,
    pub(super) root_id: [u8; 32],
    pub(super) publisher: Publisher,
}

/// What came of a request so far.
struct Asked {
    mirror: usize,
    /// Bytes that came, and those of them that were not counted yet.
    came: u64,
    uncounted: u64,
    /// Where in the update the next byte of the answer belongs.
    next: u64,
    /// The most bytes that may come.
    most: Option<u64>,
    /// Whether the mirror gives everything although a range was asked for.
    is_whole: bool,
    /// Whether the answer goes on where the bytes that are here end, or brought a file: anything
    /// else is no progress, however many bytes it has.
    gained: bool,
}

/// One course on its way; see [`Packs::fetch`].
pub struct Fetch<'a> {
    core: &'a HocvuCore,
    course: CourseId,
    goal: Goal,
    row: FetchRow,
    from: Option<HeldEdition>,
    open: Option<OpenUpdate>,
    part: Part,
    missing: BTreeSet<[u8; 32]>,
    mirrors: Vec<Mirror>,
    asked: Option<Asked>,
    /// Which mirror gave the head, if one did since this began.
    head_from: Option<usize>,
    /// Whether head and pieces must come from the same mirror.
    is_unmixed: bool,
    failures: u32,
    /// Whether a picture or sound came that may not be shown.
    has_unusable: bool,
    /// The most bytes that may come.
    bytes_max: Option<u64>,
    ended: bool,
    view: FetchView,
    _alone: Alone<'a>,
}

impl<'a> Packs<'a> {
    /// Begins to fetch the newest edition of a course, or goes on where it ended; of one that is held,
    /// pictures and sounds that are not here. Fails with `NotFound` where no catalogue has the
    /// course, or all of it is here, and with [`PackError`] where it may not be replaced.
    pub fn fetch(&self, course: &CourseId, choice: &FetchChoice) -> Result<Fetch<'a>> {
        let mirrors = match &choice.mirrors {
            Mirrors::Joined => self.joined_mirrors(false)?,
            Mirrors::Near => self.joined_mirrors(true)?,
            Mirrors::Only(mirrors) => mirrors.clone(),
        };
        let alone = Alone::take(self.core, course)?;
        let mut fetch = Fetch::begin(self.core, course, choice.with_media, mirrors, alone)?;
        fetch.bytes_max = choice.bytes_max;
        self.make_room(Some(course))?;
        Ok(fetch)
    }

    /// Gives up a fetch: what came of it goes, pictures and sounds that it still lacks are left out.
    pub fn cancel_fetch(&self, course: &CourseId) -> Result<()> {
        self.core.store.write("giving up a fetch", |tx| {
            move_media(tx, course, (1, 2))?;
            rows::remove(tx, course)
        })?;
        part::forget(self.core.store.folder(), course);
        self.core.sweep_editions()
    }
}

/// Held by the one fetch of a course: two would undo each other's work.
struct Alone<'a> {
    core: &'a HocvuCore,
    course: CourseId,
}

impl<'a> Alone<'a> {
    fn take(core: &'a HocvuCore, course: &CourseId) -> Result<Self> {
        if !lock(&core.fetching).insert(course.clone()) {
            return Err(Error::invalid("fetch", "this course is being fetched already"));
        }
        Ok(Self { core, course: course.clone() })
    }
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        lock(&self.core.fetching).remove(&self.course);
    }
}

/// What the newest catalogue of a publisher who is still trusted says of a course.
pub(super) fn goal(conn: &Connection, course: &CourseId) -> Result<Option<Goal>> {
    let doing = "looking a course up";
    let mut best: Option<Goal> = None;
    // Orders of different roots do not compare, and who holds a course from one root gets no other.
    let held_root = held_order(conn, course)?.and_then(|held| held.root_id);
    let mut statement =
        conn.prepare_cached("SELECT root_id, signed FROM catalogue").doing(doing)?;
    let mut rows = statement.query([]).doing(doing)?;
    while let Some(row) = rows.next().doing(doing)? {
        let root_id: [u8; 32] = row.get("root_id").doing(doing)?;
        if held_root.is_some_and(|held| held != root_id) {
            continue;
        }
        let open = OpenCatalogue::read(&row.get::<_, Vec<u8>>("signed").doing(doing)?)?;
        let Some(pack) = open.catalogue.packs.iter().find(|pack| pack.course == *course) else {
            continue;
        };
        let Some(roots) = roots_of(conn, &root_id)? else { continue };
        // Keys that were replaced since sign nothing any more.
        let Ok(publisher) = roots.authorise(&open.claim()) else { continue };
        let order = Order { generation: open.catalogue.generation, version: pack.version };
        if best.as_ref().is_none_or(|best| best.order < order) {
            let publisher = publisher.clone();
            let pack = pack.clone();
            best = Some(Goal { manifest: pack.manifest, pack, order, root_id, publisher });
        }
    }
    Ok(best)
}

fn nothing() -> Error {
    Error::NotFound { what: "new edition of the course" }
}

/// Where a fetch begins or goes on, and the edition that it is made from.
fn begin_row(
    tx: &Transaction<'_>,
    course: &CourseId,
    goal: &Goal,
    with_media: bool,
) -> Result<(FetchRow, Option<HeldEdition>)> {
    let current = held::current(tx, course)?;
    let is_switched = current.as_ref().is_some_and(|held| held.hash() == goal.manifest);
    if is_switched {
        move_media(tx, course, if with_media { (2, 1) } else { (1, 2) })?;
        quota::leave_out(tx, course)?;
    }
    if !is_switched {
        let offered = Offered { course, order: goal.order, root_id: Some(goal.root_id) };
        offered.refuse_older(held_order(tx, course)?)?;
    }
    let current_hash = current.as_ref().map(HeldEdition::hash);
    // What was begun over an edition that is not held any more begins anew.
    let is_of_now =
        |known: &FetchRow| is_switched || known.from.is_none() || known.from == current_hash;
    let known = rows::get(tx, course)?;
    let known = known.filter(|known| known.to == goal.manifest).filter(is_of_now);
    if known.is_none() && is_switched && missing_of_current(tx, course)?.is_empty() {
        return Err(nothing());
    }
    let new = FetchRow {
        to: goal.manifest,
        // What is installed already has no update from itself: its pieces are picked.
        from: current.as_ref().filter(|_| !is_switched).map(HeldEdition::hash),
        with_media,
        tag: None,
        head: None,
        place: 0,
    };
    let mut row = known.map_or(new, |known| FetchRow { with_media, ..known });
    let from = row.from.map(|from| held::by_hash(tx, course, &from)).transpose()?.flatten();
    if row.from.is_some() && from.is_none() {
        row = FetchRow { from: None, tag: None, head: None, place: 0, ..row };
    }
    Ok((row, from))
}

impl<'a> Fetch<'a> {
    fn begin(
        core: &'a HocvuCore,
        course: &CourseId,
        with_media: bool,
        mirrors: Vec<MirrorAddress>,
        alone: Alone<'a>,
    ) -> Result<Self> {
        let (goal, row, from) = core.store.write("beginning to fetch", |tx| {
            let goal = goal(tx, course)?.ok_or_else(nothing)?;
            let (row, from) = begin_row(tx, course, &goal, with_media)?;
            rows::put(tx, course, &row)?;
            Ok((goal, row, from))
        })?;
        let tag = row.tag.clone().unwrap_or_default();
        let name = PartName { to: &row.to, tag: &tag, place: row.place };
        let part = Part::open(core.store.folder(), course, &name, PART_BYTES_MAX);
        let mirror = |address| Mirror { address, failures: 0, trouble: None };
        let mut fetch = Self {
            core,
            course: course.clone(),
            goal,
            row,
            from,
            open: None,
            part,
            missing: BTreeSet::new(),
            mirrors: mirrors.into_iter().map(mirror).collect(),
            asked: None,
            head_from: None,
            is_unmixed: false,
            failures: 0,
            has_unusable: false,
            bytes_max: None,
            ended: false,
            view: FetchView::default(),
            _alone: alone,
        };
        fetch.take_up()?;
        Ok(fetch)
    }

    /// Which course this is.
    pub fn course(&self) -> &CourseId {
        &self.course
    }

    /// How far it has come.
    pub fn view(&self) -> &FetchView {
        &self.view
    }

    /// Goes on where an earlier program ended.
    fn take_up(&mut self) -> Result<()> {
        let head = self.row.head.as_deref();
        let open = head.and_then(|head| open(head, self.from.as_ref(), &self.goal.manifest).ok());
        if let Some(open) = open {
            self.open = Some(open);
            self.look_what_misses()?;
        } else if self.row.head.is_some() {
            self.begin_bytes_anew()?;
        }
        // What came whole and was not kept comes once more, from its beginning.
        if self.has_whole_part() {
            self.part.clear();
        }
        Ok(())
    }

    /// Whether the bytes behind the last whole piece are a whole one already.
    fn has_whole_part(&self) -> bool {
        let bytes = &self.part.bytes;
        let Some(open) = &self.open else {
            let start = bytes.first_chunk().map(Start::read);
            return start.is_some_and(|start| {
                start.map_or(true, |start| bytes.len() >= START_BYTES + start.head_bytes)
            });
        };
        let piece = open.pieces.iter().find(|piece| piece.at == self.row.place);
        piece.is_none_or(|piece| bytes.len() >= piece.bytes)
    }

    /// Counts what must still come, and finds the first piece of it.
    fn look_what_misses(&mut self) -> Result<()> {
        let Some(open) = &self.open else { return Ok(()) };
        let with_media = self.row.with_media;
        let (missing, is_switched) = self.core.store.read(|conn| {
            let current = held::current(conn, &self.course)?;
            let is_switched =
                current.as_ref().is_some_and(|held| held.hash() == self.goal.manifest);
            let missing = if is_switched {
                missing_of_current(conn, &self.course)?
            } else {
                let held = current.as_ref().map(|held| &held.manifest);
                rows::missing_of_new(conn, &self.course, &open.manifest, held, with_media)?
            };
            Ok((missing, is_switched))
        })?;
        self.missing = missing;
        self.view.is_switched = is_switched;
        self.count();
        Ok(())
    }

    fn count(&mut self) {
        let Some(open) = &self.open else { return };
        let left: u64 =
            open.pieces.iter().filter(|piece| self.is_wanted(piece)).map(|p| p.bytes as u64).sum();
        if self.view.bytes == 0 {
            let head = open.pieces.first().map_or(0, |first| first.at);
            self.view.bytes = head + left;
        }
        let part = (self.part.bytes.len() as u64).min(left);
        self.view.bytes_done = self.view.bytes.saturating_sub(left) + part;
    }

    fn is_wanted(&self, piece: &Piece) -> bool {
        let Some(open) = &self.open else { return false };
        let hash = |file: &u16| &open.manifest.files[usize::from(*file)].hash;
        piece.files.iter().any(|file| self.missing.contains(hash(file)))
    }

    /// What to ask for now; `None` once the fetch has ended.
    pub fn next_request(&mut self) -> Result<Option<FetchRequest>> {
        if self.ended {
            return Ok(None);
        }
        if let Err(error) = self.settle() {
            return self.end_by(error).map(|()| None);
        }
        if let Err(error) = self.leave_what_does_not_do() {
            return self.end_by(error).map(|()| None);
        }
        if self.ended {
            return Ok(None);
        }
        let Some(room) = self.room()? else {
            self.end(FetchTrouble::BudgetSpent);
            return Ok(None);
        };
        let Some(mirror) = self.best_mirror() else {
            let trouble = self.mirrors.iter().filter_map(|mirror| mirror.trouble).next_back();
            self.end(trouble.unwrap_or(FetchTrouble::Unreachable));
            return Ok(None);
        };
        if self.is_unmixed && self.open.is_some() && self.head_from != Some(mirror) {
            self.row.tag = None;
            if let Err(error) = self.begin_bytes_anew() {
                return self.end_by(error).map(|()| None);
            }
        }
        let (from, to) = self.wanted_range();
        let most = room.map(|room| from + room.saturating_sub(1));
        let to = [to, most].into_iter().flatten().min();
        self.asked = Some(Asked {
            mirror,
            came: 0,
            uncounted: 0,
            next: from,
            most: room,
            is_whole: false,
            gained: false,
        });
        Ok(Some(FetchRequest {
            mirror: self.mirrors[mirror].address.clone(),
            path: update_path(&self.goal.manifest, self.row.from.as_ref()),
            range: (from, to),
            tag: self.row.tag.clone().filter(|_| from > 0),
        }))
    }

    /// An update that lacks what is wanted is no use: one that is made from an edition whose pictures
    /// and sounds are not here, or a liar's.
    fn leave_what_does_not_do(&mut self) -> Result<()> {
        let Some(open) = &self.open else { return Ok(()) };
        if self.missing.is_empty() || open.pieces.iter().any(|piece| self.is_wanted(piece)) {
            return Ok(());
        }
        if let Some(mirror) = self.head_from.filter(|_| self.row.from.is_none()) {
            self.mirrors[mirror].failures = MIRROR_FAILURES_MAX;
            self.mirrors[mirror].trouble = Some(FetchTrouble::Altered);
        }
        self.from = None;
        self.row.from = None;
        self.row.tag = None;
        self.begin_bytes_anew()
    }

    /// How many bytes may come now: `Some(None)` without end, `None` when they are used up.
    fn room(&self) -> Result<Option<Option<u64>>> {
        let spent = self.view.bytes_spent + AROUND_BYTES;
        let left = self.bytes_max.map(|most| most.saturating_sub(spent));
        let is_near = self.best_mirror().is_some_and(|no| self.mirrors[no].address.is_near);
        let left = left.filter(|_| !is_near);
        if left == Some(0) {
            return Ok(None);
        }
        Ok(self.room_of_month()?.map(|month| [month, left].into_iter().flatten().min()))
    }

    /// How many bytes of this month may come. Courses leave a quarter of it to the record.
    fn room_of_month(&self) -> Result<Option<Option<u64>>> {
        let (moved, budget) = self.core.sync().traffic()?;
        let Some(budget) = budget else { return Ok(Some(None)) };
        if self.best_mirror().is_some_and(|no| self.mirrors[no].address.is_near) {
            return Ok(Some(None));
        }
        let left = (budget / 4 * 3).saturating_sub(moved + AROUND_BYTES);
        Ok((left > 0).then_some(Some(left)))
    }

    /// The mirror with the fewest failures; those that said that they have it, and near ones, go
    /// first.
    fn best_mirror(&self) -> Option<usize> {
        let mirrors = self.mirrors.iter().enumerate();
        let usable = mirrors.filter(|(_, mirror)| mirror.failures < MIRROR_FAILURES_MAX);
        let best = usable.min_by_key(|(no, mirror)| {
            let gives = |conn: &Connection| gives(conn, &mirror.address.relay, &self.goal.manifest);
            let gives = self.core.store.read(gives).unwrap_or(false);
            (mirror.failures, !gives, !mirror.address.is_near, *no)
        });
        best.map(|(no, _)| no)
    }

    /// The bytes that are wanted next, as far as they follow each other.
    fn wanted_range(&self) -> (u64, Option<u64>) {
        let from = self.row.place + self.part.bytes.len() as u64;
        let Some(open) = &self.open else { return (from, None) };
        let mut end = self.row.place;
        for piece in open.pieces.iter().filter(|piece| piece.at >= self.row.place) {
            if !self.is_wanted(piece) {
                continue;
            }
            if piece.at > end + GAP_BYTES {
                break;
            }
            end = piece.end();
        }
        (from, Some(end.saturating_sub(1)).filter(|end| *end >= from))
    }

    /// Takes in what a mirror answered; bytes follow by [`Fetch::take`].
    pub fn answered(&mut self, answer: FetchAnswer) -> Result<Flow> {
        if self.asked.is_none() {
            return Err(Error::invalid("answer", "nothing was asked"));
        }
        let (from, tag) = match answer {
            FetchAnswer::Bytes { from, tag } => (from, tag),
            FetchAnswer::Trouble(trouble) => {
                self.fail(trouble)?;
                return Ok(Flow::Enough);
            }
        };
        if tag.is_empty() || tag.len() > TAG_BYTES_MAX {
            self.fail(FetchTrouble::CaptivePortal)?;
            return Ok(Flow::Enough);
        }
        let wanted = self.wanted_range().0;
        let is_same = self.row.tag.as_ref() == Some(&tag);
        if is_same && (from == wanted || from == 0) {
            if let Some(asked) = &mut self.asked {
                asked.next = from;
                asked.is_whole = from != wanted;
                asked.gained = from == wanted && wanted > 0;
            }
            return Ok(Flow::More);
        }
        if from == wanted && from == 0 {
            self.row.tag = Some(tag);
            return self.save_or_end();
        }
        if from != 0 {
            // Bytes of another place, or of another update than the one that was asked for.
            self.fail(FetchTrouble::Altered)?;
            return Ok(Flow::Enough);
        }
        // Another mirror, or the same with other bytes: files that came stay.
        self.row.tag = Some(tag);
        self.begin_bytes_anew()?;
        if let Some(asked) = &mut self.asked {
            asked.next = 0;
        }
        Ok(if self.ended { Flow::Enough } else { Flow::More })
    }

    /// Forgets the beginning of the update, not the files that came.
    fn begin_bytes_anew(&mut self) -> Result<()> {
        self.open = None;
        self.row.head = None;
        self.row.place = 0;
        self.part.clear();
        self.head_from = None;
        self.view.bytes = 0;
        self.save()
    }

    /// Keeps how far it is; fails where somebody gave the fetch up meanwhile.
    fn save(&self) -> Result<()> {
        let row = &self.row;
        self.core.store.write("fetching a course", |tx| rows::save(tx, &self.course, row))
    }

    fn save_or_end(&mut self) -> Result<Flow> {
        match self.save() {
            Ok(()) => Ok(Flow::More),
            Err(error) => self.end_by(error).map(|()| Flow::Enough),
        }
    }

    /// Takes in bytes that came, as many as there are.
    pub fn take(&mut self, bytes: &[u8]) -> Result<Flow> {
        let here = self.row.place + self.part.bytes.len() as u64;
        let Some(asked) = &mut self.asked else {
            return Err(Error::invalid("bytes", "nothing was asked"));
        };
        // Who gives everything although a range was asked for: what is here already is passed over.
        let known = here.saturating_sub(asked.next).min(bytes.len() as u64);
        asked.uncounted += bytes.len() as u64;
        asked.came += bytes.len() as u64;
        asked.next += bytes.len() as u64;
        let is_enough = asked.most.is_some_and(|most| asked.came >= most);
        let is_much = asked.uncounted >= COUNTED_AT_ONCE;
        self.view.bytes_moved += bytes.len() as u64;
        if is_much {
            self.spend(0)?;
        }
        match self.take_in(&bytes[known as usize..]) {
            Ok(flow) => {
                self.count();
                Ok(if is_enough { Flow::Enough } else { flow })
            }
            Err(Error::Pack(_)) if self.part.resumed > 0 => {
                // The fault may be in what the disk kept: once more from the piece's beginning.
                self.part.clear();
                Ok(Flow::Enough)
            }
            Err(Error::Pack(_)) => self.is_altered(),
            Err(error) => self.end_by(error).map(|()| Flow::Enough),
        }
    }

    /// What came is not what it should be. The fault may be in the head, which came from whoever
    /// gave it: it goes, the files that came stay.
    fn is_altered(&mut self) -> Result<Flow> {
        let asked = self.asked.as_ref().map(|asked| asked.mirror);
        let is_its = self.open.is_none() || self.head_from == asked;
        self.row.tag = None;
        if let Err(error) = self.begin_bytes_anew() {
            return self.end_by(error).map(|()| Flow::Enough);
        }
        if is_its {
            self.fail(FetchTrouble::Altered)?;
        } else {
            // One of two lied, and nobody can say which: from now on each is judged by itself.
            self.is_unmixed = true;
            self.count_bytes()?;
            self.asked = None;
        }
        Ok(Flow::Enough)
    }

    fn take_in(&mut self, bytes: &[u8]) -> Result<Flow> {
        let tag = self.row.tag.clone().unwrap_or_default();
        let name = PartName { to: &self.row.to, tag: &tag, place: self.row.place };
        if self.part.bytes.len() + bytes.len() > PART_BYTES_MAX {
            return Err(PackError::file("update", "goes on without end").into());
        }
        self.part.add(&name, bytes)?;
        if self.open.is_none() && !self.take_head()? {
            return Ok(Flow::More);
        }
        loop {
            match self.take_piece()? {
                Some(true) => {}
                Some(false) => return Ok(Flow::More),
                None => return Ok(Flow::Enough),
            }
        }
    }

    /// Reads the update's beginning, once it is here.
    fn take_head(&mut self) -> Result<bool> {
        let bytes = &self.part.bytes;
        let Some((start, rest)) = bytes.split_first_chunk::<START_BYTES>() else {
            return Ok(false);
        };
        let start = Start::read(start)?;
        if rest.len() < start.head_bytes {
            return Ok(false);
        }
        let head = bytes[..START_BYTES + start.head_bytes].to_vec();
        let opened = open(&head, self.from.as_ref(), &self.goal.manifest)?;
        self.check_goal(&opened)?;
        self.row.place = head.len() as u64;
        self.row.head = Some(head);
        self.open = Some(opened);
        self.head_from = self.asked.as_ref().map(|asked| asked.mirror);
        self.look_what_misses()?;
        self.save()?;
        self.advance(self.row.place as usize, self.row.place)?;
        Ok(true)
    }

    /// The manifest must be what its catalogue says of it.
    fn check_goal(&self, open: &OpenUpdate) -> Result<()> {
        let manifest = &open.manifest;
        let is_it = manifest.course == self.course
            && manifest.order() == self.goal.order
            && manifest.publisher == self.goal.publisher.id.as_str();
        if is_it { Ok(()) } else { Err(PackError::file("update", "is of another course").into()) }
    }

    /// Takes the next piece in: `Some(false)` when more of it must come, `None` when what follows is
    /// not wanted.
    fn take_piece(&mut self) -> Result<Option<bool>> {
        let Some(open) = &self.open else { return Ok(None) };
        let place = self.row.place;
        let Some(piece) = open.pieces.iter().find(|piece| piece.at == place).cloned() else {
            return Ok(None);
        };
        // What came last may have shown that something else is wanted than what follows.
        let here = place + self.part.bytes.len() as u64;
        match &self.asked {
            Some(asked) if self.missing.is_empty() || asked.next > here => return Ok(None),
            Some(asked) if asked.next == here => {}
            Some(asked) if asked.is_whole => return Ok(Some(false)),
            _ => return Ok(None),
        }
        if self.part.bytes.len() < piece.bytes {
            let is_near_enough = self.is_wanted(&piece) || piece.bytes as u64 <= GAP_BYTES;
            if is_near_enough {
                return Ok(Some(false));
            }
            self.skip()?;
            return Ok(None);
        }
        if self.is_wanted(&piece) {
            let Some(base) = self.base(&piece)? else {
                // Something that the update is made from made room for others, or is damaged.
                self.from = None;
                self.row.from = None;
                self.row.tag = None;
                self.begin_bytes_anew()?;
                return Ok(None);
            };
            let files = open.files(&piece, &self.part.bytes[..piece.bytes], &base)?;
            let files: Vec<_> =
                files.into_iter().map(|(entry, bytes)| (entry.clone(), bytes)).collect();
            self.keep(&files, piece.end())?;
            self.failures = 0;
            if let Some(asked) = &mut self.asked {
                asked.gained = true;
            }
        }
        self.advance(piece.bytes, piece.end())?;
        self.settle()?;
        Ok(Some(true))
    }

    /// What the older edition has at the paths of a piece's files; `None` where it has not all any
    /// more.
    fn base(&self, piece: &Piece) -> Result<Option<Vec<u8>>> {
        let (Some(open), Some(from)) = (&self.open, &self.from) else {
            return Ok(Some(Vec::new()));
        };
        let is_from = self.row.head.as_deref().is_some_and(|head| {
            let start = head.first_chunk().and_then(|start| Start::read(start).ok());
            start.is_some_and(|start| start.is_from(&from.body))
        });
        let mut base = Vec::new();
        if is_from {
            for entry in open.bases(piece, &from.manifest) {
                match self.core.packs().held_file(from, entry)? {
                    Some(file) => base.extend(file),
                    None => return Ok(None),
                }
            }
        }
        Ok(Some(base))
    }

    /// Moves on behind a piece.
    fn advance(&mut self, bytes: usize, place: u64) -> Result<()> {
        self.row.place = place;
        let tag = self.row.tag.clone().unwrap_or_default();
        let name = PartName { to: &self.row.to, tag: &tag, place };
        self.part.advance(&name, bytes.min(self.part.bytes.len()))?;
        let is_next = |piece: &&Piece| piece.at >= place && self.is_wanted(piece);
        let next = self.open.as_ref().and_then(|open| open.pieces.iter().find(is_next));
        let is_far = next.is_none_or(|next| next.at > place + GAP_BYTES);
        if is_far {
            self.skip()?;
        }
        Ok(())
    }

    /// Goes to the next wanted piece; what came of those before it is no use.
    fn skip(&mut self) -> Result<()> {
        let open = self.open.as_ref();
        let next = open.and_then(|open| open.pieces.iter().find(|piece| self.is_wanted(piece)));
        if let Some(next) = next.filter(|next| next.at != self.row.place) {
            self.row.place = next.at;
            self.part.clear();
        }
        self.save()
    }

    /// Tells that an answer ended: with all its bytes, or because of a trouble.
    pub fn close(&mut self, trouble: Option<FetchTrouble>) -> Result<()> {
        let Some(asked) = &self.asked else { return Ok(()) };
        let (mirror, moved) = (asked.mirror, asked.gained && asked.came >= PROGRESS_BYTES);
        let trouble = match trouble {
            // A link that breaks but moves is used on.
            None | Some(FetchTrouble::Cut | FetchTrouble::TooSlow) if moved => {
                self.count_bytes()?;
                self.mirrors[mirror].failures = 0;
                self.asked = None;
                return Ok(());
            }
            None => self.ends_short(),
            trouble => trouble,
        };
        match trouble {
            Some(trouble) => self.fail(trouble),
            None => {
                self.count_bytes()?;
                self.asked = None;
                Ok(())
            }
        }
    }

    /// Whether an answer that ended of itself and brought next to nothing left something to be
    /// wanted.
    fn ends_short(&self) -> Option<FetchTrouble> {
        let is_short = self.open.is_none() || !self.missing.is_empty();
        is_short.then_some(FetchTrouble::Cut)
    }

    /// Adds a request that ended to the bytes of the month.
    pub(super) fn count_bytes(&mut self) -> Result<()> {
        self.spend(AROUND_BYTES)
    }

    /// Adds what came, and so many bytes more, to the bytes of the month, unless it came from the same
    /// house.
    fn spend(&mut self, more: u64) -> Result<()> {
        let Some(asked) = &mut self.asked else { return Ok(()) };
        let bytes = std::mem::take(&mut asked.uncounted) + more;
        if self.mirrors[asked.mirror].address.is_near {
            return Ok(());
        }
        self.view.bytes_spent += bytes;
        self.core.sync().add_traffic(bytes)
    }

    fn fail(&mut self, trouble: FetchTrouble) -> Result<()> {
        self.count_bytes()?;
        let Some(asked) = self.asked.take() else { return Ok(()) };
        let mirror = &mut self.mirrors[asked.mirror];
        mirror.failures += match trouble {
            // Who has it not, or gives something else, is not asked again.
            FetchTrouble::NotThere | FetchTrouble::Altered => MIRROR_FAILURES_MAX,
            _ => 1,
        };
        mirror.trouble = Some(trouble);
        self.failures += 1;
        if self.failures >= FAILURES_MAX {
            self.end(trouble);
        }
        Ok(())
    }

    fn end(&mut self, trouble: FetchTrouble) {
        // A month's figure that cannot be written now is no reason to say something else.
        let _ = self.count_bytes();
        self.view.trouble = Some(trouble);
        self.asked = None;
        self.ended = true;
    }

    /// A full disk ends a fetch and is no fault of the program; what came is kept.
    fn end_by(&mut self, error: Error) -> Result<()> {
        match error {
            Error::NotFound { what } if what == rows::GIVEN_UP => {
                let _ = self.count_bytes();
                self.asked = None;
                self.ended = true;
                Ok(())
            }
            Error::DiskFull { .. } => {
                self.end(FetchTrouble::DiskFull);
                Ok(())
            }
            Error::File { ref source, .. }
                if source.kind() == std::io::ErrorKind::StorageFull
                    || source.kind() == std::io::ErrorKind::QuotaExceeded =>
            {
                self.end(FetchTrouble::DiskFull);
                Ok(())
            }
            error => {
                self.asked = None;
                self.ended = true;
                Err(error)
            }
        }
    }
}

impl Drop for Fetch<'_> {
    fn drop(&mut self) {
        // Who pauses in the middle of an answer has moved its bytes all the same.
        let _ = self.count_bytes();
    }
}

/// Reads the head of an update whose first bytes these are.
fn open(head: &[u8], from: Option<&HeldEdition>, hash: &[u8; 32]) -> Result<OpenUpdate, PackError> {
    let cut = || PackError::file("update", "is cut short");
    let (start, head) = head.split_first_chunk::<START_BYTES>().ok_or_else(cut)?;
    let start = Start::read(start)?;
    let from = from.filter(|from| start.is_from(&from.body)).map(|from| &from.body[..]);
    if start.from.is_some() && from.is_none() {
        return Err(PackError::file("update", "is made from an edition that is not held"));
    }
    OpenUpdate::read(&start, head, from, hash)
}
