//! A notebook: notes in a SQLite database, a command at a time.
//!
//! ```text
//! notebook FILE add TEXT
//! notebook FILE list
//! notebook FILE find WORD
//! notebook FILE remove NUMBER
//! ```
//!
//! FILE lies in a folder that the process may see. The exit code is 0 when it worked, 1 after an
//! error that the process was told, and 3 when the process did not survive it.

mod notes;

use lunatic::{Mailbox, MessageSignal, Process};
use std::time::Duration;

/// So much patience has the main process with the one that does the work.
const PATIENCE: Duration = Duration::from_secs(120);

fn work((parent, arguments): (Process<i32>, Vec<String>), _: Mailbox<()>) {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let code = match notes::run(&words) {
        Ok(()) => 0,
        Err(error) => {
            println!("notebook: {error}");
            1
        }
    };
    parent.send(code);
}

#[lunatic::main]
fn main(mailbox: Mailbox<i32>) {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let parent = mailbox.this();
    let mailbox = mailbox.catch_link_failure();
    Process::spawn_link((parent, arguments), work);
    match mailbox.receive_timeout(PATIENCE) {
        Ok(MessageSignal::Message(code)) => std::process::exit(code),
        Ok(MessageSignal::Signal(_)) => println!("notebook: the process did not survive it"),
        Err(_) => println!("notebook: the process is still at it"),
    }
    std::process::exit(3)
}
