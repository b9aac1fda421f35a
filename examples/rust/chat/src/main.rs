//! A chat server with rooms.
//!
//! ```text
//! chat [ADDRESS]
//! ```
//!
//! prints `listening on ADDRESS`. Clients are for example `nc`; they type lines, and
//!
//! ```text
//! /nick NAME   /join ROOM   /who   /crash   /quit
//! ```
//!
//! What it shows:
//!
//! - **A process a client, a process a room** ([`session`], [`room`]). Each is plain code that waits for what comes next.
//! - **Supervision.** `/crash` crashes the room one is in. Its supervisor starts it again; the sessions in it had a monitor
//!   of it, and come back by themselves.
//! - **Backpressure.** A session's mailbox is bounded, and a room never waits: a client that does not read what it is sent is put
//!   out when its mailbox is full, and nobody else notices. A client that sends faster than its room can follow waits for
//!   its room, by itself.

mod room;
mod session;

use room::Room;
use selene::net::TcpListener;
use selene::supervisor::{Restart, Supervisor};
use selene::{LinkMode, Spawn};
use std::error::Error;
use std::time::Duration;

#[selene::main]
fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1);
    let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:0"))?;
    // When rooms crash more often than this, something is wrong with all of them: the supervisor fails, and with it,
    // by the link, this process and its sessions.
    let rooms = Supervisor::start_link((), |(), tree| {
        tree.intensity(100, Duration::from_secs(10));
        tree.dynamic::<Room>(Restart::Transient);
    })?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        if let Err(error) = accept(&listener, rooms) {
            eprintln!("chat: a client was not served: {error}");
            // What there is too little of, sockets or processes, may be there again soon.
            selene::sleep(Duration::from_millis(100));
        }
    }
}

fn accept(listener: &TcpListener, rooms: Supervisor) -> Result<(), Box<dyn Error>> {
    let (stream, _) = listener.accept()?;
    // Nobody waits for a session: it ends alone, or with this process.
    let spawn = Spawn::new().link(LinkMode::Child);
    spawn.process((stream, rooms), session::run)?;
    Ok(())
}
