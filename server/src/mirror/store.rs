//! The mirror's folder: the files and manifests of editions, and the updates made of them, each named
//! by what it holds. Whatever was torn or altered is found by its hash when the folder is read, and
//! dropped: all of it can be had again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use hocvu_core::pack::{Manifest, Update};
use hocvu_core::platform::{
    free_bytes, make_private_folder, read_bounded, sync_folder, write_durably, write_synced,
};
use hocvu_core::{Error, Result};

/// Below the data folder.
pub(super) const FOLDER: &str = "mirror";
const FILES: &str = "files";
const EDITIONS: &str = "editions";
const UPDATES: &str = "updates";
/// The last listing that was published, for who reads the folder beside a running program.
const LISTING: &str = "listing";

/// The most bytes of a file of a course, and of a manifest.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;
const MANIFEST_BYTES_MAX: u64 = 1024 * 1024;
/// What is left free on the disk: learners' answers come first.
pub const FREE_BYTES_MIN: u64 = 64 * 1024 * 1024;

/// What stands behind an update in its file: hash, bytes of texts, a mark.
const TAIL_BYTES: usize = 32 + 8 + 8;
const TAIL_MARK: &[u8; 8] = b"hocvutag";

const DOING: &str = "keeping a course for others";

/// BLAKE3 of a file, a manifest or an update.
pub(super) type Hash = [u8; 32];

/// Which update: to the edition with this manifest, from the one with that or from nothing.
pub(super) type Key = (Hash, Option<Hash>);

/// An update that lies here whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// BLAKE3 of its bytes.
    pub tag: [u8; 32],
    /// How many it has.
    pub bytes: u64,
    /// How many of them are the manifest and the texts.
    pub text_bytes: u64,
}

/// An edition of a course: its manifest, and perhaps its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeptEdition {
    pub(super) manifest: Manifest,
    /// The manifest's exact bytes.
    pub(super) body: Vec<u8>,
}

/// The folder, and what is known to lie in it.
pub(super) struct Store {
    folder: PathBuf,
    pub(super) files: BTreeSet<Hash>,
    pub(super) editions: BTreeMap<Hash, KeptEdition>,
    pub(super) updates: BTreeMap<Key, Kept>,
}

impl Store {
    /// Opens the folder in a data folder, making it where it does not exist, and reads all of it.
    pub(super) fn open(data: &Path) -> Result<Self> {
        let folder = data.join(FOLDER);
        for part in [FILES, EDITIONS, UPDATES] {
            make_private_folder(&folder.join(part))?;
        }
        let (files, editions, updates) = Default::default();
        let mut store = Self { folder, files, editions, updates };
        store.read_all()?;
        Ok(store)
    }

    fn read_all(&mut self) -> Result<()> {
        for (path, name) in names(&self.folder.join(FILES))? {
            let bytes = bounded(&path, FILE_BYTES_MAX)?;
            match unhex(&name).filter(|hash| is_of(hash, bytes.as_deref())) {
                Some(hash) => drop(self.files.insert(hash)),
                None => remove(&path)?,
            }
        }
        for (path, name) in names(&self.folder.join(EDITIONS))? {
            let body = bounded(&path, MANIFEST_BYTES_MAX)?;
            let hash = unhex(&name).filter(|hash| is_of(hash, body.as_deref()));
            let manifest = body.as_deref().and_then(|body| Manifest::decode(body).ok());
            match (hash, manifest, body) {
                (Some(hash), Some(manifest), Some(body)) => {
                    self.editions.insert(hash, KeptEdition { manifest, body });
                }
                _ => remove(&path)?,
            }
        }
        for (path, name) in names(&self.folder.join(UPDATES))? {
            match key_of(&name).zip(whole_update(&path)?) {
                Some((key, kept)) => drop(self.updates.insert(key, kept)),
                None => remove(&path)?,
            }
        }
        Ok(())
    }

    /// Whether all files of an edition lie here.
    pub(super) fn is_whole(&self, hash: &Hash) -> bool {
        let files = self.editions.get(hash).map(|edition| &edition.manifest.files);
        files.is_some_and(|files| files.iter().all(|file| self.files.contains(&file.hash)))
    }

    /// Keeps a file; its name is durable only after [`Store::put_edition`].
    pub(super) fn put_file(&mut self, hash: &Hash, bytes: &[u8]) -> Result<()> {
        if self.files.contains(hash) {
            return Ok(());
        }
        self.needs_room(bytes.len())?;
        write_synced(&self.path(FILES, hash), bytes)?;
        self.files.insert(*hash);
        Ok(())
    }

    /// A file, as it was kept; one that was altered since is dropped.
    pub(super) fn file(&mut self, hash: &Hash) -> Result<Vec<u8>> {
        let path = self.path(FILES, hash);
        if let Some(bytes) = bounded(&path, FILE_BYTES_MAX)?.filter(|b| is_of(hash, Some(b))) {
            return Ok(bytes);
        }
        self.files.remove(hash);
        remove(&path)?;
        let source = io::Error::new(io::ErrorKind::InvalidData, "it was altered or is missing");
        Err(Error::File { doing: DOING, path, source })
    }

    /// Keeps a manifest, whose files lie here.
    pub(super) fn put_edition(&mut self, manifest: Manifest, body: Vec<u8>) -> Result<()> {
        sync_folder(&self.folder.join(FILES))?;
        let hash = *blake3::hash(&body).as_bytes();
        self.needs_room(body.len())?;
        write_durably(&self.path(EDITIONS, &hash), &body)?;
        self.editions.insert(hash, KeptEdition { manifest, body });
        Ok(())
    }

    /// Keeps an update.
    pub(super) fn put_update(&mut self, key: Key, update: Update) -> Result<()> {
        let Update { mut bytes, text_bytes } = update;
        let tag = *blake3::hash(&bytes).as_bytes();
        let kept = Kept { tag, bytes: bytes.len() as u64, text_bytes };
        self.needs_room(bytes.len())?;
        bytes.extend(tag);
        bytes.extend(text_bytes.to_le_bytes());
        bytes.extend(TAIL_MARK);
        write_durably(&self.update_path(&key), &bytes)?;
        self.updates.insert(key, kept);
        Ok(())
    }

    /// Where an update lies; its tail stands behind it.
    pub(super) fn update_path(&self, key: &Key) -> PathBuf {
        let from = key.1.map_or_else(|| String::from("all"), |from| hex(&from));
        self.folder.join(UPDATES).join(format!("{}-{from}", hex(&key.0)))
    }

    /// Drops editions and updates that are not among these, and files that no edition names.
    pub(super) fn sweep(
        &mut self,
        editions: &BTreeSet<Hash>,
        updates: &BTreeSet<Key>,
    ) -> Result<()> {
        let gone: Vec<Key> =
            self.updates.keys().filter(|key| !updates.contains(key)).copied().collect();
        for key in gone {
            remove(&self.update_path(&key))?;
            self.updates.remove(&key);
        }
        let gone: Vec<Hash> =
            self.editions.keys().filter(|hash| !editions.contains(*hash)).copied().collect();
        for hash in gone {
            remove(&self.path(EDITIONS, &hash))?;
            self.editions.remove(&hash);
        }
        let named: BTreeSet<Hash> = self
            .editions
            .values()
            .flat_map(|edition| edition.manifest.files.iter().map(|file| file.hash))
            .collect();
        for hash in self.files.iter().filter(|hash| !named.contains(*hash)) {
            remove(&self.path(FILES, hash))?;
        }
        self.files.retain(|hash| named.contains(hash));
        Ok(())
    }

    fn path(&self, part: &str, hash: &Hash) -> PathBuf {
        self.folder.join(part).join(hex(hash))
    }

    fn needs_room(&self, bytes: usize) -> Result<()> {
        match free_bytes(&self.folder) {
            Some(free) if free < FREE_BYTES_MIN + bytes as u64 => {
                Err(Error::DiskFull { doing: DOING })
            }
            _ => Ok(()),
        }
    }
}

/// The plain files of a folder with their names; what a cut left half written is removed.
fn names(folder: &Path) -> Result<Vec<(PathBuf, String)>> {
    let fail = |source| Error::File { doing: DOING, path: folder.to_owned(), source };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().map_err(fail)?.is_file() {
            found.push((entry.path(), name));
        }
    }
    Ok(found)
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(Error::File { doing: DOING, path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}

/// What a file holds; `None` where it is missing or too large.
fn bounded(path: &Path, bytes_max: u64) -> Result<Option<Vec<u8>>> {
    match read_bounded(path, bytes_max) {
        Err(Error::File { source, .. }) if source.kind() == io::ErrorKind::FileTooLarge => Ok(None),
        read => read,
    }
}

fn is_of(hash: &Hash, bytes: Option<&[u8]>) -> bool {
    bytes.is_some_and(|bytes| blake3::hash(bytes).as_bytes() == hash)
}

/// Reads an update from end to end; `None` where it is not what its tail says.
fn whole_update(path: &Path) -> Result<Option<Kept>> {
    match check_update(path) {
        Ok(kept) => Ok(kept),
        Err(source) if source.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(source) => Err(Error::File { doing: DOING, path: path.to_owned(), source }),
    }
}

fn check_update(path: &Path) -> io::Result<Option<Kept>> {
    let mut file = File::open(path)?;
    let Some(kept) = read_tail(&mut file)? else { return Ok(None) };
    file.seek(SeekFrom::Start(0))?;
    let mut hasher = blake3::Hasher::new();
    let mut piece = vec![0; 64 * 1024];
    let mut left = kept.bytes;
    while left > 0 {
        let want = piece.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        file.read_exact(&mut piece[..want])?;
        hasher.update(&piece[..want]);
        left -= want as u64;
    }
    Ok((*hasher.finalize().as_bytes() == kept.tag).then_some(kept))
}

/// What stands behind an update.
fn read_tail(file: &mut File) -> io::Result<Option<Kept>> {
    let size = file.metadata()?.len();
    let Some(bytes) = size.checked_sub(TAIL_BYTES as u64) else { return Ok(None) };
    file.seek(SeekFrom::Start(bytes))?;
    let mut tail = [0; TAIL_BYTES];
    file.read_exact(&mut tail)?;
    let (tag, rest) = tail.split_first_chunk::<32>().expect("a tail has 48 bytes");
    let (texts, mark) = rest.split_first_chunk::<8>().expect("16 bytes are left");
    let text_bytes = u64::from_le_bytes(*texts);
    let kept = Kept { tag: *tag, bytes, text_bytes };
    Ok((mark == TAIL_MARK && text_bytes <= bytes).then_some(kept))
}

fn key_of(name: &str) -> Option<Key> {
    let (to, from) = name.split_once('-')?;
    match from {
        "all" => Some((unhex(to)?, None)),
        from => Some((unhex(to)?, Some(unhex(from)?))),
    }
}

/// 64 hex digits.
pub(super) fn hex(hash: &Hash) -> String {
    blake3::Hash::from_bytes(*hash).to_hex().to_string()
}

/// Reads 64 hex digits, as [`hex`] writes them.
pub(super) fn unhex(text: &str) -> Option<Hash> {
    let hash = *blake3::Hash::from_hex(text).ok()?.as_bytes();
    (hex(&hash) == text).then_some(hash)
}

/// Writes the listing down.
pub(super) fn put_listing(data: &Path, listing: &[u8]) -> Result<()> {
    write_durably(&data.join(FOLDER).join(LISTING), listing)
}

/// What the folder in a data folder gives, for who reads it beside a running program: the listing as
/// it was last published.
pub(super) fn listing_beside(data: &Path, bytes_max: u64) -> Result<Option<Vec<u8>>> {
    bounded(&data.join(FOLDER).join(LISTING), bytes_max)
}

/// Opens an update in a data folder for reading, with its bytes; `None` where it is not there.
pub(super) fn open_update(data: &Path, key: &Key) -> Result<Option<(File, Kept)>> {
    let from = key.1.map_or_else(|| String::from("all"), |from| hex(&from));
    let path = data.join(FOLDER).join(UPDATES).join(format!("{}-{from}", hex(&key.0)));
    let fail = |source| Error::File { doing: "reading an update", path: path.clone(), source };
    let mut file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(fail(error)),
    };
    let Some(kept) = read_tail(&mut file).map_err(fail)? else { return Ok(None) };
    file.seek(SeekFrom::Start(0)).map_err(fail)?;
    Ok(Some((file, kept)))
}
