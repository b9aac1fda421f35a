//! Attacks on processor time and the call stack.

use imports::{catch, process};
use std::hint::black_box;

#[no_mangle]
pub extern "C" fn loop_for_ever() {
    let mut number = 0_u32;
    loop {
        number = black_box(number.wrapping_add(1));
    }
}

fn trap(_: u32) -> u32 {
    core::arch::wasm32::unreachable()
}

fn work_then_trap(rounds: u32) -> u32 {
    for number in 0..rounds {
        black_box(number);
    }
    trap(0)
}

/// Never does anything outside a catch for long.
#[no_mangle]
pub extern "C" fn catch_loop() {
    loop {
        catch(trap, 0);
    }
}

/// Time slices end inside of catches, which then trap.
#[no_mangle]
pub extern "C" fn catch_work_loop() {
    loop {
        catch(work_then_trap, 300_000);
    }
}

fn catch_inside(depth: u32) -> u32 {
    catch(catch_inside, depth + 1) + black_box(1)
}

/// Catches in catches in catches.
#[no_mangle]
pub extern "C" fn catch_nesting() {
    black_box(catch_inside(0));
    core::arch::wasm32::unreachable()
}

/// Burns fuel inside catches, which hide every trap but not the lack of fuel.
#[no_mangle]
pub extern "C" fn catch_out_of_fuel() {
    fn burn(_: u32) -> u32 {
        loop_for_ever();
        1
    }
    loop {
        catch(burn, 0);
    }
}

#[allow(unconditional_recursion)]
#[inline(never)]
fn recurse(depth: u32) -> u32 {
    recurse(black_box(depth + 1)) + black_box(depth)
}

/// As deep as it goes.
#[no_mangle]
pub extern "C" fn deep_recursion() {
    black_box(recurse(0));
}

#[allow(unconditional_recursion)]
#[inline(never)]
fn recurse_slowly(depth: u32) -> u32 {
    // Long enough for the time slice to end at every other level.
    for number in 0..30_000 {
        black_box(number);
    }
    recurse_slowly(black_box(depth + 1)) + black_box(depth)
}

/// As deep as it goes, preempted all the way.
#[no_mangle]
pub extern "C" fn deep_recursion_preempted() {
    black_box(recurse_slowly(0));
}

#[allow(unconditional_recursion)]
#[inline(never)]
fn recurse_and_sleep(depth: u32) -> u32 {
    if depth.is_multiple_of(64) {
        unsafe { process::sleep_ms(0) };
    }
    recurse_and_sleep(black_box(depth + 1)) + black_box(depth)
}

/// As deep as it goes, suspended on the way.
#[no_mangle]
pub extern "C" fn deep_recursion_suspended() {
    black_box(recurse_and_sleep(0));
}

/// Stack overflows, again and again.
#[no_mangle]
pub extern "C" fn catch_deep_recursion() {
    loop {
        catch(recurse, 0);
    }
}

/// Gives way all the time.
#[no_mangle]
pub extern "C" fn yield_loop() {
    loop {
        unsafe { imports::wasi::sched_yield() };
    }
}

/// Sleeps for no time, for ever.
#[no_mangle]
pub extern "C" fn sleep_loop() {
    loop {
        unsafe { process::sleep_ms(0) };
    }
}

/// Loops for five seconds at most, so that it goes away when nobody kills it.
#[no_mangle]
pub extern "C" fn loop_a_while() {
    let begin = std::time::Instant::now();
    while begin.elapsed().as_secs() < 5 {
        for number in 0..100_000 {
            black_box(number);
        }
    }
}

/// Ends.
#[no_mangle]
pub extern "C" fn end_at_once() {}
