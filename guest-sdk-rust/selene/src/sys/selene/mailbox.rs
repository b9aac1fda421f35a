//! `selene::mailbox`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "selene::mailbox")]
unsafe extern "C" {
    /// Bounds the caller's mailbox; what is over the configuration's bound, as -1, means that
    /// bound. Policy 0: what is sent to a full mailbox is dropped. Policy 1: the oldest data
    /// messages are dropped instead; sends fail at the configuration's bounds alone. What waits
    /// already stays under policy 0.
    pub fn configure(max_messages: i64, max_bytes: i64, policy: i32);

    /// How many messages to the caller were dropped because its mailbox was full.
    pub fn dropped() -> i64;
}
