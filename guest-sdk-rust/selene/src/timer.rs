use crate::host;
use crate::message::Message;
use crate::process::{Process, write};
use crate::tag;
use core::time::Duration;

/// A message that will be sent. Dropping the value changes nothing; [`cancel`](Timer::cancel) does.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Timer {
    handle: u64,
}

impl Timer {
    /// Stops the timer. What was left until its next message; `None` when it had come to its end already.
    pub fn cancel(self) -> Option<Duration> {
        u64::try_from(host::cancel_timer(self.handle))
            .ok()
            .map(Duration::from_millis)
    }
}

impl<M: Message> Process<M> {
    /// Sends a message after a time, whether or not the caller still lives then.
    ///
    /// ```standalone_crate
    /// # #[selene::main]
    /// # fn main(mailbox: selene::Mailbox<u8>) {
    /// use std::time::Duration;
    ///
    /// let late = mailbox.this().send_after(1, Duration::from_secs(60));
    /// mailbox.this().send_after(2, Duration::from_millis(1));
    /// assert_eq!(mailbox.receive(), 2);
    /// assert!(late.cancel() > Some(Duration::from_secs(30)));
    /// # }
    /// ```
    ///
    /// # Panics
    /// When the message cannot be written.
    pub fn send_after(self, message: M, delay: Duration) -> Timer {
        write(tag::MESSAGE, |buffer| message.encode(buffer));
        Timer {
            handle: host::send_after(self.to_u64(), host::millis(delay)),
        }
    }

    /// Sends a message again and again, until the timer is cancelled, or one of the two processes ends.
    ///
    /// # Panics
    /// When the message cannot be written, or has a socket or a module in it, of which there is only one.
    pub fn send_every(self, message: M, period: Duration) -> Timer {
        write(tag::MESSAGE, |buffer| message.encode(buffer));
        let period = host::millis(period).max(1);
        Timer {
            handle: host::send_every(self.to_u64(), period, period),
        }
    }
}

/// Lets time pass. Other processes go on meanwhile.
pub fn sleep(duration: Duration) {
    host::sleep(duration);
}
