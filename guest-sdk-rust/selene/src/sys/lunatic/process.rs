//! `lunatic::process`

#[link(wasm_import_module = "lunatic::process")]
unsafe extern "C" {
    /// See `docs/abi.md`.
    pub fn process_id() -> u64;
    /// See `docs/abi.md`.
    pub fn sleep_ms(millis: u64);
    /// See `docs/abi.md`.
    pub fn kill(target: u64);
    /// See `docs/abi.md`.
    pub fn exists(target: u64) -> i32;
    /// See `docs/abi.md`.
    pub fn compile_module(binary: *const u8, binary_length: usize, id_out: *mut u64) -> i32;
    /// See `docs/abi.md`.
    pub fn drop_module(module: u64);
    /// See `docs/abi.md`.
    pub fn drop_config(config: u64);
}
