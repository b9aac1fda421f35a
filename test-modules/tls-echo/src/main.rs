//! Sends back what it receives, through TLS. Every connection has a process of its own.
//!
//! `tls-echo ADDRESS CERTIFICATE KEY` takes two files in PEM format, from a folder that the process
//! may see, and prints `listening on ADDRESS` when it is ready.

use lunatic::net::{TlsListener, TlsStream};
use lunatic::{Mailbox, Process};
use std::io::{Read, Write};

const BUFFER_BYTES: usize = 4096;

fn serve(mut stream: TlsStream, _: Mailbox<()>) {
    let mut buffer = [0; BUFFER_BYTES];
    while let Ok(length @ 1..) = stream.read(&mut buffer) {
        if stream.write_all(&buffer[..length]).is_err() || stream.flush().is_err() {
            return;
        }
    }
}

fn listen(address: &str, certificate: &str, key: &str) -> Result<TlsListener, String> {
    let read = |name: &str| std::fs::read(name).map_err(|error| format!("{name}: {error}"));
    TlsListener::bind(address, read(certificate)?, read(key)?)
        .map_err(|error| format!("cannot listen on {address}: {error}"))
}

#[lunatic::main]
fn main(_: Mailbox<()>) {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, certificate, key] = arguments.as_slice() else {
        eprintln!("usage: tls-echo ADDRESS CERTIFICATE KEY   the last two are files in PEM format");
        std::process::exit(2);
    };
    let listener = match listen(address, certificate, key) {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("tls-echo: {error}");
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
            Err(error) => println!("no connection: {error}"),
        }
    }
}
