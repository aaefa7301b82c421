//! The border: what Kotlin and Swift see of the core. `bindings/README.md` tells how an app takes it
//! in.
//!
//! It holds no rule and no text: a call is one line to the core, a view one `From`. What crosses
//! to a shell ends in `View`, what comes in ends in `Request`, what the platform owns is a trait that
//! a shell implements (`platform.rs`). A call that waits for the disk is made from a thread that
//! draws nothing.

pub mod course;
pub mod device;
pub mod failure;
pub mod fetch;
pub mod hocvu;
mod ids;
pub mod learner;
pub mod lesson;
pub mod pack;
pub mod platform;
pub mod progress;
pub mod question;
pub mod quiz;
pub mod sync;
pub mod text;
#[cfg(feature = "vectors")]
pub mod vectors;

uniffi::setup_scaffolding!();
