//! One client: a process that reads its lines, and one that writes to it.

use crate::room::{self, Event};
use lunatic::net::TcpStream;
use lunatic::{Mailbox, Process};
use std::io::{BufRead, BufReader, Read, Write};

/// A longer line ends the connection: nobody may make the server keep more.
const LONGEST_LINE: u64 = 4096;
const LONGEST_NAME: usize = 32;
/// The writer tells the room after this many lines that it has written them.
pub const ACKNOWLEDGED_AT_ONCE: u32 = 16;

/// A line without its end; nothing at the end of the input, and for what is no line of text.
fn read_line(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = reader.by_ref().take(LONGEST_LINE).read_line(&mut line);
    if read.is_err() || !line.ends_with('\n') {
        return None;
    }
    line.truncate(line.trim_end_matches(['\r', '\n']).len());
    Some(line)
}

fn is_name(text: &str) -> bool {
    (1..=LONGEST_NAME).contains(&text.len()) && text.chars().all(char::is_alphanumeric)
}

/// Asks until the client has a name that is its own.
fn enter(
    reader: &mut BufReader<TcpStream>,
    writer: Process<String>,
    room: Process<Event>,
    mailbox: &Mailbox<bool>,
) -> Option<()> {
    loop {
        writer.send("* your name?".to_owned());
        let name = read_line(reader)?;
        if !is_name(&name) {
            writer.send("* a name has 1 to 32 letters and digits".to_owned());
            continue;
        }
        room.send(Event::Join {
            name: name.clone(),
            client: mailbox.this(),
            writer,
        });
        if mailbox.receive() {
            return Some(());
        }
        writer.send(format!("* {name} is taken"));
    }
}

/// The client's own process. When it ends, the room hears of it.
pub fn run(stream: TcpStream, mailbox: Mailbox<bool>) {
    let Some(room) = Process::<Event>::lookup(&room::NAME) else {
        return;
    };
    let client = mailbox.this().id();
    // Killed or crashed, each of the two takes the other along.
    let writer = Process::spawn_link((stream.clone(), client, room), write);
    let mut reader = BufReader::new(stream);
    if enter(&mut reader, writer, room, &mailbox).is_some() {
        while let Some(line) = read_line(&mut reader) {
            match line.as_str() {
                "" => {}
                "/quit" => break,
                "/who" => room.send(Event::Who { client }),
                _ => room.send(Event::Say { client, line }),
            }
        }
    }
    writer.unlink();
    writer.kill();
}

/// Writes line by line, and waits as long as the client does not read.
fn write((mut stream, client, room): (TcpStream, u64, Process<Event>), mailbox: Mailbox<String>) {
    let mut unacknowledged = 0;
    loop {
        let mut line = mailbox.receive();
        line.push('\n');
        if stream.write_all(line.as_bytes()).is_err() {
            std::panic::set_hook(Box::new(|_| {}));
            panic!("the client is gone");
        }
        unacknowledged += 1;
        if unacknowledged == ACKNOWLEDGED_AT_ONCE {
            unacknowledged = 0;
            room.send(Event::Written { client });
        }
    }
}
