//! Traps inside `trap::catch`.

use imports::{catch, process, receive, send, this, wasi, Received, FOREVER};
use std::hint::black_box;

fn trap(_: u32) -> u32 {
    core::arch::wasm32::unreachable()
}

fn double(number: u32) -> u32 {
    number * 2
}

fn nested(number: u32) -> u32 {
    black_box(catch(trap, 0)) + catch(double, number) + 1
}

#[allow(unconditional_recursion)]
fn recurse(depth: u32) -> u32 {
    let room = black_box([depth; 8]);
    recurse(depth + 1) + room[3]
}

fn wait_then_trap(milliseconds: u32) -> u32 {
    unsafe { process::sleep_ms(u64::from(milliseconds)) };
    trap(0)
}

fn receive_then_double(_: u32) -> u32 {
    match receive(&[], FOREVER) {
        Received::Data(_, number) => double(number as u32),
        other => panic!("{other:?}"),
    }
}

fn work_then_trap(rounds: u32) -> u32 {
    let mut sum = 0_u32;
    for number in 0..rounds {
        sum = black_box(sum.wrapping_add(number));
    }
    trap(sum)
}

fn exit(code: u32) -> u32 {
    unsafe { wasi::proc_exit(code) }
}

crate::checks! {
    /// Results come through, traps come back as 0, and nothing is left on the operand stack.
    fn catch_gives_the_result_or_zero() {
        assert_eq!(catch(double, 21), 42);
        let ten = black_box(10);
        assert_eq!(ten + catch(trap, 0), 10);
        assert_eq!(ten * 2 + catch(nested, 8) + ten, 47);
    }

    /// Also many times.
    fn selene_catch_ten_thousand_traps() {
        for _ in 0..10_000 {
            assert_eq!(catch(trap, 0), 0);
        }
    }

    /// A stack overflow gives its depth back. (It ends all of Lunatic.)
    fn selene_catch_stack_overflows() {
        for _ in 0..50 {
            assert_eq!(catch(recurse, 0), 0);
        }
        assert_eq!(catch(double, 4), 8);
    }

    /// What the host refuses is a trap like any other.
    fn catch_host_traps() {
        let dropped_twice = |_| unsafe {
            imports::error::drop(7);
            1
        };
        assert_eq!(catch(dropped_twice, 0), 0);
    }

    /// proc_exit inside a catch ends only the catch.
    fn catch_proc_exit() {
        assert_eq!(catch(exit, 0), 0);
        assert_eq!(catch(exit, 5), 0);
    }

    /// A process may wait inside a catch.
    fn catch_around_receive() {
        send(this(), 0, 5);
        assert_eq!(catch(receive_then_double, 0), 10);
    }

    /// A trap after the process was suspended inside the catch. (It ends all of Lunatic.)
    fn selene_catch_trap_after_waiting() {
        for _ in 0..10 {
            assert_eq!(catch(wait_then_trap, 1), 0);
        }
        assert_eq!(catch(nested, 8), 17);
    }

    /// A trap after the process's time slice ended inside the catch. (It ends all of Lunatic.)
    fn selene_catch_trap_after_preemption() {
        assert_eq!(catch(work_then_trap, 5_000_000), 0);
        assert_eq!(catch(double, 3), 6);
    }
}
