//! A job queue that keeps its jobs in an SQLite database, tries them again, and gives up on some.
//!
//! ```text
//! job-queue [ADDRESS [FILE [SECONDS]]]
//! ```
//!
//! prints `listening on ADDRESS`; no attempt at a job may take more seconds than that. Clients are for example `nc`; each line they type is answered by one:
//!
//! ```text
//! PUT WORK   a job; answered with its number, when it is on the disk
//! WAIT JOB   answered when the job is done, or dead
//! DEAD       the jobs that were given up
//! COUNT      how many jobs wait, run, are done and are dead
//! KILL       kills the queue
//! ```
//!
//! Work is `square N`, `flaky N` (fails before the N-th attempt), `fail`, `crash`, `spin`, or `sleep MILLISECONDS`.
//!
//! What it shows:
//!
//! - **At-least-once delivery** ([`queue`]). A job that was answered is on the disk, and stays there until it is done or dead, whatever
//!   crashes: its worker, the queue, or the machine. It may be done twice, when a crash comes between doing it and writing so.
//! - **Retries.** The queue has a monitor of each worker. A job that fails, crashes its worker or takes too long is tried again
//!   after a while, which doubles each time, by a timer; after the last attempt it is dead, with the reason why.
//! - **Supervision.** The workers that crash are started again, and when the queue does, so is everything after it.

mod queue;
mod worker;

use queue::{Queue, Request, Settings};
use selene::net::{TcpListener, TcpStream};
use selene::supervisor::{Child, Shutdown, Strategy, Supervisor};
use selene::{LinkMode, Mailbox, Process, Spawn, registry};
use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::time::Duration;
use worker::Worker;

const WORKERS: usize = 3;
/// A longer line ends the connection.
const LONGEST_LINE: u64 = 4096;

#[selene::main]
fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:0".into());
    let file = arguments.next().unwrap_or_else(|| "jobs.db".into());
    let seconds = arguments.next().unwrap_or_else(|| "5".into());
    let settings = Settings {
        file,
        attempts: 3,
        backoff: Duration::from_millis(50),
        longest: Duration::from_secs(seconds.parse()?),
    };
    let listener = TcpListener::bind(address)?;
    Supervisor::start_link(settings, |settings, tree| {
        tree.strategy(Strategy::RestForOne);
        tree.intensity(10, Duration::from_secs(10));
        tree.child(Child::server::<Queue>(queue::NAME, settings).registered());
        tree.child(Child::supervisor("workers", (), |(), tree| {
            // Jobs crash workers, and clients choose the jobs: that is no reason to give up.
            tree.intensity(1000, Duration::from_secs(1));
            for number in 1..=WORKERS {
                let worker = Child::server::<Worker>(&format!("worker-{number}"), ());
                // It has nothing to put in order, and may be busy.
                tree.child(worker.shutdown(Shutdown::Kill));
            }
        }));
    })?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        if let Err(error) = accept(&listener) {
            eprintln!("job-queue: a client was not served: {error}");
            // What there is too little of, sockets or processes, may be there again soon.
            selene::sleep(Duration::from_millis(100));
        }
    }
}

fn accept(listener: &TcpListener) -> Result<(), Box<dyn Error>> {
    let (stream, _) = listener.accept()?;
    Spawn::new().link(LinkMode::Child).process(stream, serve)?;
    Ok(())
}

fn serve(mut stream: TcpStream, _: Mailbox<()>) {
    let mut input = BufReader::new(stream.duplicate());
    loop {
        let mut line = String::new();
        let read = (&mut input).take(LONGEST_LINE).read_line(&mut line);
        if read.is_err() || !line.ends_with('\n') {
            return;
        }
        let answer = obey(line.trim()).unwrap_or_else(|error| format!("ERROR {error}"));
        // An answer is one line, and a crash may have a longer story.
        let answer = answer.replace('\n', " ") + "\n";
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn obey(line: &str) -> Result<String, Box<dyn Error>> {
    let queue = queue()?;
    let (command, argument) = line.split_once(' ').unwrap_or((line, ""));
    Ok(match command {
        // Not asked again when the queue ends before it answers: the job may be there already.
        "PUT" => {
            let work = argument.parse()?;
            let number = queue.call(|reply| Request::Put(work, reply))??;
            format!("JOB {number}")
        }
        "WAIT" => {
            let number = argument.parse()?;
            let wait = |reply| Request::Wait(number, reply);
            // However long it takes. A queue that ends meanwhile has the job on its disk, and so the next one can be asked.
            let mut outcome = queue.call_timeout(wait, Duration::MAX);
            while let Err(selene::CallError::Died(_)) = outcome {
                outcome = self::queue()?.call_timeout(wait, Duration::MAX);
            }
            match outcome?? {
                Ok(result) => format!("DONE {result}"),
                Err(reason) => format!("DEAD {reason}"),
            }
        }
        "DEAD" => {
            let dead = queue.call(Request::Dead)??;
            let list = dead.iter().map(|(number, work, attempts, reason)| {
                format!("{number} {work} ({attempts} attempts: {reason})")
            });
            format!("DEAD {}", list.collect::<Vec<_>>().join(", "))
        }
        "COUNT" => {
            let [waiting, running, done, dead] = queue.call(Request::Count)??;
            format!("COUNT waiting {waiting}, running {running}, done {done}, dead {dead}")
        }
        "KILL" => {
            queue.kill();
            queue.wait();
            "OK".into()
        }
        _ => return Err("PUT WORK, WAIT JOB, DEAD, COUNT or KILL".into()),
    })
}

/// The queue, or the next one while it is restarted.
fn queue() -> Result<Process<Request>, &'static str> {
    registry::wait_for(queue::NAME, Duration::from_secs(5)).ok_or("there is no queue")
}
