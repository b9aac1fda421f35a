//! Each file in `fail` is a mistake, and the file beside it what the compiler says. After a change that is meant, or a new
//! compiler: `TRYBUILD=overwrite cargo test ...`, and read what it wrote.

#[test]
fn mistakes_are_explained() {
    trybuild::TestCases::new().compile_fail("tests/fail/*.rs");
}
