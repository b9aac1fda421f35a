//! `lunatic::distributed`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "lunatic::distributed")]
unsafe extern "C" {
    /// Copies node ids that were looked up. Traps without a cluster.
    pub fn copy_lookup_nodes_results(
        query_id: i64,
        nodes: *mut u64,
        maximum: usize,
        error_out: *mut u64,
    ) -> i32;

    /// A server certificate signed by an authority. Traps without a cluster.
    pub fn default_server_certificates(
        certificate: *const u8,
        certificate_length: usize,
        key: *const u8,
        key_length: usize,
        length_out: *mut u32,
    ) -> i32;

    /// Looks nodes up by their attributes. Traps without a cluster.
    pub fn exec_lookup_nodes(
        query: *const u8,
        query_length: usize,
        query_id_out: *mut u64,
        count_out: *mut u32,
        error_out: *mut u64,
    ) -> i32;

    /// Writes up to so many node ids and returns how many: 0 without a cluster.
    pub fn get_nodes(nodes: *mut u64, maximum: usize) -> i32;

    /// The cluster's id of the caller's module: 0 without a cluster.
    pub fn module_id() -> i64;

    /// This node's id: 0 without a cluster.
    pub fn node_id() -> i64;

    /// The number of nodes: 0 without a cluster.
    pub fn nodes_count() -> i32;

    /// Sends to a process on a node. Traps without a cluster.
    pub fn send(node: i64, target: u64) -> i32;

    /// Sends to a process on a node and waits. Traps without a cluster.
    pub fn send_receive_skip_search(node: i64, target: u64, tag: i64, timeout_millis: i64) -> i32;

    /// A node's certificate signed by an authority. Traps without a cluster.
    pub fn sign_node(
        certificate: *const u8,
        certificate_length: usize,
        key: *const u8,
        key_length: usize,
        request: *const u8,
        request_length: usize,
        length_out: *mut u32,
    ) -> i32;

    /// Spawns on a node. Traps without a cluster.
    pub fn spawn(
        node: i64,
        config: i64,
        module_id: i64,
        function: *const u8,
        function_length: usize,
        parameters: *const u8,
        parameters_length: usize,
        id_out: *mut u64,
    ) -> i32;

    /// The test certificate authority. Traps without a cluster.
    pub fn test_root_cert(length_out: *mut u32) -> i32;
}
