//! Sync: how the record travels to relays and receipts come back. A state machine without I/O; the
//! forms of what travels are in `docs/formats.md`, section 5.

mod batch;
mod beacon;
mod bundle;
mod coder;
mod extract;
#[cfg(feature = "http")]
pub mod http;
mod inbox;
mod join;
mod lacking;
mod message;
mod model;
mod outbox;
mod pace;
mod relays;
mod reply;
mod request_no;
mod room;
mod round;
mod seal;
mod traffic;
mod trouble;

pub use batch::{
    BODIES_BYTES_MAX, Batch, BatchError, BatchSlot, EVENTS_MAX, events_from_bytes, events_to_bytes,
};
pub use beacon::{BEACON_BYTES, BEACON_PORT, Beacon};
pub use bundle::{
    BUNDLE_BYTES_MAX, BundleError, Expected, FRAME_BYTES_MAX, FRAMES_MAX, Frame, ReplyReader,
    ReplyWriter, RequestReader, RequestWriter, replied_to,
};
pub use extract::{EXTRACT, Extract};
pub(crate) use join::is_all_near;
pub use join::{ADDRESSES_MAX, JOIN_CODE_CHARS_MAX, JoinCode, JoinCodeError};
pub use lacking::{Lacking, STRETCHES_MAX};
pub(crate) use message::decode_all;
pub use message::{
    ANSWER, Answer, BATCH, CHAINS_MAX, Cursor, ERASURE, EVENTS, Erasure, HOLDINGS_MAX,
    HOLDINGS_OF_DEVICE_MAX, Head, Held, Holder, Holding, MessageError, OPENING, Opening, Passed,
    Receipt, Role, Status, Succession, TOKEN_BYTES_MAX, counting_named,
};
pub use pace::{LEAST_BYTES, LEAST_REPLY_BYTES, Pace};
pub use relays::RELAYS_MAX;
pub(crate) use relays::ask_for_everything;
pub use reply::{ReplyRead, read_reply};
pub use request_no::RequestNo;
pub use room::{CourierReport, RecordStates, RelayView, Syncing};
pub use round::{Exchange, Outcome, Round, RoundView};
pub use seal::{CannotOpen, RelayId, RelayKey, RelaySecret, ReplySecret, RequestId, request_id};
pub use trouble::{ASKED_WAIT_S_MAX, Trouble, is_over};
