//! `lunatic::networking`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "lunatic::networking")]
unsafe extern "C" {
    /// Another id for the same socket.
    pub fn clone_udp_socket(socket: u64) -> i64;

    /// Gives a UDP socket up.
    pub fn drop_udp_socket(socket: u64);

    /// A UDP socket's broadcast.
    pub fn get_udp_socket_broadcast(socket: u64) -> i32;

    /// A UDP socket's ttl.
    pub fn get_udp_socket_ttl(socket: u64) -> i32;

    /// Sets a UDP socket's broadcast.
    pub fn set_udp_socket_broadcast(socket: u64, value: i32);

    /// Sets a UDP socket's ttl.
    pub fn set_udp_socket_ttl(socket: u64, value: i32);

    /// Binds a UDP socket. 0: its id was written. 1: an error id.
    pub fn udp_bind(
        address_type: i32,
        address: *const u8,
        port: i32,
        flow_info: i32,
        scope_id: i32,
        id_out: *mut u64,
    ) -> i32;

    /// Fixes the peer. 0, or 1: an error id was written, or 9027: timed out.
    pub fn udp_connect(
        socket: u64,
        address_type: i32,
        address: *const u8,
        port: i32,
        flow_info: i32,
        scope_id: i32,
        timeout_millis: i64,
        id_out: *mut u64,
    ) -> i32;

    /// The local address. 0: a dns_iter id was written. 1: an error id.
    pub fn udp_local_addr(socket: u64, id_out: *mut u64) -> i32;

    /// The peer's address. 0: a dns_iter id was written. 1: not connected, 2: another error; an
    /// error id was written.
    pub fn udp_peer_addr(socket: u64, id_out: *mut u64) -> i32;

    /// Receives a datagram, cut to the buffer. 0: bytes. 1: an error id.
    pub fn udp_receive(
        socket: u64,
        buffer: *mut u8,
        buffer_length: usize,
        result_out: *mut u64,
    ) -> i32;

    /// Receives a datagram, cut to the buffer. 0: bytes and the sender as a dns_iter id. 1: an
    /// error id.
    pub fn udp_receive_from(
        socket: u64,
        buffer: *mut u8,
        buffer_length: usize,
        result_out: *mut u64,
        peer_out: *mut u64,
    ) -> i32;

    /// Sends a datagram. 0: bytes. 1: an error id.
    pub fn udp_send(socket: u64, data: *const u8, data_length: usize, result_out: *mut u64) -> i32;

    /// Sends a datagram to an address. 0: bytes. 1: an error id.
    pub fn udp_send_to(
        socket: u64,
        data: *const u8,
        data_length: usize,
        address_type: i32,
        address: *const u8,
        port: i32,
        flow_info: i32,
        scope_id: i32,
        result_out: *mut u64,
    ) -> i32;
}
