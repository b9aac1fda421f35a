//! Processes that end in the ways that expected.tsv says.

use crate::parts::halves;
use imports::{error, process, receive, spawn_link, this, wasi, FOREVER};
use std::hint::black_box;

#[no_mangle]
pub extern "C" fn end_normal() {}

#[no_mangle]
pub extern "C" fn end_exit_0() {
    unsafe { wasi::proc_exit(0) }
}

#[no_mangle]
pub extern "C" fn end_exit_3() {
    unsafe { wasi::proc_exit(3) }
}

#[no_mangle]
pub extern "C" fn end_exit_200() {
    unsafe { wasi::proc_exit(200) }
}

#[no_mangle]
pub extern "C" fn end_unreachable() {
    core::arch::wasm32::unreachable()
}

#[no_mangle]
pub extern "C" fn end_panic() {
    panic!("as expected")
}

#[no_mangle]
pub extern "C" fn end_load_outside() {
    let address = black_box(0xffff_fff0_usize);
    // The engine stops this load; its value is never used.
    black_box(unsafe { std::ptr::read_volatile(address as *const u64) });
}

#[no_mangle]
pub extern "C" fn end_store_outside() {
    let address = black_box(0xffff_fff0_usize);
    unsafe { std::ptr::write_volatile(address as *mut u64, 1) };
}

#[no_mangle]
pub extern "C" fn end_wild_function() {
    // An index far outside the table, which is what must be found out.
    let wild: extern "C" fn() = unsafe { std::mem::transmute(black_box(0x7fff_0000_usize)) };
    black_box(wild)();
}

#[no_mangle]
pub extern "C" fn end_wrong_function_type() {
    extern "C" fn takes_a_number(number: u64) -> u64 {
        number + 1
    }
    let function: extern "C" fn(u64) -> u64 = black_box(takes_a_number);
    // The call's type is not the function's, which is what must be found out.
    let wrong: extern "C" fn(f32) = unsafe { std::mem::transmute(function) };
    black_box(wrong)(1.0);
}

#[no_mangle]
pub extern "C" fn end_stack_overflow() {
    #[allow(unconditional_recursion)]
    fn recurse(depth: u32) -> u32 {
        recurse(depth + black_box(1)) + black_box(depth)
    }
    black_box(recurse(0));
}

#[no_mangle]
pub extern "C" fn end_host_trap() {
    unsafe { error::drop(12) };
}

#[no_mangle]
pub extern "C" fn end_loop() {
    let mut number = 0_u32;
    loop {
        number = black_box(number.wrapping_add(1));
    }
}

#[no_mangle]
pub extern "C" fn end_wait() {
    receive(&[], FOREVER);
}

#[no_mangle]
pub extern "C" fn end_with_result() -> i32 {
    7
}

#[no_mangle]
pub extern "C" fn end_with_parameter(number: i64) {
    black_box(number);
}

#[no_mangle]
pub extern "C" fn end_with_link() {
    spawn_link(1, "part_trap", &[]);
    receive(&[], FOREVER);
}

#[no_mangle]
pub extern "C" fn end_with_dead_link() {
    unsafe { process::link(1, 987_654_321) };
    receive(&[], FOREVER);
}

#[no_mangle]
pub extern "C" fn end_by_own_kill() {
    unsafe { process::kill(this()) };
    receive(&[], FOREVER);
}

#[no_mangle]
pub extern "C" fn end_by_child() {
    let [low, high] = halves(this());
    imports::spawn("part_kill", &[low, high]);
    receive(&[], FOREVER);
}
