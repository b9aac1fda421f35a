//! `lunatic::version`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "lunatic::version")]
unsafe extern "C" {
    /// 0
    pub fn major() -> i32;

    /// 13
    pub fn minor() -> i32;

    /// 2
    pub fn patch() -> i32;
}
