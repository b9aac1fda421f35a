//! What a connection may ask for.

use crate::transfer;
use lunatic::net::TcpStream;
use lunatic::{Mailbox, Process};
use std::io::{BufRead, BufReader, Error, ErrorKind, IoSlice, Read, Result, Write};
use std::time::Duration;

const LONGEST_LINE: u64 = 1024;

/// The process of one connection: commands until one ends it, or the connection ends.
pub fn serve(stream: TcpStream, mailbox: Mailbox<()>) {
    // Errors are those of the connection, and end with it.
    let _ = obey(stream, &mailbox);
}

fn number(word: Option<&str>) -> Result<u64> {
    word.and_then(|word| word.parse().ok())
        .ok_or_else(|| Error::new(ErrorKind::InvalidInput, "a number is missing"))
}

fn text(word: Option<&str>) -> Result<&str> {
    word.ok_or_else(|| Error::new(ErrorKind::InvalidInput, "a name is missing"))
}

fn obey(mut stream: TcpStream, mailbox: &Mailbox<()>) -> Result<()> {
    let mut reader = BufReader::new(stream.clone());
    loop {
        let mut line = String::new();
        if reader.by_ref().take(LONGEST_LINE).read_line(&mut line)? == 0 {
            return Ok(());
        }
        let mut words = line.split_whitespace();
        match words.next() {
            Some("echo") => return transfer::echo(&mut reader, &mut stream),
            Some("count") => return transfer::count(&mut reader, &mut stream),
            Some("send") => return transfer::send(number(words.next())?, &mut stream),
            Some("greet") => greet(number(words.next())?, &mut stream)?,
            Some("move") => {
                let steps = number(words.next())?;
                // From here on this process reads no more: what comes after the answer is for the last.
                writeln!(stream, "moving")?;
                drop(reader);
                pass_on((stream, steps), unsafe { Mailbox::new() });
                return Ok(());
            }
            Some("clone") => return clone(reader, stream, mailbox),
            Some("peer") => {
                let peer = stream.peer_addr()?;
                writeln!(stream, "{peer}")?;
            }
            Some("timeout") => timeout(number(words.next())?, &mut reader, &mut stream)?,
            Some("peek") => peek(number(words.next())?, &mut stream)?,
            Some("stall") => mailbox.receive(),
            Some("panic") => panic!("the connection asked for it"),
            Some("name") => {
                mailbox.this().register(&text(words.next())?);
                writeln!(stream, "named")?;
            }
            Some("kill") => {
                let found = Process::<()>::lookup(text(words.next())?);
                if let Some(process) = &found {
                    process.kill();
                }
                writeln!(
                    stream,
                    "{}",
                    if found.is_some() { "killed" } else { "nobody" }
                )?;
            }
            Some("alive") => {
                let lives = Process::<()>::lookup(text(words.next())?)
                    .is_some_and(|process| process.is_alive());
                writeln!(stream, "{}", if lives { "alive" } else { "dead" })?;
            }
            Some("stop") => std::process::exit(0),
            _ => writeln!(stream, "what?")?,
        }
    }
}

fn greet(lines: u64, stream: &mut TcpStream) -> Result<()> {
    for number in 0..lines {
        let digits = number.to_string();
        let parts = [b"number ".as_slice(), digits.as_bytes(), b"", b"\n"];
        let slices: Vec<IoSlice<'_>> = parts.iter().map(|part| IoSlice::new(part)).collect();
        let length: usize = parts.iter().map(|part| part.len()).sum();
        let written = stream.write_vectored(&slices)?;
        if written < length {
            // What is missing of a short write follows as one piece.
            stream.write_all(&parts.concat()[written..])?;
        }
    }
    Ok(())
}

/// The last of the processes that the connection goes through echoes.
fn pass_on((mut stream, steps): (TcpStream, u64), _: Mailbox<()>) {
    if steps > 0 {
        Process::spawn((stream, steps - 1), pass_on);
    } else {
        let mut reader = BufReader::new(stream.clone());
        let _ = transfer::echo(&mut reader, &mut stream);
    }
}

fn write_lines(mut stream: TcpStream, mailbox: Mailbox<String>) {
    loop {
        let line = mailbox.receive();
        if line.is_empty() || stream.write_all(line.as_bytes()).is_err() {
            return;
        }
    }
}

/// Two processes with a handle each: this one reads, the other writes.
fn clone(mut reader: BufReader<TcpStream>, stream: TcpStream, _: &Mailbox<()>) -> Result<()> {
    let writer = Process::spawn(stream, write_lines);
    loop {
        let mut line = String::new();
        let length = reader.read_line(&mut line)?;
        writer.send(line);
        if length == 0 {
            return Ok(());
        }
    }
}

fn timeout(millis: u64, reader: &mut BufReader<TcpStream>, stream: &mut TcpStream) -> Result<()> {
    stream.set_read_timeout(Some(Duration::from_millis(millis)))?;
    let mut line = String::new();
    let result = reader.read_line(&mut line);
    stream.set_read_timeout(None)?;
    match result {
        Ok(0) => writeln!(stream, "end"),
        Ok(_) => writeln!(stream, "read {}", line.trim_end()),
        Err(error) if error.kind() == ErrorKind::TimedOut => writeln!(stream, "timed out"),
        Err(error) => Err(error),
    }
}

fn peek(millis: u64, stream: &mut TcpStream) -> Result<()> {
    // What comes before this answer may be in the reader's buffer already.
    writeln!(stream, "peeking")?;
    stream.set_peek_timeout(Some(Duration::from_millis(millis)))?;
    let mut first = [0; 16];
    match stream.peek(&mut first) {
        Ok(peeked) => {
            let mut second = [0; 16];
            stream.read_exact(&mut second[..peeked])?;
            let same = first[..peeked] == second[..peeked];
            writeln!(
                stream,
                "peeked {peeked}, {}",
                if same { "same" } else { "other" }
            )
        }
        Err(error) if error.kind() == ErrorKind::TimedOut => writeln!(stream, "timed out"),
        Err(error) => Err(error),
    }
}
