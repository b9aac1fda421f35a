//! `lunatic::error`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "lunatic::error")]
unsafe extern "C" {
    /// Gives an error up.
    pub fn drop(error: u64);

    /// The number of UTF-8 bytes of an error's text.
    pub fn string_size(error: u64) -> i32;

    /// Writes an error's text, `string_size` bytes without a NUL.
    pub fn to_string(error: u64, address: *mut u8);
}
