//! `lunatic::*`

pub mod error;
pub mod message;
pub mod process;
pub mod timer;
pub mod wasi;
pub mod networking;
pub mod sqlite;
