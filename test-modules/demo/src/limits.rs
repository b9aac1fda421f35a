//! A process that asks for too much fails alone.

use crate::Report;
use lunatic::serializer::Bincode;
use lunatic::{Mailbox, MessageSignal, Process, ProcessConfig, ProcessDiedSignal};
use std::time::Duration;

const MEMORY_LIMIT: u64 = 4 << 20;
const FUEL_LIMIT: u64 = 20;

fn glutton(parent: Process<u64>, mailbox: Mailbox<()>) {
    mailbox.receive();
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
fn runaway(_: (), mailbox: Mailbox<()>) {
    mailbox.receive();
    loop {}
}

fn neighbour(parent: Process<u64>, mailbox: Mailbox<u64>) {
    loop {
        let number = mailbox.receive();
        parent.send(number + 1);
    }
}

/// Numbers, and the news of ends.
type Watcher = Mailbox<u64, Bincode, ProcessDiedSignal>;

/// Lets a process run and waits for its end; what it sent before comes back, too.
fn watched_end(mailbox: &Watcher, process: Process<()>) -> Option<Vec<u64>> {
    mailbox.monitor(process);
    process.send(());
    let mut told = Vec::new();
    loop {
        match mailbox.receive_timeout(Duration::from_secs(10)) {
            Ok(MessageSignal::Message(number)) => told.push(number),
            Ok(MessageSignal::Signal(ProcessDiedSignal(id))) if id == process.id() => {
                return Some(told);
            }
            Ok(MessageSignal::Signal(_)) => {}
            Err(_) => return None,
        }
    }
}

pub fn run(report: &mut Report) {
    println!("\nLimits");
    // The tree is over; only the processes below send here now.
    let mailbox = unsafe { Mailbox::<u64>::new() }.monitorable();
    let neighbour = Process::spawn(mailbox.this(), neighbour);

    let Ok(mut config) = ProcessConfig::new() else {
        return report.check(false, "this process may create configurations");
    };
    config.set_max_memory(MEMORY_LIMIT);
    let glutton = Process::<()>::spawn_config(&config, mailbox.this(), glutton);
    // A strict host may end it at the limit before it can tell how far it went.
    let told = watched_end(&mailbox, glutton);
    report.check(
        told.is_some_and(|told| told.iter().all(|hoarded| *hoarded < MEMORY_LIMIT)),
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
        watched_end(&mailbox, runaway).is_some(),
        &format!(
            "an endless loop was stopped after {} instructions",
            crate::grouped(FUEL_LIMIT * 100_000)
        ),
    );

    neighbour.send(41);
    let answer = mailbox.receive_timeout(Duration::from_secs(5));
    report.check(
        matches!(answer, Ok(MessageSignal::Message(42))) && neighbour.is_alive(),
        "their neighbour never noticed",
    );
}
