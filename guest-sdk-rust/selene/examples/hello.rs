//! The smallest program: a process greets another one.

use selene::{Mailbox, Process};

#[selene::main]
fn main(mailbox: Mailbox<String>) {
    selene::spawn(mailbox.this(), |parent: Process<String>, _: Mailbox<()>| {
        parent.send("Hello from another process".into());
    });
    println!("{}", mailbox.receive());
}
