//! What a PIN may be: four digits, and none that somebody else would try first.

/// Whether this is four digits.
pub fn is_pin(typed: &str) -> bool {
    typed.len() == 4 && typed.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a PIN is among those that somebody else would try first: one digit four times, digits in
/// a row, pairs, years of birth. What is no PIN is none of them.
pub fn is_easy_pin(pin: &str) -> bool {
    if !is_pin(pin) {
        return false;
    }
    let digits = pin.as_bytes();
    let steps: Vec<i16> = digits.windows(2).map(|d| i16::from(d[1]) - i16::from(d[0])).collect();
    let in_a_row = steps.iter().all(|step| *step == steps[0]) && steps[0].abs() <= 1;
    let pairs = digits[..2] == digits[2..];
    let year = pin.parse().is_ok_and(|year: u16| (1920..=2030).contains(&year));
    in_a_row || pairs || year
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_four_digits_and_not_the_first_that_comes_to_mind() {
        for good in ["2580", "9021", "0709"] {
            assert!(is_pin(good) && !is_easy_pin(good), "{good}");
        }
        for easy in ["1234", "4321", "0000", "7777", "1212", "1954", "2001"] {
            assert!(is_easy_pin(easy), "{easy}");
        }
        for bad in ["", "123", "12345", "12a4", "１２３４"] {
            assert!(!is_pin(bad) && !is_easy_pin(bad), "{bad}");
        }
    }
}
