//! What is around the device when something might travel unasked: networks, the battery, room on the
//! disk. The platform tells, the rule is here and pure.

use super::Device;
use crate::error::Result;
use crate::pack::Mirrors;

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
    /// Whether a network without the internet is there beside one that has it, as when a phone with
    /// mobile data is in a hub's Wi-Fi.
    pub is_local_too: bool,
    /// How many bytes the disk with the data folder still takes; `None` where the platform does not say.
    pub free_bytes: Option<u64>,
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
    /// The relays to sync with now although nobody asks, or what keeps from it. A network that costs
    /// keeps nobody from a relay that is near.
    pub fn due(&self, around: &Surroundings) -> Result<(Vec<i64>, Option<Hold>)> {
        let due = || self.core.sync().due();
        match around.hold(self.choices()?.wifi_only) {
            None => Ok((due()?.into_iter().map(|relay| relay.no).collect(), None)),
            Some(Hold::Metered) if around.is_local_too => {
                let near = due()?.into_iter().filter(|relay| relay.is_near);
                let near: Vec<i64> = near.map(|relay| relay.no).collect();
                let hold = near.is_empty().then_some(Hold::Metered);
                Ok((near, hold))
            }
            Some(hold) => Ok((Vec::new(), Some(hold))),
        }
    }
}

impl Device<'_> {
    /// From whom courses may be fetched now, or what keeps from it. They are larger than the record:
    /// where only networks that cost nothing are allowed, that holds for courses that somebody asks
    /// for too; a network that costs keeps nobody from a relay that is near. Unasked, no bytes are
    /// spent that somebody pays for, and the battery counts as well.
    pub fn mirrors(&self, around: &Surroundings, asked: bool) -> Result<Result<Mirrors, Hold>> {
        let wifi_only = self.choices()?.wifi_only || !asked;
        let unasked = if asked { None } else { around.hold(false) };
        Ok(match (around.network, unasked) {
            (_, Some(hold)) => Err(hold),
            (Network::Nothing, _) => Err(Hold::NoNetwork),
            (Network::Local, _) => Ok(Mirrors::Near),
            (Network::Metered, _) if wifi_only && around.is_local_too => Ok(Mirrors::Near),
            (Network::Metered, _) if wifi_only => Err(Hold::Metered),
            (Network::Free | Network::Metered, _) => Ok(Mirrors::Joined),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::Choices;
    use crate::sync::{JoinCode, RelayKey, Role};
    use crate::testing::TestDevice;

    fn around(network: Network, battery: u8, is_charging: bool) -> Surroundings {
        let battery_percent = Some(battery);
        Surroundings {
            network,
            battery_percent,
            is_charging,
            is_local_too: false,
            free_bytes: None,
        }
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

    fn joined(core: &crate::HocvuCore, seed: u8, address: &str) -> i64 {
        let relay = RelayKey { sign: [seed; 32], seal: [seed; 32] };
        let code = JoinCode {
            counting: relay.sign,
            relay,
            addresses: vec![address.to_owned()],
            name: String::from("Trạm"),
            token: None,
            admits: Role::Replica,
        };
        core.sync().join_code(&code).unwrap().no
    }

    #[test]
    fn a_network_that_costs_keeps_nobody_from_a_relay_in_the_same_house() {
        let device = TestDevice::new();
        let core = device.open();
        let far = joined(&core, 1, "https://hocvu.example");
        let near = joined(&core, 2, "http://192.168.4.1:8080");
        let metered = around(Network::Metered, 90, false);
        let at_the_hub = Surroundings { is_local_too: true, ..metered };
        assert_eq!(core.device().due(&at_the_hub).unwrap(), (vec![far, near], None));
        let wifi_only = Choices { wifi_only: true, ..Choices::default() };
        core.device().set_choices(&wifi_only).unwrap();
        assert_eq!(core.device().due(&metered).unwrap(), (vec![], Some(Hold::Metered)));
        assert_eq!(core.device().due(&at_the_hub).unwrap(), (vec![near], None));
        core.sync().leave(near).unwrap();
        assert_eq!(core.device().due(&at_the_hub).unwrap(), (vec![], Some(Hold::Metered)));
        let empty = Surroundings { battery_percent: Some(5), ..at_the_hub };
        assert_eq!(core.device().due(&empty).unwrap(), (vec![], Some(Hold::BatteryLow)));
    }

    #[test]
    fn a_network_that_costs_is_used_where_it_is_allowed() {
        assert_eq!(around(Network::Metered, 90, false).hold(false), None);
        assert_eq!(around(Network::Metered, 90, false).hold(true), Some(Hold::Metered));
        assert_eq!(around(Network::Local, 90, false).hold(true), None);
    }

    #[test]
    fn courses_come_over_networks_that_are_allowed_even_where_somebody_asks_for_them() {
        let device = TestDevice::new();
        let core = device.open();
        let of = |around: &Surroundings, asked| core.device().mirrors(around, asked).unwrap();
        let metered = around(Network::Metered, 90, false);
        assert_eq!(of(&metered, true), Ok(Mirrors::Joined));
        assert_eq!(of(&metered, false), Err(Hold::Metered), "nobody said that it may cost");
        let wifi_only = Choices { wifi_only: true, ..Choices::default() };
        core.device().set_choices(&wifi_only).unwrap();
        assert_eq!(of(&metered, true), Err(Hold::Metered));
        assert_eq!(of(&Surroundings { is_local_too: true, ..metered }, true), Ok(Mirrors::Near));
        assert_eq!(of(&around(Network::Local, 90, false), false), Ok(Mirrors::Near));
        assert_eq!(of(&around(Network::Free, 90, false), false), Ok(Mirrors::Joined));
        let empty = around(Network::Free, 5, false);
        assert_eq!(of(&empty, false), Err(Hold::BatteryLow));
        assert_eq!(of(&empty, true), Ok(Mirrors::Joined), "who asks may use what is left");
        assert_eq!(of(&around(Network::Nothing, 90, false), true), Err(Hold::NoNetwork));
    }
}
