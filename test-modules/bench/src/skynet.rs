//! A tree of processes, ten children each: every leaf sends its number up, every other process the
//! sum of its children's.

use crate::measure;
use lunatic::{Mailbox, Process};

fn node(job: (Process<u64>, u64, u64), mailbox: Mailbox<u64>) {
    let (parent, number, size) = job;
    if size == 1 {
        parent.send(number);
        return;
    }
    let part = size / 10;
    for child in 0..10 {
        Process::spawn((mailbox.this(), number + child * part, part), node);
    }
    parent.send((0..10).map(|_| mailbox.receive()).sum());
}

/// Time for the whole tree; `leaves` is a power of ten.
pub fn run(leaves: u32) {
    let mailbox = unsafe { Mailbox::<u64>::new() };
    let leaves = u64::from(leaves);
    let mut values = measure::repeat(1, 3, 1.0, || {
        Process::spawn((mailbox.this(), 0, leaves), node);
        assert_eq!(mailbox.receive(), leaves * (leaves - 1) / 2);
    });
    measure::print("skynet", "ns", leaves as u32, &mut values);
}
