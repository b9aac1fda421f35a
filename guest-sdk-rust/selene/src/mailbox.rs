use crate::attachment;
use crate::deadline::Deadline;
use crate::host;
use crate::host::buffer::Content;
use crate::id::ProcessId;
use crate::inbox::{self, Other};
use crate::message::{DecodeError, Message};
use crate::monitor::Down;
use crate::process::Process;
use core::fmt;
use core::marker::PhantomData;
use core::time::Duration;

/// Where the messages for this process arrive, in the order of each sender.
///
/// A message that is not a value of type `M` is the fault of its sender: it is thrown away, and a line in Selene's
/// log says so.
pub struct Mailbox<M> {
    /// Neither `Send` nor `Clone`: the right to receive, which one place in the process has.
    messages: PhantomData<*const M>,
}

/// What can happen to a process that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<M> {
    /// A message arrived.
    Message(M),
    /// A process that is monitored has ended.
    Down(Down),
    /// Somebody asks this process to end, by [`shutdown`](ProcessId::shutdown). It has some time to do so.
    Shutdown,
}

impl<M> Mailbox<M> {
    pub(crate) fn new() -> Mailbox<M> {
        Mailbox {
            messages: PhantomData,
        }
    }

    /// The process itself, for others to send to.
    pub fn this(&self) -> Process<M> {
        Process::from_id(ProcessId::this())
    }

    /// Waits for the next message.
    ///
    /// Meanwhile the process ends, normally, when it is asked to [shut down](ProcessId::shutdown), and a [`Down`] that
    /// arrives is kept for [`next`](Mailbox::next).
    pub fn receive(&self) -> M
    where
        M: Message,
    {
        loop {
            if let Some(message) = self.receive_until(Deadline::after(None)) {
                return message;
            }
        }
    }

    /// As [`receive`](Mailbox::receive), and waits for so long; `None` when no message came.
    pub fn receive_timeout(&self, timeout: Duration) -> Option<M>
    where
        M: Message,
    {
        self.receive_until(Deadline::after(Some(timeout)))
    }

    /// The next message, if there is one.
    pub fn try_receive(&self) -> Option<M>
    where
        M: Message,
    {
        self.receive_timeout(Duration::ZERO)
    }

    /// Waits for whatever happens next.
    pub fn next(&self) -> Event<M>
    where
        M: Message,
    {
        loop {
            if let Some(event) = self.next_until(Deadline::after(None)) {
                return event;
            }
        }
    }

    /// As [`next`](Mailbox::next), and waits for so long; `None` when nothing happened.
    pub fn next_timeout(&self, timeout: Duration) -> Option<Event<M>>
    where
        M: Message,
    {
        self.next_until(Deadline::after(Some(timeout)))
    }
}

impl<M: Message> Mailbox<M> {
    #[inline]
    fn receive_until(&self, deadline: Deadline) -> Option<M> {
        inbox::next_message(deadline, read_message)
    }

    fn next_until(&self, deadline: Deadline) -> Option<Event<M>> {
        loop {
            match inbox::next_event(deadline, read_message) {
                Ok(Some(message)) => return Some(Event::Message(message)),
                Ok(None) | Err(Other::Handled) => {}
                Err(Other::Nothing) => return None,
                Err(Other::Ended(ended)) => return Some(Event::Down((*ended).into())),
                Err(Other::Shutdown) => return Some(Event::Shutdown),
            }
        }
    }
}

impl<M> fmt::Debug for Mailbox<M> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Mailbox({})", ProcessId::this())
    }
}

/// The level of a warning in Selene's log.
const WARNING: i32 = 2;

/// The value of a message that arrived, unless it is of another type.
#[inline]
pub(crate) fn read_message<M: Message>(attached: bool, content: Content<'_>) -> Option<M> {
    match attachment::reading(attached, || M::decode(&content)) {
        Ok(message) => Some(message),
        Err(error) => {
            thrown_away(&error);
            None
        }
    }
}

#[cold]
fn thrown_away(error: &DecodeError) {
    let text = alloc::format!("a message was thrown away: {error}");
    host::log(WARNING, "selene", &text);
}
