//! A server that does not check what it is given. It need not: when it fails, its supervisor starts another one.

use selene::{Context, ReplyTo, Server};
use serde::{Deserialize, Serialize};
use std::error::Error;

/// The state: how often it was asked. A new process begins at 0.
pub struct Calculator {
    asked: u64,
}

/// What others may send.
#[derive(Serialize, Deserialize)]
pub enum Message {
    /// Divides the first number by the second.
    Divide(i64, i64, ReplyTo<i64>),
    /// Asks how often there was a division.
    Asked(ReplyTo<u64>),
}

impl Server for Calculator {
    type Argument = ();
    type Message = Message;

    fn init((): (), _: &mut Context<Calculator>) -> Result<Calculator, Box<dyn Error>> {
        Ok(Calculator { asked: 0 })
    }

    fn handle(&mut self, message: Message, _: &mut Context<Calculator>) {
        match message {
            Message::Divide(dividend, divisor, reply) => {
                self.asked += 1;
                // Divided by 0, this is a panic: the process ends, and the caller is told why.
                reply.send(dividend / divisor);
            }
            Message::Asked(reply) => reply.send(self.asked),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use selene::{CallError, ExitReason};

    #[selene::test]
    fn divides() -> Result<(), Box<dyn Error>> {
        let calculator = Calculator::start(())?;
        assert_eq!(calculator.call(|reply| Message::Divide(84, 2, reply))?, 42);
        assert_eq!(calculator.call(Message::Asked)?, 1);
        Ok(())
    }

    #[selene::test]
    fn a_division_by_zero_is_an_error_of_the_caller() {
        let calculator = Calculator::start(()).unwrap();
        match calculator.call(|reply| Message::Divide(1, 0, reply)) {
            Err(CallError::Died(ExitReason::Trapped(_, text))) => {
                assert!(text.ends_with("attempt to divide by zero"), "{text}");
            }
            other => panic!("{other:?}"),
        }
    }
}
