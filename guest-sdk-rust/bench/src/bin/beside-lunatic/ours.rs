//! The work, written with this crate.

use crate::{END, Measured, PATIENCE, RING, Work, measure};
use selene::{Context, Mailbox, Process, ReplyTo, Server};
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::time::Duration;

pub fn start(report: Process<Measured>) -> Process<Work> {
    selene::spawn(report, |report, mailbox: Mailbox<Work>| {
        // The numbers that come back arrive beside the orders: in a process of their own.
        loop {
            let work = mailbox.receive();
            let run = |(work, report): (Work, Process<Measured>), mailbox| {
                report.send(run(work, mailbox))
            };
            selene::spawn((work, report), run);
        }
    })
}

fn run(work: Work, mailbox: Mailbox<u64>) -> Measured {
    let me = mailbox.this();
    match work {
        Work::RoundTrips => {
            let echo = selene::spawn(me, echo);
            let time = measure(work, || {
                for number in 0..work.times() {
                    echo.send(number);
                    assert_eq!(mailbox.receive(), number * 2);
                }
            });
            echo.kill();
            time
        }
        Work::SpawnsAndExits => measure(work, || {
            for number in 0..work.times() {
                selene::spawn(
                    (me, number),
                    |(parent, number): (Process<u64>, u64), _: Mailbox<()>| {
                        parent.send(number * 2);
                    },
                );
                assert_eq!(mailbox.receive(), number * 2);
            }
        }),
        Work::ServerCalls | Work::TimedServerCalls => {
            let timeout = match work {
                Work::TimedServerCalls => PATIENCE,
                _ => Duration::MAX,
            };
            let Ok(server) = Doubler::start(()) else {
                panic!("no server")
            };
            let time = measure(work, || {
                for number in 0..work.times() {
                    let answer = server.call_timeout(|reply| Double(number, reply), timeout);
                    assert_eq!(answer, Ok(number * 2));
                }
            });
            server.kill();
            time
        }
        Work::RingHops => {
            let mut ring = me;
            for _ in 1..RING {
                ring = selene::spawn(ring, forward);
            }
            // Once round before: all of them have started.
            ring.send(0);
            assert_eq!(mailbox.receive(), 0);
            let time = measure(work, || {
                for number in 0..work.times() / RING {
                    ring.send(number);
                    assert_eq!(mailbox.receive(), number);
                }
            });
            ring.send(END);
            assert_eq!(mailbox.receive(), END);
            time
        }
    }
}

fn echo(parent: Process<u64>, mailbox: Mailbox<u64>) {
    loop {
        parent.send(mailbox.receive() * 2);
    }
}

fn forward(next: Process<u64>, mailbox: Mailbox<u64>) {
    loop {
        let number = mailbox.receive();
        next.send(number);
        if number == END {
            return;
        }
    }
}

struct Doubler;

#[derive(Serialize, Deserialize)]
struct Double(u64, ReplyTo<u64>);

impl Server for Doubler {
    type Argument = ();
    type Message = Double;

    fn init((): (), _: &mut Context<Doubler>) -> Result<Doubler, Box<dyn Error>> {
        Ok(Doubler)
    }

    fn handle(&mut self, Double(number, reply): Double, _: &mut Context<Doubler>) {
        reply.send(number * 2);
    }
}
