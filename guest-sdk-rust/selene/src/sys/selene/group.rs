//! `selene::group`

#[link(wasm_import_module = "selene::group")]
unsafe extern "C" {
    /// See `docs/abi.md`.
    pub fn join(group: *const u8, group_length: usize, member: u64) -> i32;
    /// See `docs/abi.md`.
    pub fn leave(group: *const u8, group_length: usize, member: u64) -> i32;
    /// See `docs/abi.md`.
    pub fn members(group: *const u8, group_length: usize, out: *mut u64, capacity: usize) -> usize;
    /// See `docs/abi.md`.
    pub fn broadcast(group: *const u8, group_length: usize) -> usize;
    /// See `docs/abi.md`.
    pub fn watch(group: *const u8, group_length: usize, tag: i64) -> i64;
    /// See `docs/abi.md`.
    pub fn unwatch(reference: i64);
}
