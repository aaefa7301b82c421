//! How large the library of a phone is: measured for this machine's processor, estimated for others.

use std::path::Path;

use super::Fail;
use super::row::Row;

/// The processors of phones: name, most MiB, and size as a share of x86_64's. The shares are those of
/// a library with the same parts (SQLite, TLS, HTTP, Fluent, zstd, signatures) that was built for all
/// three.
const PROCESSORS: [(&str, f64, f64); 3] =
    [("x86_64", 5.0, 1.0), ("aarch64", 4.5, 0.889), ("arm", 3.8, 0.72)];

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
    let mib = std::fs::metadata(&library)?.len() as f64 / (1024.0 * 1024.0);
    let row = |(name, most, share): &(&str, f64, f64)| {
        if *name == own {
            let row = Row::at_most(&format!("library of a phone, {name}"), mib, "MiB", *most);
            return row.beside("measured, stripped, with four courses", None);
        }
        let (title, value) =
            (format!("library of a phone, {name}, estimated"), mib * share / own_share);
        let said = format!("estimated: {:.2} of {own}", share / own_share);
        Row::at_most(&title, value, "MiB", *most).beside(&said, None)
    };
    Ok(PROCESSORS.iter().map(row).collect())
}
