//! Installed packs, whom this device trusts, and what takes room.

use std::path::Path;
use std::sync::Arc;

use hocvu_core::course::Day;
use hocvu_core::ids::{CourseId, Lang};
use hocvu_core::pack::{Installed, InstalledPackView, RootView, SignatureView, StorageView};

use crate::failure::HocvuFailure;
use crate::hocvu::House;

/// The courses that are part of the program, which is why they are trusted without a signature.
const STARTER_PACKS: [&[u8]; 4] = [
    include_bytes!("../../assets/packs/dien-thoai.hocvu"),
    include_bytes!("../../assets/packs/mat-khau-otp.hocvu"),
    include_bytes!("../../assets/packs/lua-dao.hocvu"),
    include_bytes!("../../assets/packs/dich-vu-cong.hocvu"),
];

/// What installing a pack came to.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct InstalledView {
    /// The course inside.
    pub course: CourseId,
    /// Generation and version that are current now, such as `1.4`.
    pub order: String,
    /// Whether anything changed.
    pub changed: bool,
}

impl From<Installed> for InstalledView {
    fn from(installed: Installed) -> Self {
        let Installed { course, order, changed } = installed;
        Self { course, order: order.to_string(), changed }
    }
}

/// Who vouches for an installed course.
#[uniffi::remote(Enum)]
pub enum SignatureView {
    /// The program, which embeds it.
    Program,
    /// A publisher under a root that somebody here confirmed.
    Publisher,
    /// The same, but the root says that it should have been renewed by now. A notice only.
    PublisherExpired,
}

/// An edition of a course that lies on this device.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PackView {
    /// The course.
    pub course: CourseId,
    /// Its name in its own language.
    pub title: String,
    /// Generation and version, such as `1.4`.
    pub order: String,
    /// The publisher's name; empty for the program's own.
    pub publisher: String,
    /// Who vouches for it.
    pub signature: SignatureView,
    /// When it was installed, device time in seconds since 1970.
    pub installed_s: i64,
    /// How many bytes its files have.
    pub bytes: u64,
    /// The languages that something of it exists in.
    pub languages: Vec<Lang>,
    /// Whether learners get this edition; an older one stays while somebody is in the middle of it.
    pub is_current: bool,
}

impl From<InstalledPackView> for PackView {
    fn from(pack: InstalledPackView) -> Self {
        Self {
            course: pack.course,
            title: pack.title,
            order: pack.order.to_string(),
            publisher: pack.publisher_name,
            signature: pack.signature,
            installed_s: pack.installed_s,
            bytes: pack.bytes,
            languages: pack.languages,
            is_current: pack.is_current,
        }
    }
}

/// A course of the program that somebody removed.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RemovedView {
    /// The course.
    pub course: CourseId,
    /// Its name in its own language.
    pub title: String,
}

impl From<(CourseId, String)> for RemovedView {
    fn from((course, title): (CourseId, String)) -> Self {
        Self { course, title }
    }
}

/// What takes room on the disk.
#[uniffi::remote(Record)]
pub struct StorageView {
    /// Bytes of the database without pictures: the texts and the learners' records.
    pub database_bytes: u64,
    /// Bytes of pictures and sounds, each counted once.
    pub media_bytes: u64,
    /// How many pictures and sounds there are.
    pub media_files: u64,
    /// How many bytes the disk still takes; none where the platform does not say.
    pub free_bytes: Option<u64>,
    /// Whether that is so little that people should make room.
    pub is_nearly_full: bool,
}

/// A root that this device trusts.
#[uniffi::remote(Record)]
pub struct RootView {
    /// 32 hex digits in groups of four.
    pub fingerprint: String,
    /// What people call it.
    pub name: String,
    /// The newest version that was seen.
    pub version: u32,
    /// Names of its publishers.
    pub publishers: Vec<String>,
    /// Until when its holders meant it to be used.
    pub expires_on: Option<Day>,
    /// Whether that day has passed by this device's clock.
    pub is_expired: bool,
}

/// The room of packs.
#[derive(uniffi::Object)]
pub struct PackRoom {
    pub(crate) house: Arc<House>,
}

#[uniffi::export]
impl PackRoom {
    /// Installs the courses that are part of the program, as at each start of an app: quick when they
    /// are there already; those that somebody removed stay away.
    pub fn install_starters(&self) -> Result<Vec<InstalledView>, HocvuFailure> {
        self.house.ask(|core, _| {
            let installed = core.packs().install_starters(&STARTER_PACKS)?;
            Ok(installed.into_iter().map(InstalledView::from).collect())
        })
    }

    /// Brings back a course of the program that somebody removed. Fails with `NotFound` for another.
    pub fn bring_back(&self, course: &CourseId) -> Result<InstalledView, HocvuFailure> {
        self.house.ask(|core, _| Ok(core.packs().bring_back(&STARTER_PACKS, course)?.into()))
    }

    /// Which courses of the program somebody removed here, for `bringBack`.
    pub fn removed_starters(&self) -> Result<Vec<RemovedView>, HocvuFailure> {
        self.house.ask(|core, _| {
            let removed = core.packs().removed_starters(&STARTER_PACKS)?;
            Ok(removed.into_iter().map(RemovedView::from).collect())
        })
    }

    /// Installs a pack from a file. Everything is verified first; a refusal changes nothing. Fails with
    /// `PackRefused`, or with `UnknownRoot` where somebody has to compare a fingerprint.
    pub fn install_file(&self, path: &str) -> Result<InstalledView, HocvuFailure> {
        self.house.ask(|core, _| Ok(core.packs().install_file(Path::new(path))?.into()))
    }

    /// Trusts a root from now on, because somebody compared its fingerprint (spaces and case do not
    /// matter). `roots` is what `UnknownRoot` carried.
    pub fn trust_root(&self, roots: Vec<u8>, fingerprint: &str) -> Result<RootView, HocvuFailure> {
        self.house.ask(|core, _| core.packs().trust_root(&roots, fingerprint))
    }

    /// The roots that this device trusts.
    pub fn roots(&self) -> Result<Vec<RootView>, HocvuFailure> {
        self.house.ask(|core, _| core.packs().roots())
    }

    /// All editions on this device: current ones first, in the order of their courses.
    pub fn list(&self) -> Result<Vec<PackView>, HocvuFailure> {
        self.house.ask(|core, _| Ok(core.packs().list()?.into_iter().map(PackView::from).collect()))
    }

    /// What takes room on the disk, and what is left. Where the platform fails to tell that, the rest is
    /// shown all the same: whoever wants to make room needs it.
    pub fn storage(&self) -> Result<StorageView, HocvuFailure> {
        let free_bytes = self.house.surroundings.now().ok().and_then(|around| around.free_bytes);
        self.house.ask(|core, _| core.packs().storage(free_bytes))
    }

    /// Removes a course from this device. Nothing of anybody's record goes, and an unfinished quiz keeps
    /// its questions. Fails with `NotFound` when the course is not there.
    pub fn remove(&self, course: &CourseId) -> Result<(), HocvuFailure> {
        self.house.ask(|core, _| core.packs().remove(course))
    }
}
