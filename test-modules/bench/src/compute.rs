//! Compute: the kernels as functions of normal size, and as one giant function.

use crate::measure;
use std::hint::black_box;

const NAMES: [&str; 6] = ["fib", "sieve", "matmul", "hash", "sort", "btree"];

#[inline(never)]
fn fib_recursive(number: u32) -> u32 {
    if number < 2 {
        number
    } else {
        fib_recursive(number - 1).wrapping_add(fib_recursive(number - 2))
    }
}

#[inline(never)]
fn sieve(limit: u32) -> u32 {
    crate::sieve_kernel!(limit as usize)
}

#[inline(never)]
fn matmul(size: u32) -> u32 {
    crate::matmul_kernel!(size as usize)
}

#[inline(never)]
fn hash(rounds: u32) -> u32 {
    crate::hash_kernel!(rounds)
}

#[inline(never)]
fn sort(count: u32) -> u32 {
    crate::sort_kernel!(count)
}

#[inline(never)]
fn tree(count: u32) -> u32 {
    crate::tree_kernel!(count)
}

/// All kernels in one body, three times over, so that it is far over 8,000 bytecodes on a JVM. Which
/// part runs is only known at run time.
#[inline(never)]
fn giant(part: u32, size: u32) -> u32 {
    match part {
        0 => crate::fib_kernel!(size),
        1 => crate::sieve_kernel!(size as usize),
        2 => crate::matmul_kernel!(size as usize),
        3 => crate::hash_kernel!(size),
        4 => crate::sort_kernel!(size),
        5 => crate::tree_kernel!(size),
        10 => crate::fib_kernel!(size + 1) ^ 1,
        11 => crate::sieve_kernel!(size as usize + 1) ^ 1,
        12 => crate::matmul_kernel!(size as usize + 1) ^ 1,
        13 => crate::hash_kernel!(size + 1) ^ 1,
        14 => crate::sort_kernel!(size + 1) ^ 1,
        20 => crate::fib_kernel!(size + 2) ^ 2,
        21 => crate::sieve_kernel!(size as usize + 2) ^ 2,
        22 => crate::matmul_kernel!(size as usize + 2) ^ 2,
        23 => crate::hash_kernel!(size + 2) ^ 2,
        _ => crate::sort_kernel!(size + 2) ^ 2,
    }
}

fn normal(part: u32, size: u32) -> u32 {
    match part {
        0 => fib_recursive(size),
        1 => sieve(size),
        2 => matmul(size),
        3 => hash(size),
        4 => sort(size),
        _ => tree(size),
    }
}

/// One kernel as functions of normal size, for a host that measures it from outside.
#[export_name = "kernel_normal"]
extern "C" fn kernel_normal(part: u32, size: u32) -> u32 {
    normal(part, size)
}

/// One kernel as a part of the giant function, for a host that measures it from outside.
#[export_name = "kernel_giant"]
extern "C" fn kernel_giant(part: u32, size: u32) -> u32 {
    giant(part, size)
}

fn run_one(kind: &str, kernel: fn(u32, u32) -> u32, part: u32) -> u32 {
    let size = [27, 1_000_000, 160, 1_000, 200_000, 60_000][part as usize];
    let mut check = 0;
    let mut values = measure::repeat(4, 7, 1.0, || {
        check = kernel(black_box(part), black_box(size));
    });
    let name = format!("compute-{kind}-{}", NAMES[part as usize]);
    measure::print(&name, "ns", size, &mut values);
    check
}

/// All kernels both ways; both must agree.
pub fn run() {
    for part in 0..NAMES.len() as u32 {
        let one = run_one("normal", normal, part);
        let other = run_one("giant", giant, part);
        assert_eq!(one, other, "{} gives the same result", NAMES[part as usize]);
    }
}
