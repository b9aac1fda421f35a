//! Bytes in bulk.

use lunatic::net::TcpStream;
use std::io::{BufReader, Read, Result, Write};

const BUFFER_BYTES: usize = 16 * 1024;

/// FNV-1a, 64 bits: small enough to be written down again by whoever compares.
pub struct Checksum(pub u64);

impl Checksum {
    pub fn new() -> Self {
        Checksum(0xcbf2_9ce4_8422_2325)
    }

    pub fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// Sends back until the end of what comes.
pub fn echo(reader: &mut impl Read, stream: &mut TcpStream) -> Result<()> {
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let length = reader.read(&mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        stream.write_all(&buffer[..length])?;
    }
}

/// Reads to the end and answers with the length and the checksum.
pub fn count(reader: &mut BufReader<TcpStream>, stream: &mut TcpStream) -> Result<()> {
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut checksum = Checksum::new();
    let mut total = 0;
    loop {
        let length = reader.read(&mut buffer)?;
        if length == 0 {
            break;
        }
        total += length as u64;
        checksum.add(&buffer[..length]);
    }
    writeln!(stream, "{total} {:016x}", checksum.0)
}

/// Byte number i is the lowest byte of i + i / 256, so that shifted blocks do not look right.
pub fn send(mut left: u64, stream: &mut TcpStream) -> Result<()> {
    let mut block = Vec::with_capacity(BUFFER_BYTES);
    let mut at = 0u64;
    while left > 0 {
        let length = left.min(BUFFER_BYTES as u64);
        block.clear();
        block.extend((at..at + length).map(|index| (index + index / 256) as u8));
        stream.write_all(&block)?;
        at += length;
        left -= length;
    }
    Ok(())
}
