//! What the network looks like to a process: each call tries one thing and tells what came of it.
//!
//! The exit code is 0 when it worked, 1 when it ended in an error that the process was told, and 3
//! when the process did not survive it.
//!
//! ```text
//! net-client resolve HOST:PORT [MILLIS]
//! net-client listen ADDRESS
//! net-client connect ADDRESS [MILLIS]
//! net-client echo ADDRESS BYTES          sends and compares what comes back
//! net-client udp ADDRESS TEXT            sends a datagram, prints the answer
//! net-client tls HOST PORT [ROOTS]       ROOTS: a certificate in PEM format that is trusted, alone
//! net-client tls-listen ADDRESS CERTIFICATE KEY
//! ```

mod attempts;

use lunatic::{Mailbox, MessageSignal, Process};
use std::time::Duration;

/// So much patience has the main process with the one that tries.
const PATIENCE: Duration = Duration::from_secs(120);

fn attempt((parent, arguments): (Process<i32>, Vec<String>), _: Mailbox<()>) {
    let code = match attempts::run(&arguments) {
        Ok(text) => {
            println!("ok: {text}");
            0
        }
        Err(error) => {
            println!("error: {error}");
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
    Process::spawn_link((parent, arguments), attempt);
    match mailbox.receive_timeout(PATIENCE) {
        Ok(MessageSignal::Message(code)) => std::process::exit(code),
        Ok(MessageSignal::Signal(_)) => println!("the process did not survive it"),
        Err(_) => println!("the process is still at it"),
    }
    std::process::exit(3)
}
