//! `lunatic::message`

#[link(wasm_import_module = "lunatic::message")]
unsafe extern "C" {
    /// See `docs/abi.md`.
    pub fn create_data(tag: i64, capacity: u64);
    /// See `docs/abi.md`.
    pub fn write_data(data: *const u8, data_length: usize) -> usize;
    /// See `docs/abi.md`.
    pub fn read_data(buffer: *mut u8, buffer_length: usize) -> usize;
    /// See `docs/abi.md`.
    pub fn data_size() -> u64;
    /// See `docs/abi.md`.
    pub fn get_tag() -> i64;
    /// See `docs/abi.md`.
    pub fn send(target: u64) -> i32;
    /// See `docs/abi.md`.
    pub fn receive(tags: *const i64, tag_count: usize, timeout_millis: i64) -> i32;
    /// See `docs/abi.md`.
    pub fn push_module(module: u64) -> u64;
    /// See `docs/abi.md`.
    pub fn take_module(index: u64) -> u64;
    /// See `docs/abi.md`.
    pub fn push_tcp_stream(stream: u64) -> u64;
    /// See `docs/abi.md`.
    pub fn take_tcp_stream(index: u64) -> u64;
    /// See `docs/abi.md`.
    pub fn push_tls_stream(stream: u64) -> u64;
    /// See `docs/abi.md`.
    pub fn take_tls_stream(index: u64) -> u64;
    /// See `docs/abi.md`.
    pub fn push_udp_socket(socket: u64) -> u64;
    /// See `docs/abi.md`.
    pub fn take_udp_socket(index: u64) -> u64;
}
