//! The communes of Viet Nam, to choose the kiosk's own from.
//!
//! `assets/units.tsv` has provinces and communes as in force since 30/04/2026. It is small enough to
//! be searched from one end to the other.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use hocvu_core::text::{fold_marks, normalise};

const UNITS: &str = include_str!("../../../assets/units.tsv");
/// A commune's name may be preceded by its kind.
const KINDS: [&str; 3] = ["xa ", "phuong ", "dac khu "];
/// The most words of a search that are looked at.
const WORDS_MAX: usize = 8;

/// A commune, ward or special zone.
#[derive(Debug, PartialEq, Eq)]
pub struct Commune {
    /// Its official code, five digits.
    pub code: &'static str,
    /// Its name with its kind: "Xã Đất Mũi".
    pub name: &'static str,
    /// Its province: "Tỉnh Cà Mau".
    pub province: &'static str,
    exact: String,
    folded: String,
}

fn all() -> &'static [Commune] {
    static ALL: OnceLock<Vec<Commune>> = OnceLock::new();
    ALL.get_or_init(|| {
        let row = |line: &'static str| -> Option<(&str, &str, &str)> {
            let mut columns = line.split('\t');
            Some((columns.next()?, columns.next()?, columns.next()?))
        };
        let rows = || UNITS.lines().skip(1).filter_map(row);
        let provinces: BTreeMap<_, _> =
            rows().filter(|(_, parent, _)| parent.is_empty()).map(|(c, _, n)| (c, n)).collect();
        let commune = |(code, parent, name)| {
            let province = *provinces.get(parent)?;
            let exact = format!("{}, {}", normalise(name), normalise(province));
            let folded = fold_marks(&exact);
            Some(Commune { code, name, province, exact, folded })
        };
        rows().filter_map(commune).collect()
    })
}

/// The commune of a code.
pub fn get(code: &str) -> Option<&'static Commune> {
    all().iter().find(|commune| commune.code == code)
}

/// The communes whose name, or whose province's name, has all the words; those that begin with them
/// first, and those that have them with the same diacritics before others. At most `max`.
pub fn find(words: &str, max: usize) -> Vec<&'static Commune> {
    let words: String = words.chars().take(100).collect();
    let exact = normalise(&words);
    let folded = fold_marks(&exact);
    if folded.is_empty() {
        return Vec::new();
    }
    let parts: Vec<&str> = folded.split([' ', ',']).filter(|w| !w.is_empty()).collect();
    let parts = &parts[..parts.len().min(WORDS_MAX)];
    let rank = |commune: &'static Commune| {
        parts.iter().all(|part| commune.folded.contains(part)).then(|| {
            let own = KINDS.iter().find_map(|kind| commune.folded.strip_prefix(kind));
            let begins = own.unwrap_or(&commune.folded).starts_with(&folded)
                || commune.folded.starts_with(&folded);
            (!begins, !commune.exact.contains(&exact), commune)
        })
    };
    let mut found: Vec<_> = all().iter().filter_map(rank).collect();
    found.sort_by_key(|(begins, exact, _)| (*begins, *exact));
    found.into_iter().take(max).map(|(_, _, commune)| commune).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_commune_has_a_province_and_a_code_of_its_own() {
        let codes: std::collections::BTreeSet<_> = all().iter().map(|c| c.code).collect();
        assert_eq!((all().len(), codes.len()), (3_321, 3_321));
        assert!(all().iter().all(|c| c.code.len() == 5));
    }

    #[test]
    fn a_commune_is_found_with_and_without_diacritics() {
        for words in ["Đất Mũi", "dat mui", "  ĐẤT   mũi ", "xã đất mũi", "dat mui ca mau"]
        {
            let found = find(words, 5);
            assert_eq!(found.first().map(|c| c.name), Some("Xã Đất Mũi"), "{words}");
        }
        assert_eq!(get("32248").map(|c| c.province), Some("Tỉnh Cà Mau"));
    }

    #[test]
    fn what_is_no_commune_is_not_found() {
        for words in ["", " ", "zzz", "%", "01", &"a".repeat(10_000)] {
            assert!(find(words, 5).is_empty(), "{words}");
        }
        assert_eq!(get("01"), None, "a province is no commune");
        assert_eq!(find("a", 30).len(), 30);
    }
}
