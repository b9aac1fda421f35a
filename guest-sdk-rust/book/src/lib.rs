//! The chapters of the book, as documentation: so their examples are compiled and run like those of the crate.
//!
//! A chapter that is not named here has no examples in Rust; a test of Selene sees to that.
#![deny(missing_docs)]

/// `examples/wat/counter.wat`, as bytes.
pub const COUNTER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/counter.wasm"));

macro_rules! chapters {
    ($($name:ident = $file:literal),* $(,)?) => {$(
        #[doc = include_str!(concat!("../../../docs/book/src/", $file))]
        pub mod $name {}
    )*};
}

chapters! {
    first_process = "first-process.md",
    messages = "messages.md",
    failure = "failure.md",
    servers = "servers.md",
    supervision = "supervision.md",
    limits = "limits.md",
    testing = "testing.md",
    outside = "outside.md",
    operations = "operations.md",
    other_languages = "other-languages.md",
    from_lunatic = "from-lunatic.md",
    from_erlang = "from-erlang.md",
}
