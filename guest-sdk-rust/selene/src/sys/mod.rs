//! The imports, as they are: unsafe, and stable.
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

pub mod lunatic;
pub mod selene;
