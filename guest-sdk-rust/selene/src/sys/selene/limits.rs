//! `selene::limits`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "selene::limits")]
unsafe extern "C" {
    /// Instructions left to the caller and the subtrees it belongs to; -1 when nothing limits them.
    pub fn fuel_left() -> i64;

    /// The caller's limit of a resource, -1 for none: 0 memory in bytes, 1 fuel in instructions, 2
    /// stack in bytes, 3 messages and 4 bytes in the mailbox, 5 processes of the subtree, 6
    /// handles.
    pub fn limit(resource: i32) -> i64;

    /// What the caller uses of a resource now, numbered as in `limit`; processes are those of the
    /// subtree that has the limit.
    pub fn usage(resource: i32) -> i64;
}
