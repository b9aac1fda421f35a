//! Sends back what it receives. Every connection has a process of its own, written as plain
//! blocking code.
//!
//! `echo-server [ADDRESS]` prints `listening on ADDRESS` when it is ready. Without an address it
//! takes a free port of 127.0.0.1.

use lunatic::net::{TcpListener, TcpStream};
use lunatic::{Mailbox, Process};
use std::io::{Read, Write};

/// Enough for small messages, and little memory for a connection that says nothing.
const BUFFER_BYTES: usize = 4096;

/// Ends with the connection, whoever ends that and however.
fn serve(mut stream: TcpStream, _: Mailbox<()>) {
    let mut buffer = [0; BUFFER_BYTES];
    while let Ok(length @ 1..) = stream.read(&mut buffer) {
        if stream.write_all(&buffer[..length]).is_err() {
            return;
        }
    }
}

#[lunatic::main]
fn main(_: Mailbox<()>) {
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let listener = match TcpListener::bind(address.as_str()) {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("echo-server: cannot listen on {address}: {error}");
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
                Process::spawn(stream, serve);
            }
            Err(error) => eprintln!("echo-server: no connection accepted: {error}"),
        }
    }
}
