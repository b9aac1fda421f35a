//! `lunatic::wasi`

#[link(wasm_import_module = "lunatic::wasi")]
unsafe extern "C" {
    /// See `docs/abi.md`.
    pub fn config_add_command_line_argument(config: u64, argument: *const u8, argument_length: usize);
    /// See `docs/abi.md`.
    pub fn config_add_environment_variable(config: u64, key: *const u8, key_length: usize, value: *const u8, value_length: usize);
    /// See `docs/abi.md`.
    pub fn config_preopen_dir(config: u64, path: *const u8, path_length: usize);
}
