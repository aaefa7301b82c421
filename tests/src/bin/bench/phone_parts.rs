//! What the library of a phone consists of, from the linker's map (`target/phone/library.map`, in the
//! format of LLD, which links on Linux and for Android).
//!
//! A function belongs to the crate that its symbol names; one of Rust's own library that is made for
//! a type (a sort, a drop) belongs to the crate of that type where the symbol tells it. A C function
//! belongs to the archive it lies in. Constants have no names: they are a part of their own.

use std::collections::BTreeMap;
use std::path::Path;

use super::Fail;

/// The parts, by the crates and archives in them.
const PARTS: [(&str, &[&str]); 9] = [
    ("hocvu's own code", &["hocvu_core", "hocvu_bindings"]),
    ("the border's code", &["uniffi", "uniffi_core", "async_compat", "anyhow"]),
    ("SQLite", &["libsqlite3_sys", "rusqlite", "hashlink"]),
    (
        "TLS",
        &[
            "ring",
            "rustls",
            "webpki",
            "webpki_roots",
            "rustls_pki_types",
            "tokio_rustls",
            "hyper_rustls",
            "untrusted",
        ],
    ),
    (
        "HTTP",
        &[
            "reqwest",
            "hyper",
            "hyper_util",
            "http",
            "http_body",
            "http_body_util",
            "httparse",
            "tower",
            "tower_http",
            "tower_layer",
            "tower_service",
            "url",
            "idna",
            "percent_encoding",
            "form_urlencoded",
            "ipnet",
            "base64",
            "tokio",
            "mio",
            "socket2",
            "futures_util",
            "futures_core",
            "futures_channel",
            "bytes",
            "want",
            "tracing",
            "tracing_core",
            "sync_wrapper",
            "iri_string",
        ],
    ),
    (
        "signatures, seals, hashes",
        &[
            "blake3",
            "curve25519_dalek",
            "ed25519",
            "ed25519_dalek",
            "x25519_dalek",
            "hpke",
            "chacha20",
            "chacha20poly1305",
            "poly1305",
            "argon2",
            "blake2",
            "sha2",
            "hkdf",
            "hmac",
            "aead",
            "cipher",
            "digest",
            "subtle",
            "zeroize",
            "getrandom",
            "universal_hash",
        ],
    ),
    ("zstd", &["zstd_sys", "zstd_safe", "zstd"]),
    (
        "texts",
        &[
            "fluent_bundle",
            "fluent_syntax",
            "fluent_langneg",
            "intl_memoizer",
            "intl_pluralrules",
            "unic_langid",
            "unic_langid_impl",
            "icu_normalizer",
            "icu_properties",
            "icu_collections",
            "self_cell",
        ],
    ),
    (
        "Rust's own library",
        &[
            "core",
            "alloc",
            "std",
            "gimli",
            "addr2line",
            "rustc_demangle",
            "miniz_oxide",
            "memchr",
            "hashbrown",
            "object",
            "compiler_builtins",
            "panic_unwind",
            "unwind",
            "std_detect",
        ],
    ),
];
const OTHERS: &str = "other crates";
const CONSTANTS: &str = "constants, courses, texts, vtables";
const UNWINDING: &str = "tables for unwinding";
const LINKING: &str = "relocations and symbols";

/// The bytes of each part, the largest first; none where the map is of another linker.
pub(crate) fn parts(map: &Path) -> Result<Vec<(&'static str, u64)>, Fail> {
    let map = std::fs::read_to_string(map)?;
    let mut parts = BTreeMap::new();
    // The section that lines are of; none where it takes no room in the file.
    let mut section = None;
    for entry in map.lines().filter_map(Entry::read) {
        if entry.depth == 0 {
            let is_empty = [".bss", ".tbss", ".relro_padding"].contains(&entry.name);
            section = (entry.is_loaded && !is_empty).then_some(entry.name);
        }
        let Some(section) = section else { continue };
        let part = match (entry.depth, part_of_section(section)) {
            (0, Some(part)) => part,
            (8, None) => part_of_input(section, entry.name),
            _ => continue,
        };
        *parts.entry(part).or_insert(0) += entry.bytes;
    }
    let mut parts: Vec<_> = parts.into_iter().collect();
    parts.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    Ok(parts)
}

/// A line of the map: address, load address, size, alignment, and a name, set in by eight for what
/// went into a section and by sixteen for a symbol.
struct Entry<'a> {
    bytes: u64,
    is_loaded: bool,
    depth: usize,
    name: &'a str,
}

impl<'a> Entry<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let mut rest = line;
        let mut number = |radix| {
            rest = rest.trim_start();
            let (digits, behind) = rest.split_once(' ')?;
            rest = behind;
            u64::from_str_radix(digits, radix).ok()
        };
        let (address, _, bytes, _) = (number(16)?, number(16)?, number(16)?, number(10)?);
        let name = rest.trim_start();
        Some(Self { bytes, is_loaded: address > 0, depth: rest.len() - name.len(), name })
    }
}

/// The part of a section that is one as a whole.
fn part_of_section(section: &str) -> Option<&'static str> {
    match section {
        ".eh_frame" | ".eh_frame_hdr" | ".gcc_except_table" | ".ARM.exidx" | ".ARM.extab" => {
            Some(UNWINDING)
        }
        ".rela.dyn" | ".rel.dyn" | ".rela.plt" | ".rel.plt" | ".dynsym" | ".dynstr"
        | ".gnu.hash" | ".hash" | ".gnu.version" | ".gnu.version_r" | ".gnu.version_d"
        | ".dynamic" | ".got" | ".got.plt" | ".plt" => Some(LINKING),
        _ => None,
    }
}

/// The part of `PATH:(SECTION)`, where `SECTION` has the symbol's name behind `.text.`.
fn part_of_input(section: &str, input: &str) -> &'static str {
    let (file, own) = input.rsplit_once(":(").unwrap_or((input, ""));
    let archive = file.rsplit('/').next().unwrap_or_default();
    let archive = archive.split_once("(").map_or("", |(archive, _)| archive);
    let library = archive.strip_prefix("lib").and_then(|name| name.split(['-', '.']).next());
    if let Some(part) = library.and_then(part_of_crate) {
        return part;
    }
    if section != ".text" {
        return CONSTANTS;
    }
    let symbol = own.strip_prefix(".text.").unwrap_or(own).trim_end_matches(')');
    let symbol = symbol.strip_prefix("unlikely.").unwrap_or(symbol);
    if symbol.contains("uniffi_hocvu") {
        return PARTS[0].0;
    }
    let crates = crates_of(symbol);
    let is_of_type = |name: &&&str| !["core", "alloc", "std"].contains(*name);
    let named = crates.iter().find(is_of_type).or(crates.first());
    named.and_then(|name| part_of_crate(name)).unwrap_or(OTHERS)
}

fn part_of_crate(name: &str) -> Option<&'static str> {
    PARTS.iter().find(|(_, crates)| crates.contains(&name)).map(|(part, _)| *part)
}

/// The crates that a symbol names, in their order.
fn crates_of(symbol: &str) -> Vec<&str> {
    if let Some(path) = symbol.strip_prefix("_R") {
        // `Cs`, a hash, `_`, the length of the name, the name.
        let named = path.split("Cs").skip(1);
        return named.filter_map(|named| first_name(named.split_once('_')?.1)).collect();
    }
    // `_ZN4core3ptr…drop_in_place$LT$rustls..msgs…`, `_ZN…_$LT$rustls..msgs…$u20$as$u20$core..fmt…`.
    let Some(path) = symbol.strip_prefix("_ZN") else { return Vec::new() };
    let first = first_name(path).filter(|name| !name.contains('$'));
    let of_types = path.split('$').filter_map(|name| Some(name.split_once("..")?.0));
    first.into_iter().chain(of_types).collect()
}

/// A name behind its length.
fn first_name(named: &str) -> Option<&str> {
    let digits = named.find(|c: char| !c.is_ascii_digit())?;
    named.get(digits..digits + named[..digits].parse::<usize>().ok()?)
}
