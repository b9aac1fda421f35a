//! A chat server: one room, a process that runs it, and a process for every client.
//!
//! `chat [ADDRESS]` prints `listening on ADDRESS` when it is ready. A client is a line of text at a
//! time: first its nickname, then what it says. `/who` lists who is there, `/quit` leaves. Lines
//! that begin with `*` are the room's own.
//!
//! The client's process reads; a second one, linked to it, writes what the room sends. The room only
//! ever sends messages, so a client that does not read stops nobody: when too much waits for it, the
//! room ends its processes.

mod client;
mod room;

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
            eprintln!("chat: cannot listen on {address}: {error}");
            std::process::exit(1);
        }
    };
    // Without its room the server is of no use: they end together.
    Process::spawn_link((), room::run).register(&room::NAME);
    match listener.local_addr() {
        Ok(address) => println!("listening on {address}"),
        Err(error) => println!("listening, but where is not known: {error}"),
    }
    loop {
        match listener.accept() {
            Ok((stream, _)) => {
                Process::spawn(stream, client::run);
            }
            Err(error) => eprintln!("chat: no connection accepted: {error}"),
        }
    }
}
