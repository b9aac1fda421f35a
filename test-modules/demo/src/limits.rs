//! A process that asks for too much fails alone.

use crate::Report;
use lunatic::{Mailbox, MailboxError, Process, ProcessConfig};
use std::time::Duration;

const MEMORY_LIMIT: u64 = 4 << 20;
const FUEL_LIMIT: u64 = 20;

fn glutton(parent: Process<u64>, _: Mailbox<()>) {
    std::panic::set_hook(Box::new(|_| {}));
    let mut hoard: Vec<Vec<u8>> = Vec::new();
    loop {
        let mut piece = Vec::new();
        if piece.try_reserve_exact(64 << 10).is_err() {
            // Memory is used up: tell how far it went, then fail as a real program would.
            parent.send(hoard.len() as u64 * (64 << 10));
            panic!("out of memory");
        }
        piece.resize(64 << 10, 1);
        hoard.push(piece);
    }
}

#[allow(clippy::empty_loop)]
fn runaway(_: (), _: Mailbox<()>) {
    loop {}
}

fn neighbour(parent: Process<u64>, mailbox: Mailbox<u64>) {
    loop {
        let number = mailbox.receive();
        parent.send(number + 1);
    }
}

/// Waits until a process has ended.
fn ended<M: 'static>(process: &Process<M>) -> bool {
    for _ in 0..5_000 {
        if !process.is_alive() {
            return true;
        }
        lunatic::sleep(Duration::from_millis(1));
    }
    false
}

pub fn run(report: &mut Report) {
    println!("\nLimits");
    // The tree is over; only the processes below send here now.
    let mailbox = unsafe { Mailbox::<u64>::new() };
    let neighbour = Process::spawn(mailbox.this(), neighbour);

    let Ok(mut config) = ProcessConfig::new() else {
        return report.check(false, "this process may create configurations");
    };
    config.set_max_memory(MEMORY_LIMIT);
    let glutton = Process::<()>::spawn_config(&config, mailbox.this(), glutton);
    let failed = ended(&glutton);
    // A strict host may end it at the limit before it can tell how far it went.
    let hoarded = mailbox.receive_timeout(Duration::ZERO).unwrap_or(0);
    report.check(
        failed && hoarded < MEMORY_LIMIT,
        &format!(
            "a process limited to {} MiB of memory got no more, and failed",
            MEMORY_LIMIT >> 20
        ),
    );

    let Ok(mut config) = ProcessConfig::new() else {
        return report.check(false, "this process may create configurations");
    };
    config.set_max_fuel(FUEL_LIMIT);
    let runaway: Process<()> = Process::spawn_config(&config, (), runaway);
    report.check(
        ended(&runaway),
        &format!(
            "an endless loop was stopped after {} instructions",
            crate::grouped(FUEL_LIMIT * 100_000)
        ),
    );

    neighbour.send(41);
    let answer: Result<u64, MailboxError> = mailbox.receive_timeout(Duration::from_secs(5));
    report.check(
        matches!(answer, Ok(42)) && neighbour.is_alive(),
        "their neighbour never noticed",
    );
}
