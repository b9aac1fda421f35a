use selene::{Mailbox, ReplyTo};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
enum Request {
    Length(String, ReplyTo<usize>),
}

#[selene::main]
fn main() {
    let process = selene::spawn((), |(), mailbox: Mailbox<Request>| {
        let Request::Length(text, reply) = mailbox.receive();
        reply.send(text);
    });
    let length: String = process.call(|reply| Request::Length("four".into(), reply)).unwrap();
    println!("{length}");
}
