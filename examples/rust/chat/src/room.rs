//! A room: who is in it, and what they hear. It sends and never waits.

use crate::session::Event;
use selene::{Context, Down, MonitorRef, Process, ReplyTo, SendError, Server};
use serde::{Deserialize, Serialize};
use std::error::Error;

/// What sessions ask of a room. They wait for the answers, which is what slows a client down that says too much.
#[derive(Debug, Serialize, Deserialize)]
pub enum Message {
    /// Lets a session in; false when somebody has its nick.
    Enter(Guest, ReplyTo<bool>),
    Leave(Process<Event>, ReplyTo<()>),
    Say(Process<Event>, String, ReplyTo<()>),
    /// Gives a session another nick; false when somebody has it.
    Rename(Guest, ReplyTo<bool>),
    Who(ReplyTo<Vec<String>>),
    Crash,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Guest {
    pub nick: String,
    pub session: Process<Event>,
}

/// A guest, and how the room learns that it has gone.
struct Present(Guest, MonitorRef);

pub struct Room {
    present: Vec<Present>,
}

impl Server for Room {
    type Argument = ();
    type Message = Message;

    fn init((): (), _: &mut Context<Room>) -> Result<Room, Box<dyn Error>> {
        Ok(Room {
            present: Vec::new(),
        })
    }

    fn handle(&mut self, message: Message, context: &mut Context<Room>) {
        match message {
            Message::Enter(guest, reply) => {
                let free = !self.has(&guest.nick);
                reply.send(free);
                if free {
                    let joined = format!("* {} is here", guest.nick);
                    let monitor = guest.session.monitor();
                    self.present.push(Present(guest, monitor));
                    self.tell(&joined);
                }
            }
            Message::Leave(session, reply) => {
                reply.send(());
                self.remove(session, context);
            }
            Message::Say(session, line, reply) => {
                if let Some(Present(guest, _)) = self.find(session) {
                    let said = format!("<{}> {line}", guest.nick);
                    self.tell(&said);
                }
                reply.send(());
            }
            Message::Rename(guest, reply) => {
                let free = !self.has(&guest.nick);
                reply.send(free);
                if let Some(Present(known, _)) = self.find(guest.session).filter(|_| free) {
                    let renamed = format!("* {} is now {}", known.nick, guest.nick);
                    known.nick = guest.nick;
                    self.tell(&renamed);
                }
            }
            Message::Who(reply) => {
                let nicks = self.present.iter().map(|Present(guest, _)| &guest.nick);
                reply.send(nicks.cloned().collect());
            }
            Message::Crash => panic!("somebody crashed the room"),
        }
    }

    /// A session has ended, by itself or because the room put it out.
    fn down(&mut self, down: Down, context: &mut Context<Room>) {
        self.remove(Process::from_id(down.process), context);
    }
}

impl Room {
    fn find(&mut self, session: Process<Event>) -> Option<&mut Present> {
        let mut present = self.present.iter_mut();
        present.find(|Present(guest, _)| guest.session == session)
    }

    fn has(&self, nick: &str) -> bool {
        let mut present = self.present.iter();
        present.any(|Present(guest, _)| guest.nick == nick)
    }

    fn tell(&self, line: &str) {
        for Present(guest, _) in &self.present {
            // Full: a client that does not read. Its session is waiting for it, and has to be ended from here.
            if guest.session.try_send(Event::Heard(line.into())) == Err(SendError::Full) {
                guest.session.kill();
            }
        }
    }

    fn remove(&mut self, session: Process<Event>, context: &mut Context<Room>) {
        let mut present = self.present.iter();
        let Some(place) = present.position(|Present(guest, _)| guest.session == session) else {
            return;
        };
        let Present(guest, monitor) = self.present.remove(place);
        monitor.stop();
        self.tell(&format!("* {} has left", guest.nick));
        // A room that ends like this is not restarted; whoever enters it next starts it.
        if self.present.is_empty() {
            context.stop();
        }
    }
}
