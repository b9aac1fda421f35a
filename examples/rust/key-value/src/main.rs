//! A key-value store that keeps its pairs in an SQLite database.
//!
//! ```text
//! key-value [ADDRESS [FILE]]
//! ```
//!
//! prints `listening on ADDRESS`. Clients are for example `nc`; each line they type is answered by one:
//!
//! ```text
//! SET KEY VALUE   GET KEY   DEL KEY   COUNT   KILL
//! ```
//!
//! What it shows:
//!
//! - **One writer, several readers** ([`store`]). The writer is the only process that changes the database; readers see what it has
//!   committed, and are not held up by it.
//! - **Group commit.** The writer takes all changes that wait for it into one transaction, and answers when that is on the disk: an
//!   `OK` is never taken back, whatever is killed then.
//! - **Supervision.** `KILL` kills the writer. Its database is closed with it, an open transaction is undone, and the supervisor
//!   starts the next writer. Connections that waited ask that one: doing a `SET` or `DEL` twice does no harm.

mod store;

use selene::net::{TcpListener, TcpStream};
use selene::supervisor::{Child, Supervisor};
use selene::{CallError, LinkMode, Mailbox, ReplyTo, Spawn};
use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::time::{Duration, Instant};
use store::{Change, Question, Reader, Writer};

const READERS: usize = 2;
/// A longer line ends the connection.
const LONGEST_LINE: u64 = 64 * 1024;
/// How long a request is made again and again when processes end before they answer it.
const PATIENCE: Duration = Duration::from_secs(10);

#[selene::main]
fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:0".into());
    let file = arguments.next().unwrap_or_else(|| "pairs.db".into());
    let listener = TcpListener::bind(address)?;
    let processes = Supervisor::start_link(file, |file, tree| {
        tree.intensity(100, Duration::from_secs(10));
        // First, for it makes the table that the readers need.
        tree.child(Child::server::<Writer>("writer", file.clone()));
        for number in 0..READERS {
            tree.child(Child::server::<Reader>(&reader(number), file.clone()));
        }
    })?;
    println!("listening on {}", listener.local_addr()?);
    for number in 0.. {
        if let Err(error) = accept(&listener, processes, number) {
            eprintln!("key-value: a client was not served: {error}");
            // What there is too little of, sockets or processes, may be there again soon.
            selene::sleep(Duration::from_millis(100));
        }
    }
    Ok(())
}

fn reader(number: usize) -> String {
    format!("reader-{}", number % READERS)
}

fn accept(
    listener: &TcpListener,
    processes: Supervisor,
    number: usize,
) -> Result<(), Box<dyn Error>> {
    let (stream, _) = listener.accept()?;
    let connection = Connection {
        processes,
        reader: reader(number),
    };
    let spawn = Spawn::new().link(LinkMode::Child);
    spawn.process((stream, connection), serve)?;
    Ok(())
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Connection {
    processes: Supervisor,
    reader: String,
}

fn serve((mut stream, connection): (TcpStream, Connection), _: Mailbox<()>) {
    let mut input = BufReader::new(stream.duplicate());
    loop {
        let mut line = String::new();
        let read = (&mut input).take(LONGEST_LINE).read_line(&mut line);
        if read.is_err() || !line.ends_with('\n') {
            return;
        }
        let answer = connection
            .obey(line.trim_end_matches(['\r', '\n']))
            .unwrap_or_else(|error| format!("ERROR {error}"));
        if stream.write_all(format!("{answer}\n").as_bytes()).is_err() {
            return;
        }
    }
}

impl Connection {
    fn obey(&self, line: &str) -> Result<String, Box<dyn Error>> {
        let (command, rest) = line.split_once(' ').unwrap_or((line, ""));
        Ok(match (command, rest.split_once(' ')) {
            ("SET", Some((key, value))) => {
                let value = Some(value.to_owned());
                self.change(key, value)?;
                "OK".into()
            }
            ("DEL", None) => {
                self.change(rest, None)?;
                "OK".into()
            }
            ("GET", None) => {
                let get = |reply| Question::Get(rest.into(), reply);
                match self.ask(&self.reader, get)?? {
                    Some(value) => format!("VALUE {value}"),
                    None => "NONE".into(),
                }
            }
            ("COUNT", None) => self.ask(&self.reader, Question::Count)??.to_string(),
            ("KILL", None) => {
                if let Some(writer) = self.processes.child::<Change>("writer")? {
                    writer.kill();
                }
                "OK".into()
            }
            _ => return Err("SET KEY VALUE, GET KEY, DEL KEY, COUNT or KILL".into()),
        })
    }

    fn change(&self, key: &str, value: Option<String>) -> Result<(), Box<dyn Error>> {
        let change = |reply| Change {
            key: key.into(),
            value: value.clone(),
            reply,
        };
        Ok(self.ask("writer", change)??)
    }

    /// Asks a child of the supervisor, and the next one when it ends before it answers.
    fn ask<M: selene::Message, T: selene::Message>(
        &self,
        child: &str,
        request: impl Fn(ReplyTo<T>) -> M,
    ) -> Result<T, CallError> {
        let start = Instant::now();
        loop {
            let process = self.processes.child::<M>(child)?;
            let process = process.ok_or(CallError::NoAnswer)?;
            match process.call(&request) {
                Err(CallError::Died(_)) if start.elapsed() < PATIENCE => {}
                answer => return answer,
            }
        }
    }
}
