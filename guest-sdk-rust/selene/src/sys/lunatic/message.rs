//! `lunatic::message`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "lunatic::message")]
unsafe extern "C" {
    /// Replaces the scratch message by an empty data message. Tag 0 is none. The capacity is a hint
    /// that any value is good for: memory grows, and is charged, as data comes.
    pub fn create_data(tag: i64, capacity: i64);

    /// All bytes of the scratch message, wherever the read position is.
    pub fn data_size() -> i64;

    /// The process whose death the scratch message tells of; 0 for other messages.
    pub fn get_process_id() -> u64;

    /// The tag of the scratch message of any kind, 0 for none.
    pub fn get_tag() -> i64;

    /// Attaches a module to the scratch message and returns its index; the sender keeps it.
    pub fn push_module(module: u64) -> i64;

    /// Moves a TCP stream into the scratch message and returns its index.
    pub fn push_tcp_stream(stream: u64) -> i64;

    /// Moves a TLS stream into the scratch message and returns its index.
    pub fn push_tls_stream(stream: u64) -> i64;

    /// Moves a UDP socket into the scratch message and returns its index.
    pub fn push_udp_socket(socket: u64) -> i64;

    /// Copies from the scratch message's read position, at most so many bytes, and moves the
    /// position on. Returns the number copied, 0 at the end. Traps when the position is behind the
    /// end.
    pub fn read_data(buffer: *mut u8, buffer_length: usize) -> i32;

    /// Waits for the oldest message with one of the tags, of any kind when there are none; 0 among
    /// the tags matches nothing. At most 65,536 tags. The timeout is in milliseconds, -1 for ever.
    /// 0: a data message is in the scratch area. 1: a link died. 2: a process died. 9027: timed
    /// out, the scratch is as it was.
    pub fn receive(tags: *const u64, tag_count: usize, timeout_millis: i64) -> i32;

    /// Sets the scratch message's read position.
    pub fn seek_data(position: i64);

    /// Takes the scratch message and sends it. Always 0: a message to a dead or unknown process is
    /// dropped.
    pub fn send(target: u64) -> i32;

    /// Sends the scratch message, then waits for one with the tag that arrives after the call
    /// began; tag 0 never matches. The timeout is in milliseconds, -1 for ever. 0: the answer is
    /// the scratch message. 9027: timed out, the scratch area is empty.
    pub fn send_receive_skip_search(target: u64, tag: i64, timeout_millis: i64) -> i32;

    /// Moves the module at an index of the scratch message into the caller's table and returns its
    /// id. The other indexes stay. Traps when there is no module at the index.
    pub fn take_module(index: i64) -> i64;

    /// Moves the TCP stream at an index into the caller's table and returns its id.
    pub fn take_tcp_stream(index: i64) -> i64;

    /// Moves the TLS stream at an index into the caller's table and returns its id.
    pub fn take_tls_stream(index: i64) -> i64;

    /// Moves the UDP socket at an index into the caller's table and returns its id.
    pub fn take_udp_socket(index: i64) -> i64;

    /// Appends bytes to the scratch message and returns their number. Traps when the message would
    /// be over 2 GiB.
    pub fn write_data(data: *const u8, data_length: usize) -> i32;
}
