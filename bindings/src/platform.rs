//! What the platform owns and the core asks for: a place for keys, networks, the battery, room. A shell
//! implements these traits; what it throws becomes `HocvuFailure.Platform` of the call that needed
//! it, and nothing else happens.
//!
//! The installation marker is no trait: the platform says in `OpenRequest` which folder no backup
//! takes along, and the core writes the file there durably.

use std::io;
use std::sync::Arc;

use hocvu_core::device::{Network, Surroundings};
use hocvu_core::ports::KeyStore;

/// What a shell throws when the platform does not do its part.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum PlatformFailure {
    /// It failed.
    #[error("{why}")]
    Failed {
        /// What it said, for a log. No secret belongs in it.
        why: String,
    },
}

impl PlatformFailure {
    pub(crate) fn is_in(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|inner| inner.is::<Self>())
    }
}

impl From<uniffi::UnexpectedUniFFICallbackError> for PlatformFailure {
    /// Whatever else a shell throws is a failure too, never a panic.
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Failed { why: error.reason }
    }
}

/// Keeps the device's keys: small secrets, wrapped by the platform's key store (Android Keystore,
/// Keychain). Called while the data folder is opened, from the thread that opens it.
#[uniffi::export(with_foreign)]
pub trait DeviceKeys: Send + Sync {
    /// The secret stored under a name, unwrapped; none when it was never stored or when the platform
    /// has forgotten what unwraps it. Then people's names are asked for once more and nothing else is
    /// lost. Throw only what may be better the next time, such as a locked phone.
    fn get(&self, name: String) -> Result<Option<Vec<u8>>, PlatformFailure>;

    /// Stores a secret of at most 4,096 bytes durably under a name, replacing the one before.
    fn put(&self, name: String, secret: Vec<u8>) -> Result<(), PlatformFailure>;
}

/// Tells of networks, the battery and room on the disk.
#[uniffi::export(with_foreign)]
pub trait PlatformSurroundings: Send + Sync {
    /// How it is now. Asked each time that something might travel unasked or that room is shown.
    fn now(&self) -> Result<SurroundingsView, PlatformFailure>;
}

/// The network that the device is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum NetworkView {
    /// None.
    Nothing,
    /// A network without the internet, such as a hub's Wi-Fi.
    Local,
    /// The internet, and nobody pays by the byte.
    Free,
    /// The internet, paid by the byte.
    Metered,
}

/// What is around the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct SurroundingsView {
    /// The network.
    pub network: NetworkView,
    /// How full the battery is, 0 to 100; none where the platform does not say.
    pub battery_percent: Option<u8>,
    /// Whether it is being charged.
    pub is_charging: bool,
    /// Whether a network without the internet is there beside the one above, as when a phone with mobile
    /// data is in a hub's Wi-Fi.
    #[uniffi(default = false)]
    pub is_local_too: bool,
    /// How many bytes an app can still write where the data folder is (Android: `File.getUsableSpace`;
    /// iOS: `volumeAvailableCapacityForImportantUsage`); none where the platform does not say.
    #[uniffi(default = None)]
    pub free_bytes: Option<u64>,
}

impl From<SurroundingsView> for Surroundings {
    fn from(view: SurroundingsView) -> Self {
        let network = match view.network {
            NetworkView::Nothing => Network::Nothing,
            NetworkView::Local => Network::Local,
            NetworkView::Free => Network::Free,
            NetworkView::Metered => Network::Metered,
        };
        let SurroundingsView { battery_percent, is_charging, is_local_too, free_bytes, .. } = view;
        Self { network, battery_percent, is_charging, is_local_too, free_bytes }
    }
}

/// A shell's keys as the core takes them.
pub(crate) struct Keys(pub(crate) Arc<dyn DeviceKeys>);

impl KeyStore for Keys {
    fn get(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        self.0.get(name.to_owned()).map_err(io::Error::other)
    }

    fn put(&self, name: &str, secret: &[u8]) -> io::Result<()> {
        self.0.put(name.to_owned(), secret.to_vec()).map_err(io::Error::other)
    }
}
