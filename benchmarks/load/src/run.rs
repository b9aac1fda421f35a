//! A run: messages to and fro for a time, and how long each took.

use crate::connection::Connection;
use hdrhistogram::Histogram;
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};
use std::io::ErrorKind;
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

/// What is still under way at the end may take this long.
const PATIENCE: Duration = Duration::from_secs(30);
const LONGEST_NANOSECONDS: u64 = 60_000_000_000;

struct Figures {
    latencies: Histogram<u64>,
    begin: Instant,
}

impl Figures {
    fn new() -> Result<Self, String> {
        Ok(Figures {
            latencies: Histogram::new_with_bounds(1, LONGEST_NANOSECONDS, 3)
                .map_err(|error| error.to_string())?,
            begin: Instant::now(),
        })
    }

    fn line(&self, connections: usize) -> String {
        let seconds = self.begin.elapsed().as_secs_f64();
        let count = self.latencies.len();
        let at = |quantile| self.latencies.value_at_quantile(quantile);
        format!(
            "{{\"connections\":{connections},\"messages\":{count},\"seconds\":{seconds:.6},\
             \"rate\":{:.1},\"p50\":{},\"p90\":{},\"p99\":{},\"p999\":{},\"max\":{}}}",
            count as f64 / seconds,
            at(0.5),
            at(0.9),
            at(0.99),
            at(0.999),
            self.latencies.max()
        )
    }
}

fn failed(number: usize, error: &std::io::Error) -> String {
    format!("connection {number}: {error}")
}

/// Uses all connections for this long; the figures as JSON.
pub fn run(
    connections: &mut [Connection],
    length: Duration,
    size: usize,
) -> Result<String, String> {
    match connections {
        [] => Err("no connections: `open` some first".to_owned()),
        [one] => alone(one, length, size),
        many => together(many, length, size),
    }
}

/// One connection blocks: that takes two system calls a message, not three.
fn alone(connection: &mut Connection, length: Duration, size: usize) -> Result<String, String> {
    let mut figures = Figures::new()?;
    let mut step = || -> std::io::Result<()> {
        connection.stream.set_nonblocking(false)?;
        connection.stream.set_read_timeout(Some(PATIENCE))?;
        while figures.begin.elapsed() < length {
            connection.send(size)?;
            let taken = loop {
                if let Some(taken) = connection.receive()? {
                    break taken;
                }
            };
            figures.latencies.saturating_record(taken);
        }
        Ok(())
    };
    step().map_err(|error| failed(0, &error))?;
    Ok(figures.line(1))
}

fn together(
    connections: &mut [Connection],
    length: Duration,
    size: usize,
) -> Result<String, String> {
    let mut poll = Poll::new().map_err(|error| error.to_string())?;
    let mut events = Events::with_capacity(256);
    for (number, connection) in connections.iter_mut().enumerate() {
        connection
            .stream
            .set_nonblocking(true)
            .map_err(|error| failed(number, &error))?;
        poll.registry()
            .register(
                &mut SourceFd(&connection.stream.as_raw_fd()),
                Token(number),
                Interest::READABLE,
            )
            .map_err(|error| failed(number, &error))?;
    }
    let mut figures = Figures::new()?;
    for (number, connection) in connections.iter_mut().enumerate() {
        connection
            .send(size)
            .map_err(|error| failed(number, &error))?;
    }
    let end = figures.begin + length;
    let mut under_way = connections.len();
    while under_way > 0 {
        match poll.poll(&mut events, Some(PATIENCE)) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.to_string()),
            Ok(()) if events.is_empty() => {
                return Err(format!("{under_way} messages did not come back"));
            }
            Ok(()) => {}
        }
        let over = Instant::now() >= end;
        for event in &events {
            let number = event.token().0;
            let connection = &mut connections[number];
            // A read that fills less than its buffer has emptied the socket, and the next bytes are
            // a new event; one that fills the buffer ends the message, and there are no others.
            match connection.receive() {
                Ok(Some(taken)) => {
                    figures.latencies.saturating_record(taken);
                    if over {
                        under_way -= 1;
                    } else {
                        connection
                            .send(size)
                            .map_err(|error| failed(number, &error))?;
                    }
                }
                Ok(None) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(failed(number, &error)),
            }
        }
    }
    let line = figures.line(connections.len());
    for connection in connections.iter() {
        poll.registry()
            .deregister(&mut SourceFd(&connection.stream.as_raw_fd()))
            .map_err(|error| error.to_string())?;
    }
    Ok(line)
}
