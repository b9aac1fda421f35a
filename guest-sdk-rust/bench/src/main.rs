//! `bench [ROUNDS]`: nanoseconds of a bare message round trip, and of what the SDK makes of it. Rounds of both kinds take
//! turns, so that both see the same machine; the middle one of each counts.

use selene::{Context, ExitReason, Mailbox, Process, ReplyTo, Server, Spawn};
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::time::{Duration, Instant};

/// So long the JVM compiles what it runs, and the rounds do not count.
const WARM_UP: Duration = Duration::from_secs(3);

/// Round trips in one measurement.
const TRIPS: u32 = 20_000;

struct Echo;

#[derive(Serialize, Deserialize)]
enum Message {
    Double(u64, ReplyTo<u64>),
}

impl Server for Echo {
    type Argument = ();
    type Message = Message;

    fn init((): (), _: &mut Context<Echo>) -> Result<Echo, Box<dyn Error>> {
        Ok(Echo)
    }

    fn handle(&mut self, Message::Double(number, reply): Message, _: &mut Context<Echo>) {
        reply.send(number * 2);
    }
}

/// The imports alone, on both sides: 8 bytes there and 8 bytes back.
mod bare {
    use selene::sys::lunatic::message::{create_data, read_data, receive, send, write_data};

    pub fn send_number(process: u64, tag: i64, number: u64) {
        let bytes = number.to_le_bytes();
        // SAFETY: the bytes live for the call.
        unsafe {
            create_data(tag as _, 8);
            write_data(bytes.as_ptr(), bytes.len());
            send(process);
        }
    }

    pub fn receive_number() -> u64 {
        let mut bytes = [0; 8];
        // SAFETY: 8 bytes are there.
        unsafe {
            receive(std::ptr::null(), 0, -1);
            read_data(bytes.as_mut_ptr(), bytes.len());
        }
        u64::from_le_bytes(bytes)
    }
}

fn bare_echo(parent: Process<()>, _: Mailbox<()>) {
    loop {
        let number = bare::receive_number();
        bare::send_number(parent.id().to_u64(), 9, number * 2);
    }
}

fn typed_echo(parent: Process<u64>, mailbox: Mailbox<u64>) {
    loop {
        parent.send(mailbox.receive() * 2);
    }
}

/// Nanoseconds of one round trip.
fn measure(mut trip: impl FnMut(u64)) -> u64 {
    let start = Instant::now();
    for number in 0..TRIPS {
        trip(u64::from(number));
    }
    (start.elapsed() / TRIPS).as_nanos() as u64
}

fn middle(mut times: Vec<u64>) -> u64 {
    times.sort_unstable();
    times[times.len() / 2]
}

#[selene::main]
fn main() -> Result<(), Box<dyn Error>> {
    let rounds: usize = std::env::args()
        .nth(1)
        .map_or(Ok(21), |text| text.parse())?;
    // In a process of its own: the first one of a program may be interpreted until it ends.
    let (_, end) = Spawn::new().monitored(rounds, |rounds, mailbox| {
        compare(rounds, &mailbox).unwrap_or_else(|error| panic!("{error}"));
    })?;
    match end.wait() {
        ExitReason::Normal => Ok(()),
        failure => Err(failure.to_string().into()),
    }
}

fn compare(rounds: usize, mailbox: &Mailbox<u64>) -> Result<(), Box<dyn Error>> {
    let me = mailbox.this();
    let bare = Spawn::new().process(Process::from_id(me.id()), bare_echo)?;
    let typed = Spawn::new().process(me, typed_echo)?;
    let server = Echo::start(())?;
    let mut times = [vec![], vec![], vec![]];
    let start = Instant::now();
    while times[0].len() < rounds {
        let cold = start.elapsed() < WARM_UP;
        let measured = [
            measure(|number| {
                bare::send_number(bare.id().to_u64(), 9, number);
                assert_eq!(bare::receive_number(), number * 2);
            }),
            measure(|number| {
                typed.send(number);
                assert_eq!(mailbox.receive(), number * 2);
            }),
            measure(|number| {
                let answer =
                    server.call_timeout(|reply| Message::Double(number, reply), Duration::MAX);
                assert_eq!(answer, Ok(number * 2));
            }),
        ];
        if !cold {
            for (times, time) in times.iter_mut().zip(measured) {
                times.push(time);
            }
        }
    }
    let [bare, typed, call] = times.map(middle);
    println!("bare round trip     {bare:>6} ns");
    println!(
        "typed round trip    {typed:>6} ns  {:.2}",
        typed as f64 / bare as f64
    );
    println!(
        "call of a server    {call:>6} ns  {:.2}",
        call as f64 / bare as f64
    );
    Ok(())
}
