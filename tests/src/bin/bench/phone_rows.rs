//! How large the library of a phone is: measured for this machine's processor, estimated for others.

use std::path::Path;

use super::Fail;
use super::phone_parts;
use super::row::Row;

/// The processors of phones: name, most MiB, and size as a share of x86_64's. The shares are those of
/// a library with the same parts (SQLite, TLS, HTTP, Fluent, zstd, signatures) that was built for all
/// three.
const PROCESSORS: [(&str, f64, f64); 3] =
    [("x86_64", 5.0, 1.0), ("aarch64", 4.5, 0.889), ("arm", 3.8, 0.72)];

/// What `bindings/phone.toml` and `bindings/Cargo.toml` spare on x86_64 alone, so that an estimate from
/// its size has this on top: pointers to frames (tables for unwinding: 0.116), signatures, seals and
/// hashes without vectors and assembly (0.050).
const SPARED_ON_X86_64_MIB: f64 = 0.166;

const MIB: f64 = 1024.0 * 1024.0;

/// The rows of the library that `tests/bench` has built; none where it was not.
pub(crate) fn rows(target: &Path) -> Result<Vec<Row>, Fail> {
    let library = target.join("phone/libhocvu_bindings.so");
    if !library.is_file() {
        eprintln!("bench: no {}, so its size is not measured", library.display());
        return Ok(Vec::new());
    }
    let own = std::env::consts::ARCH;
    let Some((_, _, own_share)) = PROCESSORS.iter().find(|(name, ..)| *name == own) else {
        eprintln!("bench: no budget for a library on {own}");
        return Ok(Vec::new());
    };
    let mib = std::fs::metadata(&library)?.len() as f64 / MIB;
    let row = |(name, most, share): &(&str, f64, f64)| {
        if *name == own {
            let row = Row::at_most(&format!("library of a phone, {name}"), mib, "MiB", *most);
            return row.beside("measured, stripped, with four courses", None);
        }
        let alike = if own == "x86_64" { mib + SPARED_ON_X86_64_MIB } else { mib };
        let (title, value) =
            (format!("library of a phone, {name}, estimated"), alike * share / own_share);
        let said = format!("estimated: {:.2} of {own}", share / own_share);
        Row::at_most(&title, value, "MiB", *most).beside(&said, None)
    };
    let rows = PROCESSORS.iter().map(row);
    let map = target.join("phone/library.map");
    let parts = if map.is_file() { phone_parts::parts(&map)? } else { Vec::new() };
    let part = |(name, bytes): &(&str, u64)| {
        let row = Row::part(&format!("of it, {own}: {name}"), *bytes as f64 / MIB, "MiB");
        row.beside("by the linker's map", None)
    };
    Ok(rows.chain(parts.iter().map(part)).collect())
}
