use crate::attachment;
use crate::exit::ExitReason;
use crate::host;
use crate::host::buffer::Buffer;
use crate::id::ProcessId;
#[cfg(doc)]
use crate::mailbox::Mailbox;
use crate::message::{EncodeError, Message};
use crate::monitor::{LinkMode, MonitorRef};
use crate::tag;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::marker::PhantomData;
use core::ops::Deref;
use core::time::Duration;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A process that takes messages of type `M`. It can be copied, kept, and sent to other processes.
///
/// It is a [`ProcessId`] that knows what may be sent, and has the id's methods, too.
pub struct Process<M> {
    id: ProcessId,
    messages: PhantomData<fn(M)>,
}

impl<M> Process<M> {
    /// A process by its id, when it is known what messages it takes.
    ///
    /// Messages of another type are thrown away by the process that gets them.
    pub const fn from_id(id: ProcessId) -> Process<M> {
        Process {
            id,
            messages: PhantomData,
        }
    }

    /// The process's id.
    pub const fn id(self) -> ProcessId {
        self.id
    }
}

impl<M> Process<M> {
    /// Sends a message. It never waits; a message to a process that has ended, or whose mailbox is full, is lost.
    ///
    /// # Panics
    /// When the message cannot be written, which is a fault of its type.
    pub fn send(self, message: M)
    where
        M: Message,
    {
        send(self.id, tag::MESSAGE, &message);
    }

    /// Sends a message if the process lives and has room for it.
    ///
    /// # Errors
    /// When the message was not sent.
    ///
    /// # Panics
    /// When the message cannot be written, which is a fault of its type.
    pub fn try_send(self, message: M) -> Result<(), SendError>
    where
        M: Message,
    {
        self.send_timeout(message, Duration::ZERO)
    }

    /// Sends a message, and waits for so long for room.
    ///
    /// # Errors
    /// When the message was not sent; [`SendError::Full`] when there was no room in time.
    ///
    /// # Panics
    /// When the message cannot be written, which is a fault of its type.
    pub fn send_timeout(self, message: M, timeout: Duration) -> Result<(), SendError>
    where
        M: Message,
    {
        write(tag::MESSAGE, |buffer| message.encode(buffer));
        host::try_send(self.id.to_u64(), timeout)
    }
}

/// Why a message was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum SendError {
    /// The mailbox has no room.
    Full,
    /// The process has ended.
    NoProcess,
}

impl fmt::Display for SendError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            SendError::Full => "the mailbox is full",
            SendError::NoProcess => "the process has ended",
        })
    }
}

impl core::error::Error for SendError {}

impl ProcessId {
    /// Asks to be told when the process ends: a [`Down`](crate::Down) arrives among the
    /// [events](Mailbox::next), once, and at once when the process has ended already.
    pub fn monitor(self) -> MonitorRef {
        self.link(LinkMode::Monitor)
    }

    /// Binds the caller and the process. Every link is its own, also of several to one process.
    ///
    /// When the process has ended already, that is a failure with [`ExitReason::NoProcess`]: a caller that is told
    /// finds it in its mailbox, a peer fails at once.
    pub fn link(self, mode: LinkMode) -> MonitorRef {
        MonitorRef::start(self, mode)
    }

    /// Waits until the process ends; [`ExitReason::NoProcess`] when it had ended before.
    pub fn wait(self) -> ExitReason {
        self.monitor().wait()
    }

    /// As [`wait`](ProcessId::wait), for so long; `None` when the process is still there.
    pub fn wait_timeout(self, timeout: Duration) -> Option<ExitReason> {
        let monitor = self.monitor();
        let reason = monitor.wait_timeout(timeout);
        if reason.is_none() {
            monitor.stop();
        }
        reason
    }

    /// Asks the process to end, waits for so long, and then kills it.
    ///
    /// A [`Server`](crate::Server) runs its shutdown hook. Any other process ends when it next waits for a message,
    /// unless it waits for [`events`](Mailbox::next), of which this is one.
    pub fn shutdown(self, timeout: Duration) -> ExitReason {
        let monitor = self.monitor();
        self.request_shutdown();
        monitor.wait_timeout(timeout).unwrap_or_else(|| {
            self.kill();
            monitor.wait()
        })
    }

    pub(crate) fn request_shutdown(self) {
        host::send_data(self.to_u64(), tag::SHUTDOWN, &[]);
    }
}

/// Makes a message in the scratch area.
pub(crate) fn write(tag: i64, encode: impl FnOnce(&mut Buffer) -> Result<(), EncodeError>) {
    Buffer::with(|buffer| {
        if !encoded(tag, buffer, encode) {
            host::create(tag);
        }
        host::write(buffer);
    });
}

/// Writes a message's bytes into a buffer. Whether the message is in the scratch area now, without these bytes, since
/// something is attached to it.
#[inline]
pub(crate) fn encoded(
    tag: i64,
    buffer: &mut Buffer,
    encode: impl FnOnce(&mut Buffer) -> Result<(), EncodeError>,
) -> bool {
    attachment::writing(tag, buffer, encode).unwrap_or_else(|error| unwritable(&error))
}

#[cold]
pub(crate) fn unwritable(error: &EncodeError) -> ! {
    panic!("{error}");
}

pub(crate) fn send_with(
    target: ProcessId,
    tag: i64,
    encode: impl FnOnce(&mut Buffer) -> Result<(), EncodeError>,
) {
    Buffer::with(|buffer| {
        if encoded(tag, buffer, encode) {
            host::write(buffer);
            host::send(target.to_u64());
        } else {
            host::send_data(target.to_u64(), tag, buffer);
        }
    });
}

pub(crate) fn send<T: Message>(target: ProcessId, tag: i64, message: &T) {
    send_with(target, tag, |buffer| message.encode(buffer));
}

impl<M> Deref for Process<M> {
    type Target = ProcessId;

    fn deref(&self) -> &ProcessId {
        &self.id
    }
}

impl<M> Clone for Process<M> {
    fn clone(&self) -> Process<M> {
        *self
    }
}

impl<M> Copy for Process<M> {}

impl<M> PartialEq for Process<M> {
    fn eq(&self, other: &Process<M>) -> bool {
        self.id == other.id
    }
}

impl<M> Eq for Process<M> {}

impl<M> Hash for Process<M> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl<M> fmt::Debug for Process<M> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Process({})", self.id)
    }
}

impl<M> Serialize for Process<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.id.serialize(serializer)
    }
}

impl<'de, M> Deserialize<'de> for Process<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Process<M>, D::Error> {
        ProcessId::deserialize(deserializer).map(Process::from_id)
    }
}
