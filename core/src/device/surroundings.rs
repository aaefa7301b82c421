//! What is around the device when something might travel unasked: networks and the battery. The
//! platform tells, the rule is here and pure.

use super::Device;
use crate::error::Result;

/// With less in the battery nothing travels unasked, unless it is being charged.
const BATTERY_PERCENT_MIN: u8 = 15;

/// The network that the device is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// None.
    Nothing,
    /// A network without the internet, such as a hub's Wi-Fi.
    Local,
    /// The internet, and nobody pays by the byte.
    Free,
    /// The internet, paid by the byte.
    Metered,
}

/// What the platform tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Surroundings {
    /// The network.
    pub network: Network,
    /// How full the battery is, 0 to 100; `None` where the platform does not say.
    pub battery_percent: Option<u8>,
    /// Whether it is being charged.
    pub is_charging: bool,
}

/// Why nothing travels unasked now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// There is no network.
    NoNetwork,
    /// The network costs, and only free ones were allowed.
    Metered,
    /// The battery is nearly empty.
    BatteryLow,
}

impl Surroundings {
    /// What keeps things from travelling unasked; `None` when nothing does. Whoever asks for a sync
    /// gets one, whatever this says.
    pub fn hold(&self, wifi_only: bool) -> Option<Hold> {
        let is_low = self.battery_percent.is_some_and(|percent| percent < BATTERY_PERCENT_MIN);
        match self.network {
            Network::Nothing => Some(Hold::NoNetwork),
            _ if is_low && !self.is_charging => Some(Hold::BatteryLow),
            Network::Metered if wifi_only => Some(Hold::Metered),
            Network::Local | Network::Free | Network::Metered => None,
        }
    }
}

impl Device<'_> {
    /// The relays to sync with now although nobody asks, or what keeps from it.
    pub fn due(&self, around: &Surroundings) -> Result<(Vec<i64>, Option<Hold>)> {
        match around.hold(self.choices()?.wifi_only) {
            Some(hold) => Ok((Vec::new(), Some(hold))),
            None => Ok((self.core.sync().due()?, None)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(network: Network, battery: u8, is_charging: bool) -> Surroundings {
        Surroundings { network, battery_percent: Some(battery), is_charging }
    }

    #[test]
    fn nothing_travels_unasked_without_a_network_or_on_an_empty_battery() {
        let hold = |network, battery, charging| around(network, battery, charging).hold(false);
        assert_eq!(hold(Network::Nothing, 100, true), Some(Hold::NoNetwork));
        assert_eq!(hold(Network::Free, 14, false), Some(Hold::BatteryLow));
        assert_eq!(hold(Network::Free, 14, true), None);
        assert_eq!(hold(Network::Local, 15, false), None);
        let unknown = Surroundings { battery_percent: None, ..around(Network::Free, 0, false) };
        assert_eq!(unknown.hold(false), None);
    }

    #[test]
    fn a_network_that_costs_is_used_where_it_is_allowed() {
        assert_eq!(around(Network::Metered, 90, false).hold(false), None);
        assert_eq!(around(Network::Metered, 90, false).hold(true), Some(Hold::Metered));
        assert_eq!(around(Network::Local, 90, false).hold(true), None);
    }
}
