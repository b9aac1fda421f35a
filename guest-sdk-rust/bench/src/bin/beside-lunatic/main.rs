//! `beside-lunatic [ROUNDS [WORK]]`: the same work written with this crate and with `lunatic`, in one program; all of it, or
//! what has `WORK` in its name.
//!
//! One process of each measures; they take turns, so that both see the same machine, and the middle round of each counts.

mod ours;
mod theirs;

use selene::Mailbox;
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::time::{Duration, Instant};

/// What is done, and how often in one round.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum Work {
    RoundTrips,
    SpawnsAndExits,
    ServerCalls,
    /// The calls give up after `PATIENCE`; the others never do.
    TimedServerCalls,
    RingHops,
}

impl Work {
    const ALL: [Work; 5] = [
        Work::RoundTrips,
        Work::SpawnsAndExits,
        Work::ServerCalls,
        Work::TimedServerCalls,
        Work::RingHops,
    ];

    fn name(self) -> &'static str {
        match self {
            Work::RoundTrips => "message round trip",
            Work::SpawnsAndExits => "spawn, message, exit",
            Work::ServerCalls => "call of a server",
            Work::TimedServerCalls => "the same with a timeout",
            Work::RingHops => "hop in a ring of 1,000",
        }
    }

    const fn times(self) -> u64 {
        match self {
            Work::RoundTrips | Work::ServerCalls | Work::TimedServerCalls => 20_000,
            Work::SpawnsAndExits => 3_000,
            Work::RingHops => RING * ROUNDS_OF_THE_RING,
        }
    }

    /// How often in one round the process that measures does it itself.
    const fn own_times(self) -> u64 {
        match self {
            Work::RingHops => ROUNDS_OF_THE_RING,
            _ => self.times(),
        }
    }
}

/// Longer than any call takes.
const PATIENCE: Duration = Duration::from_secs(5);

/// Processes in a ring.
const RING: u64 = 1_000;
const ROUNDS_OF_THE_RING: u64 = 20;
/// A number that ends the processes of a ring.
const END: u64 = u64::MAX;

/// So long, for each work, the JVM compiles what it runs, and the rounds do not count.
const WARM_UP: Duration = Duration::from_secs(3);

/// Nanoseconds of one of several, and instructions of the process that measures each time it does it.
type Measured = (u64, u64);

fn measure(work: Work, all: impl FnOnce()) -> Measured {
    let instructions = instructions();
    let start = Instant::now();
    all();
    let time = start.elapsed().as_nanos() as u64;
    (
        time / work.times(),
        (self::instructions() - instructions) / work.own_times(),
    )
}

/// What this process has executed so far.
fn instructions() -> u64 {
    const FUEL: i32 = 1;
    // SAFETY: takes no address.
    unsafe { selene::sys::selene::limits::usage(FUEL) as u64 }
}

fn middle(measured: &mut [Measured]) -> Measured {
    measured.sort_unstable();
    measured[measured.len() / 2]
}

#[selene::main]
fn main(mailbox: Mailbox<Measured>) -> Result<(), Box<dyn Error>> {
    let rounds: usize = std::env::args()
        .nth(1)
        .map_or(Ok(21), |text| text.parse())?;
    let ours = ours::start(mailbox.this());
    let theirs = theirs::start(mailbox.this());
    println!("ns                        selene  lunatic  ratio  instructions");
    let wanted = std::env::args().nth(2).unwrap_or_default();
    for work in Work::ALL
        .into_iter()
        .filter(|work| work.name().contains(&wanted))
    {
        let mut times = [vec![], vec![]];
        let start = Instant::now();
        while times[1].len() < rounds {
            let cold = start.elapsed() < WARM_UP;
            ours.send(work);
            let our_time = mailbox.receive();
            theirs.send(work);
            let their_time = mailbox.receive();
            if !cold {
                times[0].push(our_time);
                times[1].push(their_time);
            }
        }
        let [ours, theirs] = times.each_mut().map(|times| middle(times));
        println!(
            "{:24}{:>8} {:>8}  {:.2} {:>8} {:>6}",
            work.name(),
            ours.0,
            theirs.0,
            ours.0 as f64 / theirs.0 as f64,
            ours.1,
            theirs.1,
        );
    }
    Ok(())
}
