//! `selene::group`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "selene::group")]
unsafe extern "C" {
    /// Takes the scratch message, data without resources, and sends a copy to each member, the
    /// caller included when it is one; full mailboxes drop it, as with `lunatic::message::send`.
    /// Returns how many members there were.
    pub fn broadcast(group: *const u8, group_length: usize) -> i32;

    /// Adds a process to a group, whose name has at most 65,536 bytes. 0: it joined. 1: it was in
    /// it. 2: there is no such process.
    pub fn join(group: *const u8, group_length: usize, member: u64) -> i32;

    /// Takes a process out of a group. 0: it left. 1: it was not in it.
    pub fn leave(group: *const u8, group_length: usize, member: u64) -> i32;

    /// Writes the process ids of a group's members in order of joining, as many as fit, and returns
    /// how many members there are.
    pub fn members(
        group: *const u8,
        group_length: usize,
        buffer: *mut u64,
        buffer_count: usize,
    ) -> i32;

    /// Undoes `watch` by its reference; an unknown one is ignored.
    pub fn unwatch(reference: i64);

    /// From now on each join and leave sends the caller a data message with the tag: 0 joined or 1
    /// left (1 byte), process id (8 bytes), reference (8 bytes); a full mailbox drops it. Returns
    /// the reference, never 0.
    pub fn watch(group: *const u8, group_length: usize, tag: i64) -> i64;
}
