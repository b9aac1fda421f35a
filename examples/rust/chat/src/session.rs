//! A client: one process that does everything, and one that reads its lines.

use crate::room::{Guest, Message, Room};
use selene::limits::{WhenFull, bound_mailbox};
use selene::net::TcpStream;
use selene::supervisor::{StartChildError, Supervisor};
use selene::{CallError, Event as Arrival, LinkMode, Mailbox, MonitorRef, Process, Spawn};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, BufReader, Read, Write};
use std::time::Duration;

/// Where everybody begins.
const LOBBY: &str = "lobby";
/// A longer line ends the connection: nobody may make the server keep more.
const LONGEST_LINE: u64 = 4096;
const LONGEST_NAME: usize = 32;
/// A client for which more lines wait is put out.
const MOST_UNREAD: u64 = 1000;

/// What a session waits for.
#[derive(Debug, Serialize, Deserialize)]
pub enum Event {
    /// The client typed a line.
    Typed(String),
    /// The client has gone.
    Gone,
    /// The room has a line for the client.
    Heard(String),
}

struct Session {
    this: Process<Event>,
    stream: TcpStream,
    rooms: Supervisor,
    nick: String,
    place: Place,
}

/// The room that the session is in.
struct Place {
    name: String,
    room: Process<Message>,
    monitor: MonitorRef,
}

pub fn run((stream, rooms): (TcpStream, Supervisor), mailbox: Mailbox<Event>) {
    bound_mailbox(MOST_UNREAD, WhenFull::DropNewest);
    let this = mailbox.this();
    let reader = Spawn::new().link(LinkMode::Child);
    if let Err(error) = reader.process((stream.duplicate(), this), read) {
        return eprintln!("chat: {error}");
    }
    let nick = format!("guest-{}", this.id());
    let Ok(Some(place)) = enter(rooms, LOBBY, &nick, this) else {
        return;
    };
    let mut session = Session {
        this,
        stream,
        rooms,
        nick,
        place,
    };
    // Whatever fails here ends the session, and the session alone.
    while let Ok(true) = session.next(mailbox.next()) {}
}

/// Sends the client's lines to its session, and waits while that one has no room for more.
fn read((stream, session): (TcpStream, Process<Event>), _: Mailbox<()>) {
    let mut input = BufReader::new(stream);
    loop {
        let mut line = String::new();
        let read = (&mut input).take(LONGEST_LINE).read_line(&mut line);
        let event = match read {
            Ok(_) if line.ends_with('\n') => Event::Typed(line.trim().to_owned()),
            _ => Event::Gone,
        };
        let last = matches!(event, Event::Gone);
        if session.send_timeout(event, Duration::MAX).is_err() || last {
            return;
        }
    }
}

/// Enters a room, which is started if nobody is in it; `None` when somebody there has the nick.
fn enter(
    rooms: Supervisor,
    name: &str,
    nick: &str,
    session: Process<Event>,
) -> Result<Option<Place>, CallError> {
    loop {
        let room = match rooms.child(name)? {
            Some(room) => room,
            None => match rooms.start_child::<Room>(name, ()) {
                Ok(room) => room,
                // Somebody else was faster.
                Err(StartChildError::NameTaken) => continue,
                Err(error) => panic!("{error}"),
            },
        };
        let monitor = room.monitor();
        let guest = Guest {
            nick: nick.into(),
            session,
        };
        let entered = room.call(|reply| Message::Enter(guest, reply));
        if let Ok(true) = entered {
            let name = name.into();
            return Ok(Some(Place {
                name,
                room,
                monitor,
            }));
        }
        monitor.stop();
        match entered {
            // It crashed, or its last guest has just left: there will be another one.
            Err(CallError::Died(_) | CallError::NoAnswer) => {}
            entered => return entered.map(|_| None),
        }
    }
}

impl Session {
    /// Deals with what happened; false or an error when that was the last thing.
    fn next(&mut self, arrival: Arrival<Event>) -> Result<bool, Box<dyn std::error::Error>> {
        match arrival {
            Arrival::Message(Event::Heard(line)) => self.tell(&line)?,
            Arrival::Message(Event::Typed(line)) => return self.obey(&line),
            // The room has crashed. The next one does not know anybody yet.
            Arrival::Down(_) => self.come_back()?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn tell(&mut self, line: &str) -> std::io::Result<()> {
        self.stream.write_all(format!("{line}\n").as_bytes())
    }

    fn obey(&mut self, line: &str) -> Result<bool, Box<dyn std::error::Error>> {
        let (command, argument) = line.split_once(' ').unwrap_or((line, ""));
        let room = self.place.room;
        let this = self.this;
        // A room that crashes meanwhile is no error: its end is the next thing that this session hears of.
        match command {
            "" => {}
            "/quit" => return Ok(false),
            "/nick" | "/join" if !is_name(argument) => {
                self.tell("* a name has 1 to 32 letters, digits and dashes")?;
            }
            "/nick" => {
                let guest = Guest {
                    nick: argument.into(),
                    session: this,
                };
                match room.call(|reply| Message::Rename(guest, reply)) {
                    Ok(true) => self.nick = argument.into(),
                    Ok(false) => self.tell(&format!("* {argument} is taken"))?,
                    Err(error) => self.tell(&format!("* still the same: {error}"))?,
                }
            }
            "/join" if argument == self.place.name => self.tell("* you are there")?,
            "/join" => match enter(self.rooms, argument, &self.nick, this)? {
                Some(place) => {
                    self.place.monitor.stop();
                    let _ = room.call(|reply| Message::Leave(this, reply));
                    self.place = place;
                }
                None => {
                    let taken = format!("* somebody in {argument} has the name {}", self.nick);
                    self.tell(&taken)?;
                }
            },
            "/who" => match room.call(Message::Who) {
                Ok(nicks) => {
                    let here = format!("* in {}: {}", self.place.name, nicks.join(" "));
                    self.tell(&here)?;
                }
                Err(error) => self.tell(&format!("* nobody knows: {error}"))?,
            },
            "/crash" => room.send(Message::Crash),
            _ => {
                let said = line.to_owned();
                if let Err(error) = room.call(|reply| Message::Say(this, said, reply)) {
                    self.tell(&format!("* not everybody heard you: {error}"))?;
                }
            }
        }
        Ok(true)
    }

    /// Enters the same room anew, under another nick when somebody took one's own in the meantime.
    fn come_back(&mut self) -> Result<(), Box<dyn std::error::Error>> {
        self.tell("* the room crashed; back in a moment")?;
        let name = self.place.name.clone();
        loop {
            if let Some(place) = enter(self.rooms, &name, &self.nick, self.this)? {
                self.place = place;
                return Ok(());
            }
            self.nick.push('-');
        }
    }
}

fn is_name(text: &str) -> bool {
    (1..=LONGEST_NAME).contains(&text.len())
        && text.chars().all(|c| c.is_alphanumeric() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[selene::test]
    fn names() {
        for name in ["a", "guest-0123456789abcdef", "äöü", &"x".repeat(32)] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "two words", "new\nline", "/nick", &"x".repeat(33)] {
            assert!(!is_name(name), "{name}");
        }
    }
}
