//! A connection, and the message that is under way on it.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

/// A message starts with the connection's number and its own.
pub const LEAST_BYTES: usize = 12;
/// What the kernel takes in one write while nothing is read.
pub const MOST_BYTES: usize = 16 * 1024;

/// One TCP connection.
pub struct Connection {
    pub stream: TcpStream,
    number: u32,
    sequence: u64,
    message: Vec<u8>,
    received: Vec<u8>,
    filled: usize,
    sent_at: Instant,
}

impl Connection {
    pub fn open(address: SocketAddr, number: u32) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Connection {
            stream,
            number,
            sequence: 0,
            message: Vec::new(),
            received: Vec::new(),
            filled: 0,
            sent_at: Instant::now(),
        })
    }

    /// Sends the next message, at once as a whole.
    pub fn send(&mut self, size: usize) -> Result<()> {
        if self.message.len() != size {
            self.message = (0..size).map(|index| index as u8).collect();
            self.received = vec![0; size];
        }
        self.sequence += 1;
        self.message[..4].copy_from_slice(&self.number.to_le_bytes());
        self.message[4..12].copy_from_slice(&self.sequence.to_le_bytes());
        self.filled = 0;
        self.sent_at = Instant::now();
        let written = self.stream.write(&self.message)?;
        if written < size {
            return Err(Error::new(
                ErrorKind::WriteZero,
                format!("{written} of {size} bytes sent"),
            ));
        }
        Ok(())
    }

    /// Reads once. The nanoseconds since the message was sent, when all of it is back.
    pub fn receive(&mut self) -> Result<Option<u64>> {
        let length = self.stream.read(&mut self.received[self.filled..])?;
        if length == 0 {
            return Err(Error::new(ErrorKind::UnexpectedEof, "closed by the server"));
        }
        self.filled += length;
        if self.filled < self.message.len() {
            return Ok(None);
        }
        if self.received != self.message {
            return Err(Error::new(
                ErrorKind::InvalidData,
                "other bytes than were sent",
            ));
        }
        Ok(Some(self.sent_at.elapsed().as_nanos() as u64))
    }
}
