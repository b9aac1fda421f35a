use selene::{Mailbox, Process};

struct Order {
    number: u32,
}

#[selene::main]
fn main() {
    let process: Process<Order> = selene::spawn((), |(), mailbox: Mailbox<Order>| {
        println!("{}", mailbox.receive().number);
    });
    process.send(Order { number: 1 });
}
