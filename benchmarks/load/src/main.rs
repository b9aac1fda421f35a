//! Loads a TCP echo server: each connection sends a message, waits until all of it is back, and
//! sends the next. One thread and one poll for all of them, so that it leaves the processors to
//! the server.
//!
//! `load ADDRESS` obeys commands on stdin and answers each with a line of JSON on stdout:
//!
//! ```text
//! open N             N connections take part in runs; more or less than before
//! idle N             N further connections that say nothing
//! run MILLIS [SIZE]  messages of SIZE bytes (64) to and fro; then the figures, times in nanoseconds
//! ```
//!
//! It ends with its input. Every byte that comes back is compared.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod connection;
mod run;

use connection::Connection;
use std::io::{BufRead, Write};
use std::net::{SocketAddr, ToSocketAddrs};
use std::time::Duration;

struct Load {
    address: SocketAddr,
    working: Vec<Connection>,
    idle: Vec<Connection>,
}

impl Load {
    fn resize(&mut self, idle: bool, count: usize) -> Result<String, String> {
        let list = if idle {
            &mut self.idle
        } else {
            &mut self.working
        };
        list.truncate(count);
        while list.len() < count {
            let number = list.len() as u32;
            let connection = Connection::open(self.address, number)
                .map_err(|error| format!("connection {number} to {}: {error}", self.address))?;
            list.push(connection);
        }
        Ok(format!(
            "{{\"working\":{},\"idle\":{}}}",
            self.working.len(),
            self.idle.len()
        ))
    }

    fn obey(&mut self, line: &str) -> Result<String, String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |index: usize, text: &str| {
            words
                .get(index)
                .ok_or_else(|| format!("`{line}` lacks {text}"))?
                .parse::<u32>()
                .map_err(|_| format!("`{line}`: {text} is not a number"))
        };
        match words.first().copied() {
            Some("open") => self.resize(false, number(1, "a count")? as usize),
            Some("idle") => self.resize(true, number(1, "a count")? as usize),
            Some("run") => {
                let length = Duration::from_millis(u64::from(number(1, "a time")?));
                let size = if words.len() > 2 {
                    number(2, "a size")?
                } else {
                    64
                };
                if !(connection::LEAST_BYTES..=connection::MOST_BYTES).contains(&(size as usize)) {
                    return Err(format!(
                        "a message has {} to {} bytes",
                        connection::LEAST_BYTES,
                        connection::MOST_BYTES
                    ));
                }
                run::run(&mut self.working, length, size as usize)
            }
            _ => Err(format!("`{line}` is not a command")),
        }
    }
}

fn fail(text: &str) -> ! {
    eprintln!("load: {text}");
    std::process::exit(1)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address] = arguments.as_slice() else {
        fail("usage: load ADDRESS, and commands on stdin")
    };
    let address = match address.to_socket_addrs().map(|mut found| found.next()) {
        Ok(Some(address)) => address,
        Ok(None) => fail(&format!("{address}: no address")),
        Err(error) => fail(&format!("{address}: {error}")),
    };
    let mut load = Load {
        address,
        working: Vec::new(),
        idle: Vec::new(),
    };
    for line in std::io::stdin().lock().lines() {
        let answer = line
            .map_err(|error| error.to_string())
            .and_then(|line| load.obey(&line));
        match answer {
            Ok(answer) => {
                println!("{answer}");
                if std::io::stdout().flush().is_err() {
                    return;
                }
            }
            Err(error) => fail(&error),
        }
    }
}
