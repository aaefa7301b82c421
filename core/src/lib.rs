//! hocvu-core: all rules and all storage of a hocvu device. `core/README.md` has the map and the
//! glossary.

pub mod course;
pub mod ids;
pub mod pack;
pub mod ports;
pub mod quiz;
pub mod text;
