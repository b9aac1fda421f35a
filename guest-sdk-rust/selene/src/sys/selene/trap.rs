//! `selene::trap`

#[link(wasm_import_module = "selene::trap")]
unsafe extern "C" {
    /// See `docs/abi.md`.
    #[link_name = "catch"]
    pub fn catch_trap(function: usize, argument: usize) -> i32;
    /// See `docs/abi.md`.
    pub fn caught_reason(out: *mut u8, out_length: usize) -> usize;
    /// See `docs/abi.md`.
    pub fn set_message(text: *const u8, text_length: usize);
}
