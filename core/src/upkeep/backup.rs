//! Backup: a whole device in one file, sealed with a passphrase, and the way back from it.
//!
//! The form is in `docs/formats.md`, section 4. Everything streams: neither writing nor reading
//! needs memory for more than a chunk. What is restored is a new replica: the installation marker
//! lies outside of the data folder and is in no backup.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::error::{Error, Result};
use crate::hocvu::HocvuCore;
use crate::learner::PERSON_KEY;
use crate::platform;
use crate::ports::{KeyStore, draw};
use crate::store::{DATABASE, Store};

const MAGIC: &[u8; 8] = b"hocvubak";
const FORMAT: u8 = 1;
const HEADER_BYTES: usize = 8 + 1 + 12 + 16 + 16 + 16;

/// 19 MiB and 2 passes: OWASP's first setting for Argon2id. Reading accepts up to the bounds.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const MEMORY_KIB_MAX: u32 = 256 * 1024;
const PASSES_MAX: u32 = 16;

const CONTEXT_CHECK: &str = "hocvu 2026-11 backup passphrase check";
const CONTEXT_SEAL: &str = "hocvu 2026-11 backup seal";

const CHUNK_BYTES: usize = 64 * 1024;
const TAG_BYTES: usize = 16;
const ZSTD_LEVEL: i32 = 3;

/// The window that unpacking may need, as a power of two.
const WINDOW_LOG_MAX: u32 = 23;

/// What a backup may unpack to: a decompression bomb ends here.
const DATABASE_BYTES_MAX: u64 = 16 << 30;
const BLOB_BYTES_MAX: u64 = 4 << 20;
const BLOBS_MAX: u32 = 200_000;

/// The fewest characters of a passphrase.
pub const PASSPHRASE_CHARS_MIN: usize = 8;

const END: u8 = 0;
const THE_DATABASE: u8 = 1;
const A_BLOB: u8 = 2;
const THE_KEY: u8 = 3;
const A_FILE: u8 = 4;
const A_SECRET: u8 = 5;

/// What a backup may hold of other programs' rooms in the data folder.
const FURTHER_MAX: usize = 16;
const NAME_BYTES_MAX: usize = 40;
const SECRET_BYTES_MAX: u64 = 64;

fn refuse<T>(why: &'static str) -> Result<T> {
    Err(Error::Backup { why })
}

/// Something that lies beside the core's own files and belongs into the backup: the relay's.
#[derive(Debug, Clone, Copy)]
pub enum Further<'a> {
    /// A file that nobody changes meanwhile, restored under a name in the data folder.
    File {
        /// 1 to 40 of `a`–`z`, `0`–`9`, `-`, `.`, beginning with a letter.
        name: &'a str,
        /// Where it lies now.
        path: &'a Path,
    },
    /// A secret of the key store, of at most 64 bytes.
    Secret {
        /// Its name there, formed alike.
        name: &'a str,
    },
}

/// Whether a name can be nothing but a plain name of its own in the data folder.
fn is_further_name(name: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    (1..=NAME_BYTES_MAX).contains(&name.len())
        && name.as_bytes()[0].is_ascii_lowercase()
        && name.bytes().all(fits)
        && !name.starts_with("hocvu")
        && !["blobs", "keys", PERSON_KEY].contains(&name)
}

impl HocvuCore {
    /// Writes everything of this device into one file, sealed with a passphrase of at least
    /// [`PASSPHRASE_CHARS_MIN`] characters. After any cut there is either the old file or the whole
    /// new one. People may go on learning meanwhile.
    pub fn backup(&self, to: &Path, passphrase: &str) -> Result<()> {
        self.backup_with(to, passphrase, &[])
    }

    /// The same with what lies beside the core's own files.
    pub fn backup_with(&self, to: &Path, passphrase: &str, further: &[Further<'_>]) -> Result<()> {
        if passphrase.chars().count() < PASSPHRASE_CHARS_MIN {
            return Err(Error::invalid("passphrase", "it has fewer than 8 characters"));
        }
        // A pack that is installed or swept meanwhile would change the media under the copy.
        let _alone = self.installing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let name = to.file_name().ok_or_else(|| Error::invalid("backup", "it has no file name"))?;
        let beside = to.with_file_name(format!(".{}.new", name.to_string_lossy()));
        let copy = Scrap(self.store.folder().join("hocvu.backup"));
        copy.remove();
        let _unfinished = Scrap(beside.clone());
        self.store.copy_into(&copy.0)?;
        self.write_backup(&beside, &copy.0, passphrase, further)?;
        fs::rename(&beside, to).map_err(|source| Error::file("writing", to, source))?;
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
        platform::sync_folder(folder.unwrap_or(Path::new(".")))
    }

    fn write_backup(
        &self,
        beside: &Path,
        copy: &Path,
        passphrase: &str,
        further: &[Further<'_>],
    ) -> Result<()> {
        let fail = |source| Error::file("writing the backup", beside, source);
        let mut file = platform::create_private(beside)?;
        let header = Header {
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            salt: draw(self.ports.entropy.as_ref()),
            nonce: draw(self.ports.entropy.as_ref()),
        };
        let (seal, header) = header.seal(passphrase)?;
        file.write_all(&header).map_err(fail)?;
        let sealer = Sealer { seal, header, file, chunk: Vec::new(), number: 0 };
        let mut out = zstd::Encoder::new(sealer, ZSTD_LEVEL).map_err(fail)?;
        self.write_entries(&mut out, copy, further)?;
        let file = out.finish().and_then(Sealer::finish).map_err(fail)?;
        file.sync_all().map_err(fail)
    }

    fn write_entries(
        &self,
        out: &mut impl Write,
        copy: &Path,
        further: &[Further<'_>],
    ) -> Result<()> {
        write_file(out, THE_DATABASE, &[], copy)?;
        let blobs = self.store.folder().join("blobs");
        let fail = |source| Error::file("reading", &blobs, source);
        if blobs.exists() {
            for entry in fs::read_dir(&blobs).map_err(fail)? {
                let path = entry.map_err(fail)?.path();
                let name = path.file_name().and_then(|name| name.to_str());
                if let Some(hash) = name.and_then(|name| blake3::Hash::from_hex(name).ok()) {
                    write_file(out, A_BLOB, hash.as_bytes(), &path)?;
                }
            }
        }
        let put = |source| Error::file("writing", copy, source);
        if let Some(key) = self.ports.keys.get(PERSON_KEY).map_err(put)? {
            let bytes = u64::try_from(key.len()).unwrap_or(u64::MAX).to_be_bytes();
            out.write_all(&[&[THE_KEY], &bytes[..], &key].concat()).map_err(put)?;
        }
        for further in further {
            let (Further::File { name, .. } | Further::Secret { name }) = further;
            if !is_further_name(name) {
                return Err(Error::invalid("backup", "a further file has no plain name"));
            }
            let named = [&[u8::try_from(name.len()).expect("it is short")], name.as_bytes()];
            match further {
                Further::File { path, .. } => write_file(out, A_FILE, &named.concat(), path)?,
                Further::Secret { .. } => {
                    if let Some(secret) = self.ports.keys.get(name).map_err(put)? {
                        let bytes = (secret.len() as u64).to_be_bytes();
                        let entry = [&[A_SECRET][..], &named.concat(), &bytes, &secret];
                        out.write_all(&entry.concat()).map_err(put)?;
                    }
                }
            }
        }
        out.write_all(&[END]).map_err(put)
    }
}

fn write_file(out: &mut impl Write, kind: u8, name: &[u8], path: &Path) -> Result<()> {
    let fail = |source| Error::file("copying", path, source);
    let file = File::open(path).map_err(fail)?;
    let bytes = file.metadata().map_err(fail)?.len();
    out.write_all(&[&[kind], name, &bytes.to_be_bytes()].concat()).map_err(fail)?;
    let copied = io::copy(&mut file.take(bytes), out).map_err(fail)?;
    if copied != bytes {
        return Err(fail(io::ErrorKind::UnexpectedEof.into()));
    }
    Ok(())
}

/// A file or folder that is removed unless it is forgotten.
struct Scrap(PathBuf);

impl Scrap {
    fn remove(&self) {
        let _ =
            if self.0.is_dir() { fs::remove_dir_all(&self.0) } else { fs::remove_file(&self.0) };
    }
}

impl Drop for Scrap {
    fn drop(&mut self) {
        self.remove();
    }
}

struct Header {
    memory_kib: u32,
    passes: u32,
    salt: [u8; 16],
    nonce: [u8; 16],
}

/// What seals each chunk, and the header that every seal is bound to.
type Sealing = (XChaCha20Poly1305, [u8; HEADER_BYTES]);

impl Header {
    fn seal(&self, passphrase: &str) -> Result<Sealing> {
        let refused = |_| Error::Backup { why: "its key parameters are out of bounds" };
        let params = Params::new(self.memory_kib, self.passes, 1, Some(32)).map_err(refused)?;
        let mut key = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), &self.salt, &mut key)
            .map_err(refused)?;
        let check = blake3::derive_key(CONTEXT_CHECK, &key);
        let bytes = [
            &MAGIC[..],
            &[FORMAT],
            &self.memory_kib.to_be_bytes(),
            &self.passes.to_be_bytes(),
            &1u32.to_be_bytes(),
            &self.salt,
            &self.nonce,
            &check[..16],
        ]
        .concat();
        let seal = XChaCha20Poly1305::new(&blake3::derive_key(CONTEXT_SEAL, &key).into());
        Ok((seal, bytes.try_into().expect("the fields fill the header")))
    }

    fn open(bytes: &[u8; HEADER_BYTES], passphrase: &str) -> Result<Sealing> {
        if &bytes[..8] != MAGIC {
            return refuse("the file is no backup of hocvu");
        }
        if bytes[8] != FORMAT {
            return refuse("it was made by a newer hocvu");
        }
        let number = |at: usize| {
            u32::from_be_bytes(bytes[at..at + 4].try_into().expect("4 bytes were cut out"))
        };
        let (memory_kib, passes) = (number(9), number(13));
        let fits = (8..=MEMORY_KIB_MAX).contains(&memory_kib)
            && (1..=PASSES_MAX).contains(&passes)
            && number(17) == 1;
        if !fits {
            return refuse("its key parameters are out of bounds");
        }
        let part = |at: usize| bytes[at..at + 16].try_into().expect("16 bytes were cut out");
        let header = Self { memory_kib, passes, salt: part(21), nonce: part(37) };
        let (seal, expected) = header.seal(passphrase)?;
        if expected != *bytes {
            return refuse("the passphrase is wrong");
        }
        Ok((seal, expected))
    }
}

/// A chunk's nonce and what its seal is bound to: its number and whether it is the last, so that
/// chunks can be neither dropped nor moved nor cut off unseen.
fn bound(header: &[u8; HEADER_BYTES], number: u64, last: bool) -> (XNonce, Vec<u8>) {
    let mut nonce = [0; 24];
    nonce[..16].copy_from_slice(&header[37..53]);
    nonce[16..].copy_from_slice(&number.to_be_bytes());
    (XNonce::from(nonce), [&header[..], &[u8::from(last)]].concat())
}

/// Seals what is written to it, chunk by chunk.
struct Sealer {
    seal: XChaCha20Poly1305,
    header: [u8; HEADER_BYTES],
    file: File,
    chunk: Vec<u8>,
    number: u64,
}

impl Sealer {
    fn put(&mut self, last: bool) -> io::Result<()> {
        let (nonce, aad) = bound(&self.header, self.number, last);
        let sealed = self.seal.encrypt(&nonce, Payload { msg: &self.chunk, aad: &aad });
        self.file.write_all(&sealed.expect("a chunk is short"))?;
        self.chunk.clear();
        self.number += 1;
        Ok(())
    }

    fn finish(mut self) -> io::Result<File> {
        self.put(true)?;
        Ok(self.file)
    }
}

impl Write for Sealer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.chunk.len() == CHUNK_BYTES {
            self.put(false)?;
        }
        let taken = bytes.len().min(CHUNK_BYTES - self.chunk.len());
        self.chunk.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Opens chunk by chunk what a `Sealer` wrote.
struct Opener {
    seal: XChaCha20Poly1305,
    header: [u8; HEADER_BYTES],
    file: io::BufReader<File>,
    chunk: Vec<u8>,
    at: usize,
    number: u64,
    ended: bool,
}

impl Opener {
    fn next_chunk(&mut self) -> io::Result<()> {
        let mut sealed = Vec::with_capacity(CHUNK_BYTES + TAG_BYTES);
        let most = (CHUNK_BYTES + TAG_BYTES) as u64;
        self.file.by_ref().take(most).read_to_end(&mut sealed)?;
        let last = io::BufRead::fill_buf(&mut self.file)?.is_empty();
        let (nonce, aad) = bound(&self.header, self.number, last);
        let opened = self.seal.decrypt(&nonce, Payload { msg: &sealed, aad: &aad });
        self.chunk = opened.map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
        self.at = 0;
        self.number += 1;
        self.ended = last;
        Ok(())
    }
}

impl Read for Opener {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.chunk.len() && !self.ended {
            self.next_chunk()?;
        }
        let taken = into.len().min(self.chunk.len() - self.at);
        into[..taken].copy_from_slice(&self.chunk[self.at..self.at + taken]);
        self.at += taken;
        Ok(taken)
    }
}

/// Restores a backup into a data folder that does not exist or is empty, and its key for names into
/// the key store. Opened afterwards it is a new replica, also where the marker of an installation
/// that was there before still lies.
///
/// `keys_of` gives the key store of a data folder. It is asked for that of the folder that is being
/// built beside `data`: a key store inside of the data folder is thus put in place together with it,
/// in one renaming; one that lies elsewhere does not look at the path and gets the key just before.
///
/// Fails with `Backup` for a wrong passphrase and for files that are altered, cut off or no backup;
/// with `Invalid` when the folder is not empty. Nothing half-made is left.
pub fn restore(
    from: &Path,
    passphrase: &str,
    data: &Path,
    keys_of: impl FnOnce(&Path) -> Arc<dyn KeyStore>,
) -> Result<()> {
    let opening = |source| Error::file("reading the backup", from, source);
    let mut file = io::BufReader::new(File::open(from).map_err(opening)?);
    if data.exists() {
        let looking = |source| Error::file("looking into", data, source);
        if fs::read_dir(data).map_err(looking)?.next().is_some() {
            return Err(Error::invalid("data folder", "it is not empty; restore into a new one"));
        }
    }
    let mut header = [0; HEADER_BYTES];
    match file.read_exact(&mut header) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            return refuse("the file is no backup of hocvu, or is cut off");
        }
        other => other.map_err(opening)?,
    }
    let (seal, header) = Header::open(&header, passphrase)?;
    let name = data.file_name().ok_or_else(|| Error::invalid("data folder", "it has no name"))?;
    let beside = Scrap(data.with_file_name(format!(".{}.restoring", name.to_string_lossy())));
    beside.remove();
    platform::make_private_folder(&beside.0.join("blobs"))?;
    let opener = Opener { seal, header, file, chunk: Vec::new(), at: 0, number: 0, ended: false };
    let mut input = zstd::Decoder::new(opener).map_err(opening)?.single_frame();
    input.window_log_max(WINDOW_LOG_MAX).map_err(opening)?;
    let unpacked = unpack(&mut input, &beside.0)?;
    let mut opener = input.finish();
    match opener.read(&mut [0]) {
        Ok(0) => {}
        _ => return refuse("it is altered or cut off"),
    }
    Store::settle_restored(&beside.0)?;
    platform::sync_folder(&beside.0.join("blobs"))?;
    if !unpacked.secrets.is_empty() {
        let keys = keys_of(&beside.0);
        for (name, secret) in &unpacked.secrets {
            keys.put(name, secret)
                .map_err(|source| Error::file("keeping a key", Path::new(name), source))?;
        }
    }
    platform::sync_folder(&beside.0)?;
    let placing = |source| Error::file("putting in place", data, source);
    if data.exists() {
        fs::remove_dir(data).map_err(placing)?;
    }
    fs::rename(&beside.0, data).map_err(placing)?;
    let parent = data.parent().filter(|folder| !folder.as_os_str().is_empty());
    platform::sync_folder(parent.unwrap_or(Path::new(".")))
}

/// Seals any stream of entries, or any bytes in the place of the compressed ones, as a backup would
/// be, with the least work for the key. For a fuzzer, which would never get behind the seal; no
/// program is built with it.
#[cfg(feature = "testing")]
pub fn seal_stream(stream: &[u8], is_packed: bool, passphrase: &str, into: &Path) -> Result<()> {
    let fail = |source| Error::file("writing the backup", into, source);
    let header = Header { memory_kib: 8, passes: 1, salt: [1; 16], nonce: [2; 16] };
    let (seal, header) = header.seal(passphrase)?;
    let mut file = platform::create_private(into)?;
    file.write_all(&header).map_err(fail)?;
    let mut sealer = Sealer { seal, header, file, chunk: Vec::new(), number: 0 };
    if is_packed {
        sealer.write_all(stream).map_err(fail)?;
    } else {
        let packed = zstd::encode_all(stream, ZSTD_LEVEL).map_err(fail)?;
        sealer.write_all(&packed).map_err(fail)?;
    }
    sealer.finish().map(drop).map_err(fail)
}

/// What of a backup is no file of the folder.
#[derive(Default)]
struct Unpacked {
    secrets: Vec<(String, Vec<u8>)>,
}

/// Unpacks every entry into a folder.
fn unpack(input: &mut impl Read, folder: &Path) -> Result<Unpacked> {
    let (mut unpacked, mut has_database, mut blobs, mut further) =
        (Unpacked::default(), false, 0, 0);
    loop {
        match take::<1>(input)?[0] {
            END if has_database => return Ok(unpacked),
            THE_DATABASE if !has_database => {
                let bytes = size(input, DATABASE_BYTES_MAX)?;
                unpack_file(input, bytes, &folder.join(DATABASE))?;
                has_database = true;
            }
            A_BLOB if blobs < BLOBS_MAX => {
                let hash = blake3::Hash::from_bytes(take(input)?);
                let bytes = size(input, BLOB_BYTES_MAX)?;
                unpack_file(input, bytes, &folder.join("blobs").join(hash.to_hex().as_str()))?;
                blobs += 1;
            }
            THE_KEY if unpacked.secrets.is_empty() => {
                if size(input, 32)? != 32 {
                    return refuse("its contents are not those of a backup");
                }
                unpacked.secrets.push((PERSON_KEY.to_owned(), take::<32>(input)?.to_vec()));
            }
            A_FILE if further < FURTHER_MAX => {
                let name = further_name(input)?;
                let bytes = size(input, DATABASE_BYTES_MAX)?;
                let path = folder.join(name);
                if path.exists() {
                    return refuse("its contents are not those of a backup");
                }
                unpack_file(input, bytes, &path)?;
                further += 1;
            }
            A_SECRET if further < FURTHER_MAX => {
                let name = further_name(input)?;
                let bytes = size(input, SECRET_BYTES_MAX)?;
                let mut secret = vec![0; usize::try_from(bytes).expect("it is short")];
                for byte in &mut secret {
                    *byte = take::<1>(input)?[0];
                }
                unpacked.secrets.push((name, secret));
                further += 1;
            }
            _ => return refuse("its contents are not those of a backup"),
        }
    }
}

fn further_name(input: &mut impl Read) -> Result<String> {
    let bytes = usize::from(take::<1>(input)?[0]);
    let mut name = Vec::with_capacity(bytes);
    for _ in 0..bytes {
        name.push(take::<1>(input)?[0]);
    }
    let name = String::from_utf8(name).ok().filter(|name| is_further_name(name));
    name.ok_or(Error::Backup { why: "its contents are not those of a backup" })
}

fn altered(error: &io::Error) -> Option<Error> {
    use io::ErrorKind::{InvalidData, Other, UnexpectedEof};
    matches!(error.kind(), InvalidData | UnexpectedEof | Other)
        .then_some(Error::Backup { why: "it is altered or cut off" })
}

fn take<const N: usize>(input: &mut impl Read) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    let read = input.read_exact(&mut bytes);
    read.map_err(|error| {
        altered(&error).unwrap_or_else(|| Error::file("reading", Path::new("backup"), error))
    })?;
    Ok(bytes)
}

fn size(input: &mut impl Read, bytes_max: u64) -> Result<u64> {
    let bytes = u64::from_be_bytes(take(input)?);
    if bytes > bytes_max {
        return refuse("it unpacks to more than a backup holds");
    }
    Ok(bytes)
}

fn unpack_file(input: &mut impl Read, bytes: u64, path: &Path) -> Result<()> {
    let fail = |error| altered(&error).unwrap_or_else(|| Error::file("unpacking", path, error));
    let mut file = platform::create_private(path)?;
    if io::copy(&mut input.take(bytes), &mut file).map_err(fail)? != bytes {
        return refuse("it is altered or cut off");
    }
    file.sync_all().map_err(fail)
}
