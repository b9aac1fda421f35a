//! Workers, and who gives them their jobs.

use selene::{Context, Down, Process, ProcessId, ReplyTo, Server, Timer};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, VecDeque};
use std::error::Error;
use std::time::Duration;

pub const NAME: &str = "pool";
/// Jobs that may wait for a worker. More are refused at once, which is better than answering them late.
const MOST_WAITING: usize = 100;
/// A worker that takes longer is killed.
const LONGEST_JOB: Duration = Duration::from_secs(2);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Job {
    Primes(u32),
    Crash,
    Spin,
}

/// Why there is no result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    Busy,
    Crashed(String),
    TooLong,
    NoPool(String),
}

type Outcome = Result<String, Refusal>;

#[derive(Debug, Serialize, Deserialize)]
pub enum Message {
    Run(Job, ReplyTo<Outcome>),
    /// A worker has started.
    Started(Process<Job>),
    Done(Process<Job>, String),
    /// A worker has had a job of this number for long enough.
    Expired(Process<Job>, u64),
}

/// Has a job done, and waits for it.
pub fn run(job: Job) -> Outcome {
    let pool = crate::find::<Message>(NAME).map_err(Refusal::NoPool)?;
    // Whoever waits in the queue waits for others, too; that the queue is short is what bounds it.
    let answer = pool.call_timeout(|reply| Message::Run(job, reply), Duration::MAX);
    answer.unwrap_or_else(|error| Err(Refusal::NoPool(error.to_string())))
}

#[derive(Default)]
pub struct Pool {
    idle: Vec<Process<Job>>,
    waiting: VecDeque<(Job, ReplyTo<Outcome>)>,
    busy: HashMap<ProcessId, Running>,
    jobs: u64,
}

struct Running {
    number: u64,
    reply: ReplyTo<Outcome>,
    deadline: Timer,
    expired: bool,
}

impl Server for Pool {
    type Argument = ();
    type Message = Message;

    fn init((): (), _: &mut Context<Pool>) -> Result<Pool, Box<dyn Error>> {
        Ok(Pool::default())
    }

    fn handle(&mut self, message: Message, context: &mut Context<Pool>) {
        match message {
            Message::Run(_, reply) if self.waiting.len() == MOST_WAITING => {
                reply.send(Err(Refusal::Busy));
            }
            Message::Run(job, reply) => self.waiting.push_back((job, reply)),
            Message::Started(worker) => {
                worker.monitor();
                self.idle.push(worker);
            }
            Message::Done(worker, result) => {
                if let Some(running) = self.busy.remove(&worker.id()) {
                    running.deadline.cancel();
                    running.reply.send(Ok(result));
                }
                self.idle.push(worker);
            }
            Message::Expired(worker, number) => {
                let running = self.busy.get_mut(&worker.id());
                if let Some(running) = running.filter(|running| running.number == number) {
                    running.expired = true;
                    worker.kill();
                }
            }
        }
        self.hand_out(context);
    }

    /// A worker has ended, and its client has an answer. Its supervisor starts another one, which says so.
    fn down(&mut self, down: Down, _: &mut Context<Pool>) {
        self.idle.retain(|worker| worker.id() != down.process);
        if let Some(running) = self.busy.remove(&down.process) {
            running.deadline.cancel();
            running.reply.send(Err(if running.expired {
                Refusal::TooLong
            } else {
                Refusal::Crashed(down.reason.to_string())
            }));
        }
    }
}

impl Pool {
    fn hand_out(&mut self, context: &Context<Pool>) {
        while !self.idle.is_empty()
            && let Some((job, reply)) = self.waiting.pop_front()
            && let Some(worker) = self.idle.pop()
        {
            self.jobs += 1;
            let number = self.jobs;
            worker.send(job);
            let expired = Message::Expired(worker, number);
            let running = Running {
                number,
                reply,
                deadline: context.this().send_after(expired, LONGEST_JOB),
                expired: false,
            };
            self.busy.insert(worker.id(), running);
        }
    }
}

pub struct Worker {
    pool: Process<Message>,
}

impl Server for Worker {
    type Argument = ();
    type Message = Job;

    fn init((): (), context: &mut Context<Worker>) -> Result<Worker, Box<dyn Error>> {
        let pool = crate::find::<Message>(NAME)?;
        pool.send(Message::Started(context.this()));
        Ok(Worker { pool })
    }

    fn handle(&mut self, job: Job, context: &mut Context<Worker>) {
        let result = match job {
            Job::Primes(below) => primes(below).to_string(),
            Job::Crash => panic!("the request wanted it"),
            Job::Spin => loop {
                std::hint::spin_loop();
            },
        };
        self.pool.send(Message::Done(context.this(), result));
    }
}

/// How many prime numbers there are below a number.
fn primes(below: u32) -> usize {
    let is_prime = |number: &u32| {
        let mut divisors =
            (2_u32..).take_while(|divisor| divisor.saturating_mul(*divisor) <= *number);
        !divisors.any(|divisor| number.is_multiple_of(divisor))
    };
    (2..below).filter(is_prime).count()
}

#[cfg(test)]
mod tests {
    use super::primes;

    #[selene::test]
    fn primes_are_counted() {
        assert_eq!([0, 2, 3, 10, 1000].map(primes), [0, 0, 1, 4, 168]);
    }
}
