//! `lunatic::wasi`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "lunatic::wasi")]
unsafe extern "C" {
    /// Appends a command-line argument to a configuration; the first is argv[0].
    pub fn config_add_command_line_argument(
        config: u64,
        argument: *const u8,
        argument_length: usize,
    );

    /// Appends an environment variable to a configuration; duplicates are kept.
    pub fn config_add_environment_variable(
        config: u64,
        key: *const u8,
        key_length: usize,
        value: *const u8,
        value_length: usize,
    );

    /// Adds a folder under its own name to a configuration; `~` is the home folder. Opened at the
    /// spawn, within what the spawning process may use itself.
    pub fn config_preopen_dir(config: u64, path: *const u8, path_length: usize);
}
