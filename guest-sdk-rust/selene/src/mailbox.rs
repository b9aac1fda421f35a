use crate::host;
use crate::message::{Message, with_buffer};
use crate::process::Process;
use crate::tag;
use core::marker::PhantomData;
use core::time::Duration;

/// Where the messages for this process arrive, in the order of each sender.
pub struct Mailbox<M> {
    /// Neither `Send` nor `Clone`: the right to receive, which one place in the process has.
    messages: PhantomData<*const M>,
}

impl<M: Message> Mailbox<M> {
    pub(crate) fn new() -> Mailbox<M> {
        Mailbox {
            messages: PhantomData,
        }
    }

    /// The process itself, for others to send to.
    pub fn this(&self) -> Process<M> {
        Process::from_id(crate::ProcessId::this())
    }

    /// Waits for the next message.
    pub fn receive(&self) -> M {
        loop {
            host::receive(&[tag::MESSAGE], None);
            if let Some(message) = decode() {
                return message;
            }
        }
    }

    /// Waits for the next message for so long.
    pub fn receive_timeout(&self, timeout: Duration) -> Option<M> {
        host::receive(&[tag::MESSAGE], Some(timeout))?;
        decode()
    }
}

fn decode<M: Message>() -> Option<M> {
    with_buffer(|buffer| {
        host::read(buffer);
        M::decode(buffer).ok()
    })
}
