//! `selene::process`

#[link(wasm_import_module = "selene::process")]
unsafe extern "C" {
    /// See `docs/abi.md`.
    pub fn spawn(config: i64, module: i64, function: *const u8, function_length: usize, parameters: *const u8, parameters_length: usize, name: *const u8, name_length: usize, label: *const u8, label_length: usize, own: i32, other: i32, tag: i64, flags: i32, out: *mut u64) -> i32;
    /// See `docs/abi.md`.
    pub fn link(target: u64, own: i32, other: i32, tag: i64) -> i64;
    /// See `docs/abi.md`.
    pub fn unlink(reference: i64);
    /// See `docs/abi.md`.
    pub fn exit(code: i32);
    /// See `docs/abi.md`.
    pub fn fail(text: *const u8, text_length: usize);
    /// See `docs/abi.md`.
    pub fn set_label(text: *const u8, text_length: usize);
    /// See `docs/abi.md`.
    pub fn label(out: *mut u8, out_length: usize) -> usize;
}
