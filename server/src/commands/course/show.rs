//! `hocvu course show`: the author's folder, live in the kiosk's pages.
//!
//! A data folder of its own lies among the temporary files and goes when the program ends. Before
//! each page the course's folder is looked at; what changed is built and installed anew.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use hocvu_core::platform::{FileKeyStore, make_private_folder};
use hocvu_core::ports::{Entropy, SystemClock, SystemEntropy};
use hocvu_core::{HocvuCore, OpenRequest, Ports, Result};

use super::pack_of;
use crate::author::{self, Fault};
use crate::commands::serve::{self, ServeArgs};
use crate::kiosk::assets;
use crate::kiosk::session::hex;

/// The most files that are looked at; an author's folder has far fewer.
const FILES_MAX: usize = 5_000;

/// Serves a course's folder until the program is told to stop.
pub(super) fn run(dir: &Path, listen: SocketAddr) -> ExitCode {
    let mut chance = [0; 8];
    SystemEntropy.fill(&mut chance);
    let scratch = std::env::temp_dir().join(format!("hocvu-show-{}", hex(&chance)));
    let code = match open(&scratch) {
        Ok(core) => {
            let args = ServeArgs {
                data: scratch.join("data"),
                listen,
                idle: 86_400,
                upstream: None,
                name: String::from("hocvu"),
                address: None,
            };
            let watched = Mutex::new(Watched::new(dir.to_owned()));
            let before = move |core: &HocvuCore| {
                watched.lock().unwrap_or_else(PoisonError::into_inner).look(core)
            };
            serve::serve(&args, core, &args.data, Some(Box::new(before)))
        }
        Err(error) => serve::complain(&error),
    };
    if let Err(error) = std::fs::remove_dir_all(&scratch) {
        eprintln!("{} is left over: {error}", scratch.display());
    }
    code
}

fn open(scratch: &Path) -> Result<HocvuCore> {
    make_private_folder(scratch)?;
    let request = OpenRequest { data: scratch.join("data"), marker: scratch.join("marker") };
    let ports = Ports {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        keys: Arc::new(FileKeyStore::new(scratch.join("keys"))),
    };
    HocvuCore::open(&request, ports)
}

/// An author's folder and what became of it.
struct Watched {
    dir: PathBuf,
    /// Names, sizes and times of its files when it was last read.
    stamp: Option<blake3::Hash>,
    /// How often it was installed: each time is a newer version.
    installed: u32,
    /// The page of its faults, if it has any.
    faults: Option<String>,
}

#[derive(Template)]
#[template(path = "faults.html")]
struct FaultsPage<'a> {
    style: &'static str,
    dir: String,
    faults: &'a [Fault],
}

impl Watched {
    fn new(dir: PathBuf) -> Self {
        Self { dir, stamp: None, installed: 0, faults: None }
    }

    /// Installs what changed; gives the page of faults while there are any.
    fn look(&mut self, core: &HocvuCore) -> Result<Option<String>> {
        let stamp = stamp(&self.dir);
        if self.stamp == Some(stamp) {
            return Ok(self.faults.clone());
        }
        self.faults = match author::read_course(&self.dir) {
            Ok(mut course) => {
                course.version = course.version.saturating_add(self.installed);
                core.packs().install_starter(&pack_of(&course, None)?)?;
                self.installed += 1;
                None
            }
            Err(faults) => Some(self.page(&faults)),
        };
        self.stamp = Some(stamp);
        Ok(self.faults.clone())
    }

    fn page(&self, faults: &[Fault]) -> String {
        let page =
            FaultsPage { style: assets::style_path(), dir: self.dir.display().to_string(), faults };
        page.render().unwrap_or_else(|error| error.to_string())
    }
}

/// What a change of any file changes. Links are not followed, so that a loop of them ends.
fn stamp(dir: &Path) -> blake3::Hash {
    let mut folders = vec![dir.to_owned()];
    let mut lines = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let Ok(about) = entry.metadata() else { continue };
            if about.is_dir() {
                folders.push(entry.path());
            }
            lines.push(format!("{:?} {} {:?}", entry.path(), about.len(), about.modified().ok()));
            if lines.len() >= FILES_MAX {
                folders.clear();
                break;
            }
        }
    }
    lines.sort();
    blake3::hash(lines.join("\n").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hocvu_core::course::Day;
    use hocvu_core::ids::Lang;

    #[test]
    fn a_change_is_seen_and_a_fault_is_a_page() {
        let scratch = tempfile::tempdir().unwrap();
        let core = open(&scratch.path().join("show")).unwrap();
        let dir = scratch.path().join("khoa-hoc");
        author::new_course(&dir, Day { year: 2026, month: 11, day: 22 }).unwrap();
        let mut watched = Watched::new(dir.clone());
        assert_eq!(watched.look(&core).unwrap(), None);
        let title = || core.courses().list(&Lang::parse("vi").unwrap()).unwrap()[0].title.clone();
        let file = dir.join("course.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace("Nhắn tin cho cả xóm", "Tên khác hẳn")).unwrap();
        assert_eq!(watched.look(&core).unwrap(), None);
        assert_eq!(title(), "Tên khác hẳn");
        std::fs::write(&file, "id = <script>").unwrap();
        let page = watched.look(&core).unwrap().unwrap();
        assert!(page.contains("course.toml") && !page.contains("<script>"), "{page}");
        std::fs::write(&file, text).unwrap();
        assert_eq!(watched.look(&core).unwrap(), None);
        assert_eq!(title(), "Nhắn tin cho cả xóm");
    }
}
