//! Work, and who does it.

use crate::queue::Request;
use selene::{Context, Process, Server};
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Work {
    Square(i64),
    /// Fails before this attempt.
    Flaky(u32),
    Fail,
    Crash,
    Spin,
    Sleep(u64),
}

/// A job that a worker is to do.
#[derive(Debug, Serialize, Deserialize)]
pub struct Job {
    /// The first one is 1.
    pub attempt: u32,
    pub work: Work,
}

pub struct Worker {
    queue: Process<Request>,
}

impl Server for Worker {
    type Argument = ();
    type Message = Job;

    fn init((): (), context: &mut Context<Worker>) -> Result<Worker, Box<dyn Error>> {
        let queue = crate::queue()?;
        queue.send(Request::Started(context.this()));
        Ok(Worker { queue })
    }

    fn handle(&mut self, job: Job, context: &mut Context<Worker>) {
        let result = job.work.run(job.attempt);
        self.queue.send(Request::Finished(context.this(), result));
    }
}

impl Work {
    fn run(&self, attempt: u32) -> Result<String, String> {
        match self {
            Work::Square(number) => number
                .checked_mul(*number)
                .map(|square| square.to_string())
                .ok_or_else(|| "the square is too large".into()),
            Work::Flaky(first) if attempt < *first => Err(format!("not before attempt {first}")),
            Work::Flaky(_) => Ok(format!("at attempt {attempt}")),
            Work::Fail => Err("it always fails".into()),
            Work::Crash => panic!("it always crashes"),
            Work::Spin => loop {
                std::hint::spin_loop();
            },
            Work::Sleep(millis) => {
                selene::sleep(Duration::from_millis(*millis));
                Ok("well rested".into())
            }
        }
    }
}

impl fmt::Display for Work {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Work::Square(number) => write!(formatter, "square {number}"),
            Work::Flaky(attempt) => write!(formatter, "flaky {attempt}"),
            Work::Fail => formatter.write_str("fail"),
            Work::Crash => formatter.write_str("crash"),
            Work::Spin => formatter.write_str("spin"),
            Work::Sleep(millis) => write!(formatter, "sleep {millis}"),
        }
    }
}

impl FromStr for Work {
    type Err = Box<dyn Error>;

    fn from_str(text: &str) -> Result<Work, Box<dyn Error>> {
        let (word, argument) = text.split_once(' ').unwrap_or((text, ""));
        Ok(match (word, argument) {
            ("square", number) => Work::Square(number.parse()?),
            ("flaky", attempt) => Work::Flaky(attempt.parse()?),
            ("sleep", millis) => Work::Sleep(millis.parse()?),
            ("fail", "") => Work::Fail,
            ("crash", "") => Work::Crash,
            ("spin", "") => Work::Spin,
            _ => return Err("square N, flaky N, fail, crash, spin or sleep MILLISECONDS".into()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Work;

    #[selene::test]
    fn work_is_read_as_it_is_written() {
        let all = ["square -7", "flaky 2", "fail", "crash", "spin", "sleep 10"];
        for text in all {
            assert_eq!(text.parse::<Work>().unwrap().to_string(), text);
        }
        for text in ["", "square", "square x", "fail twice", "what"] {
            assert!(text.parse::<Work>().is_err(), "{text}");
        }
    }
}
