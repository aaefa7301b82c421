//! `hocvu root …`: makes the file of roots that tells devices whose courses to take. It speaks
//! English, as authors do.
//!
//! A root is first a draft, one file that goes from signer to signer; when enough have signed, it
//! joins the roots before it in the file that courses are signed with.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hocvu_core::course::Day;
use hocvu_core::ids::{CourseId, PublisherId};
use hocvu_core::pack::{PackError, PublicKey, Publisher, Root, RootChain, SecretKey, SignedRoot};
use hocvu_core::platform::read_bounded;
use hocvu_core::{Error, Result};

use super::course::ROOTS_BYTES_MAX;

/// What the holders of a root do, in this order.
#[derive(Debug, clap::Subcommand)]
pub enum RootCommand {
    /// Draft the first root: who may change it, and how many of them must agree
    ///
    /// Each holder makes a key on a computer of her own with `hocvu keys new` and gives you the
    /// public half, the 64 digits that it shows. The draft names no publisher yet and is not signed.
    New {
        /// Draft to make
        draft: PathBuf,
        /// What people call it, such as the name of your office
        #[arg(long)]
        name: String,
        /// Public key of a holder; give it once for each
        #[arg(long = "key", required = true, value_name = "PUBLIC_KEY", value_parser = key)]
        keys: Vec<PublicKey>,
        /// How many of the keys must sign
        #[arg(long, default_value_t = 1)]
        threshold: u32,
    },
    /// Draft the next version of a root, as yet with the same contents
    Next {
        /// File of roots, as `hocvu root finish` wrote it
        roots: PathBuf,
        /// Draft to make
        draft: PathBuf,
    },
    /// Change what a draft says of the root itself; what is not named stays
    ///
    /// Other keys are taken over by devices only if enough of the present ones sign the draft too.
    /// Signatures that the draft has are dropped, for they were for something else.
    Set {
        /// The draft
        draft: PathBuf,
        /// What people call it
        #[arg(long)]
        name: Option<String>,
        /// Public keys of all holders from now on; give it once for each
        #[arg(long = "key", value_name = "PUBLIC_KEY", value_parser = key)]
        keys: Vec<PublicKey>,
        /// How many of the keys must sign
        #[arg(long)]
        threshold: Option<u32>,
        /// Day after which devices show a notice; nothing is ever refused because of it
        #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
        expires: Option<Day>,
    },
    /// Name in a draft who may publish which courses, or change or remove a publisher
    ///
    /// Any one of a publisher's keys signs its courses. When a key is taken away, its generation is
    /// raised: what that key signs from then on is refused, and the publisher builds its courses
    /// anew. Signatures that the draft has are dropped, for they were for something else.
    Publisher {
        /// The draft
        draft: PathBuf,
        /// Short name within the root: a-z, 0-9 and -
        #[arg(long)]
        id: PublisherId,
        /// Its name as learners read it; needed the first time
        #[arg(long, conflicts_with = "remove")]
        name: Option<String>,
        /// Public keys of the publisher from now on, once for each; needed the first time
        #[arg(long = "key", value_name = "PUBLIC_KEY", value_parser = key, conflicts_with = "remove")]
        keys: Vec<PublicKey>,
        /// A course that it may publish, once for each; all courses when none was ever named
        #[arg(long = "course", value_name = "ID", conflicts_with = "remove")]
        courses: Vec<CourseId>,
        /// Let it publish nothing any more
        #[arg(long)]
        remove: bool,
    },
    /// Show what a draft or a file of roots says, and who signed it
    Show {
        /// A draft or a file of roots
        file: PathBuf,
    },
    /// Sign a draft, after showing what it says
    ///
    /// With several holders the draft goes from one to the next, on a memory card or by mail: it
    /// holds no secret.
    Sign {
        /// The draft
        draft: PathBuf,
        /// Your secret key, as `hocvu keys new` made it
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Put a draft that enough holders signed into the file of roots
    ///
    /// A first version makes the file, a later one is added to it. Hand the file to publishers, and
    /// the fingerprint that is shown to volunteers, on paper: they compare it once.
    Finish {
        /// The draft
        draft: PathBuf,
        /// File of roots to make or to add to
        roots: PathBuf,
    },
    /// Trust a root from now on in a data folder, because you compared its fingerprint
    ///
    /// A server takes what publishers under it send. Stop the kiosk first; its volunteer's page does
    /// the same when a course of such a publisher is uploaded.
    Trust {
        /// File of roots, as `hocvu root finish` wrote it
        roots: PathBuf,
        /// The fingerprint as the root's holders gave it to you on paper
        #[arg(long)]
        fingerprint: String,
        /// The data folder
        #[arg(long, default_value = "hocvu-data", value_name = "DIR")]
        data: PathBuf,
    },
}

fn key(text: &str) -> std::result::Result<PublicKey, String> {
    PublicKey::parse(text).map_err(|error| error.to_string())
}

fn day(text: &str) -> std::result::Result<Day, String> {
    let numbers: Vec<u16> = text.split('-').map_while(|part| part.parse().ok()).collect();
    let [year, month, day] = numbers[..] else { return Err("write it as 2027-12-31".into()) };
    let (Ok(month), Ok(day)) = (u8::try_from(month), u8::try_from(day)) else {
        return Err("no calendar has that day".into());
    };
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return Err("no calendar has that day".into());
    }
    Ok(Day { year, month, day })
}

/// Runs a command.
pub fn run(command: &RootCommand) -> ExitCode {
    match done(command) {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(error @ (Error::Pack(_) | Error::Invalid { .. } | Error::NotFound { .. })) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn done(command: &RootCommand) -> Result<String> {
    match command {
        RootCommand::New { draft, name, keys, threshold } => {
            let root = Root::first(name, *threshold, keys.clone(), Vec::new());
            make_draft(draft, &root)
        }
        RootCommand::Next { roots, draft } => {
            make_draft(draft, &read_roots(roots)?.newest().successor())
        }
        RootCommand::Set { draft, name, keys, threshold, expires } => change(draft, |root| {
            root.name = name.clone().unwrap_or_else(|| root.name.clone());
            root.threshold = threshold.unwrap_or(root.threshold);
            root.expires_on = expires.or(root.expires_on);
            if !keys.is_empty() {
                root.keys.clone_from(keys);
            }
            Ok(())
        }),
        RootCommand::Publisher { draft, id, remove: true, .. } => {
            change(draft, |root| position(root, id).map(|at| drop(root.publishers.remove(at))))
        }
        RootCommand::Publisher { draft, id, name, keys, courses, .. } => {
            change(draft, |root| set_publisher(root, id, name.as_deref(), keys, courses))
        }
        RootCommand::Show { file } => show(file),
        RootCommand::Sign { draft, key } => sign(draft, key),
        RootCommand::Finish { draft, roots } => finish(draft, roots),
        RootCommand::Trust { roots, fingerprint, data } => trust(roots, fingerprint, data),
    }
}

fn trust(roots: &Path, fingerprint: &str, data: &Path) -> Result<String> {
    let roots = read_roots(roots)?;
    let core = super::serve::open(data)?;
    let view = core.packs().trust_root(&roots.encode(), fingerprint)?;
    let (name, publishers) = (view.name, view.publishers.join(", "));
    Ok(format!("{}: trusts {name:?}, version {}: {publishers}", data.display(), view.version))
}

fn position(root: &Root, id: &PublisherId) -> Result<usize> {
    let found = root.publishers.iter().position(|publisher| publisher.id == *id);
    found.ok_or_else(|| Error::Invalid {
        what: "publisher",
        why: format!("the draft names no {id}; `hocvu root show` lists whom it names"),
    })
}

fn set_publisher(
    root: &mut Root,
    id: &PublisherId,
    name: Option<&str>,
    keys: &[PublicKey],
    courses: &[CourseId],
) -> Result<()> {
    let courses = Some(courses.to_vec()).filter(|courses| !courses.is_empty());
    let Ok(at) = position(root, id) else {
        let (Some(name), false) = (name, keys.is_empty()) else {
            let why = format!("{id} is new: name it with --name and at least one --key");
            return Err(Error::Invalid { what: "publisher", why });
        };
        let (id, name, keys) = (id.clone(), name.to_owned(), keys.to_vec());
        root.publishers.push(Publisher { id, name, keys, courses, generation: 1 });
        return Ok(());
    };
    let held = &root.publishers[at];
    let is_key_lost = !keys.is_empty() && held.keys.iter().any(|key| !keys.contains(key));
    if is_key_lost {
        root.replace_keys(id, keys.to_vec())?;
    }
    let publisher = &mut root.publishers[at];
    if !keys.is_empty() {
        publisher.keys = keys.to_vec();
    }
    if let Some(name) = name {
        publisher.name = name.to_owned();
    }
    publisher.courses = courses.or_else(|| publisher.courses.take());
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    read_bounded(path, ROOTS_BYTES_MAX)?.ok_or_else(|| Error::Invalid {
        what: "file",
        why: format!("{} does not exist", path.display()),
    })
}

fn read_roots(path: &Path) -> Result<RootChain> {
    RootChain::decode(&read(path)?).map_err(|error| named(path, &error))
}

fn read_draft(path: &Path) -> Result<SignedRoot> {
    SignedRoot::decode(&read(path)?).map_err(|error| named(path, &error))
}

fn named(path: &Path, error: &PackError) -> Error {
    Error::Invalid { what: "file", why: format!("{}: {error}", path.display()) }
}

/// Writes beside the file and renames, so that a cut leaves the old one.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let fail = |source| Error::File { doing: "writing", path: path.to_owned(), source };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.new"));
    std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, path)).map_err(fail)
}

fn make_draft(path: &Path, root: &Root) -> Result<String> {
    if path.exists() {
        let why = format!("{} exists; choose another name", path.display());
        return Err(Error::Invalid { what: "draft", why });
    }
    write(path, &SignedRoot::new(root)?.encode())?;
    let file = path.display();
    Ok(format!("{file}: draft of version {} of {:?}, not signed", root.version, root.name))
}

fn change(path: &Path, change: impl FnOnce(&mut Root) -> Result<()>) -> Result<String> {
    let draft = read_draft(path)?;
    let mut root = draft.root()?;
    change(&mut root)?;
    write(path, &SignedRoot::new(&root)?.encode())?;
    let mut said = words_of(&root);
    if !draft.signers().is_empty() {
        said.push_str("\nThe draft changed: it has to be signed anew.");
    }
    Ok(said)
}

fn words_of(root: &Root) -> String {
    let mut said = format!("{:?}, version {}\n", root.name, root.version);
    let (threshold, keys) = (root.threshold, root.keys.len());
    let _ = write!(said, "  {threshold} of {keys} keys must sign");
    for key in &root.keys {
        let _ = write!(said, "\n    {key}");
    }
    if let Some(day) = root.expires_on {
        let _ = write!(said, "\n  to be renewed by {day}");
    }
    for publisher in &root.publishers {
        let Publisher { id, name, generation, .. } = publisher;
        let _ = write!(said, "\n  publisher {id}, {name:?}, generation {generation}; ");
        match &publisher.courses {
            None => said.push_str("may publish any course"),
            Some(courses) => {
                let ids: Vec<&str> = courses.iter().map(CourseId::as_str).collect();
                let _ = write!(said, "may publish {}", ids.join(", "));
            }
        }
        for key in &publisher.keys {
            let _ = write!(said, "\n    {key}");
        }
    }
    said
}

fn show(path: &Path) -> Result<String> {
    if let Ok(roots) = RootChain::decode(&read(path)?) {
        let said = words_of(roots.newest());
        return Ok(format!("{said}\n  fingerprint {}", roots.fingerprint()));
    }
    let draft = read_draft(path)?;
    let mut said = words_of(&draft.root()?);
    said.push_str("\nThis is a draft, signed by");
    match &draft.signers()[..] {
        [] => said.push_str(" nobody yet"),
        signers => signers.iter().for_each(|key| {
            let _ = write!(said, "\n    {key}");
        }),
    }
    Ok(said)
}

fn sign(path: &Path, key: &Path) -> Result<String> {
    let draft = read_draft(path)?;
    let root = draft.root()?;
    let secret = SecretKey::read_file(key)?;
    let public = secret.public();
    if draft.signers().contains(&public) {
        let why = format!("{public} has signed this draft already");
        return Err(Error::Invalid { what: "signature", why });
    }
    if root.version == 1 && !root.keys.contains(&public) {
        let why = format!("{} is none of the keys that this root lists", key.display());
        return Err(Error::Invalid { what: "signature", why });
    }
    let signed = draft.sign(&secret);
    write(path, &signed.encode())?;
    let counted = signed.signers().iter().filter(|key| root.keys.contains(key)).count();
    let (needed, said) = (root.threshold, words_of(&root));
    Ok(format!("{said}\nSigned by {counted} of the {needed} keys that must sign."))
}

fn finish(draft: &Path, path: &Path) -> Result<String> {
    let signed = read_draft(draft)?;
    let roots =
        if path.exists() { read_roots(path)?.follow(signed) } else { RootChain::begin(signed) };
    let roots = roots.map_err(|error| named(draft, &error))?;
    write(path, &roots.encode())?;
    let (file, version) = (path.display(), roots.newest().version);
    Ok(format!("{file}: roots up to version {version}\n  fingerprint {}", roots.fingerprint()))
}
