//! `selene::log`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "selene::log")]
unsafe extern "C" {
    /// The most verbose level that is written, 1 error to 5 trace; 0 for none.
    pub fn level() -> i32;

    /// Logs a text: level 1 error, 2 warning, 3 information, 4 debug, 5 trace. The target is the
    /// part of the guest that speaks. 2,000 characters are kept of each, malformed UTF-8 is
    /// replaced; more lines than people can read are counted, not written.
    pub fn write(
        level: i32,
        target: *const u8,
        target_length: usize,
        text: *const u8,
        text_length: usize,
    );
}
