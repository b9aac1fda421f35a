//! The imports as safe functions. With `sys`, and the entry points in `start`, the only unsafe code of the crate.

use crate::sys;
use alloc::vec::Vec;
use core::time::Duration;

/// The status of every import that gave up waiting.
const TIMED_OUT: i32 = 9027;
/// The timeout that never comes.
const NEVER: u64 = u64::MAX;

pub fn process_id() -> u64 {
    // SAFETY: no pointers.
    unsafe { sys::process::process_id() }
}

pub fn exists(process: u64) -> bool {
    // SAFETY: no pointers.
    unsafe { sys::process::exists(process) != 0 }
}

pub fn kill(process: u64) {
    // SAFETY: no pointers.
    unsafe { sys::process::kill(process) }
}

pub fn sleep(duration: Duration) {
    // SAFETY: no pointers.
    unsafe { sys::process::sleep_ms(millis(Some(duration))) }
}

/// Milliseconds, rounded up so that nothing ends early; never the value that means "no timeout".
pub fn millis(timeout: Option<Duration>) -> u64 {
    match timeout {
        None => NEVER,
        Some(duration) => duration
            .as_secs()
            .saturating_mul(1000)
            .saturating_add(u64::from(duration.subsec_nanos().div_ceil(1_000_000)))
            .min(NEVER - 1),
    }
}

/// What a receive brought into the scratch area.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Received {
    Data,
    LinkDied,
    ProcessDied,
}

/// Waits for the oldest message with one of the tags, of any kind when there are none; `None` after the timeout.
pub fn receive(tags: &[i64], timeout: Option<Duration>) -> Option<Received> {
    // SAFETY: the tags live for the call, which only reads them.
    match unsafe { sys::message::receive(tags.as_ptr(), tags.len(), millis(timeout)) } {
        0 => Some(Received::Data),
        1 => Some(Received::LinkDied),
        2 => Some(Received::ProcessDied),
        _ => None,
    }
}

/// The tag of the message in the scratch area.
pub fn tag() -> i64 {
    // SAFETY: no pointers.
    unsafe { sys::message::get_tag() }
}

/// Begins a message in the scratch area.
pub fn create(tag: i64) {
    // SAFETY: no pointers.
    unsafe { sys::message::create_data(tag, 0) }
}

/// Appends to the message in the scratch area.
pub fn write(bytes: &[u8]) {
    // SAFETY: the bytes live for the call, which only reads them.
    unsafe { sys::message::write_data(bytes.as_ptr(), bytes.len()) };
}

/// Sends the message in the scratch area.
pub fn send(process: u64) {
    // SAFETY: no pointers.
    unsafe { sys::message::send(process) };
}

/// Appends all bytes of the message in the scratch area to a buffer.
pub fn read(buffer: &mut Vec<u8>) {
    /// Most messages are no longer, and cost one call.
    const FIRST_BYTES: usize = 256;
    let mut wanted = FIRST_BYTES;
    loop {
        buffer.reserve(wanted);
        let room = buffer.spare_capacity_mut();
        let offered = room.len();
        // SAFETY: the host writes at most `offered` bytes into the spare capacity and returns how many.
        unsafe {
            let count = sys::message::read_data(room.as_mut_ptr().cast(), offered);
            buffer.set_len(buffer.len() + count);
            if count < offered {
                return;
            }
            wanted = (sys::message::data_size() as usize).saturating_sub(buffer.len()) + 1;
        }
    }
}

/// Spawns a process of the caller's own module that runs an exported function on four numbers.
///
/// # Errors
/// The id of the host's error.
pub fn spawn(config: i64, function: &str, numbers: [u32; 3]) -> Result<u64, u64> {
    const RECORD_BYTES: usize = 17;
    const I32: u8 = 0x7F;
    let mut parameters = [0_u8; RECORD_BYTES * 3];
    for (record, number) in parameters.chunks_exact_mut(RECORD_BYTES).zip(numbers) {
        record[0] = I32;
        record[1..5].copy_from_slice(&number.to_le_bytes());
    }
    let mut id = 0;
    // SAFETY: name and parameters live for the call, which only reads them; `id` is written once.
    let status = unsafe {
        sys::process::spawn(
            0,
            config,
            -1,
            function.as_ptr(),
            function.len(),
            parameters.as_ptr(),
            parameters.len(),
            &mut id,
        )
    };
    if status == 0 { Ok(id) } else { Err(id) }
}
