use selene::{Mailbox, ReplyTo};

/// Who spawns an exported function sends to it; there is nobody to give it an argument.
#[selene::export]
fn upper(text: String, reply: ReplyTo<String>) {
    reply.send(text.to_uppercase());
}

#[selene::export]
fn length(mailbox: Mailbox<String>) -> usize {
    mailbox.receive().len()
}

#[selene::export(name = "renamed")]
fn named() {}

fn main() {}
