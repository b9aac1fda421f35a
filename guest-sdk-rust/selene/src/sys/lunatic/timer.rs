//! `lunatic::timer`

#[link(wasm_import_module = "lunatic::timer")]
unsafe extern "C" {
    /// See `docs/abi.md`.
    pub fn send_after(target: u64, delay_millis: u64) -> u64;
}
