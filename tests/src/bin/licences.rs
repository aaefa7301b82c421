//! Checks without a network what the repository may carry: licences and sources of all
//! dependencies against `deny.toml`, and that no private key is held in it.
//!
//! `cargo deny` does more (texts of licences, advisories), but needs to be installed and needs the
//! network for advisories. This reads the same file, so that both agree.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use serde::Deserialize;

/// Where packages of crates.io come from, as cargo writes it.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";
/// First line of a file that `hocvu keys new` makes.
const SECRET_KEY_HEAD: &[u8] = b"hocvu secret key v";
/// Files larger than this are no key.
const KEY_BYTES_MAX: u64 = 64 * 1024;
/// How deep a licence expression may be nested.
const DEPTH_MAX: usize = 8;

#[derive(Deserialize)]
struct Deny {
    licenses: Licenses,
}

#[derive(Deserialize)]
struct Licenses {
    allow: BTreeSet<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

/// Licences that one package may have beyond those that all may.
#[derive(Deserialize)]
struct Exception {
    allow: BTreeSet<String>,
    #[serde(rename = "crate")]
    package: String,
}

impl Licenses {
    /// What a package of this name may have.
    fn of(&self, package: &str) -> BTreeSet<String> {
        let own = self.exceptions.iter().filter(|exception| exception.package == package);
        own.flat_map(|exception| &exception.allow).chain(&self.allow).cloned().collect()
    }
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    match check(&root) {
        Ok(faults) if faults.is_empty() => ExitCode::SUCCESS,
        Ok(faults) => {
            for fault in &faults {
                eprintln!("{fault}");
            }
            ExitCode::FAILURE
        }
        Err(broken) => {
            eprintln!("licences: {broken}");
            ExitCode::FAILURE
        }
    }
}

fn check(root: &Path) -> Result<Vec<String>, String> {
    let file = root.join("deny.toml");
    let text = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let deny: Deny = toml::from_str(&text).map_err(|e| format!("{}: {e}", file.display()))?;
    let (packages, scope) = packages(root)?;
    let mut faults: Vec<String> = packages
        .iter()
        .filter_map(|package| fault_of(package, &deny.licenses.of(&package.name)))
        .collect();
    println!("{} packages ({scope}): licences and sources checked", packages.len());
    let files = tracked(root)?;
    faults.extend(files.iter().filter(|file| holds_key(file)).map(|file| {
        format!("{}: holds a private key; remove it, and replace that key", file.display())
    }));
    println!("{} files searched for private keys", files.len());
    println!("advisories: not checked here, their database needs a network: cargo deny check");
    Ok(faults)
}

/// All packages of all targets if they are at hand or can be fetched, else those of this machine.
fn packages(root: &Path) -> Result<(Vec<Package>, &'static str), String> {
    let all: &[&str] = &[];
    let host = host()?;
    let own: &[&str] = &["--offline", "--filter-platform", &host];
    let mut said = String::new();
    for (scope, more) in [("all targets", all), ("this machine's target", own)] {
        let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["metadata", "--format-version", "1", "--locked"])
            .args(more)
            .current_dir(root)
            .output()
            .map_err(|e| format!("cargo metadata: {e}"))?;
        if output.status.success() {
            let metadata: Metadata = serde_json::from_slice(&output.stdout)
                .map_err(|e| format!("cargo metadata: {e}"))?;
            return Ok((metadata.packages, scope));
        }
        said = String::from_utf8_lossy(&output.stderr).into_owned();
    }
    Err(format!("cargo metadata: {said}"))
}

/// The target that this machine builds for.
fn host() -> Result<String, String> {
    let output = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .arg("-vV")
        .output()
        .map_err(|e| format!("rustc -vV: {e}"))?;
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .find_map(|line| line.strip_prefix("host: ").map(str::to_owned))
        .ok_or_else(|| "rustc -vV names no host".to_owned())
}

fn fault_of(package: &Package, allowed: &BTreeSet<String>) -> Option<String> {
    let name = format!("{} {}", package.name, package.version);
    if let Some(source) = package.source.as_deref().filter(|source| *source != CRATES_IO) {
        return Some(format!("{name}: comes from {source}; only crates.io is allowed"));
    }
    let Some(licence) = &package.license else {
        return Some(format!("{name}: names no licence; choose another package"));
    };
    match is_allowed(licence, allowed) {
        Ok(true) => None,
        Ok(false) => Some(format!("{name}: {licence} is not allowed by deny.toml")),
        Err(why) => Some(format!("{name}: the licence \"{licence}\" cannot be read: {why}")),
    }
}

/// Whether a licence expression can be met with allowed licences alone.
///
/// Expressions are SPDX's, where `AND` binds tighter than `OR`; old packages write `/` for `OR`.
/// A `WITH` exception only adds rights, so that the licence before it decides.
fn is_allowed(expression: &str, allowed: &BTreeSet<String>) -> Result<bool, &'static str> {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, allowed, depth: 0 };
    let met = reader.any()?;
    if reader.words.is_empty() { Ok(met) } else { Err("something follows its end") }
}

struct Reader<'a> {
    words: &'a [&'a str],
    allowed: &'a BTreeSet<String>,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn any(&mut self) -> Result<bool, &'static str> {
        let mut met = self.all()?;
        while self.takes("OR") {
            met |= self.all()?;
        }
        Ok(met)
    }

    fn all(&mut self) -> Result<bool, &'static str> {
        let mut met = self.one()?;
        while self.takes("AND") {
            met &= self.one()?;
        }
        Ok(met)
    }

    fn one(&mut self) -> Result<bool, &'static str> {
        if self.takes("(") {
            self.depth += 1;
            if self.depth > DEPTH_MAX {
                return Err("it is nested too deep");
            }
            let met = self.any()?;
            self.depth -= 1;
            return if self.takes(")") { Ok(met) } else { Err("a bracket is not closed") };
        }
        let licence = self.name()?;
        if self.takes("WITH") {
            self.name()?;
        }
        Ok(self.allowed.contains(licence))
    }

    fn name(&mut self) -> Result<&'a str, &'static str> {
        let (first, rest) = self.words.split_first().ok_or("it ends too early")?;
        if ["AND", "OR", "WITH", "(", ")"].contains(first) {
            return Err("a licence is missing");
        }
        self.words = rest;
        Ok(first)
    }

    fn takes(&mut self, word: &str) -> bool {
        let is_next = self.words.first() == Some(&word);
        if is_next {
            self.words = &self.words[1..];
        }
        is_next
    }
}

/// All files that git knows, or would take up.
fn tracked(root: &Path) -> Result<Vec<PathBuf>, String> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .map_err(|e| format!("git ls-files: {e}"))?;
    if !output.status.success() {
        return Err(format!("git ls-files: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(names.split('\0').filter(|name| !name.is_empty()).map(|name| root.join(name)).collect())
}

fn holds_key(file: &Path) -> bool {
    let small = file.metadata().is_ok_and(|data| data.is_file() && data.len() <= KEY_BYTES_MAX);
    small && std::fs::read(file).is_ok_and(|bytes| is_key(&bytes))
}

/// Whether a file is a secret key of hocvu, or has one in PEM.
fn is_key(bytes: &[u8]) -> bool {
    bytes.starts_with(SECRET_KEY_HEAD)
        || bytes.split(|byte| *byte == b'\n').any(|line| {
            line.starts_with(b"-----BEGIN") && line.trim_ascii_end().ends_with(b"PRIVATE KEY-----")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(expression: &str) -> Result<bool, &'static str> {
        is_allowed(expression, &["MIT", "Zlib"].map(str::to_owned).into())
    }

    #[test]
    fn one_allowed_licence_of_several_offered_is_enough() {
        for good in ["MIT", "GPL-3.0 OR MIT", "MIT/Apache-2.0", "(GPL-3.0 OR Zlib) AND MIT"] {
            assert_eq!(judged(good), Ok(true), "{good}");
        }
    }

    #[test]
    fn every_licence_that_is_demanded_must_be_allowed() {
        for bad in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT OR Zlib) AND GPL-3.0", "Apache-2.0 WITH X"]
        {
            assert_eq!(judged(bad), Ok(false), "{bad}");
        }
        // `AND` binds tighter than `OR`.
        assert_eq!(judged("MIT OR Zlib AND GPL-3.0"), Ok(true));
        assert_eq!(judged("GPL-3.0 AND MIT OR GPL-2.0"), Ok(false));
    }

    #[test]
    fn an_expression_that_cannot_be_read_is_a_fault() {
        for odd in ["", "MIT OR", "(MIT", "MIT Zlib", "AND MIT", &"(".repeat(100)] {
            assert!(judged(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_package_from_elsewhere_is_a_fault() {
        let mut package = Package {
            name: "a".into(),
            version: "1.0.0".into(),
            license: Some("MIT".into()),
            source: Some(CRATES_IO.into()),
        };
        let allowed = ["MIT".to_owned()].into();
        assert_eq!(fault_of(&package, &allowed), None);
        package.source = Some("git+https://example.org/a".into());
        assert!(fault_of(&package, &allowed).is_some());
    }

    #[test]
    fn keys_are_known_by_their_first_line() {
        assert!(is_key(b"hocvu secret key v1\nabc"));
        assert!(is_key(b"# mine\n-----BEGIN OPENSSH PRIVATE KEY-----\r\nabc"));
        assert!(!is_key(b"-----BEGIN PUBLIC KEY-----\n"));
        assert!(!is_key(b"const HEAD: &str = \"hocvu secret key v1\";"));
    }
}
