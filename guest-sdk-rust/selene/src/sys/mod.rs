//! Declarations of the host's imports.
pub mod message;
pub mod process;
