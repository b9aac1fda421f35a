use selene::{Mailbox, Process};

#[selene::main]
fn main() {
    let process: Process<u32> = selene::spawn((), |(), mailbox: Mailbox<u32>| {
        mailbox.receive();
    });
    process.send("one");
}
