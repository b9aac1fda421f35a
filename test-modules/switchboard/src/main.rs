//! A TCP server for tests: every connection is a process that does what the connection's lines say.
//!
//! `switchboard [ADDRESS]` prints `listening on ADDRESS` when it is ready. The commands:
//!
//! ```text
//! echo             sends back what comes, until the end of it
//! count            reads to the end, then tells how many bytes came and their checksum
//! send N           sends N bytes of a pattern, then closes
//! greet N          tells N numbers in as many lines, each a write of several parts
//! move N           says so, then hands the connection through N processes; the last one echoes
//! clone            reads by one process and echoes by another
//! peer             tells the peer's address
//! timeout MILLIS   reads for that long; tells what came of it
//! peek MILLIS      says so, looks at the next bytes, then reads them, and tells both
//! stall            never reads, and waits for a message that nobody sends
//! panic            ends the process by a panic
//! name NAME        gives this process a name; another command follows
//! kill NAME        kills the process with that name, and tells whether there was one
//! alive NAME       tells whether the process with that name lives
//! stop             ends the whole program with exit code 0
//! ```

mod commands;
mod transfer;

use lunatic::net::TcpListener;
use lunatic::{Mailbox, Process};

#[lunatic::main]
fn main(_: Mailbox<()>) {
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let listener = match TcpListener::bind(address.as_str()) {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("switchboard: cannot listen on {address}: {error}");
            std::process::exit(1);
        }
    };
    match listener.local_addr() {
        Ok(address) => println!("listening on {address}"),
        Err(error) => println!("listening, but where is not known: {error}"),
    }
    loop {
        match listener.accept() {
            Ok((stream, _)) => {
                Process::spawn(stream, commands::serve);
            }
            Err(error) => eprintln!("switchboard: no connection accepted: {error}"),
        }
    }
}
