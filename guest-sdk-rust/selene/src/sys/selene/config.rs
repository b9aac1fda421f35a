//! `selene::config`

#[link(wasm_import_module = "selene::config")]
unsafe extern "C" {
    /// See `docs/abi.md`.
    pub fn create(inherit: i32) -> i64;
    /// See `docs/abi.md`.
    pub fn set_limit(config: u64, resource: i32, value: i64);
    /// See `docs/abi.md`.
    pub fn get_limit(config: u64, resource: i32) -> i64;
    /// See `docs/abi.md`.
    pub fn set_permission(config: u64, permission: i32, allowed: i32);
    /// See `docs/abi.md`.
    pub fn get_permission(config: u64, permission: i32) -> i32;
    /// See `docs/abi.md`.
    pub fn allow_network(config: u64, direction: i32, rule: *const u8, rule_length: usize, error_out: *mut u64) -> i32;
    /// See `docs/abi.md`.
    pub fn deny_network(config: u64);
}
