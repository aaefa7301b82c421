//! A device for a scenario: a data folder, and outside of it a marker and a key store.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use hocvu::author::{Course, read_course};
use hocvu_core::ids::LearnerId;
use hocvu_core::learner::{AddLearnerRequest, Address, Group, PersonRequest};
use hocvu_core::pack::build;
use hocvu_core::platform::FileKeyStore;
use hocvu_core::ports::{Clock, SystemClock, SystemEntropy};
use hocvu_core::{HocvuCore, OpenRequest, Ports};

/// A clock that a test sets.
#[derive(Debug, Default)]
pub struct SetClock(pub AtomicI64);

impl Clock for SetClock {
    fn now_s(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// A folder with a data folder, a marker and keys in it.
pub struct Device {
    folder: tempfile::TempDir,
}

impl Device {
    /// An empty device.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("the temporary folder can be written") }
    }

    /// An empty device in a folder that exists.
    pub fn inside(parent: &Path) -> Self {
        Self { folder: tempfile::tempdir_in(parent).expect("the folder can be written") }
    }

    /// An empty device in memory where the system has such a folder: for scenarios that ask what
    /// the files hold and not what the disk does, where waiting for the disk shows nothing.
    pub fn in_memory() -> Self {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() { Self::inside(memory) } else { Self::new() }
    }

    /// A device with the starter courses and some learners, cleanly closed.
    pub fn with_learners(learners: usize) -> Self {
        let device = Self::new();
        device.fill(learners);
        device
    }

    /// Installs the starter courses and adds learners.
    pub fn fill(&self, learners: usize) {
        let core = self.open();
        for pack in starter_packs() {
            core.packs().install_starter(pack).expect("a starter pack installs");
        }
        for n in 1..=learners {
            add_learner(&core, &format!("Bà Lan {n}"));
        }
    }

    /// The folder that everything of the device lies in.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.root().join("data")
    }

    /// The installation marker.
    pub fn marker(&self) -> PathBuf {
        self.root().join("state/marker")
    }

    /// Where it lives.
    pub fn request(&self) -> OpenRequest {
        OpenRequest { data: self.data(), marker: self.marker() }
    }

    /// Opens it with the system's clock and randomness.
    pub fn open(&self) -> HocvuCore {
        HocvuCore::open(&self.request(), ports(&self.marker())).expect("the device opens")
    }

    /// Opens it with a clock of the test's own.
    pub fn open_at(&self, clock: &Arc<SetClock>) -> HocvuCore {
        let ports = Ports { clock: clock.clone(), ..ports(&self.marker()) };
        HocvuCore::open(&self.request(), ports).expect("the device opens")
    }
}

impl Default for Device {
    fn default() -> Self {
        Self::new()
    }
}

/// The system's ports, with the keys beside the marker.
pub fn ports(marker: &Path) -> Ports {
    let keys = marker.with_file_name("keys");
    Ports {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        keys: Arc::new(FileKeyStore::new(keys)),
    }
}

/// Adds an adult who agreed to everything.
pub fn add_learner(core: &HocvuCore, name: &str) -> LearnerId {
    let person =
        PersonRequest { name: name.to_owned(), address: Address::Ba, pictogram: 3, guardian: None };
    let request = AddLearnerRequest {
        person,
        group: Group::Citizen,
        is_child: false,
        consent_record: true,
        consent_count: true,
    };
    core.learners().add(&request).expect("she is added")
}

/// The folder of a starter course.
pub fn course_folder(id: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/courses")).join(id)
}

/// A starter course as its author wrote it.
pub fn starter_course(id: &str) -> Course {
    read_course(&course_folder(id)).unwrap_or_else(|faults| panic!("{id}: {faults:?}"))
}

/// The packs of the starter courses, built once for each process.
pub fn starter_packs() -> &'static [Vec<u8>] {
    static PACKS: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    PACKS.get_or_init(|| {
        let ids = ["dien-thoai", "mat-khau-otp", "lua-dao", "dich-vu-cong"];
        ids.into_iter().map(|id| pack_of(&starter_course(id))).collect()
    })
}

/// Builds the pack of a course as a part of the program.
pub fn pack_of(course: &Course) -> Vec<u8> {
    build(&course.files(), &course.pack_info(), None).expect("a course without faults builds")
}

/// Copies a folder with everything in it.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the folder is made");
    for entry in fs::read_dir(from).expect("the folder is read") {
        let entry = entry.expect("the folder is read");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("the kind is known").is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("the file is copied");
        }
    }
}
