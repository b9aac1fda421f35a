//! `selene::registry`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "selene::registry")]
unsafe extern "C" {
    /// Gives a process a name of at most 65,536 bytes. 0: it has it. 1: a living process has the
    /// name. 2: there is no such process.
    pub fn register(name: *const u8, name_length: usize, target: u64) -> i32;

    /// Removes a name. 0: removed. 1: nobody had it.
    pub fn unregister(name: *const u8, name_length: usize) -> i32;

    /// Waits until a living process has the name. The timeout is in milliseconds, -1 for ever. 0:
    /// its id was written. 9027: timed out, nothing was written.
    pub fn wait_for(name: *const u8, name_length: usize, timeout_millis: i64, out: *mut u64)
    -> i32;

    /// Looks a name up. 0: the id of the process was written. 1: nobody has it, nothing was
    /// written.
    pub fn whereis(name: *const u8, name_length: usize, out: *mut u64) -> i32;
}
