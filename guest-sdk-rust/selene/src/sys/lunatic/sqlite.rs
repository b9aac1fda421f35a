//! `lunatic::sqlite`

#[link(wasm_import_module = "lunatic::sqlite")]
unsafe extern "C" {
    /// See `docs/abi.md`.
    pub fn open(path: *const u8, path_length: usize, id_out: *mut u64) -> i64;
    /// See `docs/abi.md`.
    pub fn execute(connection: u64, sql: *const u8, sql_length: usize) -> i32;
    /// See `docs/abi.md`.
    pub fn query_prepare(connection: u64, sql: *const u8, sql_length: usize) -> u64;
    /// See `docs/abi.md`.
    pub fn bind_value(statement: u64, values: *const u8, values_length: usize);
    /// See `docs/abi.md`.
    pub fn sqlite3_changes(connection: u64) -> i32;
    /// See `docs/abi.md`.
    pub fn sqlite3_step(statement: u64) -> i32;
    /// See `docs/abi.md`.
    pub fn statement_reset(statement: u64);
    /// See `docs/abi.md`.
    pub fn sqlite3_finalize(statement: u64);
    /// See `docs/abi.md`.
    pub fn column_count(statement: u64) -> i32;
    /// See `docs/abi.md`.
    pub fn column_names(statement: u64, length_out: *mut u32) -> *mut u8;
    /// See `docs/abi.md`.
    pub fn read_row(statement: u64, length_out: *mut u32) -> *mut u8;
    /// See `docs/abi.md`.
    pub fn last_error(connection: u64, length_out: *mut u32) -> *mut u8;
}
