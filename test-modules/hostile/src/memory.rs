//! Attacks on memory.

use core::arch::wasm32::{memory_grow, memory_size};
use std::hint::black_box;

const PAGE: usize = 65_536;

/// Grows until it is refused; the number of pages then.
fn grow_all(step: usize) -> usize {
    let mut step = step;
    while step > 0 {
        if memory_grow::<0>(step) == usize::MAX {
            step /= 2;
        }
    }
    memory_size::<0>()
}

fn byte(address: usize) -> *mut u8 {
    black_box(address) as *mut u8
}

/// Grows as far as it may, writes to every granule, and ends normally.
#[no_mangle]
pub extern "C" fn memory_bomb() {
    let first = memory_size::<0>();
    let pages = grow_all(1_024);
    for granule in (first * PAGE..pages * PAGE).step_by(1_024) {
        // Inside of the memory that was just asked for, which nothing else uses.
        unsafe { std::ptr::write_volatile(byte(granule), 1) };
    }
}

/// Grows a page at a time, for ever.
#[no_mangle]
pub extern "C" fn grow_loop() {
    loop {
        black_box(memory_grow::<0>(1));
    }
}

/// Asks for 4 GiB at once.
#[no_mangle]
pub extern "C" fn grow_absurdly() {
    assert_eq!(memory_grow::<0>(65_536), usize::MAX);
    assert_eq!(memory_grow::<0>(usize::MAX), usize::MAX);
}

/// Fills 16 MiB, for ever.
#[no_mangle]
pub extern "C" fn fill_loop() {
    let start = memory_grow::<0>(256) * PAGE;
    loop {
        for value in 0..=u8::MAX {
            unsafe { std::ptr::write_bytes(byte(start), value, 256 * PAGE) };
        }
    }
}

/// Copies 8 MiB to and fro, overlapping, for ever.
#[no_mangle]
pub extern "C" fn copy_loop() {
    let start = memory_grow::<0>(256) * PAGE;
    loop {
        for shift in 0..1_000 {
            unsafe { std::ptr::copy(byte(start), byte(start + shift), 255 * PAGE) };
        }
    }
}

/// Fills across the end of the memory; nothing may be written before the trap.
#[no_mangle]
pub extern "C" fn fill_outside() {
    let end = memory_size::<0>() * PAGE;
    unsafe { std::ptr::write_bytes(byte(end - 8), 1, black_box(0x7fff_ffff)) };
}

/// Copies with a length that overflows 32 bits.
#[no_mangle]
pub extern "C" fn copy_outside() {
    unsafe { std::ptr::copy(byte(64), byte(0x8000_0000), black_box(0x7fff_ffff)) };
}
