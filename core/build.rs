//! Turns `assets/locales/<lang>/*.ftl` into the functions of `text::Messages`; a fault in a text
//! fails the build.

#[path = "build/messages.rs"]
mod messages;

use std::path::Path;
use std::{env, fs, io};

use messages::Source;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build/messages.rs");
    println!("cargo::rerun-if-changed=../assets/locales");
    let house = env::var("CARGO_MANIFEST_DIR").expect("cargo tells where the crate lies");
    let out = env::var("OUT_DIR").expect("cargo tells where to write");
    let locales = Path::new(&house).join("../assets/locales");
    let sources = match read(&locales) {
        Ok(sources) => sources,
        Err(error) => return tell(&[format!("reading {}: {error}", locales.display())]),
    };
    match messages::check(&sources) {
        Ok(specs) => {
            if let Err(error) =
                write(Path::new(&out), &sources, &messages::generate(&sources, &specs))
            {
                tell(&[format!("writing to {out}: {error}")]);
            }
        }
        Err(faults) => tell(&faults),
    }
}

/// Each fault becomes an error of the build.
fn tell(faults: &[String]) {
    for fault in faults {
        println!("cargo::error={fault}");
    }
}

/// The code, and beside it each language's texts: compressed, since a phone's storage is small.
fn write(out: &Path, sources: &[Source], code: &str) -> io::Result<()> {
    const ZSTD_LEVEL: i32 = 19;
    for lang in messages::languages(sources) {
        let packed = zstd::encode_all(messages::joined(sources, lang).as_bytes(), ZSTD_LEVEL)?;
        fs::write(out.join(messages::packed_name(lang)), packed)?;
    }
    fs::write(out.join("messages.rs"), code)
}

/// All files of all languages, in the order of their names.
fn read(locales: &Path) -> io::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for folder in fs::read_dir(locales)? {
        let folder = folder?;
        if !folder.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(folder.path())? {
            let path = file?.path();
            if path.extension().is_some_and(|e| e == "ftl") {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let lang = folder.file_name().to_string_lossy().into_owned();
                sources.push(Source { lang, file: name, text: fs::read_to_string(&path)? });
            }
        }
    }
    sources.sort_by(|a, b| (&a.lang, &a.file).cmp(&(&b.lang, &b.file)));
    Ok(sources)
}
