//! `selene::*`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

pub mod config;
pub mod group;
pub mod limits;
pub mod log;
pub mod mailbox;
pub mod message;
pub mod process;
pub mod registry;
pub mod timer;
pub mod trap;
pub mod version;
