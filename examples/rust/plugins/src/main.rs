//! Plugins for `plugin-host`: each function is one. The first two are good ones.

use plugin_host::{Question, Text};
use selene::Mailbox;
use selene::net::TcpStream;

/// The question in capital letters.
#[selene::export]
fn upper(mailbox: Mailbox<Question>) {
    let Question { reply, text } = mailbox.receive();
    reply.send(Text(text.to_uppercase()));
}

/// The question from its end to its beginning.
#[selene::export]
fn reverse(mailbox: Mailbox<Question>) {
    let Question { reply, text } = mailbox.receive();
    reply.send(Text(text.chars().rev().collect()));
}

/// Never comes to an end.
#[selene::export]
fn spin() {
    loop {
        std::hint::spin_loop();
    }
}

/// Wants more and more memory. When there is no more, Rust says so on standard error and aborts: a trap.
#[selene::export]
fn bomb() {
    let mut hoard = Vec::new();
    loop {
        hoard.push(vec![1_u8; 1 << 20]);
        std::hint::black_box(&hoard);
    }
}

/// Calls itself, and never returns.
#[selene::export]
fn recurse() {
    fn deeper(depth: u64) -> u64 {
        if depth == u64::MAX {
            return 0;
        }
        std::hint::black_box(deeper(depth + 1)) + 1
    }
    std::hint::black_box(deeper(0));
}

/// Crashes, and says with what.
#[selene::export]
fn crash(mailbox: Mailbox<Question>) {
    let question = mailbox.receive();
    panic!("cannot cope with {:?}", question.text);
}

/// Takes the question and waits for more.
#[selene::export]
fn wait(mailbox: Mailbox<Question>) {
    let _question = mailbox.receive();
    mailbox.receive();
}

/// Tries to reach an address, and answers with what came of it.
#[selene::export]
fn connect(mailbox: Mailbox<Question>) {
    let Question { reply, text } = mailbox.receive();
    reply.send(Text(match TcpStream::connect(text) {
        Ok(_) => "connected".into(),
        Err(error) => error.to_string(),
    }));
}

/// Tries to read a file, and answers with what came of it.
#[selene::export]
fn read(mailbox: Mailbox<Question>) {
    let Question { reply, text } = mailbox.receive();
    reply.send(Text(match std::fs::read_to_string(text) {
        Ok(text) => text,
        Err(error) => error.to_string(),
    }));
}

/// Spawns processes until it may not.
#[selene::export]
fn fork() {
    loop {
        selene::spawn((), |(), mailbox: Mailbox<()>| mailbox.receive());
    }
}

fn main() {
    eprintln!("these are plugins: put the module into the folder of plugin-host");
}
