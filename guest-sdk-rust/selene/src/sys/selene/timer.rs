//! `selene::timer`

#[link(wasm_import_module = "selene::timer")]
unsafe extern "C" {
    /// See `docs/abi.md`.
    pub fn send_every(target: u64, delay: u64, period: u64) -> u64;
    /// See `docs/abi.md`.
    pub fn cancel(timer: u64) -> i64;
    /// See `docs/abi.md`.
    pub fn now() -> u64;
}
