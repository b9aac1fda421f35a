//! `lunatic::error`

#[link(wasm_import_module = "lunatic::error")]
unsafe extern "C" {
    /// See `docs/abi.md`.
    pub fn drop(error: u64);
    /// See `docs/abi.md`.
    pub fn string_size(error: u64) -> u32;
    /// See `docs/abi.md`.
    pub fn to_string(error: u64, address: *mut u8);
}
