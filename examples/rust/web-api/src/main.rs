//! A web API with a rate limit for each client, and a supervised pool of workers.
//!
//! ```text
//! web-api [ADDRESS [WORKERS [REQUESTS-PER-SECOND [BURST]]]]
//! ```
//!
//! prints `listening on ADDRESS`. Try it with `curl`:
//!
//! ```text
//! /primes/N   how many prime numbers there are below N
//! /crash      crashes a worker
//! /spin       keeps a worker busy for ever
//! /workers    the workers, and how often each was started again
//! ```
//!
//! What it shows:
//!
//! - **A tree of processes.** The supervisor in `main` keeps the limiter, the pool and the workers alive. When the pool fails, the
//!   workers are started again after it, and tell it that they are there.
//! - **Failures that stay where they are.** A worker that crashes is a 500 for the client that asked, one that takes too long is killed
//!   and a 504; the next request finds another worker, and soon a new one ([`pool`]).
//! - **Late answers.** The pool keeps the right to answer, a `ReplyTo`, until a worker is done. When too many wait it says so: 503.
//! - **A server with a state and a timer.** The [`limiter`] has a token bucket for each client's address: 429 when it is empty.
//! - **Plain blocking code** for connections: a process each, with `std::io` and `httparse` ([`http`]).

mod http;
mod limiter;
mod pool;

use http::{Connection, Request, Response};
use limiter::{Limiter, Rate};
use pool::{Job, Pool, Refusal, Worker};
use selene::net::{TcpListener, TcpStream};
use selene::supervisor::{Child, Shutdown, Strategy, Supervisor, Tree};
use selene::{LinkMode, Mailbox, Spawn, registry};
use std::error::Error;
use std::fmt::Write;
use std::net::IpAddr;
use std::time::Duration;

#[selene::main]
fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let argument = |place: usize, otherwise: &str| -> String {
        let given = arguments.get(place);
        given.map_or(otherwise, String::as_str).into()
    };
    let listener = TcpListener::bind(argument(1, "127.0.0.1:0"))?;
    let workers: usize = argument(2, "4").parse()?;
    let rate = Rate {
        per_second: argument(3, "20").parse()?,
        burst: argument(4, "40").parse()?,
    };
    let supervisor = Supervisor::start_link((workers, rate), describe)?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        if let Err(error) = accept(&listener, supervisor) {
            eprintln!("web-api: a client was not served: {error}");
            // What there is too little of, sockets or processes, may be there again soon.
            selene::sleep(Duration::from_millis(100));
        }
    }
}

fn describe((workers, rate): (usize, Rate), tree: &mut Tree) {
    tree.strategy(Strategy::RestForOne);
    tree.child(Child::server::<Limiter>(limiter::NAME, rate).registered());
    tree.child(Child::server::<Pool>(pool::NAME, ()).registered());
    tree.child(Child::supervisor("workers", workers, |workers, tree| {
        // Requests crash workers here, and a client may make as many as its rate allows.
        tree.intensity(1000, Duration::from_secs(1));
        for number in 1..=workers {
            let worker = Child::server::<Worker>(&format!("worker-{number}"), ());
            // It has nothing to put in order, and may be busy.
            tree.child(worker.shutdown(Shutdown::Kill));
        }
    }));
}

fn accept(listener: &TcpListener, supervisor: Supervisor) -> Result<(), Box<dyn Error>> {
    let (stream, peer) = listener.accept()?;
    let spawn = Spawn::new().link(LinkMode::Child);
    spawn.process((stream, peer.ip(), supervisor), serve)?;
    Ok(())
}

/// A connection: one request after the other, until the client closes it or does not keep to the rules.
fn serve((stream, client, tree): (TcpStream, IpAddr, Supervisor), _: Mailbox<()>) {
    let mut connection = Connection::new(stream);
    while let Ok(Some(request)) = connection.read() {
        let (response, keep) = match request {
            Ok(request) => (answer(&request, client, tree), request.keep_alive),
            Err(refusal) => (refusal, false),
        };
        if connection.write(&response, keep).is_err() || !keep {
            return;
        }
    }
}

fn answer(request: &Request, client: IpAddr, tree: Supervisor) -> Response {
    match limiter::take(client) {
        Ok(Ok(())) => {}
        Ok(Err(wait)) => return Response::new(429, "too many requests").retry_after(wait),
        Err(error) => return Response::new(503, error),
    }
    if request.method != "GET" {
        return Response::new(405, "only GET");
    }
    let path: Vec<&str> = request.path.split('/').skip(1).collect();
    let job = match path[..] {
        ["primes", number] => match number.parse() {
            Ok(number) => Job::Primes(number),
            Err(error) => return Response::new(400, format!("{number}: {error}")),
        },
        ["crash"] => Job::Crash,
        ["spin"] => Job::Spin,
        ["workers"] => return workers(tree),
        _ => return Response::new(404, "there is /primes/N, /crash, /spin and /workers"),
    };
    match pool::run(job) {
        Ok(result) => Response::new(200, result),
        Err(Refusal::Busy) => {
            Response::new(503, "all workers are busy").retry_after(Duration::from_secs(1))
        }
        Err(Refusal::Crashed(reason)) => Response::new(500, reason),
        Err(Refusal::TooLong) => Response::new(504, "it took too long"),
        Err(Refusal::NoPool(error)) => Response::new(503, error),
    }
}

fn workers(tree: Supervisor) -> Response {
    let inner = tree.child_supervisor("workers");
    let children = inner.and_then(|inner| inner.map_or(Ok(Vec::new()), Supervisor::children));
    match children {
        Ok(children) => {
            let mut text = String::new();
            for child in children {
                let _ = writeln!(text, "{} {}", child.name, child.restarts);
            }
            Response::new(200, text)
        }
        Err(error) => Response::new(503, error),
    }
}

/// The process that has a name, once it has been started; a restart is no reason to fail.
fn find<M>(name: &str) -> Result<selene::Process<M>, String> {
    registry::wait_for(name, Duration::from_secs(5)).ok_or_else(|| format!("there is no {name}"))
}
