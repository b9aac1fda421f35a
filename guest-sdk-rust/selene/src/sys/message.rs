//! `lunatic::message`
#![allow(missing_docs)]
#[link(wasm_import_module = "lunatic::message")]
unsafe extern "C" {
    pub fn create_data(tag: i64, capacity: u64);
    pub fn write_data(data: *const u8, data_length: usize) -> usize;
    pub fn read_data(buffer: *mut u8, buffer_length: usize) -> usize;
    pub fn data_size() -> u64;
    pub fn get_tag() -> i64;
    pub fn get_process_id() -> u64;
    pub fn send(target: u64) -> i32;
    pub fn receive(tags: *const i64, tag_count: usize, timeout_millis: u64) -> i32;
}
