//! `lunatic::registry`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "lunatic::registry")]
unsafe extern "C" {
    /// Looks a name up. 0: node and process id were written. 1: not found, nothing was written.
    pub fn get(
        name: *const u8,
        name_length: usize,
        node_out: *mut u64,
        process_out: *mut u64,
    ) -> i32;

    /// Gives a process a name; an old entry is overwritten. Names have at most 65,536 bytes.
    pub fn put(name: *const u8, name_length: usize, node: i64, target: u64);

    /// Removes a name; nothing happens when there is none.
    pub fn remove(name: *const u8, name_length: usize);
}
