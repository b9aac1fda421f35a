//! `selene::version`

#[link(wasm_import_module = "selene::version")]
unsafe extern "C" {
    /// See `docs/abi.md`.
    #[link_name = "1.0"]
    pub fn needs_1_0();
    /// See `docs/abi.md`.
    pub fn major() -> i32;
    /// See `docs/abi.md`.
    pub fn minor() -> i32;
}
