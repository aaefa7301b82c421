//! Faults: what an author is told, with the place and what to do.
//!
//! A run collects every fault instead of stopping at the first, so that an author mends a folder in
//! one go. The collector is shared by all readers, hence the `RefCell`: reading is one thread.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

/// One thing that is wrong in an author's folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Path within the course's folder, with `/`.
    pub file: String,
    /// Line in that file, from 1; 1 also where the file as a whole is meant.
    pub line: usize,
    /// What is wrong, without a full stop.
    pub what: String,
    /// What to do, as one or more sentences.
    pub remedy: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}. {}", self.file, self.line, self.what, self.remedy)
    }
}

/// A place in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct At {
    pub(super) file: Arc<str>,
    pub(super) line: usize,
}

impl At {
    /// A file as a whole.
    pub(super) fn file(path: &str) -> Self {
        Self { file: path.into(), line: 1 }
    }

    fn fault(&self, what: String, remedy: String) -> Fault {
        Fault { file: self.file.to_string(), line: self.line, what, remedy }
    }
}

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Placed<T> {
    pub(super) value: T,
    pub(super) at: At,
}

/// What was found wrong (faults) or doubtful (warnings) so far.
#[derive(Debug, Default)]
pub(super) struct Faults {
    faults: RefCell<Vec<Fault>>,
    warnings: RefCell<Vec<Fault>>,
}

impl Faults {
    pub(super) fn add(&self, at: &At, what: impl Into<String>, remedy: impl Into<String>) {
        self.faults.borrow_mut().push(at.fault(what.into(), remedy.into()));
    }

    pub(super) fn warn(&self, at: &At, what: impl Into<String>, remedy: impl Into<String>) {
        self.warnings.borrow_mut().push(at.fault(what.into(), remedy.into()));
    }

    pub(super) fn count(&self) -> usize {
        self.faults.borrow().len()
    }

    /// All faults and all warnings, each sorted by file and line, none twice.
    pub(super) fn into_sorted(self) -> (Vec<Fault>, Vec<Fault>) {
        let sorted = |list: RefCell<Vec<Fault>>| {
            let mut list = list.into_inner();
            list.sort();
            list.dedup();
            list
        };
        (sorted(self.faults), sorted(self.warnings))
    }
}

/// The known word nearest to a misspelt one, if one is near enough to be meant.
pub(super) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    // Distances of very long words would take long and mean nothing.
    if word.len() > 40 {
        return None;
    }
    let near = |k: &&'a str| (distance(word, k), *k);
    let (distance, best) = known.iter().map(near).min()?;
    (distance <= 1 + best.len() / 4).then_some(best)
}

/// Edits (insert, remove, replace) from one word to the other: Wagner and Fischer, 1974.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_word_finds_the_meant_one() {
        let known = ["prompt", "reason", "hint"];
        assert_eq!(nearest("promt", &known), Some("prompt"));
        assert_eq!(nearest("raeson", &known), Some("reason"));
        assert_eq!(nearest("colour", &known), None);
        assert_eq!(nearest("", &[]), None);
    }

    #[test]
    fn a_fault_is_shown_with_place_and_remedy() {
        let faults = Faults::default();
        let at = At { file: "facts.toml".into(), line: 7 };
        faults.add(&at, "fact `x` is used nowhere", "Remove it.");
        faults.add(&At::file("course.toml"), "no id", "Add one.");
        let (sorted, _) = faults.into_sorted();
        assert_eq!(sorted[0].file, "course.toml");
        assert_eq!(sorted[1].to_string(), "facts.toml:7: fact `x` is used nowhere. Remove it.");
    }
}
