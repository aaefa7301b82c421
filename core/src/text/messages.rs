//! All texts for people, as functions with typed arguments.
//!
//! The texts are Fluent files in `assets/locales/<lang>/`; Vietnamese is the reference, another
//! language is another folder. `build.rs` makes one function a message and refuses to build when a
//! key or an argument is missing, stands twice or is too much in any language:
//!
//! - The function has the key's name with `_` for `-`: `quiz-next` is `messages.quiz_next()`.
//! - Its arguments stand in the order of the alphabet, so that rewording never swaps two of them.
//! - An argument is an `i64` when any language counts with it, by `NUMBER($count)` or by choosing
//!   between plural categories or numbers (`[one]`, `[0]`). Otherwise it is a `&str`, also when it
//!   chooses between named variants.
//! - `$You` is `$you` with a capital letter; the function has the one argument `you`.
//! - `$you` is how the learner wishes to be called. A language without forms of address may leave
//!   it out; every other argument is used by all.
//! - A text is one line, however long; line breaks stand only inside of `{ … }`.
//! - Terms, references, attributes and functions other than `NUMBER` are not used.

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use super::numbers;
use crate::course::Day;
use crate::ids::{CompetenceCode, Lang};

include!(concat!(env!("OUT_DIR"), "/messages.rs"));

static MESSAGES: [OnceLock<Messages>; LANGS.len()] = [const { OnceLock::new() }; LANGS.len()];

/// The texts of one language.
pub struct Messages {
    lang: &'static str,
    /// Its place in [`LANGS`].
    at: usize,
    bundle: FluentBundle<FluentResource>,
}

impl Messages {
    /// The texts of a language, read once and kept; Vietnamese when there are none in it.
    ///
    /// A region is passed over: `en-gb` finds `en`.
    pub fn get(lang: &Lang) -> &'static Self {
        let at = place(lang);
        MESSAGES[at].get_or_init(|| Self::read(at))
    }

    /// As [`Messages::get`], but read anew.
    pub fn new(lang: &Lang) -> Self {
        Self::read(place(lang))
    }

    /// The languages that there are texts in, Vietnamese first.
    pub fn langs() -> &'static [&'static str] {
        &LANGS
    }

    /// The language of these texts, such as `vi`.
    pub fn lang(&self) -> &str {
        self.lang
    }

    /// A day as its readers write it: 22/11/2026, 22 Nov 2026.
    pub fn day(&self, day: Day) -> String {
        self.date(day.day.into(), day.month.into(), &day.year.to_string())
    }

    /// How much room something takes, rounded up: 640 KB, 12 MB.
    pub fn size(&self, bytes: u64) -> String {
        let amount = |unit: u64| i64::try_from(bytes.div_ceil(unit)).unwrap_or(i64::MAX);
        match bytes {
            0..1_000_000 => self.size_kb(amount(1_000)),
            1_000_000..10_000_000_000 => self.size_mb(amount(1_000_000)),
            _ => self.size_gb(amount(1_000_000_000)),
        }
    }

    /// What a competence is called, or `None` when the framework has no such code.
    pub fn competence(&self, code: &CompetenceCode) -> Option<String> {
        self.find(&format!("competence-{}", code.as_str().replace('.', "-")))
    }

    /// The same competence in everyday words, for learners: "Giữ kín thông tin riêng".
    pub fn skill(&self, code: &CompetenceCode) -> Option<String> {
        self.find(&format!("skill-{}", code.as_str().replace('.', "-")))
    }

    /// What the area of a competence is called, or `None` when the framework has no such area.
    pub fn area(&self, code: &CompetenceCode) -> Option<String> {
        let area = code.as_str().split('.').next()?;
        self.find(&format!("competence-area-{area}"))
    }

    /// A text by its key, such as `quiz-next`, for shells whose language has no function for each.
    /// `$You` comes from `you`. `None` for a key that there is no text of, and where an argument is
    /// missing.
    pub fn say<'a>(
        &self,
        key: &str,
        words: impl IntoIterator<Item = (&'a str, Word<'a>)>,
    ) -> Option<String> {
        let mut args = FluentArgs::new();
        for (name, word) in words {
            match word {
                Word::Number(number) => args.set(name.to_owned(), number),
                Word::Text(text) => {
                    args.set(name.to_owned(), text);
                    args.set(capitalised(name), capitalised(text));
                }
            }
        }
        self.try_format(key, &args)
    }

    /// Every text that needs no argument, by its key, so that a shell fetches them in one piece.
    pub fn all(&self) -> Vec<(String, String)> {
        let texts = texts(self.at);
        let keys = texts.lines().filter_map(|line| {
            let (key, _) = line.split_once(" =")?;
            Some(key).filter(|key| key.starts_with(|c: char| c.is_ascii_lowercase()))
        });
        let none = FluentArgs::new();
        keys.filter_map(|key| Some((key.to_owned(), self.try_format(key, &none)?))).collect()
    }

    fn try_format(&self, key: &str, args: &FluentArgs<'_>) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(args), &mut errors).into_owned();
        errors.is_empty().then_some(text)
    }

    fn read(at: usize) -> Self {
        let lang = LANGS[at];
        let id: LanguageIdentifier = lang.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // The marks that isolate arguments are for text of mixed direction; old phones show boxes.
        bundle.set_use_isolating(false);
        numbers::set_formatter(&mut bundle, lang);
        bundle.add_builtins().expect("the bundle has no other function yet");
        let resource = FluentResource::try_new(texts(at))
            .expect("build.rs has read the texts without a fault");
        bundle.add_resource(resource).expect("build.rs has found no key twice");
        Self { lang, at, bundle }
    }

    fn find(&self, key: &str) -> Option<String> {
        self.bundle.has_message(key).then(|| self.format(key, &FluentArgs::new()))
    }

    fn format(&self, key: &str, args: &FluentArgs<'_>) -> String {
        let message = self.bundle.get_message(key).expect("build.rs has found every key");
        let pattern = message.value().expect("build.rs has refused messages without a text");
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(args), &mut errors).into_owned();
        debug_assert!(errors.is_empty(), "{key}: {errors:?}");
        text
    }
}

/// An argument of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word<'a> {
    /// It is counted.
    Number(i64),
    /// It is words.
    Text(&'a str),
}

/// All texts of a language as Fluent reads them.
fn texts(at: usize) -> String {
    let texts = zstd::decode_all(PACKED[at]).expect("build.rs has packed the texts");
    String::from_utf8(texts).expect("build.rs has packed text")
}

fn place(lang: &Lang) -> usize {
    let at = |wanted: &str| LANGS.iter().position(|known| *known == wanted);
    let primary = lang.as_str().split('-').next().unwrap_or_default();
    at(lang.as_str()).or_else(|| at(primary)).unwrap_or(0)
}

/// The words with their first letter as a capital: `bà` → `Bà`.
pub fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next();
    first.into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

#[cfg(test)]
#[path = "../../build/messages.rs"]
mod generator;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::generator::{Source, Spec, check, generate, joined, languages};
    use super::*;
    use crate::text::nfc;

    fn messages(lang: &str) -> &'static Messages {
        Messages::get(&Lang::parse(lang).unwrap())
    }

    /// A file of its own; `|` stands for a new line within a message.
    fn source(lang: &str, text: &str) -> Source {
        let text = text.replace('|', "\n    ");
        Source { lang: lang.into(), file: "a.ftl".into(), text }
    }

    /// What is checked when a build reads the house's own texts.
    fn house() -> (Vec<Source>, Vec<Spec>) {
        let locales = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/locales");
        let mut sources = Vec::new();
        for lang in LANGS {
            for file in std::fs::read_dir(locales.join(lang)).unwrap() {
                let path = file.unwrap().path();
                let file = path.file_name().unwrap().to_string_lossy().into_owned();
                let text = std::fs::read_to_string(&path).unwrap();
                sources.push(Source { lang: lang.into(), file, text });
            }
        }
        let specs = check(&sources).unwrap();
        (sources, specs)
    }

    fn faults(vi: &str, en: &str) -> Vec<String> {
        check(&[source("vi", vi), source("en", en)]).err().unwrap_or_default()
    }

    #[test]
    fn the_packed_texts_are_those_of_the_files() {
        let (mut sources, _) = house();
        sources.sort_by(|a, b| a.file.cmp(&b.file));
        for (at, lang) in LANGS.iter().enumerate() {
            assert_eq!(texts(at), joined(&sources, lang), "{lang}");
            assert!(!texts(at).contains("\n#"), "{lang} still has comments");
        }
    }

    #[test]
    fn every_text_of_every_language_can_be_said() {
        let (_, specs) = house();
        for lang in LANGS {
            let messages = messages(lang);
            for spec in &specs {
                for number in [0, 1, 2, 7, 1234] {
                    let mut args = FluentArgs::new();
                    for (name, arg) in &spec.args {
                        match arg.number {
                            true => args.set(name.clone(), number),
                            false => args.set(name.clone(), "bà"),
                        }
                        if arg.capital {
                            args.set(capitalised(name), "Bà");
                        }
                    }
                    let text = messages.format(&spec.key, &args);
                    let said = !text.trim().is_empty() && text.trim() == text;
                    assert!(said, "{lang} {}: {text:?}", spec.key);
                    assert!(!text.contains(['{', '}', '$', '<', '>']), "{lang}: {text}");
                }
            }
        }
    }

    #[test]
    fn texts_are_in_unicodes_composed_form() {
        let (sources, _) = house();
        for source in sources {
            let bad = source.text.lines().position(|line| !nfc(line.chars()).eq(line.chars()));
            assert_eq!(bad, None, "{}/{}, lines from 0", source.lang, source.file);
        }
    }

    #[test]
    fn an_unknown_language_is_answered_in_vietnamese() {
        assert_eq!(Messages::langs()[0], "vi");
        for (asked, given) in [("vi", "vi"), ("en", "en"), ("en-gb", "en"), ("tyz", "vi")] {
            let lang = Lang::parse(asked).unwrap();
            assert_eq!(Messages::get(&lang).lang(), given);
            assert_eq!(Messages::new(&lang).lang(), given);
        }
    }

    #[test]
    fn many_threads_share_the_texts() {
        fn shared<T: Send + Sync>() {}
        shared::<Messages>();
        assert!(std::ptr::eq(messages("vi"), messages("vi")));
    }

    #[test]
    fn days_are_written_as_readers_write_them() {
        for (day, vi, en) in [
            (Day { year: 2026, month: 11, day: 22 }, "22/11/2026", "22 Nov 2026"),
            (Day { year: 2027, month: 2, day: 5 }, "05/02/2027", "5 Feb 2027"),
        ] {
            assert_eq!(messages("vi").day(day), vi);
            assert_eq!(messages("vi").day(day), day.to_string());
            assert_eq!(messages("en").day(day), en);
        }
    }

    #[test]
    fn room_is_said_in_the_unit_that_fits() {
        let sizes = [0, 1, 999_999, 1_000_001, 9_999_000_000, 12_000_000_000].map(|bytes| {
            let (vi, en) = (messages("vi").size(bytes), messages("en").size(bytes));
            format!("{vi} {en}")
        });
        let wanted = [
            "0 KB 0 KB",
            "1 KB 1 KB",
            "1.000 KB 1,000 KB",
            "2 MB 2 MB",
            "9.999 MB 9,999 MB",
            "12 GB 12 GB",
        ];
        assert_eq!(sizes, wanted);
    }

    #[test]
    fn every_competence_of_the_framework_has_a_name() {
        let codes = "0.1 0.2 1.1 1.2 1.3 2.1 2.2 2.3 2.4 2.5 2.6 3.1 3.2 3.3 3.4 4.1 4.2 4.3 4.4 \
                     5.1 5.2 5.3 5.4 6.1 6.2 6.3";
        for code in codes.split_whitespace().map(|c| CompetenceCode::parse(c).unwrap()) {
            for lang in LANGS {
                assert!(messages(lang).competence(&code).is_some(), "{lang} {code}");
                assert!(messages(lang).skill(&code).is_some(), "{lang} {code}");
                assert!(messages(lang).area(&code).is_some(), "{lang} {code}");
            }
        }
        let code = CompetenceCode::parse("4.2").unwrap();
        let name = "Bảo vệ dữ liệu cá nhân và quyền riêng tư";
        assert_eq!(messages("vi").competence(&code).as_deref(), Some(name));
        assert_eq!(messages("vi").area(&code).as_deref(), Some("An toàn"));
        let unknown = CompetenceCode::parse("7.9").unwrap();
        assert_eq!(messages("vi").competence(&unknown), None);
        assert_eq!(messages("vi").area(&unknown), None);
    }

    #[test]
    fn a_capital_letter_keeps_its_marks() {
        assert_eq!(capitalised("ông"), "Ông");
        assert_eq!(capitalised("đi"), "Đi");
        assert_eq!(capitalised(""), "");
    }

    #[test]
    fn arguments_are_typed_by_how_any_language_uses_them() {
        let vi = "done = Xong { $n } bài. { $You } { $how ->|[a] một|*[b] hai|}";
        let en = "done = { $n ->|[one] { $n } lesson|*[other] { $n } lessons|} { $how }";
        let sources = [source("vi", vi), source("en", en)];
        let specs = check(&sources).unwrap();
        let args = &specs[0].args;
        assert_eq!(args.keys().collect::<Vec<_>>(), ["how", "n", "you"]);
        assert!(args["n"].number && !args["how"].number);
        assert!(args["you"].capital && !args["you"].number);
        assert_eq!(specs[0].doc, "Xong {n} bài. {You} hai");
        let code = generate(&sources, &specs);
        assert!(code.contains("pub fn done(&self, how: &str, n: i64, you: &str) -> String"));
        assert!(code.contains(r#"args.set("You", capitalised(you));"#));
        assert!(code.contains(r#"["vi", "en"]"#));
        assert_eq!(languages(&sources), ["vi", "en"]);
    }

    #[test]
    fn a_learner_is_spoken_to_as_she_wishes() {
        let (vi, en) = (messages("vi"), messages("en"));
        assert_eq!(vi.people_name("Lan", &vi.address_ba()), "Bà Lan");
        assert_eq!(vi.idle_title("Tư", &vi.address_chu()), "Vẫn là chú Tư phải không?");
        assert_eq!(en.people_name("Lan", &en.address_ba()), "Lan");
        assert_eq!(en.lesson_done_title(&en.address_ba()), "You have finished this lesson.");
    }

    #[test]
    fn a_text_is_found_by_its_key_and_refused_without_its_arguments() {
        let vi = messages("vi");
        let done = [("done", Word::Number(2)), ("of", Word::Number(7))];
        assert_eq!(vi.say("course-done-of", done), Some(vi.course_done_of(2, 7)));
        let name = [("you", Word::Text("bà")), ("name", Word::Text("Lan"))];
        assert_eq!(vi.say("people-name", name).as_deref(), Some("Bà Lan"));
        assert_eq!(vi.say("people-name", [name[1]]), None);
        assert_eq!(vi.say("no-such-text", name), None);
    }

    #[test]
    fn all_texts_without_arguments_come_in_one_piece() {
        let (_, specs) = house();
        for lang in LANGS {
            let all = messages(lang).all();
            let keys: std::collections::BTreeSet<_> = all.iter().map(|(key, _)| key).collect();
            assert_eq!(keys.len(), all.len(), "{lang}: a text stands twice");
            for spec in specs.iter().filter(|spec| spec.args.is_empty()) {
                assert!(keys.contains(&spec.key), "{lang} {}", spec.key);
            }
            let pin = all.iter().find(|(key, _)| key == "pin-form").unwrap();
            assert_eq!(pin.1, messages(lang).pin_form());
        }
    }

    #[test]
    fn numbers_are_said_as_people_say_them() {
        let (vi, en) = (messages("vi"), messages("en"));
        assert_eq!(vi.course_done_of(2, 7), "Xong 2 trên 7 bài");
        assert_eq!(vi.count_questions(1234), "1.234 câu");
        assert_eq!(en.count_questions(1234), "1,234 questions");
        assert_eq!(en.count_questions(1), "One question");
        assert_eq!(en.passcode_wait(1), "Wait one second and try again.");
    }

    #[test]
    fn a_language_may_leave_out_the_form_of_address() {
        assert_eq!(faults("a = { $You } học { $what }", "a = Learn { $what }"), [""; 0]);
    }

    #[test]
    fn what_differs_between_languages_is_told_with_file_and_key() {
        for (vi, en, told) in [
            ("a = x\nb = y", "a = x", "en/a.ftl: b: is missing; vi/a.ftl has it"),
            ("a = x", "a = x\nb = y", "en/a.ftl:2: b: is too much; vi has no such key"),
            ("a = { $n }", "\na = x", "en/a.ftl:2: a: lacks $n, which vi/a.ftl has"),
            ("a = x", "a = { $n }", "en/a.ftl:1: a: has $n, which vi/a.ftl lacks"),
            (
                "a = { $n ->|[x] 1|*[y] 2|}",
                "a = { NUMBER($n) }",
                "vi/a.ftl:1: a: $n is a number in one place and words in another",
            ),
        ] {
            assert_eq!(faults(vi, en), [told], "{vi} / {en}");
        }
    }

    #[test]
    fn what_the_convention_does_not_know_is_refused() {
        for (text, told) in [
            ("a = x\na = y", "vi/a.ftl:2: a: stands twice, first in vi/a.ftl"),
            ("a = { $n", "vi/a.ftl:1: syntax: "),
            ("a x", "vi/a.ftl:1: syntax: "),
            ("-b = y", "vi/a.ftl:1: -b: terms are not used"),
            ("a = x\n    .b = y", "vi/a.ftl:1: a: attributes are not used"),
            ("a =\n    .b = y", "vi/a.ftl:1: a: attributes are not used"),
            ("a = { b }", "vi/a.ftl:1: a: references are not used"),
            ("a = { -b }", "vi/a.ftl:1: a: references are not used"),
            ("a = { DATETIME($n) }", "vi/a.ftl:1: a: the only function is NUMBER"),
            (
                "a = { NUMBER($n, style: \"percent\") }",
                "vi/a.ftl:1: a: the only function is NUMBER",
            ),
            ("A = x", "vi/a.ftl:1: A: a key is made of"),
            ("a_b = x", "vi/a.ftl:1: a_b: a key is made of"),
            ("a--b = x", "vi/a.ftl:1: a--b: a key is made of"),
            ("type = x", "vi/a.ftl:1: type: this name is taken in Rust"),
            ("day = x", "vi/a.ftl:1: day: this name is taken in Rust"),
            ("a = x|y", "vi/a.ftl:1: a: is broken into lines"),
            ("a = { $fn }", "vi/a.ftl:1: a: $fn is no name for an argument"),
            ("a = { $user-name }", "vi/a.ftl:1: a: $user-name is no name for an argument"),
            ("a = { $You ->|[x] 1|*[y] 2|}", "vi/a.ftl:1: a: $You is words with a capital letter"),
        ] {
            let found = check(&[source("vi", text)]).unwrap_err();
            assert!(found[0].starts_with(told), "{text}: {found:?}");
        }
        let none = check(&[source("en", "a = x")]).unwrap_err();
        assert_eq!(none, ["assets/locales: there is no folder vi with texts"]);
    }

    #[test]
    fn documentation_shows_the_text_as_it_is() {
        let sources = [source("vi", "a = Xem [ảnh] *này* nhé")];
        let code = generate(&sources, &check(&sources).unwrap());
        assert!(code.contains("/// Xem \\[ảnh\\] \\*này\\* nhé\n    pub fn a(&self)"), "{code}");
    }
}
