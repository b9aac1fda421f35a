//! `selene::limits`

#[link(wasm_import_module = "selene::limits")]
unsafe extern "C" {
    /// See `docs/abi.md`.
    pub fn limit(resource: i32) -> i64;
    /// See `docs/abi.md`.
    pub fn usage(resource: i32) -> i64;
    /// See `docs/abi.md`.
    pub fn fuel_left() -> i64;
}
