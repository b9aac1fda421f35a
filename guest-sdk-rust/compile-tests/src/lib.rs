//! Nothing: the tests are in `tests`. They run on the machine that builds, since they run the compiler:
//! `cargo test -p compile-tests --target <your machine's>`.
