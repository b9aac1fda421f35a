use crate::host;
use crate::id::ProcessId;
use crate::mailbox::Mailbox;
use crate::message::{Message, with_buffer};
use crate::{start, tag};
use core::fmt;
use core::marker::PhantomData;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A process that takes messages of type `M`. It can be copied, kept, and sent to other processes.
pub struct Process<M> {
    id: ProcessId,
    messages: PhantomData<fn(M)>,
}

impl<M> Process<M> {
    /// A process by its id, when it is known what messages it takes.
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

impl<M: Message> Process<M> {
    /// Sends a message. It never waits, and a message to a process that has ended is lost.
    pub fn send(self, message: M) {
        send(self.id, tag::MESSAGE, &message);
    }
}

pub(crate) fn send<T: Message>(target: ProcessId, tag: i64, message: &T) {
    with_buffer(|buffer| {
        host::create(tag);
        if let Err(error) = message.encode(buffer) {
            panic!("{error}");
        }
        host::write(buffer);
        host::send(target.to_u64());
    });
}

/// Spawns a process that runs a function on an argument.
pub fn spawn<A: Message, M: Message>(argument: A, entry: fn(A, Mailbox<M>)) -> Process<M> {
    match start::spawn(-1, &argument, start::run_process::<A, M>, entry as usize) {
        Ok(id) => Process::from_id(ProcessId::from_u64(id)),
        Err(_) => panic!("cannot spawn"),
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
