//! `lunatic::*`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

pub mod distributed;
pub mod error;
pub mod message;
pub mod metrics;
pub mod networking;
pub mod process;
pub mod registry;
pub mod sqlite;
pub mod timer;
pub mod trap;
pub mod version;
pub mod wasi;
