//! The imports, as they are: unsafe, and stable. The rest of the crate is made of them.

pub mod lunatic;
pub mod selene;
