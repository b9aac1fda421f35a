use crate::host;
use crate::id::ProcessId;
use crate::inbox::{self, Waiting};
use crate::message::Message;
use crate::process::{Process, write};
use crate::tag;
use alloc::collections::VecDeque;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;
use core::fmt;
use core::marker::PhantomData;
use core::time::Duration;
use serde::{Deserialize, Serialize};

/// Processes under one name that all take messages of type `M`.
///
/// A group is there as soon as it is named. Its members leave it when they end.
///
/// ```standalone_crate
/// # #[selene::main]
/// # fn main(mailbox: selene::Mailbox<String>) {
/// use selene::{Group, Mailbox};
///
/// let listeners: Group<String> = Group::new("listeners");
/// listeners.join(mailbox.this());
/// assert_eq!(listeners.broadcast("news".into()), 1);
/// assert_eq!(mailbox.receive(), "news");
/// # }
/// ```
pub struct Group<M> {
    name: String,
    messages: PhantomData<fn(M)>,
}

impl<M> Group<M> {
    /// The group of a name.
    pub fn new(name: &str) -> Group<M> {
        Group {
            name: name.into(),
            messages: PhantomData,
        }
    }

    /// The group's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Adds a process. False when it was in the group already, or has ended.
    pub fn join(&self, process: Process<M>) -> bool {
        host::join(&self.name, process.to_u64()) == 0
    }

    /// Takes a process out. False when it was not in the group.
    pub fn leave(&self, process: Process<M>) -> bool {
        host::leave(&self.name, process.to_u64())
    }

    /// All members, in the order in which they joined.
    pub fn members(&self) -> Vec<Process<M>> {
        let members = host::members(&self.name).into_iter();
        members
            .map(|member| Process::from_id(ProcessId::from_u64(member)))
            .collect()
    }

    /// From now on the caller can see who joins and who leaves.
    pub fn watch(&self) -> GroupWatch {
        GroupWatch::start(&self.name)
    }
}

impl<M: Message> Group<M> {
    /// Sends a message to each member, the caller included if it is one. Returns how many there are.
    ///
    /// # Panics
    /// When the message cannot be written, or has a socket or a module in it, of which there is only one.
    pub fn broadcast(&self, message: M) -> usize {
        write(tag::MESSAGE, |buffer| message.encode(buffer));
        host::broadcast(&self.name)
    }
}

impl<M> Clone for Group<M> {
    fn clone(&self) -> Group<M> {
        Group::new(&self.name)
    }
}

impl<M> fmt::Debug for Group<M> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Group({:?})", self.name)
    }
}

/// Who joined a group or left it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GroupChange {
    /// A process joined.
    Joined(ProcessId),
    /// A process left, or ended.
    Left(ProcessId),
}

/// What happens in a group, from [`Group::watch`] on. Dropping it ends that.
pub struct GroupWatch {
    reference: i64,
    tag: i64,
    changes: Rc<Changes>,
}

/// What arrived while the process received something else.
#[derive(Default)]
struct Changes(RefCell<VecDeque<GroupChange>>);

impl Waiting for Changes {
    fn answered(&self, _: bool, bytes: &[u8]) {
        self.0.borrow_mut().extend(read_change(bytes));
    }

    fn failed(&self) {}
}

impl GroupWatch {
    fn start(group: &str) -> GroupWatch {
        let tag = tag::unique();
        let changes = Rc::new(Changes::default());
        let waiting: Rc<dyn Waiting> = changes.clone();
        inbox::wait_for(tag, Rc::downgrade(&waiting));
        GroupWatch {
            reference: host::watch(group, tag),
            tag,
            changes,
        }
    }

    /// Waits for the next change, for so long. Whatever else arrives meanwhile stays in the mailbox.
    pub fn next_timeout(&self, timeout: Duration) -> Option<GroupChange> {
        if let Some(change) = self.changes.0.borrow_mut().pop_front() {
            return Some(change);
        }
        host::receive(&[self.tag], Some(timeout), |_, bytes| read_change(bytes))?
    }
}

/// The change that a message tells of.
fn read_change(bytes: &[u8]) -> Option<GroupChange> {
    let (kind, rest) = bytes.split_first()?;
    let process = ProcessId::from_u64(u64::from_le_bytes(*rest.first_chunk()?));
    match kind {
        0 => Some(GroupChange::Joined(process)),
        1 => Some(GroupChange::Left(process)),
        _ => None,
    }
}

impl Drop for GroupWatch {
    fn drop(&mut self) {
        host::unwatch(self.reference);
        inbox::forget(self.tag);
    }
}

impl fmt::Debug for GroupWatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "GroupWatch({})", self.reference)
    }
}
