//! This device: choices made here, what people must be told, its commune, backup.

use std::path::Path;
use std::sync::Arc;

use hocvu_core::device::{Choices, Notice};
use hocvu_core::ids::{Lang, ReplicaId};
use hocvu_core::qr;

use crate::failure::HocvuFailure;
use crate::hocvu::House;

/// Choices made on this device.
#[uniffi::remote(Record)]
#[uniffi(name = "ChoicesView")]
pub struct Choices {
    /// The language of words and, where they exist in it, of courses, such as `vi`.
    pub language: Lang,
    /// How large letters are, in percent of the platform's own size: 50 to 300.
    pub text_percent: u16,
    /// Whether nothing travels unasked but over networks that cost nothing.
    pub wifi_only: bool,
}

/// Something that happened to this device's data and that people should know.
#[uniffi::remote(Enum)]
#[uniffi(name = "NoticeView")]
pub enum Notice {
    /// The database was damaged; what could be read was saved into a new one.
    Salvaged {
        /// Events that could not be read.
        lost: u64,
    },
    /// The data folder was copied or restored: what is recorded from now on is a new replica's.
    NewReplica,
    /// The key store forgot the key: names have to be given once more.
    NamesLost,
}

/// The room of the device.
#[derive(uniffi::Object)]
pub struct DeviceRoom {
    pub(crate) house: Arc<House>,
}

#[uniffi::export]
impl DeviceRoom {
    /// The choices made here; where none was made, what a new device has.
    pub fn choices(&self) -> Result<Choices, HocvuFailure> {
        self.house.ask(|core, _| core.device().choices())
    }

    /// Keeps choices; words are in the chosen language from now on. Fails with `Invalid` for `text
    /// size`.
    pub fn set_choices(&self, choices: Choices) -> Result<(), HocvuFailure> {
        self.house.ask(|core, _| core.device().set_choices(&choices))?;
        self.house.set_lang(choices.language);
        Ok(())
    }

    /// What people should be told until somebody has read it.
    pub fn notices(&self) -> Result<Vec<Notice>, HocvuFailure> {
        self.house.ask(|core, _| core.device().notices())
    }

    /// Notes that a notice was read.
    pub fn dismiss(&self, notice: Notice) -> Result<(), HocvuFailure> {
        self.house.ask(|core, _| core.device().dismiss(notice))
    }

    /// The replica that this device records as: 32 hex digits.
    pub fn replica(&self) -> Result<ReplicaId, HocvuFailure> {
        self.house.ask(|core, _| core.device().replica())
    }

    /// The code of the commune that this device serves; none until it is set.
    pub fn commune(&self) -> Result<Option<String>, HocvuFailure> {
        self.house.ask(|core, _| core.device().commune())
    }

    /// Says which commune this device serves: five digits, else it fails with `Invalid`.
    pub fn set_commune(&self, code: &str) -> Result<(), HocvuFailure> {
        self.house.ask(|core, _| core.device().set_commune(code))
    }

    /// Whether the process before this one ended without closing the data folder: then call `check`
    /// in the background.
    pub fn ended_uncleanly(&self) -> Result<bool, HocvuFailure> {
        self.house.ask(|core, _| Ok(core.ended_uncleanly()))
    }

    /// Looks the whole database over, which takes a while; says whether it is whole. If not, the next
    /// opening saves what can be read.
    pub fn check(&self) -> Result<bool, HocvuFailure> {
        self.house.ask(|core, _| core.check())
    }

    /// Reads the QR code in a picture, such as a camera's preview: a join code or a learner's card as
    /// `SyncRoom.join` and `LearnerRoom.readCard` take it. `luma` has the brightness of each point, row
    /// by row. None where no code reads whole. Fails with `Invalid` for `picture` where it has not as
    /// many points as its sides say, or too many.
    pub fn read_qr(
        &self,
        luma: &[u8],
        width: u32,
        height: u32,
    ) -> Result<Option<String>, HocvuFailure> {
        self.house.ask(|_, _| qr::read(luma, width as usize, height as usize))
    }

    /// Writes everything of this device into one file, sealed with a passphrase of at least 8
    /// characters; people may go on learning meanwhile. Fails with `Invalid` for `passphrase`.
    pub fn backup(&self, to: &str, passphrase: &str) -> Result<(), HocvuFailure> {
        self.house.ask(|core, _| core.backup(Path::new(to), passphrase))
    }
}
