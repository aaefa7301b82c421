//! Pictures are a small part of SVG that every shell can draw and none can be attacked by.
//!
//! The check reads the bytes once, keeps nothing and knows no entity, reference, script or style:
//! what it lets through may be put into a page as it is. The list is in `docs/formats.md`, section 1.

/// The most bytes of a picture.
pub const PICTURE_BYTES_MAX: usize = 64 * 1024;

/// The deepest nesting of elements.
const DEPTH_MAX: usize = 16;

const ELEMENTS: [&str; 11] = [
    "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan",
];

const ATTRIBUTES: [&str; 30] = [
    "viewBox",
    "xmlns",
    "d",
    "x",
    "y",
    "dx",
    "dy",
    "x1",
    "y1",
    "x2",
    "y2",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "width",
    "height",
    "points",
    "transform",
    "class",
    "font-size",
    "font-weight",
    "text-anchor",
    "text-decoration",
    "stroke-dasharray",
    "stroke-width",
    "opacity",
    "role",
    "aria-hidden",
];

const CLASSES: [&str; 22] = [
    "s-go",
    "s-look",
    "s-stop",
    "s-soft",
    "no-stroke",
    "solid",
    "f-paper",
    "f-card",
    "f-line",
    "f-go",
    "f-go-soft",
    "f-look",
    "f-look-soft",
    "f-stop",
    "f-stop-soft",
    "f-soft",
    "t-go",
    "t-look",
    "t-stop",
    "t-soft",
    "t-on-go",
    "pic",
];

/// Why a picture is refused: the line it happens on (from 1) and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct PictureError {
    /// Line in the file, from 1.
    pub line: usize,
    /// What is wrong, with what to do.
    pub why: String,
}

/// Checks that a file is a picture of the allowed part of SVG.
pub fn check_picture(bytes: &[u8]) -> Result<(), PictureError> {
    if bytes.len() > PICTURE_BYTES_MAX {
        let why = format!("the picture has more than {PICTURE_BYTES_MAX} bytes");
        return Err(PictureError { line: 1, why });
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|_| PictureError { line: 1, why: "the picture is not UTF-8 text".into() })?;
    Checker { text, at: 0, open: Vec::new(), done: false }.run()
}

struct Checker<'a> {
    text: &'a str,
    at: usize,
    open: Vec<&'a str>,
    done: bool,
}

impl<'a> Checker<'a> {
    fn fail<T>(&self, why: impl Into<String>) -> Result<T, PictureError> {
        let line = 1 + self.text[..self.at].bytes().filter(|b| *b == b'\n').count();
        Err(PictureError { line, why: why.into() })
    }

    fn run(mut self) -> Result<(), PictureError> {
        while self.at < self.text.len() {
            let rest = &self.text[self.at..];
            let words = rest.find('<').unwrap_or(rest.len());
            self.words(&rest[..words])?;
            self.at += words;
            if self.at < self.text.len() {
                self.tag()?;
            }
        }
        if !self.open.is_empty() {
            return self.fail(format!("<{}> is not closed", self.open[self.open.len() - 1]));
        }
        if !self.done {
            return self.fail("the picture has no <svg> element");
        }
        Ok(())
    }

    fn words(&self, words: &str) -> Result<(), PictureError> {
        let within = self.open.last().copied();
        if !words.trim().is_empty() && !matches!(within, Some("text" | "tspan")) {
            return self.fail("words stand outside of <text>");
        }
        self.entities(words)
    }

    fn entities(&self, words: &str) -> Result<(), PictureError> {
        const KNOWN: [&str; 5] = ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;"];
        let mut rest = words;
        while let Some(found) = rest.find('&') {
            rest = &rest[found..];
            if !KNOWN.iter().any(|k| rest.starts_with(k)) {
                return self.fail("only &amp; &lt; &gt; &quot; &apos; may stand after &");
            }
            rest = &rest[1..];
        }
        Ok(())
    }

    fn tag(&mut self) -> Result<(), PictureError> {
        let rest = &self.text[self.at..];
        if rest.starts_with("<!") || rest.starts_with("<?") {
            return self
                .fail("comments, doctypes and processing instructions are not allowed: remove it");
        }
        let Some(end) = tag_end(rest) else { return self.fail("a tag is not closed with >") };
        let inside = &rest[1..end];
        if let Some(name) = inside.strip_prefix('/') {
            self.close(name.trim())?;
        } else {
            self.open_tag(inside)?;
        }
        self.at += end + 1;
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), PictureError> {
        match self.open.pop() {
            Some(open) if open == name => {
                self.done = self.open.is_empty();
                Ok(())
            }
            _ => self.fail(format!("</{name}> closes nothing")),
        }
    }

    fn open_tag(&mut self, inside: &'a str) -> Result<(), PictureError> {
        let (inside, empty) = match inside.strip_suffix('/') {
            Some(rest) => (rest, true),
            None => (inside, false),
        };
        let name_len = inside.find(|c: char| c.is_whitespace()).unwrap_or(inside.len());
        let (name, attributes) = inside.split_at(name_len);
        if !ELEMENTS.contains(&name) {
            return self.fail(format!("<{name}> is not allowed; use {}", ELEMENTS.join(" ")));
        }
        if self.done || self.open.is_empty() != (name == "svg") {
            return self.fail("exactly one <svg> must hold everything");
        }
        if self.open.len() >= DEPTH_MAX {
            return self.fail(format!("elements are nested more than {DEPTH_MAX} deep"));
        }
        let has_view_box = self.attributes(name, attributes)?;
        if name == "svg" && !has_view_box {
            return self.fail("<svg> needs viewBox=\"0 0 W H\"");
        }
        if empty {
            self.done = self.open.is_empty();
        } else {
            self.open.push(name);
        }
        Ok(())
    }

    fn attributes(&self, element: &str, text: &str) -> Result<bool, PictureError> {
        let mut rest = text.trim_start();
        let mut has_view_box = false;
        while !rest.is_empty() {
            let Some((name, after)) = rest.split_once('=') else {
                return self.fail(format!("attribute {rest:?} has no value"));
            };
            let name = name.trim_end();
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            let Some(quote) = quote else {
                return self.fail(format!("the value of {name} is not quoted"));
            };
            let Some((value, next)) = after[1..].split_once(quote) else {
                return self.fail(format!("the value of {name} is not closed"));
            };
            self.attribute(element, name, value)?;
            has_view_box |= name == "viewBox";
            rest = next.trim_start();
        }
        Ok(has_view_box)
    }

    fn attribute(&self, element: &str, name: &str, value: &str) -> Result<(), PictureError> {
        let sized_root = element == "svg" && matches!(name, "width" | "height");
        if !ATTRIBUTES.contains(&name) || sized_root {
            return self.fail(format!("attribute {name} of <{element}> is not allowed: remove it"));
        }
        self.entities(value)?;
        match name {
            "class" => match value.split_whitespace().find(|c| !CLASSES.contains(c)) {
                Some(class) => {
                    self.fail(format!("class {class:?} is not known; use {}", CLASSES.join(" ")))
                }
                None => Ok(()),
            },
            "xmlns" if value != "http://www.w3.org/2000/svg" => {
                self.fail("xmlns is not that of SVG")
            }
            "xmlns" | "role" | "aria-hidden" => Ok(()),
            "viewBox" => {
                let numbers: Vec<_> = value.split_whitespace().map(str::parse::<f32>).collect();
                let fits = numbers.len() == 4
                    && numbers.iter().all(|n| matches!(n, Ok(v) if v.is_finite()));
                if fits { Ok(()) } else { self.fail("viewBox needs four numbers") }
            }
            _ => {
                let plain = |c: char| c.is_ascii_alphanumeric() || " .,-+()%\n\t\r".contains(c);
                if value.chars().all(plain) {
                    Ok(())
                } else {
                    self.fail(format!(
                        "the value of {name} has characters that do not belong there"
                    ))
                }
            }
        }
    }
}

/// Where a tag ends, quotes considered.
fn tag_end(rest: &str) -> Option<usize> {
    let mut quote = None;
    for (i, c) in rest.char_indices() {
        match quote {
            Some(q) if c == q => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == '>' => return Some(i),
            None => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GOOD: &str = r#"<svg viewBox="0 0 64 64" xmlns="http://www.w3.org/2000/svg">
  <rect x="1" y="2" width="3" height="4" class="f-go-soft s-go"/>
  <g transform="translate(3 4)"><path d="M1 2l3-4z"/><text x="1" y="9" font-size="13">Mã &lt; <tspan class="t-go">6</tspan></text></g>
</svg>
"#;

    #[test]
    fn a_picture_of_the_allowed_part_passes() {
        assert_eq!(check_picture(GOOD.as_bytes()), Ok(()));
    }

    #[test]
    fn whatever_could_act_or_fetch_is_refused() {
        for (bad, line) in [
            ("<svg viewBox='0 0 1 1'>\n<script>x()</script></svg>", 2),
            ("<svg viewBox='0 0 1 1' onload='x()'></svg>", 1),
            ("<svg viewBox='0 0 1 1'><image href='http://x'/></svg>", 1),
            ("<svg viewBox='0 0 1 1'><a href='x'/></svg>", 1),
            ("<svg viewBox='0 0 1 1'><rect style='fill:url(x)'/></svg>", 1),
            ("<svg viewBox='0 0 1 1'><rect class='hidden'/></svg>", 1),
            ("<svg viewBox='0 0 1 1'><text>&evil;</text></svg>", 1),
            ("<!DOCTYPE svg><svg viewBox='0 0 1 1'/>", 1),
            ("<svg viewBox='0 0 1 1'><!-- x --></svg>", 1),
            ("<svg viewBox='0 0 1 1'>", 1),
            ("<svg viewBox='0 0 1 1'/><svg viewBox='0 0 1 1'/>", 1),
            ("<svg/>", 1),
            ("", 1),
            ("<svg viewBox='0 0 1 1'><path d='url(#a)'/></svg>", 1),
            ("<svg viewBox='0 0 1 1'><rect x=1/></svg>", 1),
        ] {
            let refused = check_picture(bad.as_bytes()).expect_err(bad);
            assert_eq!(refused.line, line, "{bad}: {refused}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = check_picture(&bytes);
        }

        #[test]
        fn any_change_of_a_picture_is_judged_without_a_panic(at in 0usize..300, put in "[<>/\"'=& a-z]{0,4}") {
            let at = (0..=at.min(GOOD.len())).rev().find(|i| GOOD.is_char_boundary(*i)).unwrap();
            let changed = format!("{}{put}{}", &GOOD[..at], &GOOD[at..]);
            let _ = check_picture(changed.as_bytes());
        }
    }
}
