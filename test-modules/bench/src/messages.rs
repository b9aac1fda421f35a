//! How long messages take.

use crate::measure;
use lunatic::{Mailbox, Process};
use std::time::Instant;

const STOP: u64 = u64::MAX;

/// Sends every number on, and ends after the one that says so.
fn forward(next: Process<u64>, mailbox: Mailbox<u64>) {
    loop {
        let number = mailbox.receive();
        next.send(number);
        if number == STOP {
            return;
        }
    }
}

/// Two processes, one number to and fro.
pub fn ping_pong(count: u32) {
    let mailbox = unsafe { Mailbox::<u64>::new() };
    let peer = Process::spawn(mailbox.this(), forward);
    let result = measure::repeat_warm(15, f64::from(count), || {
        for number in 0..count {
            peer.send(u64::from(number));
            assert_eq!(mailbox.receive(), u64::from(number));
        }
    });
    peer.send(STOP);
    mailbox.receive();
    measure::print_warm("pingpong", "ns/round trip", count, result);
}

/// One token round many processes.
pub fn ring(processes: u32, rounds: u32) {
    let mailbox = unsafe { Mailbox::<u64>::new() };
    let mut first = mailbox.this();
    for _ in 0..processes {
        first = Process::spawn(first, forward);
    }
    let hops = f64::from(processes + 1) * f64::from(rounds);
    let result = measure::repeat_warm(15, hops, || {
        for round in 0..rounds {
            first.send(u64::from(round));
            assert_eq!(mailbox.receive(), u64::from(round));
        }
    });
    first.send(STOP);
    mailbox.receive();
    measure::print_warm("ring", "ns/hop", processes, result);
}

fn flood(job: (Process<u64>, u64), mailbox: Mailbox<u64>) {
    let (target, count) = job;
    while mailbox.receive() != STOP {
        for number in 0..count {
            target.send(number);
        }
    }
}

/// One sender that never waits, one receiver; the receiver's clock counts.
pub fn fan_in(count: u32) {
    let mailbox = unsafe { Mailbox::<u64>::new() };
    let sender = Process::spawn((mailbox.this(), u64::from(count)), flood);
    let mut values = Vec::new();
    for round in 0..9 {
        sender.send(0);
        let begin = Instant::now();
        for number in 0..count {
            assert_eq!(mailbox.receive(), u64::from(number));
        }
        if round >= 3 {
            values.push(begin.elapsed().as_nanos() as f64 / f64::from(count));
        }
    }
    sender.send(STOP);
    measure::print("fan-in", "ns/message", count, &mut values);
}
