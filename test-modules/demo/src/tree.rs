//! A tree: every process splits its range between two children and adds what they answer.

use crate::{grouped, Report};
use lunatic::{Mailbox, Process};
use serde::{Deserialize, Serialize};
use std::time::Instant;

#[derive(Serialize, Deserialize)]
struct Range {
    from: u64,
    to: u64,
    answer: Process<u64>,
}

fn node(range: Range, mailbox: Mailbox<u64>) {
    let count = range.to - range.from;
    if count == 1 {
        range.answer.send(range.from);
        return;
    }
    let middle = range.from + count / 2;
    for (from, to) in [(range.from, middle), (middle, range.to)] {
        let answer = mailbox.this();
        Process::spawn(Range { from, to, answer }, node);
    }
    range.answer.send(mailbox.receive() + mailbox.receive());
}

pub fn run(processes: u32, report: &mut Report) {
    // A tree with n leaves has 2n - 1 nodes.
    let leaves = u64::from(processes) / 2;
    let nodes = 2 * leaves - 1;
    println!("\nTree of {} processes", grouped(nodes));
    // The ring is over; numbers are all that is sent here now.
    let mailbox = unsafe { Mailbox::<u64>::new() };
    let begin = Instant::now();
    let answer = mailbox.this();
    let root = Range {
        from: 0,
        to: leaves,
        answer,
    };
    Process::spawn(root, node);
    let sum = mailbox.receive();
    let taken = begin.elapsed();
    report.note(&format!(
        "spawned, summed and gone in {:.0} ms, {:.1} µs a process",
        taken.as_secs_f64() * 1e3,
        taken.as_secs_f64() * 1e6 / nodes as f64
    ));
    report.check(
        sum == leaves * (leaves - 1) / 2,
        &format!("the leaves added up to {}", grouped(sum)),
    );
}
