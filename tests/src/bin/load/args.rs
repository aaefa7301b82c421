//! What `load` is asked to do.

use hocvu_core::sync::JoinCode;

pub(crate) const USAGE: &str =
    "usage: load [--url URL --join JOIN-CODE] [--phones N] [--answers M] \
[--minutes T] [--at-once K]

Lets N replicas (10000) answer M questions (25) a sync and bring them to the relay at URL, K syncs
(32) at once, for T minutes (1). Without --url it builds `hocvu` and starts it on a new data folder.
Ends with 1 when anything that was acknowledged is not held, or is held twice.";

/// See the module.
pub(crate) struct Args {
    pub(crate) relay: Option<(String, JoinCode)>,
    pub(crate) phones: usize,
    pub(crate) answers: usize,
    pub(crate) minutes: f64,
    pub(crate) at_once: usize,
}

impl Args {
    pub(crate) fn read(words: &[String]) -> Result<Self, String> {
        let mut args = Self { relay: None, phones: 10_000, answers: 25, minutes: 1.0, at_once: 32 };
        let (mut url, mut code) = (None, None);
        for pair in words.chunks(2) {
            let [name, value] = pair else { return Err(format!("{} has no value", pair[0])) };
            let count = |most: usize| match value.parse() {
                Ok(n) if (1..=most).contains(&n) => Ok(n),
                _ => Err(format!("{name} is a whole number from 1 to {most}")),
            };
            match name.as_str() {
                "--url" => url = Some(value.clone()),
                "--join" => {
                    let read = JoinCode::from_text(value).map_err(|error| error.to_string())?;
                    code = Some(read);
                }
                "--phones" => args.phones = count(1_000_000)?,
                "--answers" => args.answers = count(1_000)?,
                "--at-once" => args.at_once = count(1_000)?,
                "--minutes" => match value.parse() {
                    Ok(minutes) if (0.01..=10_000.0).contains(&minutes) => args.minutes = minutes,
                    _ => return Err(String::from("--minutes is a number from 0.01 to 10000")),
                },
                _ => return Err(format!("{name} is no option")),
            }
        }
        args.relay = match (url, code) {
            (Some(url), Some(code)) => Some((url, code)),
            (None, None) => None,
            _ => return Err(String::from("--url and --join belong together")),
        };
        Ok(args)
    }
}
