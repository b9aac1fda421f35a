//! `selene::message`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "selene::message")]
unsafe extern "C" {
    /// Writes as much as fits of the exit reason that the scratch message tells of, a link or
    /// process death, and returns its size in bytes. See the layout of exit reasons. Traps when the
    /// scratch message is no death.
    pub fn exit_reason(buffer: *mut u8, buffer_length: usize) -> i32;

    /// The process whose end the scratch message tells of, a link or process death; 0 for a data
    /// message.
    pub fn process_id() -> u64;

    /// As `lunatic::message::receive`, and then as `read_data`: copies as much of a data message as
    /// fits and moves the read position on. Returns what `receive` returns in bits 0 to 15; 1 in
    /// bit 16 when something is attached to the message; in bits 17 to 31 its tag, or 32,767 when
    /// that does not fit, and `get_tag` tells it; in the upper 32 bits its size in bytes, 0 for a
    /// death. Since 1.1.
    pub fn receive_data(
        tags: *const u64,
        tag_count: usize,
        timeout_millis: i64,
        buffer: *mut u8,
        buffer_length: usize,
    ) -> i64;

    /// The reference of the link that the scratch message is about; 0 for data messages and for
    /// links and monitors of `lunatic::process`.
    pub fn reference() -> i64;

    /// Sends the scratch message, then waits for a message with the tag that arrives after the call
    /// began, or for the target's end; an answer sent before the end wins. Traps when the tag is 0.
    /// The timeout is in milliseconds, -1 for ever. 0: the answer is the scratch message. 1: the
    /// mailbox is full, nothing was sent. 2: the target ended, and the scratch message is a process
    /// death with the tag. 9027: timed out, the scratch area is empty.
    pub fn request(target: u64, tag: i64, timeout_millis: i64) -> i32;

    /// Makes a data message of these bytes the scratch message and does what `request` does, and
    /// then as `read_data`: copies as much of the answer as fits. Returns what `request` returns in
    /// bits 0 to 15, the rest as `receive_data`. Since 1.1.
    pub fn request_data(
        target: u64,
        tag: i64,
        data: *const u8,
        data_length: usize,
        answer_tag: i64,
        timeout_millis: i64,
        buffer: *mut u8,
        buffer_length: usize,
    ) -> i64;

    /// Sends a data message of these bytes, as `create_data`, `write_data` and `send` do. The
    /// scratch area stays as it is. Always 0. Traps when the message would be over 2 GiB. Since
    /// 1.1.
    pub fn send_data(target: u64, tag: i64, data: *const u8, data_length: usize) -> i32;

    /// Sends the scratch message as soon as there is room; who waits is served in order. The
    /// timeout is in milliseconds, -1 for ever. 0: sent. 1: there will never be room: the message
    /// is larger than the mailbox, or the mailbox is the caller's own. 2: there is no such process,
    /// or not any more. 9027: timed out. It stays in the scratch area unless it was sent.
    pub fn send_timeout(target: u64, timeout_millis: i64) -> i32;

    /// Sends the scratch message. 0: sent. 1: the mailbox is full. 2: there is no such process. It
    /// stays in the scratch area unless it was sent.
    pub fn try_send(target: u64) -> i32;
}
