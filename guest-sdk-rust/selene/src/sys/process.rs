//! `lunatic::process`
#![allow(missing_docs)]
#[link(wasm_import_module = "lunatic::process")]
unsafe extern "C" {
    pub fn process_id() -> u64;
    pub fn sleep_ms(millis: u64);
    pub fn kill(target: u64);
    pub fn exists(target: u64) -> i32;
    pub fn spawn(
        link: i64,
        config: i64,
        module: i64,
        function: *const u8,
        function_length: usize,
        parameters: *const u8,
        parameters_length: usize,
        id_out: *mut u64,
    ) -> i32;
}
