//! The server: its state, its messages, and what it does with them.

use selene::{Context, ReplyTo, Server};
use serde::{Deserialize, Serialize};
use std::error::Error;

/// The state. It lives in a memory of its own, which no other process sees.
pub struct Counter {
    value: u32,
}

/// What others may send. A message goes from memory to memory as bytes, so it has serde's traits.
#[derive(Serialize, Deserialize)]
pub enum Message {
    /// Adds a number.
    Add(u32),
    /// Asks for the value: a `ReplyTo` is the right to answer, once.
    Value(ReplyTo<u32>),
}

impl Server for Counter {
    type Argument = u32;
    type Message = Message;

    fn init(value: u32, _: &mut Context<Counter>) -> Result<Counter, Box<dyn Error>> {
        if value == u32::MAX {
            // `Counter::start` returns this to whoever called it.
            return Err("nothing can be added to that".into());
        }
        Ok(Counter { value })
    }

    fn handle(&mut self, message: Message, _: &mut Context<Counter>) {
        match message {
            // A panic ends this process alone. Whoever waits for an answer, or watches it, is told.
            Message::Add(number) => {
                self.value = self.value.checked_add(number).expect("the counter is full");
            }
            Message::Value(reply) => reply.send(self.value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use selene::{CallError, ExitReason, StartError};

    // Each test is a process in an environment of its own: what a test leaves behind ends with it.

    #[selene::test]
    fn counts() -> Result<(), Box<dyn Error>> {
        let counter = Counter::start(40)?;
        counter.send(Message::Add(2));
        assert_eq!(counter.call(Message::Value)?, 42);
        Ok(())
    }

    #[selene::test]
    fn does_not_start_full() {
        let text = "nothing can be added to that".to_string();
        assert_eq!(Counter::start(u32::MAX), Err(StartError::Init(text)));
    }

    #[selene::test]
    fn fails_alone() {
        let counter = Counter::start(1).unwrap();
        let monitor = counter.monitor();
        counter.send(Message::Add(u32::MAX));
        match monitor.wait() {
            ExitReason::Trapped(_, text) => assert!(text.ends_with("the counter is full")),
            other => panic!("{other}"),
        }
        assert_eq!(
            counter.call(Message::Value),
            Err(CallError::Died(ExitReason::NoProcess))
        );
    }
}
