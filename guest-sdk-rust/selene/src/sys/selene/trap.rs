//! `selene::trap`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "selene::trap")]
unsafe extern "C" {
    /// Calls the guest's export `_selene_catch(function, argument)`, two i32 without a result. 0:
    /// it returned. 1: it trapped, panicked, exited, or ran out of fuel or memory; see
    /// `caught_reason`. A kill or a link's death is not caught. Traps when there is no such export.
    #[link_name = "catch"]
    pub fn catch_trap(function: i32, argument: i32) -> i32;

    /// Writes as much as fits of the exit reason of the last `catch` that answered 1, and returns
    /// its size in bytes. Traps when there was none.
    pub fn caught_reason(buffer: *mut u8, buffer_length: usize) -> i32;

    /// The next trap of the caller becomes one of kind panic with this text, of which 2,000
    /// characters are kept; malformed UTF-8 is replaced. An empty text takes that back.
    pub fn set_message(text: *const u8, text_length: usize);
}
