//! Comparison of Vietnamese words: pure functions on text.
//!
//! `normalise` makes alike what readers take for the same word (case, spaces, Unicode form, old and
//! new placement of the tone mark); `fold_marks` also makes alike what differs in diacritics only,
//! for people who type without them. đ has no decomposition in Unicode and is folded by hand.

use super::{nfc, nfd};

const GRAVE: char = '\u{300}';
const ACUTE: char = '\u{301}';
const TILDE: char = '\u{303}';
const HOOK: char = '\u{309}';
const DOT_BELOW: char = '\u{323}';

fn is_tone(c: char) -> bool {
    matches!(c, GRAVE | ACUTE | TILDE | HOOK | DOT_BELOW)
}

/// The word as it is compared: NFC, lower case, single spaces, no punctuation at its ends, and the
/// tone mark of `oa`, `oe`, `uy` on the first letter (hoà → hòa, thuỷ → thủy).
pub fn normalise(text: &str) -> String {
    let lower: String = nfc(text.chars()).flat_map(char::to_lowercase).collect();
    let words: Vec<String> = lower.split_whitespace().map(place_tone).collect();
    let joined = words.join(" ");
    let edge = |c: char| !c.is_alphanumeric() && !is_mark(c);
    nfc(joined.trim_matches(edge).chars()).collect()
}

/// The text without diacritics, in lower case: `Đà Nẵng` → `da nang`.
pub fn fold_marks(text: &str) -> String {
    let bare = nfd(text.chars()).filter(|c| !is_mark(*c)).flat_map(char::to_lowercase);
    nfc(bare.map(|c| if c == 'đ' { 'd' } else { c })).collect()
}

fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// A letter with its marks: the tone apart from the shape (circumflex, breve, horn).
struct Letter {
    base: char,
    shape: String,
    tone: Option<char>,
}

/// Moves the tone of a final `oa`, `oe`, `uy` to where the older spelling has it; `quý` keeps its
/// tone, since its u belongs to the consonant.
fn place_tone(word: &str) -> String {
    let mut letters = letters_of(word);
    for i in 1..letters.len() {
        let ends = letters.get(i + 1).is_none_or(|next| !next.base.is_alphabetic());
        let pair = matches!((letters[i - 1].base, letters[i].base), ('o', 'a' | 'e') | ('u', 'y'));
        let plain = letters[i - 1].shape.is_empty() && letters[i].shape.is_empty();
        let consonant = letters[i - 1].base == 'u' && i >= 2 && letters[i - 2].base == 'q';
        if !(ends && pair && plain) {
            continue;
        }
        let (to, from) = if consonant { (i, i - 1) } else { (i - 1, i) };
        if letters[to].tone.is_none() {
            letters[to].tone = letters[from].tone.take();
        }
    }
    let marks = |l: Letter| {
        std::iter::once(l.base).chain(l.shape.chars().collect::<Vec<_>>()).chain(l.tone)
    };
    nfc(letters.into_iter().flat_map(marks)).collect()
}

fn letters_of(word: &str) -> Vec<Letter> {
    let mut letters: Vec<Letter> = Vec::new();
    for c in nfd(word.chars()) {
        match letters.last_mut() {
            Some(last) if is_tone(c) && last.tone.is_none() => last.tone = Some(c),
            Some(last) if is_mark(c) => last.shape.push(c),
            _ => letters.push(Letter { base: c, shape: String::new(), tone: None }),
        }
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_without_marks_find_the_marked_ones() {
        for (marked, bare) in [
            ("Bình dân học vụ số", "binh dan hoc vu so"),
            ("lừa đảo", "lua dao"),
            ("ĐIỆN THOẠI", "dien thoai"),
            ("Đà Nẵng", "da nang"),
        ] {
            assert_eq!(fold_marks(marked), bare);
            let decomposed: String = nfd(marked.chars()).collect();
            assert_eq!(fold_marks(&decomposed), bare);
        }
    }

    #[test]
    fn both_placements_of_the_tone_are_one_word() {
        for (new, old) in [("hoà", "hòa"), ("thuỷ", "thủy"), ("khoẻ", "khỏe"), ("loá", "lóa")]
        {
            assert_eq!(normalise(new), normalise(old));
            assert_eq!(normalise(new), old);
        }
        assert_eq!(normalise("quý"), "quý");
        assert_eq!(normalise("hoàn"), "hoàn");
        assert_eq!(normalise("qúy"), "quý");
    }

    #[test]
    fn different_words_stay_different() {
        for (a, b) in [("án", "an"), ("bé", "be"), ("ma", "mã"), ("đo", "do")] {
            assert_ne!(normalise(a), normalise(b));
            assert_eq!(fold_marks(a), fold_marks(b));
        }
    }

    #[test]
    fn typed_text_matches_stored_text_in_any_unicode_form() {
        let stored = "Mật khẩu";
        let typed: String = nfd("  mật   KHẨU!".chars()).collect();
        assert_eq!(normalise(&typed), normalise(stored));
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in "[a-zA-ZàáảãạâầấẩẫậăằắẳẵặèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđĐ .,!]{0,30}") {
            let once = normalise(&text);
            prop_assert_eq!(&normalise(&once), &once);
            prop_assert_eq!(fold_marks(&fold_marks(&once)), fold_marks(&once));
        }

        #[test]
        fn any_text_can_be_folded(text in ".{0,60}") {
            normalise(&text);
            fold_marks(&text);
        }
    }
}
