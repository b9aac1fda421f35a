//! The queue: what is on the disk, who waits, and who is at work.

use crate::worker::{Job, Work};
use selene::sqlite::{Database, Row, SqliteError, Value};
use selene::{Context, Down, Process, ProcessId, ReplyTo, Server, Timer};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, VecDeque};
use std::error::Error;
use std::time::Duration;

pub const NAME: &str = "queue";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settings {
    pub file: String,
    /// How often a job is tried.
    pub attempts: u32,
    /// How long a job rests after its first failure. After each further one it is twice as long.
    pub backoff: Duration,
    /// A worker that takes longer is killed.
    pub longest: Duration,
}

/// Its number, its work, how often it was tried, and why it failed.
pub type DeadJob = (i64, String, i64, String);

/// A result, or why the job is dead.
pub type Outcome = Result<String, String>;

#[derive(Debug, Serialize, Deserialize)]
pub enum Request {
    Put(Work, ReplyTo<Result<i64, SqliteError>>),
    /// Answered when the job has come to its end.
    Wait(i64, ReplyTo<Result<Outcome, String>>),
    Dead(ReplyTo<Result<Vec<DeadJob>, SqliteError>>),
    /// How many jobs wait, run, are done and are dead.
    Count(ReplyTo<Result<[i64; 4], SqliteError>>),
    /// A worker has started.
    Started(Process<Job>),
    Finished(Process<Job>, Result<String, String>),
    /// A worker has had this attempt of this job for long enough.
    Expired(Process<Job>, i64, u32),
    /// A job has rested.
    Ready(i64),
}

const WAITING: &str = "waiting";
const RUNNING: &str = "running";
const DONE: &str = "done";
const DEAD: &str = "dead";

pub struct Queue {
    settings: Settings,
    database: Database,
    ready: VecDeque<i64>,
    idle: Vec<Process<Job>>,
    running: HashMap<ProcessId, Running>,
    waiting: Vec<(i64, ReplyTo<Result<Outcome, String>>)>,
}

struct Running {
    number: i64,
    attempt: u32,
    deadline: Timer,
    expired: bool,
}

impl Server for Queue {
    type Argument = Settings;
    type Message = Request;

    fn init(settings: Settings, _: &mut Context<Queue>) -> Result<Queue, Box<dyn Error>> {
        let database = Database::open(&settings.file)?;
        database.execute(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE IF NOT EXISTS jobs (
                 number INTEGER PRIMARY KEY, work TEXT NOT NULL, state TEXT NOT NULL,
                 attempts INTEGER NOT NULL, result TEXT)",
        )?;
        // What ran when the last queue ended has had an attempt, and perhaps was done. A job that ends the queue each time
        // must come to an end, too.
        let last: &[Value] = &[settings.attempts.into()];
        database.run(
            "UPDATE jobs SET state = 'dead', result = 'the queue ended meanwhile'
             WHERE state = 'running' AND attempts >= ?",
            last,
        )?;
        database.execute("UPDATE jobs SET state = 'waiting' WHERE state = 'running'")?;
        let rows = database.query("SELECT number FROM jobs WHERE state = 'waiting'", &[])?;
        Ok(Queue {
            settings,
            database,
            ready: rows.iter().filter_map(|row| row[0].as_integer()).collect(),
            idle: Vec::new(),
            running: HashMap::new(),
            waiting: Vec::new(),
        })
    }

    fn handle(&mut self, request: Request, context: &mut Context<Queue>) {
        match request {
            Request::Put(work, reply) => reply.send(self.put(&work)),
            Request::Wait(number, reply) => match self.outcome(number) {
                Ok(Some(outcome)) => reply.send(Ok(outcome)),
                Ok(None) => self.waiting.push((number, reply)),
                Err(error) => reply.send(Err(error)),
            },
            Request::Dead(reply) => reply.send(self.dead()),
            Request::Count(reply) => reply.send(self.count()),
            Request::Started(worker) => {
                worker.monitor();
                self.idle.push(worker);
            }
            Request::Finished(worker, result) => {
                if let Some(running) = self.running.remove(&worker.id()) {
                    self.finished(running, result, context);
                }
                self.idle.push(worker);
            }
            Request::Expired(worker, number, attempt) => {
                if let Some(running) = self.running.get_mut(&worker.id())
                    && (running.number, running.attempt) == (number, attempt)
                {
                    running.expired = true;
                    worker.kill();
                }
            }
            Request::Ready(number) => self.ready.push_back(number),
        }
        self.hand_out(context);
    }

    fn down(&mut self, down: Down, context: &mut Context<Queue>) {
        self.idle.retain(|worker| worker.id() != down.process);
        if let Some(running) = self.running.remove(&down.process) {
            let reason = if running.expired {
                "it took too long".into()
            } else {
                down.reason.to_string()
            };
            self.finished(running, Err(reason), context);
        }
    }
}

impl Queue {
    fn put(&mut self, work: &Work) -> Result<i64, SqliteError> {
        let insert = "INSERT INTO jobs (work, state, attempts) VALUES (?, ?, 0) RETURNING number";
        let rows = self
            .database
            .query(insert, &[work.to_string().into(), WAITING.into()])?;
        let number = rows[0][0].as_integer().unwrap_or_default();
        self.ready.push_back(number);
        Ok(number)
    }

    /// Gives jobs to workers. An attempt is on the disk before it begins.
    fn hand_out(&mut self, context: &mut Context<Queue>) {
        while !self.ready.is_empty()
            && let Some(worker) = self.idle.pop()
        {
            let Some(number) = self.ready.pop_front() else {
                return;
            };
            let job = match self.begin(number) {
                Ok(job) => job,
                // A disk that does not take it: the supervisor's next queue reads what is there.
                Err(error) => return context.stop_with(error),
            };
            let expired = Request::Expired(worker, number, job.attempt);
            let running = Running {
                number,
                attempt: job.attempt,
                deadline: context.this().send_after(expired, self.settings.longest),
                expired: false,
            };
            self.running.insert(worker.id(), running);
            worker.send(job);
        }
    }

    fn begin(&self, number: i64) -> Result<Job, Box<dyn Error>> {
        let rows = self.database.query(
            "UPDATE jobs SET state = ?, attempts = attempts + 1 WHERE number = ? RETURNING work, attempts",
            &[RUNNING.into(), number.into()],
        )?;
        let row = rows.first().ok_or("a job is gone")?;
        Ok(Job {
            attempt: row[1].as_integer().unwrap_or_default().try_into()?,
            work: text(row, 0).parse()?,
        })
    }

    /// An attempt has come to its end: so has the job, or it is tried again.
    fn finished(
        &mut self,
        running: Running,
        result: Result<String, String>,
        context: &mut Context<Queue>,
    ) {
        let number = running.number;
        running.deadline.cancel();
        let state = match &result {
            Ok(_) => DONE,
            Err(_) if running.attempt >= self.settings.attempts => DEAD,
            Err(_) => WAITING,
        };
        let (Ok(text) | Err(text)) = &result;
        let kept = self.database.run(
            "UPDATE jobs SET state = ?, result = ? WHERE number = ?",
            &[state.into(), text.as_str().into(), number.into()],
        );
        if let Err(error) = kept {
            return context.stop_with(error);
        }
        if state == WAITING {
            let rest = self.settings.backoff * 2_u32.saturating_pow(running.attempt - 1);
            context.this().send_after(Request::Ready(number), rest);
            return;
        }
        for (_, reply) in self.waiting.extract_if(.., |(waited, _)| *waited == number) {
            reply.send(Ok(result.clone()));
        }
    }

    /// How a job ended; `None` when it has not yet.
    fn outcome(&self, number: i64) -> Result<Option<Outcome>, String> {
        let select = "SELECT state, result FROM jobs WHERE number = ?";
        let rows = self.database.query(select, &[number.into()]);
        let rows = rows.map_err(|error| error.to_string())?;
        let row = rows.first().ok_or("there is no such job")?;
        Ok(match text(row, 0) {
            DONE => Some(Ok(text(row, 1).into())),
            DEAD => Some(Err(text(row, 1).into())),
            _ => None,
        })
    }

    fn dead(&self) -> Result<Vec<DeadJob>, SqliteError> {
        let select =
            "SELECT number, work, attempts, result FROM jobs WHERE state = ? ORDER BY number";
        let rows = self.database.query(select, &[DEAD.into()])?;
        let dead = rows.iter().map(|row| {
            let number = |column: usize| row[column].as_integer().unwrap_or_default();
            (
                number(0),
                text(row, 1).into(),
                number(2),
                text(row, 3).into(),
            )
        });
        Ok(dead.collect())
    }

    fn count(&self) -> Result<[i64; 4], SqliteError> {
        let mut counts = [0; 4];
        for (count, state) in counts.iter_mut().zip([WAITING, RUNNING, DONE, DEAD]) {
            let select = "SELECT count(*) FROM jobs WHERE state = ?";
            let rows = self.database.query(select, &[state.into()])?;
            *count = rows[0][0].as_integer().unwrap_or_default();
        }
        Ok(counts)
    }
}

fn text(row: &Row, column: usize) -> &str {
    row[column].as_text().unwrap_or_default()
}
