//! `selene::process`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "selene::process")]
unsafe extern "C" {
    /// Undoes `monitor`, as `unlink` does.
    pub fn demonitor(reference: i64);

    /// Ends the caller: normally with code 0, else with the exit reason `exited`.
    pub fn exit(code: i32);

    /// Traps with kind panic and this text, of which 2,000 characters are kept; malformed UTF-8 is
    /// replaced.
    pub fn fail(text: *const u8, text_length: usize);

    /// Writes as much of the caller's label as fits and returns its size in bytes.
    pub fn label(buffer: *mut u8, buffer_length: usize) -> i32;

    /// Links the caller and a process and returns the link's reference, never 0. `own` is what the
    /// caller does when the target ends, `other` what the target does when the caller ends: 0
    /// nothing, 1 is told of failures, 2 is told of every end, 3 dies of failures, 4 dies of every
    /// end. Told is a process death with the tag, exactly one. A dead or unknown target counts as
    /// one that failed with `no process`, at once.
    pub fn link(target: u64, own: i32, other: i32, tag: i64) -> i64;

    /// Asks for one process death with the tag: `link` with modes 2 and 0.
    pub fn monitor(target: u64, tag: i64) -> i64;

    /// Names the caller for people, in logs and crash reports; at most 1,024 bytes, none to take it
    /// back.
    pub fn set_label(label: *const u8, label_length: usize);

    /// Spawns a process that calls an exported function. Parameters are those of
    /// `lunatic::process::spawn`. Name and label may be empty. `own` and `other` are link modes as
    /// in `link`, 0 and 0 for no link. Flag 1: the scratch message becomes the child's first
    /// message. All of it is in place before the child's first instruction. 0: process id and link
    /// reference were written. 1: an error id was written. 2: a living process has the name, its id
    /// was written. On 1 and 2 the scratch message stays, unless a start function failed. Traps
    /// when the caller may not spawn.
    pub fn spawn(
        config: i64,
        module: i64,
        function: *const u8,
        function_length: usize,
        parameters: *const u8,
        parameters_length: usize,
        name: *const u8,
        name_length: usize,
        label: *const u8,
        label_length: usize,
        own: i32,
        other: i32,
        tag: i64,
        flags: i32,
        out: *mut u64,
    ) -> i32;

    /// Makes a data message of these bytes the scratch message, and spawns as `spawn` does with
    /// flag 1: it becomes the child's first message. Since 1.1.
    pub fn spawn_data(
        config: i64,
        module: i64,
        function: *const u8,
        function_length: usize,
        parameters: *const u8,
        parameters_length: usize,
        name: *const u8,
        name_length: usize,
        label: *const u8,
        label_length: usize,
        own: i32,
        other: i32,
        tag: i64,
        message_tag: i64,
        data: *const u8,
        data_length: usize,
        out: *mut u64,
    ) -> i32;

    /// Undoes a link by its reference: no message of it comes any more, and one in the mailbox is
    /// removed. An unknown reference is ignored.
    pub fn unlink(reference: i64);
}
