//! Many processes that live at the same time, each blocked in receive.

use crate::measure;
use lunatic::{Mailbox, Process};
use std::io::{BufRead, Write};
use std::time::Instant;

fn sleeper(parent: Process<u32>, mailbox: Mailbox<u32>) {
    parent.send(mailbox.receive());
}

/// How many processes live, wait and are woken before the measurement, and in how many rounds.
const WARM_UP: (u32, u32) = (1_000, 40);

#[inline(never)]
fn warm_up(mailbox: &Mailbox<u32>) {
    let (count, rounds) = WARM_UP;
    for _ in 0..rounds {
        let sleepers: Vec<_> = (0..count)
            .map(|_| Process::spawn(mailbox.this(), sleeper))
            .collect();
        lunatic::sleep(std::time::Duration::from_millis(10));
        for sleeper in &sleepers {
            sleeper.send(1);
        }
        for _ in 0..count {
            mailbox.receive();
        }
    }
}

/// Starts so many processes that stay and wakes them all; nanoseconds for one of each.
#[inline(never)]
fn crowd(mailbox: &Mailbox<u32>, count: u32, when_all_live: impl FnOnce()) -> (f64, f64) {
    let begin = Instant::now();
    let mut sleepers: Vec<Process<u32>> = Vec::with_capacity(count as usize);
    for _ in 0..count {
        sleepers.push(Process::spawn(mailbox.this(), sleeper));
    }
    let spawned = begin.elapsed().as_nanos() as f64 / f64::from(count);
    // Every process has had the time to come to its receive.
    lunatic::sleep(std::time::Duration::from_millis(u64::from(
        500 + count / 100,
    )));
    when_all_live();
    let begin = Instant::now();
    for (index, sleeper) in sleepers.iter().enumerate() {
        sleeper.send(index as u32);
    }
    let mut sum = 0;
    for _ in 0..count {
        sum += u64::from(mailbox.receive());
    }
    let woken = begin.elapsed().as_nanos() as f64 / f64::from(count);
    let expected = u64::from(count) * u64::from(count - 1) / 2;
    assert_eq!(sum, expected, "every process answers once");
    (spawned, woken)
}

/// Prints a line when all live, waits for a line on stdin, then wakes them all; so often more, for
/// the medians. The first crowd shows the memory, and is the warm-up of the others.
#[inline(never)]
pub fn run(count: u32, rounds: u32) {
    let mailbox = unsafe { Mailbox::<u32>::new() };
    println!("{{\"benchmark\":\"live-begin\"}}");
    // The driver reads the memory now, before there are any processes. What the warm-up leaves behind
    // counts as the processes': a heap that has grown for it would hide theirs.
    wait_for_line();
    warm_up(&mailbox);
    let first = crowd(&mailbox, count, || {
        println!("{{\"benchmark\":\"live-ready\",\"count\":{count}}}");
        wait_for_line();
    });
    let (mut spawned, mut woken): (Vec<f64>, Vec<f64>) =
        (0..rounds).map(|_| crowd(&mailbox, count, || {})).unzip();
    println!(
        "{{\"benchmark\":\"live\",\"unit\":\"ns/process\",\"count\":{count},\"median\":{:.1},\
         \"wake\":{:.1},\"first\":{:.1},\"first wake\":{:.1},\"repeats\":{rounds}}}",
        measure::quantile(&mut spawned, 0.5),
        measure::quantile(&mut woken, 0.5),
        first.0,
        first.1
    );
}

fn wait_for_line() {
    std::io::stdout().flush().expect("stdout");
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).expect("stdin");
}
