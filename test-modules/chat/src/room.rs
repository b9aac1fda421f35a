//! The room: who is in it, and what they hear.

use crate::client::ACKNOWLEDGED_AT_ONCE;
use lunatic::{Mailbox, MessageSignal, Process, ProcessDiedSignal};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The name under which clients find the room.
pub const NAME: &str = "chat room";
/// A client that has not taken this many lines is ended.
const MOST_UNREAD: u32 = 1024;

/// What clients tell the room. Clients are known by the ids of their processes.
#[derive(Serialize, Deserialize)]
pub enum Event {
    /// The answer says whether the name was free.
    Join {
        name: String,
        client: Process<bool>,
        writer: Process<String>,
    },
    Say {
        client: u64,
        line: String,
    },
    Who {
        client: u64,
    },
    /// The writer has written as many lines as it acknowledges at once.
    Written {
        client: u64,
    },
}

struct Member {
    name: String,
    client: Process<bool>,
    writer: Process<String>,
    unread: u32,
}

/// Members by the ids of their processes.
#[derive(Default)]
struct Room {
    members: BTreeMap<u64, Member>,
}

impl Room {
    fn send(member: &mut Member, line: &str) {
        member.unread += 1;
        if member.unread == MOST_UNREAD {
            // It is told by its end, which the room hears like every other.
            member.client.kill();
        } else if member.unread < MOST_UNREAD {
            member.writer.send(line.to_owned());
        }
    }

    fn tell_all(&mut self, line: &str) {
        for member in self.members.values_mut() {
            Room::send(member, line);
        }
    }

    fn handle(
        &mut self,
        event: Event,
        mailbox: &Mailbox<Event, lunatic::serializer::Bincode, ProcessDiedSignal>,
    ) {
        match event {
            Event::Join {
                name,
                client,
                writer,
            } => {
                let is_free = self.members.values().all(|member| member.name != name);
                client.send(is_free);
                if is_free {
                    mailbox.monitor(client);
                    self.members.insert(
                        client.id(),
                        Member {
                            name: name.clone(),
                            client,
                            writer,
                            unread: 0,
                        },
                    );
                    self.tell_all(&format!("* {name} joined"));
                }
            }
            Event::Say { client, line } => {
                if let Some(member) = self.members.get(&client) {
                    let line = format!("<{}> {line}", member.name);
                    self.tell_all(&line);
                }
            }
            Event::Who { client } => {
                let mut names: Vec<&str> = self
                    .members
                    .values()
                    .map(|member| member.name.as_str())
                    .collect();
                names.sort_unstable();
                let line = format!("* here: {}", names.join(" "));
                if let Some(member) = self.members.get_mut(&client) {
                    Room::send(member, &line);
                }
            }
            Event::Written { client } => {
                if let Some(member) = self.members.get_mut(&client) {
                    member.unread = member.unread.saturating_sub(ACKNOWLEDGED_AT_ONCE);
                }
            }
        }
    }

    fn leave(&mut self, client: u64) {
        if let Some(member) = self.members.remove(&client) {
            self.tell_all(&format!("* {} left", member.name));
        }
    }
}

/// The room's process.
pub fn run(_: (), mailbox: Mailbox<Event>) {
    let mailbox = mailbox.monitorable();
    let mut room = Room::default();
    loop {
        match mailbox.receive() {
            MessageSignal::Message(event) => room.handle(event, &mailbox),
            MessageSignal::Signal(ProcessDiedSignal(client)) => room.leave(client),
        }
    }
}
