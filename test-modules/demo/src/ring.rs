//! A ring: every process knows only the next one, and a token goes round.

use crate::{grouped, Report};
use lunatic::{Mailbox, Process};
use serde::{Deserialize, Serialize};
use std::time::Instant;

const ROUNDS: u64 = 5;

#[derive(Serialize, Deserialize)]
enum Token {
    Add(u64),
    Stop,
}

#[derive(Serialize, Deserialize)]
struct Place {
    number: u64,
    next: Process<Token>,
}

fn member(place: Place, mailbox: Mailbox<Token>) {
    loop {
        match mailbox.receive() {
            Token::Add(sum) => place.next.send(Token::Add(sum + place.number)),
            Token::Stop => {
                place.next.send(Token::Stop);
                return;
            }
        }
    }
}

pub fn run(processes: u32, report: &mut Report) {
    let count = u64::from(processes);
    println!("\nRing of {} processes", grouped(count));
    // This process has no other mailbox in use, and nobody else sends to it.
    let mailbox = unsafe { Mailbox::<Token>::new() };
    let begin = Instant::now();
    let mut first = mailbox.this();
    for number in 1..=count {
        first = Process::spawn(
            Place {
                number,
                next: first,
            },
            member,
        );
    }
    let spawned = begin.elapsed();
    report.note(&format!(
        "spawned in {:.0} ms, {:.1} µs each; all of them live now",
        spawned.as_secs_f64() * 1e3,
        spawned.as_secs_f64() * 1e6 / count as f64
    ));
    let begin = Instant::now();
    let mut sum = 0;
    for _ in 0..ROUNDS {
        first.send(Token::Add(sum));
        match mailbox.receive() {
            Token::Add(value) => sum = value,
            Token::Stop => break,
        }
    }
    let passed = begin.elapsed();
    let hops = count * ROUNDS;
    report.note(&format!(
        "{} hops in {:.0} ms, {:.2} µs each",
        grouped(hops),
        passed.as_secs_f64() * 1e3,
        passed.as_secs_f64() * 1e6 / hops as f64
    ));
    let expected = ROUNDS * count * (count + 1) / 2;
    report.check(
        sum == expected,
        &format!("the token added up to {}", grouped(sum)),
    );
    first.send(Token::Stop);
    report.check(
        matches!(mailbox.receive(), Token::Stop),
        "the whole ring stopped in order",
    );
}
