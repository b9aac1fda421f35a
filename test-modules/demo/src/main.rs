//! What thousands of processes, a supervisor and a few limits look like.
//!
//! `demo [PROCESSES]` takes a few seconds and ends with code 0 only when every check holds.

mod limits;
mod ring;
mod supervision;
mod tree;

use lunatic::Mailbox;

/// Prints what was found and remembers whether all of it was right.
pub struct Report {
    failures: u32,
}

impl Report {
    /// A line of progress under the current heading.
    pub fn note(&self, text: &str) {
        println!("      {text}");
    }

    /// A fact that must hold.
    pub fn check(&mut self, holds: bool, text: &str) {
        if holds {
            println!("   ok {text}");
        } else {
            println!("  BAD {text}");
            self.failures += 1;
        }
    }
}

/// Groups the digits of a number by three.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[lunatic::main]
fn main(_: Mailbox<()>) {
    let processes = match std::env::args().nth(1).map(|text| text.parse::<u32>()) {
        None => 10_000,
        Some(Ok(number)) if number >= 10 => number,
        Some(_) => {
            eprintln!("usage: demo [PROCESSES]   a number, 10 or more; 10000 when left out");
            std::process::exit(2);
        }
    };
    let mut report = Report { failures: 0 };
    ring::run(processes, &mut report);
    tree::run(processes, &mut report);
    supervision::run(&mut report);
    limits::run(&mut report);
    if report.failures == 0 {
        println!("\nAll checks hold.");
    } else {
        println!("\n{} checks failed.", report.failures);
        std::process::exit(1);
    }
}
