//! Makes packs: same input, same bytes.

use std::collections::{BTreeMap, BTreeSet};

use super::content::Content;
use super::cover::Cover;
use super::keys::Context;
use super::manifest::{FORMAT, FileEntry, Manifest, NAME};
use super::trust::Signer;
use super::{PackError, PackPath, archive};
use crate::ids::{CompetenceCode, CourseId, Lang};

/// What a pack says about itself besides its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackInfo {
    /// The course's id.
    pub course: CourseId,
    /// The course's version, 1 or more.
    pub version: u32,
    /// The language that everything exists in.
    pub language: Lang,
    /// The course's name in that language.
    pub title: String,
    /// What it teaches.
    pub competences: Vec<CompetenceCode>,
}

/// Makes the one-file form of a pack out of its files (path → bytes), after the same checks that
/// installing makes. Without a signer it is one that only a program which embeds it takes.
pub fn build(
    files: &BTreeMap<String, Vec<u8>>,
    info: &PackInfo,
    signer: Option<&Signer>,
) -> Result<Vec<u8>, PackError> {
    let contents: Vec<&[u8]> = files.values().map(Vec::as_slice).collect();
    // To compress a course takes as long as to check it; neither needs the other.
    let (cover, stream) = std::thread::scope(|scope| {
        let stream = scope.spawn(|| archive::compress(&contents));
        let cover = cover(files, info, signer);
        (cover, stream.join().expect("compressing into memory does not panic"))
    });
    Ok(archive::write(&cover?, &stream))
}

/// Makes the folder form: the same files, and `manifest.cbor`.
pub fn build_folder(
    files: &BTreeMap<String, Vec<u8>>,
    info: &PackInfo,
    signer: Option<&Signer>,
) -> Result<BTreeMap<String, Vec<u8>>, PackError> {
    let cover = cover(files, info, signer)?;
    let mut all = files.clone();
    all.insert(NAME.to_owned(), cover.encode());
    Ok(all)
}

fn cover(
    files: &BTreeMap<String, Vec<u8>>,
    info: &PackInfo,
    signer: Option<&Signer>,
) -> Result<Cover, PackError> {
    let mut languages = BTreeSet::new();
    let mut entries = Vec::new();
    for (path, bytes) in files {
        let parsed = PackPath::parse(path).map_err(|why| PackError::file(path, why))?;
        languages.extend(parsed.lang().cloned());
        let hash = *blake3::hash(bytes).as_bytes();
        entries.push(FileEntry { path: path.clone(), size: bytes.len() as u64, hash });
    }
    let manifest = Manifest {
        format: FORMAT,
        course: info.course.clone(),
        generation: signer.map_or(0, Signer::generation),
        version: info.version,
        publisher: signer.map_or(String::new(), |signer| signer.publisher().to_string()),
        language: info.language.clone(),
        languages: languages.into_iter().collect(),
        title: info.title.clone(),
        competences: info.competences.clone(),
        files: entries,
    };
    let body = manifest.encode();
    let manifest = Manifest::decode(&body)?;
    let mut content = Content::default();
    for entry in &manifest.files {
        content.take(entry, files[&entry.path].clone())?;
    }
    content.check(&manifest)?;
    Ok(match signer {
        Some(signer) => signer.cover(Context::Pack, body),
        None => Cover::unsigned(body),
    })
}
