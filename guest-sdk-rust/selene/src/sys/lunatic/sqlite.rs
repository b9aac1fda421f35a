//! `lunatic::sqlite`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "lunatic::sqlite")]
unsafe extern "C" {
    /// Binds a list of values in bincode, by number or by name, with or without its `:`, `@` or
    /// `$`. Traps on an error.
    pub fn bind_value(statement: u64, values: *const u8, values_length: usize);

    /// Columns of the result.
    pub fn column_count(statement: u64) -> i32;

    /// A column's name as UTF-8, in memory from `lunatic_alloc`; returns the address.
    pub fn column_name(statement: u64, index: i32, length_out: *mut u32) -> i32;

    /// All names in bincode, in memory from `lunatic_alloc`; returns the address.
    pub fn column_names(statement: u64, length_out: *mut u32) -> i32;

    /// Runs all statements of a text; SQLite's result code, 0 is ok.
    pub fn execute(connection: u64, sql: *const u8, sql_length: usize) -> i32;

    /// The last error in bincode, in memory from `lunatic_alloc`; returns the address. Traps when
    /// there is none.
    pub fn last_error(connection: u64, length_out: *mut u32) -> i32;

    /// Opens a database below a preopened folder; `:memory:` and an empty path are private ones. 0:
    /// a connection id was written. 1: an error id.
    pub fn open(path: *const u8, path_length: usize, id_out: *mut u64) -> i64;

    /// Prepares the first statement of a text and returns its id. Traps on an error.
    pub fn query_prepare(connection: u64, sql: *const u8, sql_length: usize) -> i64;

    /// A value in bincode, in memory from `lunatic_alloc`; returns the address. Null where there is
    /// no row or no such column.
    pub fn read_column(statement: u64, index: i32, length_out: *mut u32) -> i32;

    /// The current row in bincode, in memory from `lunatic_alloc`; returns the address.
    pub fn read_row(statement: u64, length_out: *mut u32) -> i32;

    /// Rows changed by the last statement.
    pub fn sqlite3_changes(connection: u64) -> i32;

    /// Gives a statement up.
    pub fn sqlite3_finalize(statement: u64);

    /// 100: a row. 101: done. Traps on an error.
    pub fn sqlite3_step(statement: u64) -> i32;

    /// Starts a statement anew; what was bound stays.
    pub fn statement_reset(statement: u64);
}
