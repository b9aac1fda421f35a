//! An HTTP server: one process accepts connections, and each connection has a process of its own.

mod http;
mod pages;

use http::{ReadError, Request, Response};
use selene::net::{TcpListener, TcpStream};
use selene::{Mailbox, Spawn};
use std::io::{self, BufReader};
use std::time::Duration;

/// How long a client may take for its next request, and for taking an answer.
const PATIENCE: Duration = Duration::from_secs(30);

#[selene::main]
fn main() -> io::Result<()> {
    let address = std::env::args().nth(1);
    let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:8080"))?;
    println!("listening on http://{}", listener.local_addr()?);
    accept(&listener)
}

fn accept(listener: &TcpListener) -> io::Result<()> {
    loop {
        // This process waits here, and others go on: no thread is blocked.
        let (stream, _) = listener.accept()?;
        // The stream moves into the new process. When that one fails, its connection is closed, and no other one.
        if let Err(error) = Spawn::new().process(stream, serve) {
            // A limit is used up: this connection is dropped, and later ones may find room.
            eprintln!("{error}");
        }
    }
}

/// The life of a connection: requests, one after the other.
fn serve(stream: TcpStream, _: Mailbox<()>) {
    stream.set_read_timeout(PATIENCE);
    stream.set_write_timeout(PATIENCE);
    let mut reader = BufReader::new(&stream);
    loop {
        let (response, close) = match Request::read(&mut reader) {
            Ok(request) => (pages::answer(&request), request.close),
            Err(ReadError::Refused(status, text)) => (Response::text(status, text), true),
            // The client is gone, or too slow.
            Err(ReadError::Lost) => return,
        };
        if response.write(&stream, close).is_err() || close {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use selene::Process;
    use std::io::{Read, Write};

    /// Starts the server at a free port, in a process of its own, and waits until it tells where it listens.
    fn start(mailbox: &Mailbox<String>) -> String {
        selene::spawn_link(mailbox.this(), |test: Process<String>, _: Mailbox<()>| {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            test.send(listener.local_addr().unwrap().to_string());
            accept(&listener).unwrap();
        });
        mailbox.receive()
    }

    /// Sends bytes over a new connection; all that comes back until the server closes it.
    fn talk(address: &str, request: &str) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[selene::test]
    fn requests_over_one_connection_are_answered_in_order(mailbox: Mailbox<String>) {
        let address = start(&mailbox);
        let first = "GET /hello/Ada HTTP/1.1\r\nHost: test\r\n\r\n";
        let last = "GET /nowhere HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
        let answer = talk(&address, &format!("{first}{last}"));
        let hello = answer.find("Hello, Ada!").expect(&answer);
        let not_found = answer.find("HTTP/1.1 404 Not Found").expect(&answer);
        assert!(hello < not_found, "{answer}");
    }

    #[selene::test]
    fn a_page_that_fails_takes_its_own_connection_with_it(mailbox: Mailbox<String>) {
        let address = start(&mailbox);
        let failed = talk(&address, "GET /crash HTTP/1.1\r\nHost: test\r\n\r\n");
        assert_eq!(failed, "");
        let request = "GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
        assert!(talk(&address, request).starts_with("HTTP/1.1 200 OK\r\n"));
    }
}
