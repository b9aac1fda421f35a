//! `lunatic::networking`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "lunatic::networking")]
unsafe extern "C" {
    /// Another id for the same socket.
    pub fn clone_tcp_stream(stream: u64) -> i64;

    /// Another id for the same socket.
    pub fn clone_tls_stream(stream: u64) -> i64;

    /// Another id for the same socket.
    pub fn clone_udp_socket(socket: u64) -> i64;

    /// Gives an iterator up.
    pub fn drop_dns_iterator(iterator: u64);

    /// Gives a TCP listener up.
    pub fn drop_tcp_listener(listener: u64);

    /// Gives a TCP stream up.
    pub fn drop_tcp_stream(stream: u64);

    /// Gives a TLS listener up.
    pub fn drop_tls_listener(listener: u64);

    /// Gives a TLS stream up.
    pub fn drop_tls_stream(stream: u64);

    /// Gives a UDP socket up.
    pub fn drop_udp_socket(socket: u64);

    /// A timeout in milliseconds; -1 is none.
    pub fn get_peek_timeout(stream: u64) -> i64;

    /// A timeout in milliseconds; -1 is none.
    pub fn get_read_timeout(stream: u64) -> i64;

    /// A timeout in milliseconds; -1 is none.
    pub fn get_tls_read_timeout(stream: u64) -> i64;

    /// A timeout in milliseconds; -1 is none.
    pub fn get_tls_write_timeout(stream: u64) -> i64;

    /// A UDP socket's broadcast.
    pub fn get_udp_socket_broadcast(socket: u64) -> i32;

    /// A UDP socket's ttl.
    pub fn get_udp_socket_ttl(socket: u64) -> i32;

    /// A timeout in milliseconds; -1 is none.
    pub fn get_write_timeout(stream: u64) -> i64;

    /// Resolves `host:port`. 0: a dns_iter id was written. 1: an error id. 9027: an error id, timed
    /// out.
    pub fn resolve(
        name: *const u8,
        name_length: usize,
        timeout_millis: i64,
        id_out: *mut u64,
    ) -> i32;

    /// The next address: 0 when written, 1 at the end.
    pub fn resolve_next(
        iterator: u64,
        type_out: *mut u32,
        address_out: *mut u8,
        port_out: *mut u8,
        flow_info_out: *mut u32,
        scope_id_out: *mut u32,
    ) -> i32;

    /// Sets a timeout in milliseconds; -1 is none.
    pub fn set_peek_timeout(stream: u64, millis: i64);

    /// Sets a timeout in milliseconds; -1 is none.
    pub fn set_read_timeout(stream: u64, millis: i64);

    /// Sets a timeout in milliseconds; -1 is none.
    pub fn set_tls_read_timeout(stream: u64, millis: i64);

    /// Sets a timeout in milliseconds; -1 is none.
    pub fn set_tls_write_timeout(stream: u64, millis: i64);

    /// Sets a UDP socket's broadcast.
    pub fn set_udp_socket_broadcast(socket: u64, value: i32);

    /// Sets a UDP socket's ttl.
    pub fn set_udp_socket_ttl(socket: u64, value: i32);

    /// Sets a timeout in milliseconds; -1 is none.
    pub fn set_write_timeout(stream: u64, millis: i64);

    /// Waits for a connection. 0: stream and dns_iter ids were written. 1: an error id.
    pub fn tcp_accept(listener: u64, id_out: *mut u64, peer_out: *mut u64) -> i32;

    /// Binds a TCP listener. 0: its id was written. 1: an error id.
    pub fn tcp_bind(
        address_type: i32,
        address: *const u8,
        port: i32,
        flow_info: i32,
        scope_id: i32,
        id_out: *mut u64,
    ) -> i32;

    /// Connects. 0: a stream id was written. 1: an error id. 9027: an error id, timed out.
    pub fn tcp_connect(
        address_type: i32,
        address: *const u8,
        port: i32,
        flow_info: i32,
        scope_id: i32,
        timeout_millis: i64,
        id_out: *mut u64,
    ) -> i32;

    /// Flushes. 0, or 1: an error id was written.
    pub fn tcp_flush(stream: u64, error_out: *mut u64) -> i32;

    /// The local address. 0: a dns_iter id was written. 1: an error id.
    pub fn tcp_local_addr(listener: u64, id_out: *mut u64) -> i32;

    /// Peeks. 0: bytes read were written, 0 at the end. 1: an error id. 9027: timed out.
    pub fn tcp_peek(
        stream: u64,
        buffer: *mut u8,
        buffer_length: usize,
        result_out: *mut u64,
    ) -> i32;

    /// The peer's address. 0: a dns_iter id was written. 1: an error id.
    pub fn tcp_peer_addr(stream: u64, id_out: *mut u64) -> i32;

    /// Reads. 0: bytes read were written, 0 at the end. 1: an error id. 9027: timed out.
    pub fn tcp_read(
        stream: u64,
        buffer: *mut u8,
        buffer_length: usize,
        result_out: *mut u64,
    ) -> i32;

    /// Writes from an array of address and length. 0: bytes written. 1: an error id. 9027: timed
    /// out.
    pub fn tcp_write_vectored(
        stream: u64,
        buffers: *const u64,
        buffers_count: usize,
        result_out: *mut u64,
    ) -> i32;

    /// Waits for a connection, whose first read, write or flush shakes hands. 0: stream and
    /// dns_iter ids were written. 1: an error id.
    pub fn tls_accept(listener: u64, id_out: *mut u64, peer_out: *mut u64) -> i32;

    /// Binds a TLS listener with a PEM certificate and key. 0: its id was written. 1: an error id.
    pub fn tls_bind(
        address_type: i32,
        address: *const u8,
        port: i32,
        flow_info: i32,
        scope_id: i32,
        id_out: *mut u64,
        certificates: *const u8,
        certificates_length: usize,
        keys: *const u8,
        keys_length: usize,
    ) -> i32;

    /// Connects and shakes hands. 0: a stream id was written. 1: an error id. 9027: timed out.
    pub fn tls_connect(
        host: *const u8,
        host_length: usize,
        port: i32,
        timeout_millis: i64,
        id_out: *mut u64,
        roots: *const u64,
        roots_count: usize,
    ) -> i32;

    /// Flushes. 0, or 1: an error id was written.
    pub fn tls_flush(stream: u64, error_out: *mut u64) -> i32;

    /// The local address. 0: a dns_iter id was written. 1: an error id.
    pub fn tls_local_addr(listener: u64, id_out: *mut u64) -> i32;

    /// Reads. 0: bytes read were written, 0 at the end. 1: an error id. 9027: timed out.
    pub fn tls_read(
        stream: u64,
        buffer: *mut u8,
        buffer_length: usize,
        result_out: *mut u64,
    ) -> i32;

    /// Writes from an array of address and length. 0: bytes written. 1: an error id. 9027: timed
    /// out.
    pub fn tls_write_vectored(
        stream: u64,
        buffers: *const u64,
        buffers_count: usize,
        result_out: *mut u64,
    ) -> i32;

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
