//! Databases.

use crate::sys::lunatic::sqlite;
use alloc::vec::Vec;

plain! {
    changes(database: u64) -> i32 = sqlite::sqlite3_changes;
    step(statement: u64) -> i32 = sqlite::sqlite3_step;
    finalize(statement: u64) = sqlite::sqlite3_finalize;
}

/// The host asks for memory here before it writes a result, which becomes a `Vec`.
#[unsafe(no_mangle)]
extern "C" fn lunatic_alloc(length: usize) -> *mut u8 {
    let mut bytes: Vec<u8> = Vec::with_capacity(length);
    let address = bytes.as_mut_ptr();
    core::mem::forget(bytes);
    address
}

/// What the host wrote into memory of `lunatic_alloc`.
fn result(write: impl FnOnce(*mut u32) -> usize) -> Vec<u8> {
    let mut length = 0;
    let address: *mut u8 = core::ptr::with_exposed_provenance_mut(write(&mut length));
    // SAFETY: the host returns an address that it got from `lunatic_alloc` for exactly this length.
    unsafe { Vec::from_raw_parts(address, length as usize, length as usize) }
}

pub fn open(path: &str) -> Result<u64, u64> {
    let mut id = 0;
    // SAFETY: the path lives for the call, which only reads it; 8 bytes are written.
    let status = unsafe { sqlite::open(path.as_ptr(), path.len(), &mut id) };
    if status == 0 { Ok(id) } else { Err(id) }
}

pub fn execute(database: u64, sql: &str) -> i32 {
    // SAFETY: the text lives for the call, which only reads it.
    unsafe { sqlite::execute(database as _, sql.as_ptr(), sql.len()) }
}

pub fn prepare(database: u64, sql: &str) -> u64 {
    // SAFETY: the text lives for the call, which only reads it.
    unsafe { sqlite::query_prepare(database as _, sql.as_ptr(), sql.len()) as u64 }
}

pub fn bind(statement: u64, values: &[u8]) {
    // SAFETY: the bytes live for the call, which only reads them.
    unsafe { sqlite::bind_value(statement as _, values.as_ptr(), values.len()) }
}

pub fn row(statement: u64) -> Vec<u8> {
    // SAFETY: 4 bytes are written.
    result(|length| unsafe { sqlite::read_row(statement as _, length.cast()) } as usize)
}

pub fn column_names(statement: u64) -> Vec<u8> {
    // SAFETY: 4 bytes are written.
    result(|length| unsafe { sqlite::column_names(statement as _, length.cast()) } as usize)
}

pub fn last_error(database: u64) -> Vec<u8> {
    // SAFETY: 4 bytes are written.
    result(|length| unsafe { sqlite::last_error(database as _, length.cast()) } as usize)
}
