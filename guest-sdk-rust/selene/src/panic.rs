//! What a panic becomes.

pub fn install() {}
