//! `lunatic::networking`

#[link(wasm_import_module = "lunatic::networking")]
unsafe extern "C" {
    /// See `docs/abi.md`.
    pub fn resolve(
        name: *const u8,
        name_length: usize,
        timeout_millis: i64,
        id_out: *mut u64,
    ) -> i32;
    /// See `docs/abi.md`.
    pub fn resolve_next(
        iterator: u64,
        type_out: *mut u32,
        address_out: *mut u8,
        port_out: *mut u16,
        flow_info_out: *mut u32,
        scope_id_out: *mut u32,
    ) -> i32;
    /// See `docs/abi.md`.
    pub fn drop_dns_iterator(iterator: u64);
    /// See `docs/abi.md`.
    pub fn tcp_bind(
        address_type: u32,
        address: *const u8,
        port: u32,
        flow_info: u32,
        scope_id: u32,
        id_out: *mut u64,
    ) -> i32;
    /// See `docs/abi.md`.
    pub fn udp_bind(
        address_type: u32,
        address: *const u8,
        port: u32,
        flow_info: u32,
        scope_id: u32,
        id_out: *mut u64,
    ) -> i32;
    /// See `docs/abi.md`.
    pub fn tls_bind(
        address_type: u32,
        address: *const u8,
        port: u32,
        flow_info: u32,
        scope_id: u32,
        id_out: *mut u64,
        certificates: *const u8,
        certificates_length: usize,
        keys: *const u8,
        keys_length: usize,
    ) -> i32;
    /// See `docs/abi.md`.
    pub fn drop_tcp_listener(listener: u64);
    /// See `docs/abi.md`.
    pub fn drop_tls_listener(listener: u64);
    /// See `docs/abi.md`.
    pub fn drop_tcp_stream(stream: u64);
    /// See `docs/abi.md`.
    pub fn drop_tls_stream(stream: u64);
    /// See `docs/abi.md`.
    pub fn drop_udp_socket(socket: u64);
    /// See `docs/abi.md`.
    pub fn tcp_local_addr(listener: u64, id_out: *mut u64) -> i32;
    /// See `docs/abi.md`.
    pub fn tls_local_addr(listener: u64, id_out: *mut u64) -> i32;
    /// See `docs/abi.md`.
    pub fn udp_local_addr(socket: u64, id_out: *mut u64) -> i32;
    /// See `docs/abi.md`.
    pub fn tcp_peer_addr(stream: u64, id_out: *mut u64) -> i32;
    /// See `docs/abi.md`.
    pub fn udp_peer_addr(socket: u64, id_out: *mut u64) -> i32;
    /// See `docs/abi.md`.
    pub fn tcp_accept(listener: u64, id_out: *mut u64, peer_out: *mut u64) -> i32;
    /// See `docs/abi.md`.
    pub fn tls_accept(listener: u64, id_out: *mut u64, peer_out: *mut u64) -> i32;
    /// See `docs/abi.md`.
    pub fn tcp_connect(
        address_type: u32,
        address: *const u8,
        port: u32,
        flow_info: u32,
        scope_id: u32,
        timeout_millis: i64,
        id_out: *mut u64,
    ) -> i32;
    /// See `docs/abi.md`.
    pub fn tls_connect(
        host: *const u8,
        host_length: usize,
        port: u32,
        timeout_millis: i64,
        id_out: *mut u64,
        roots: *const *const u8,
        roots_count: usize,
    ) -> i32;
    /// See `docs/abi.md`.
    pub fn udp_connect(
        socket: u64,
        address_type: u32,
        address: *const u8,
        port: u32,
        flow_info: u32,
        scope_id: u32,
        timeout_millis: i64,
        id_out: *mut u64,
    ) -> i32;
    /// See `docs/abi.md`.
    pub fn clone_tcp_stream(stream: u64) -> u64;
    /// See `docs/abi.md`.
    pub fn clone_tls_stream(stream: u64) -> u64;
    /// See `docs/abi.md`.
    pub fn clone_udp_socket(socket: u64) -> u64;
    /// See `docs/abi.md`.
    pub fn tcp_write_vectored(
        stream: u64,
        buffers: *const *const u8,
        buffers_count: usize,
        result_out: *mut u64,
    ) -> i32;
    /// See `docs/abi.md`.
    pub fn tls_write_vectored(
        stream: u64,
        buffers: *const *const u8,
        buffers_count: usize,
        result_out: *mut u64,
    ) -> i32;
    /// See `docs/abi.md`.
    pub fn tcp_read(
        stream: u64,
        buffer: *mut u8,
        buffer_length: usize,
        result_out: *mut u64,
    ) -> i32;
    /// See `docs/abi.md`.
    pub fn tls_read(
        stream: u64,
        buffer: *mut u8,
        buffer_length: usize,
        result_out: *mut u64,
    ) -> i32;
    /// See `docs/abi.md`.
    pub fn tcp_peek(
        stream: u64,
        buffer: *mut u8,
        buffer_length: usize,
        result_out: *mut u64,
    ) -> i32;
    /// See `docs/abi.md`.
    pub fn tcp_flush(stream: u64, error_out: *mut u64) -> i32;
    /// See `docs/abi.md`.
    pub fn tls_flush(stream: u64, error_out: *mut u64) -> i32;
    /// See `docs/abi.md`.
    pub fn set_read_timeout(stream: u64, millis: i64);
    /// See `docs/abi.md`.
    pub fn set_write_timeout(stream: u64, millis: i64);
    /// See `docs/abi.md`.
    pub fn set_tls_read_timeout(stream: u64, millis: i64);
    /// See `docs/abi.md`.
    pub fn set_tls_write_timeout(stream: u64, millis: i64);
    /// See `docs/abi.md`.
    pub fn get_read_timeout(stream: u64) -> i64;
    /// See `docs/abi.md`.
    pub fn get_write_timeout(stream: u64) -> i64;
    /// See `docs/abi.md`.
    pub fn get_tls_read_timeout(stream: u64) -> i64;
    /// See `docs/abi.md`.
    pub fn get_tls_write_timeout(stream: u64) -> i64;
    /// See `docs/abi.md`.
    pub fn udp_receive(
        socket: u64,
        buffer: *mut u8,
        buffer_length: usize,
        result_out: *mut u64,
    ) -> i32;
    /// See `docs/abi.md`.
    pub fn udp_receive_from(
        socket: u64,
        buffer: *mut u8,
        buffer_length: usize,
        result_out: *mut u64,
        peer_out: *mut u64,
    ) -> i32;
    /// See `docs/abi.md`.
    pub fn udp_send(socket: u64, data: *const u8, data_length: usize, result_out: *mut u64) -> i32;
    /// See `docs/abi.md`.
    pub fn udp_send_to(
        socket: u64,
        data: *const u8,
        data_length: usize,
        address_type: u32,
        address: *const u8,
        port: u32,
        flow_info: u32,
        scope_id: u32,
        result_out: *mut u64,
    ) -> i32;
    /// See `docs/abi.md`.
    pub fn set_udp_socket_broadcast(socket: u64, value: i32);
    /// See `docs/abi.md`.
    pub fn get_udp_socket_broadcast(socket: u64) -> i32;
    /// See `docs/abi.md`.
    pub fn set_udp_socket_ttl(socket: u64, value: i32);
    /// See `docs/abi.md`.
    pub fn get_udp_socket_ttl(socket: u64) -> i32;
}
