//! Numbers as readers write them: 1.234,5 in Vietnamese, 1,234.5 in English.

use fluent_bundle::FluentResource;
use fluent_bundle::FluentValue;
use fluent_bundle::concurrent::FluentBundle;

/// Makes a bundle show its numbers as readers of its language write them.
///
/// The other languages of Viet Nam write numbers as Vietnamese does.
pub(super) fn set_formatter(bundle: &mut FluentBundle<FluentResource>, lang: &str) {
    match lang {
        "en" => bundle.set_formatter(Some(|value, _| shown(value, ',', '.'))),
        _ => bundle.set_formatter(Some(|value, _| shown(value, '.', ','))),
    }
}

/// A number of thousandths without needless zeros: 1,5 in Vietnamese, 1.5 in English.
pub(crate) fn decimal(milli: i64, lang: &str) -> String {
    let (group, decimal) = if lang == "en" { (',', '.') } else { ('.', ',') };
    let sign = if milli < 0 { "-" } else { "" };
    let whole = grouped(&(milli.unsigned_abs() / 1000).to_string(), group);
    let part = format!("{:03}", milli.unsigned_abs() % 1000);
    match part.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        part => format!("{sign}{whole}{decimal}{part}"),
    }
}

fn shown(value: &FluentValue<'_>, group: char, decimal: char) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    let plain = number.as_string();
    Some(match plain.split_once('.') {
        Some((whole, part)) => format!("{}{decimal}{part}", grouped(whole, group)),
        None => grouped(&plain, group),
    })
}

/// Digits, perhaps after a minus sign, in groups of three.
fn grouped(digits: &str, group: char) -> String {
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        let left = digits.len() - i;
        if left.is_multiple_of(3) && shown.ends_with(|before: char| before.is_ascii_digit()) {
            shown.push(group);
        }
        shown.push(c);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousandths_are_written_without_needless_zeros() {
        assert_eq!(decimal(156_000, "vi"), "156");
        assert_eq!(decimal(-1_500, "vi"), "-1,5");
        assert_eq!(decimal(10_000_000_125, "en"), "10,000,000.125");
        assert_eq!(decimal(-500, "en"), "-0.5");
    }

    #[test]
    fn thousands_are_grouped_as_the_reader_writes_them() {
        for (number, vi, en) in [
            (0.0, "0", "0"),
            (156.0, "156", "156"),
            (1234.0, "1.234", "1,234"),
            (-1234.0, "-1.234", "-1,234"),
            (-123.0, "-123", "-123"),
            (60_000_000.0, "60.000.000", "60,000,000"),
            (1234.5, "1.234,5", "1,234.5"),
        ] {
            let value = FluentValue::from(number);
            assert_eq!(shown(&value, '.', ',').unwrap(), vi);
            assert_eq!(shown(&value, ',', '.').unwrap(), en);
        }
        assert_eq!(shown(&FluentValue::from("1234"), '.', ','), None, "words stay as they are");
    }
}
