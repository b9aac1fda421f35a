//! A program with one server: a process that keeps a state and handles one message after the other.

mod counter;

use counter::{Counter, Message};
use selene::Server;
use std::error::Error;

#[selene::main]
fn main() -> Result<(), Box<dyn Error>> {
    // Spawns the process, and waits until its `init` has returned.
    let counter = Counter::start(40)?;

    // A cast: the message is sent, and nobody waits.
    counter.send(Message::Add(2));

    // A call: waits for the answer. When none can come, the error says why, at once.
    let value = counter.call(Message::Value)?;
    println!("the counter is at {value}");
    Ok(())
}
