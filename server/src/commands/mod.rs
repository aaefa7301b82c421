//! The program's commands: each is one folder or file, `main.rs` only picks.

pub mod bundle;
pub mod course;
pub mod hub;
pub mod keys;
pub mod passcode;
pub mod root;
pub mod serve;
pub mod upkeep;
