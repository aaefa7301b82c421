//! hocvu: village kiosk, hub and sync server, web pages, authors' tools. `README.md` has the map.

pub mod author;
pub mod commands;
pub mod kiosk;
pub mod mirror;
pub mod relay;
pub mod syncing;
