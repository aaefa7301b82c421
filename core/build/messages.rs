//! Checks the texts of all languages against each other and writes typed functions for them.
//!
//! Included by `build.rs`, which stops the build on a fault, and by the tests of `text/messages.rs`,
//! which show that each kind of fault is found. The conventions are told in `text/messages.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use fluent_syntax::ast::{
    Entry, Expression, InlineExpression, Message, Pattern, PatternElement, VariantKey,
};

/// The language that the others are compared with.
pub(crate) const REFERENCE: &str = "vi";

/// The argument that languages without forms of address may leave out.
const ADDRESS: &str = "you";

/// Functions of `Messages` that are written by hand; no key may take their names.
const TAKEN: [&str; 12] = [
    "new",
    "get",
    "langs",
    "lang",
    "day",
    "size",
    "competence",
    "skill",
    "area",
    "read",
    "find",
    "format",
];

const KEYWORDS: [&str; 39] = [
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern",
    "false", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut",
    "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true", "type", "unsafe",
    "use", "where", "while", "yield",
];

const PLURALS: [&str; 5] = ["zero", "one", "two", "few", "many"];

/// One `.ftl` file.
pub(crate) struct Source {
    /// The folder it lies in, such as `vi`.
    pub(crate) lang: String,
    /// Its name, such as `people.ftl`.
    pub(crate) file: String,
    /// What is in it.
    pub(crate) text: String,
}

/// What one function shall look like.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Spec {
    /// The key in the files, such as `quiz-next`.
    pub(crate) key: String,
    /// By name, so that rewording a text never swaps two arguments.
    pub(crate) args: BTreeMap<String, Arg>,
    /// The Vietnamese text as a line of documentation.
    pub(crate) doc: String,
}

/// What is known about one argument in all languages together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Arg {
    /// It is counted: `i64`. Otherwise it is words: `&str`.
    pub(crate) number: bool,
    /// It chooses between named variants.
    choice: bool,
    /// It is also wanted with a capital letter: `$You`.
    pub(crate) capital: bool,
}

/// A message of one language and where it stands.
struct Found<'a> {
    source: &'a Source,
    args: BTreeMap<String, Arg>,
    doc: String,
}

type Language<'a> = BTreeMap<String, Found<'a>>;

/// Checks all files against each other; gives what to write, or every fault on a line of its own.
pub(crate) fn check(sources: &[Source]) -> Result<Vec<Spec>, Vec<String>> {
    let mut faults = Vec::new();
    let mut languages: BTreeMap<&str, Language<'_>> = BTreeMap::new();
    for source in sources {
        read(source, languages.entry(&source.lang).or_default(), &mut faults);
    }
    let Some(reference) = languages.remove(REFERENCE) else {
        return Err(vec![format!("assets/locales: there is no folder {REFERENCE} with texts")]);
    };
    for (lang, language) in &languages {
        compare(lang, language, &reference, &mut faults);
    }
    let mut specs = Vec::new();
    for (key, found) in &reference {
        let translations: Vec<_> = languages.values().filter_map(|l| l.get(key)).collect();
        specs.push(join(key, found, &translations, &mut faults));
    }
    if faults.is_empty() { Ok(specs) } else { Err(faults) }
}

fn read<'a>(source: &'a Source, into: &mut Language<'a>, faults: &mut Vec<String>) {
    let resource = match fluent_syntax::parser::parse(source.text.as_str()) {
        Ok(resource) => resource,
        Err((resource, errors)) => {
            for error in errors {
                let line = 1 + source.text[..error.pos.start].matches('\n').count();
                let Source { lang, file, .. } = source;
                faults.push(format!("{lang}/{file}:{line}: syntax: {}", error.kind));
            }
            resource
        }
    };
    for entry in &resource.body {
        match entry {
            Entry::Message(message) => add(source, message, into, faults),
            Entry::Term(term) => {
                let key = format!("-{}", term.id.name);
                faults.push(at(source, &key, "terms are not used: write the words out"));
            }
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
            Entry::Junk { .. } => {} // Told as a syntax error above.
        }
    }
}

fn add<'a>(
    source: &'a Source,
    message: &Message<&str>,
    into: &mut Language<'a>,
    faults: &mut Vec<String>,
) {
    let key = message.id.name;
    if let Some(why) = bad_key(key) {
        faults.push(at(source, key, why));
    }
    if !message.attributes.is_empty() {
        faults.push(at(source, key, "attributes are not used: make it a message of its own"));
    }
    let Some(pattern) = &message.value else {
        faults.push(at(source, key, "has no text"));
        return;
    };
    let mut reader = Reader { source, key, args: BTreeMap::new(), doc: String::new(), faults };
    reader.pattern(pattern, true);
    let found = Found { source, args: reader.args, doc: reader.doc };
    if let Some(before) = into.insert(key.to_owned(), found) {
        let why = format!("stands twice, first in {}/{}", before.source.lang, before.source.file);
        faults.push(at(source, key, &why));
    }
}

fn bad_key(key: &str) -> Option<&'static str> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !key.chars().all(plain) || key.contains("--") || key.ends_with('-') {
        return Some("a key is made of a-z, 0-9 and single -");
    }
    let name = key.replace('-', "_");
    if TAKEN.contains(&name.as_str()) || KEYWORDS.contains(&name.as_str()) {
        return Some("this name is taken in Rust: choose another key");
    }
    None
}

/// Walks through one text and notes how its arguments are used.
struct Reader<'a> {
    source: &'a Source,
    key: &'a str,
    args: BTreeMap<String, Arg>,
    doc: String,
    faults: &'a mut Vec<String>,
}

impl Reader<'_> {
    fn fault(&mut self, why: &str) {
        self.faults.push(at(self.source, self.key, why));
    }

    /// `shown` says whether this part goes into the line of documentation.
    fn pattern(&mut self, pattern: &Pattern<&str>, shown: bool) {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => {
                    if value.contains('\n') {
                        self.fault("is broken into lines, which readers would see: use one line");
                    }
                    if shown {
                        self.doc.push_str(value);
                    }
                }
                PatternElement::Placeable { expression } => self.expression(expression, shown),
            }
        }
    }

    fn expression(&mut self, expression: &Expression<&str>, shown: bool) {
        let (selector, variants) = match expression {
            Expression::Inline(inline) => return self.inline(inline, shown),
            Expression::Select { selector, variants } => (selector, variants),
        };
        let counts = variants.iter().any(|v| match v.key {
            VariantKey::Identifier { name } => PLURALS.contains(&name),
            VariantKey::NumberLiteral { .. } => true,
        });
        match selector {
            InlineExpression::VariableReference { id } => {
                self.argument(id.name, Arg { number: counts, choice: !counts, capital: false });
            }
            other => self.inline(other, false),
        }
        for variant in variants {
            self.pattern(&variant.value, shown && variant.default);
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&str>, shown: bool) {
        let show = |doc: &mut String, words: &str| {
            if shown {
                doc.push_str(words);
            }
        };
        match inline {
            InlineExpression::StringLiteral { value }
            | InlineExpression::NumberLiteral { value } => {
                show(&mut self.doc, value);
            }
            InlineExpression::VariableReference { id } => {
                show(&mut self.doc, &format!("{{{}}}", id.name));
                self.argument(id.name, Arg::default());
            }
            InlineExpression::FunctionReference { id, arguments } => {
                match arguments.positional.as_slice() {
                    [InlineExpression::VariableReference { id: arg }]
                        if id.name == "NUMBER" && arguments.named.is_empty() =>
                    {
                        show(&mut self.doc, &format!("{{{}}}", arg.name));
                        self.argument(arg.name, Arg { number: true, ..Arg::default() });
                    }
                    _ => self.fault("the only function is NUMBER($argument), without options"),
                }
            }
            InlineExpression::MessageReference { .. } | InlineExpression::TermReference { .. } => {
                self.fault("references are not used: write the words out");
            }
            InlineExpression::Placeable { expression } => self.expression(expression, shown),
        }
    }

    fn argument(&mut self, name: &str, used: Arg) {
        let lower = name.to_ascii_lowercase();
        let tail = name.get(1..).unwrap_or_default();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !tail.chars().all(plain) || KEYWORDS.contains(&lower.as_str()) {
            self.fault(&format!("${name} is no name for an argument: use a-z, 0-9 and _"));
        }
        let capital = name != lower;
        if capital && (used.number || used.choice) {
            self.fault(&format!("${name} is words with a capital letter: it cannot choose"));
        }
        let arg = self.args.entry(lower).or_default();
        *arg = arg.or(used).or(Arg { capital, ..Arg::default() });
    }
}

impl Arg {
    fn or(self, other: Self) -> Self {
        Self {
            number: self.number || other.number,
            choice: self.choice || other.choice,
            capital: self.capital || other.capital,
        }
    }
}

fn compare(
    lang: &str,
    language: &Language<'_>,
    reference: &Language<'_>,
    faults: &mut Vec<String>,
) {
    for (key, wanted) in reference {
        let file = &wanted.source.file;
        let Some(found) = language.get(key) else {
            faults.push(format!("{lang}/{file}: {key}: is missing; {REFERENCE}/{file} has it"));
            continue;
        };
        let names = |args: &BTreeMap<String, Arg>| args.keys().cloned().collect::<BTreeSet<_>>();
        let (has, wants) = (names(&found.args), names(&wanted.args));
        for arg in wants.difference(&has).filter(|arg| *arg != ADDRESS) {
            let why = format!("lacks ${arg}, which {REFERENCE}/{file} has");
            faults.push(at(found.source, key, &why));
        }
        for arg in has.difference(&wants) {
            faults.push(at(
                found.source,
                key,
                &format!("has ${arg}, which {REFERENCE}/{file} lacks"),
            ));
        }
    }
    for (key, found) in language.iter().filter(|(key, _)| !reference.contains_key(*key)) {
        faults.push(at(found.source, key, &format!("is too much; {REFERENCE} has no such key")));
    }
}

/// Joins what all languages need of one message.
fn join(key: &str, found: &Found<'_>, others: &[&Found<'_>], faults: &mut Vec<String>) -> Spec {
    let mut args = found.args.clone();
    for other in others {
        for (name, arg) in &other.args {
            if let Some(joined) = args.get_mut(name) {
                *joined = joined.or(*arg);
            }
        }
    }
    for (name, _) in args.iter().filter(|(_, arg)| arg.number && (arg.choice || arg.capital)) {
        let why = format!("${name} is a number in one place and words in another");
        faults.push(at(found.source, key, &why));
    }
    Spec { key: key.to_owned(), args, doc: found.doc.clone() }
}

/// `vi/people.ftl:12: people-title: why`.
fn at(source: &Source, key: &str, why: &str) -> String {
    let is_it =
        |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
    let lines: Vec<_> = source.text.lines().enumerate().filter(|(_, l)| is_it(l)).collect();
    let line = lines.last().map_or(1, |(i, _)| i + 1);
    format!("{}/{}:{line}: {key}: {why}", source.lang, source.file)
}

/// The languages that have texts: the reference first, the others by name.
pub(crate) fn languages(sources: &[Source]) -> Vec<&str> {
    let others: BTreeSet<_> =
        sources.iter().map(|s| s.lang.as_str()).filter(|l| *l != REFERENCE).collect();
    std::iter::once(REFERENCE).chain(others).collect()
}

/// The file of `OUT_DIR` that has all texts of a language, compressed.
pub(crate) fn packed_name(lang: &str) -> String {
    format!("{lang}.ftl.zst")
}

/// All texts of a language as one; its comments are for who translates.
pub(crate) fn joined(sources: &[Source], lang: &str) -> String {
    let files = sources.iter().filter(|source| source.lang == lang);
    let lines = files.flat_map(|source| source.text.lines()).filter(|line| !line.starts_with('#'));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Writes the Rust file that `text/messages.rs` includes.
pub(crate) fn generate(sources: &[Source], specs: &[Spec]) -> String {
    let mut code = String::new();
    let out = &mut code;
    let langs = languages(sources);
    let done = (|| {
        writeln!(out, "const LANGS: [&str; {}] = {langs:?};\n", langs.len())?;
        writeln!(out, "const PACKED: [&[u8]; {}] = [", langs.len())?;
        for lang in &langs {
            let file = packed_name(lang);
            writeln!(out, "    include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{file}\")),")?;
        }
        writeln!(out, "];\n\nimpl Messages {{")?;
        specs.iter().try_for_each(|spec| function(out, spec))?;
        writeln!(out, "}}")
    })();
    done.expect("writing to a String cannot fail");
    code
}

fn function(out: &mut String, spec: &Spec) -> std::fmt::Result {
    let kind = |arg: &Arg| if arg.number { "i64" } else { "&str" };
    let params: String =
        spec.args.iter().map(|(name, arg)| format!(", {name}: {}", kind(arg))).collect();
    writeln!(out, "    /// {}", documentation(&spec.doc))?;
    writeln!(out, "    pub fn {}(&self{params}) -> String {{", spec.key.replace('-', "_"))?;
    if spec.args.is_empty() {
        writeln!(out, "        self.format({:?}, &FluentArgs::new())", spec.key)?;
        return writeln!(out, "    }}\n");
    }
    writeln!(out, "        let mut args = FluentArgs::new();")?;
    for (name, arg) in &spec.args {
        writeln!(out, "        args.set({name:?}, {name});")?;
        if arg.capital {
            writeln!(out, "        args.set({:?}, capitalised({name}));", capital(name))?;
        }
    }
    writeln!(out, "        self.format({:?}, &args)", spec.key)?;
    writeln!(out, "    }}\n")
}

fn capital(name: &str) -> String {
    let (head, tail) = name.split_at(1);
    head.to_ascii_uppercase() + tail
}

/// One line that rustdoc shows as it is.
fn documentation(doc: &str) -> String {
    let mut line = String::new();
    for c in doc.chars() {
        if "\\`*_[]<>#".contains(c) {
            line.push('\\');
        }
        line.push(c);
    }
    line
}
