//! What people have chosen on this device: language, size of letters, over which networks to sync.

use super::Device;
use crate::error::{Error, Result};
use crate::ids::Lang;

const LANGUAGE: &str = "language";
const TEXT_PERCENT: &str = "text-percent";
const WIFI_ONLY: &str = "sync-wifi-only";

/// How large letters may be, in percent of the platform's own size.
const TEXT_PERCENT_RANGE: std::ops::RangeInclusive<u16> = 50..=300;

/// Choices made on this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    /// The language of words and, where they exist in it, of courses.
    pub language: Lang,
    /// How large letters are, in percent of the platform's own size: 50 to 300.
    pub text_percent: u16,
    /// Whether nothing travels unasked but over networks that cost nothing.
    pub wifi_only: bool,
}

impl Default for Choices {
    fn default() -> Self {
        let language = Lang::parse("vi").expect("a language");
        Self { language, text_percent: 100, wifi_only: false }
    }
}

impl Device<'_> {
    /// The choices made here; where none was made, what a new device has.
    pub fn choices(&self) -> Result<Choices> {
        let new = Choices::default();
        let language = self.setting(LANGUAGE)?.and_then(|code| Lang::parse(&code).ok());
        let percent = self.setting(TEXT_PERCENT)?.and_then(|text| text.parse().ok());
        let percent = percent.filter(|percent| TEXT_PERCENT_RANGE.contains(percent));
        Ok(Choices {
            language: language.unwrap_or(new.language),
            text_percent: percent.unwrap_or(new.text_percent),
            wifi_only: self.setting(WIFI_ONLY)?.map_or(new.wifi_only, |yes| yes == "yes"),
        })
    }

    /// Keeps choices. Fails with `Invalid` for `text size` outside of 50 to 300 percent.
    pub fn set_choices(&self, choices: &Choices) -> Result<()> {
        if !TEXT_PERCENT_RANGE.contains(&choices.text_percent) {
            return Err(Error::invalid("text size", "it is not between 50 and 300 percent"));
        }
        self.set_setting(LANGUAGE, choices.language.as_str())?;
        self.set_setting(TEXT_PERCENT, &choices.text_percent.to_string())?;
        self.set_setting(WIFI_ONLY, if choices.wifi_only { "yes" } else { "no" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestDevice;

    #[test]
    fn choices_are_kept_and_nonsense_is_refused() {
        let device = TestDevice::new();
        let core = device.open();
        assert_eq!(core.device().choices().unwrap(), Choices::default());
        let english = Lang::parse("en").unwrap();
        let wanted = Choices { language: english, text_percent: 200, wifi_only: true };
        core.device().set_choices(&wanted).unwrap();
        let giant = Choices { text_percent: 301, ..Choices::default() };
        assert!(matches!(core.device().set_choices(&giant), Err(Error::Invalid { .. })));
        core.device().set_setting(TEXT_PERCENT, "many").unwrap();
        drop(core);
        let kept = device.open().device().choices().unwrap();
        assert_eq!(kept, Choices { text_percent: 100, ..wanted });
    }
}
