//! `selene::log`

#[link(wasm_import_module = "selene::log")]
unsafe extern "C" {
    /// See `docs/abi.md`.
    pub fn write(level: i32, target: *const u8, target_length: usize, text: *const u8, text_length: usize);
    /// See `docs/abi.md`.
    pub fn level() -> i32;
}
