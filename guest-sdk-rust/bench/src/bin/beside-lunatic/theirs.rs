//! The same work, written with the crate `lunatic`.

use crate::{END, Measured, PATIENCE, RING, Work, measure};
use lunatic::ap::handlers::Request;
use lunatic::ap::{AbstractProcess, Config, RequestHandler, State};
use lunatic::serializer::Bincode;
use lunatic::{Mailbox, Process};

/// Where the time of a round is told: a process of the other crate.
type Report = selene::Process<Measured>;

pub fn start(report: Report) -> Process<Work> {
    Process::spawn(report, |report, mailbox: Mailbox<Work>| {
        loop {
            let work = mailbox.receive();
            let run = |(work, report): (Work, Report), mailbox: Mailbox<u64>| {
                report.send(run(work, mailbox));
            };
            Process::spawn((work, report), run);
        }
    })
}

fn run(work: Work, mailbox: Mailbox<u64>) -> Measured {
    let me = mailbox.this();
    match work {
        Work::RoundTrips => {
            let echo = Process::spawn(me, echo);
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
                Process::spawn(
                    (me, number),
                    |(parent, number): (Process<u64>, u64), _: Mailbox<()>| {
                        parent.send(number * 2);
                    },
                );
                assert_eq!(mailbox.receive(), number * 2);
            }
        }),
        Work::ServerCalls => {
            let Ok(server) = Doubler::start(()) else {
                panic!("no server")
            };
            let time = measure(work, || {
                for number in 0..work.times() {
                    assert_eq!(server.request(number), number * 2);
                }
            });
            server.kill();
            time
        }
        Work::TimedServerCalls => {
            let Ok(server) = Doubler::start(()) else {
                panic!("no server")
            };
            let time = measure(work, || {
                for number in 0..work.times() {
                    let answer = server.with_timeout(PATIENCE).request(number);
                    assert!(matches!(answer, Ok(double) if double == number * 2));
                }
            });
            server.kill();
            time
        }
        Work::RingHops => {
            let mut ring = me;
            for _ in 1..RING {
                ring = Process::spawn(ring, forward);
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

impl AbstractProcess for Doubler {
    type State = Doubler;
    type Serializer = Bincode;
    type Arg = ();
    type Handlers = (Request<u64>,);
    type StartupError = ();

    fn init(_: Config<Self>, (): ()) -> Result<Doubler, ()> {
        Ok(Doubler)
    }
}

impl RequestHandler<u64> for Doubler {
    type Response = u64;

    fn handle(_: State<Self>, number: u64) -> u64 {
        number * 2
    }
}
