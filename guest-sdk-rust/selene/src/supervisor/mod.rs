//! Processes that start others, and start them again when they fail.

mod child;
mod intensity;
mod tree;

pub use child::{Child, Restart, Shutdown};
pub use tree::{Strategy, Tree};

use crate::exit::ExitReason;
use crate::host::buffer::Buffer;
use crate::id::ProcessId;
use crate::message::Message;
use crate::monitor::{LinkMode, MonitorRef};
use crate::process::Process;
use crate::reply::{CallError, ReplyTo};
use crate::server::{Server, StartError};
use crate::spawn::Spawn;
use alloc::string::String;
use alloc::vec::Vec;
use core::any::type_name;
use core::fmt;
use core::time::Duration;
use serde::{Deserialize, Serialize};

/// A process that keeps others alive: its children.
///
/// What they are is told to a [`Tree`], in the supervisor's own process. A tree may have trees as children.
///
/// ```standalone_crate
/// use selene::supervisor::{Child, Restart, Strategy, Supervisor};
/// use selene::{Mailbox, Process};
/// use std::time::Duration;
///
/// type Echo = (Process<String>, String);
///
/// fn echo(_: (), mailbox: Mailbox<Echo>) {
///     loop {
///         let (sender, text) = mailbox.receive();
///         assert!(!text.is_empty(), "nothing to say");
///         sender.send(text);
///     }
/// }
///
/// #[selene::main]
/// fn main(mailbox: Mailbox<String>) -> Result<(), Box<dyn std::error::Error>> {
///     let supervisor = Supervisor::start((), |(), tree| {
///         tree.strategy(Strategy::OneForOne).intensity(3, Duration::from_secs(5));
///         tree.child(Child::process("echo", (), echo).restart(Restart::Permanent));
///     })?;
///
///     let first: Process<Echo> = supervisor.child("echo")?.expect("it has started");
///     first.send((mailbox.this(), String::new()));
///     first.wait();
///
///     let second: Process<Echo> = supervisor.child("echo")?.expect("it has started again");
///     second.send((mailbox.this(), "hello".into()));
///     assert_eq!(mailbox.receive(), "hello");
///     Ok(())
/// }
/// ```
///
/// When children fail more often than the tree's [intensity](Tree::intensity), the supervisor ends its children and fails
/// itself, and its exit reason tells the whole story. Its children end with it, however it ends.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Supervisor {
    process: Process<Command>,
}

/// What a supervisor can be asked.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Command {
    Children(ReplyTo<Vec<ChildInfo>>),
    Find(String, ReplyTo<Option<ProcessId>>),
    Start {
        kind: String,
        name: String,
        argument: Vec<u8>,
        reply: ReplyTo<Result<ProcessId, StartChildError>>,
    },
    Stop(String, ReplyTo<bool>),
}

/// One child, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildInfo {
    /// The child's name within the tree.
    pub name: String,
    /// Its process; `None` for a child that has ended and is not to be restarted.
    pub process: Option<ProcessId>,
    /// When it is restarted.
    pub restart: Restart,
    /// How often it was started again.
    pub restarts: u64,
}

/// Why a child was not started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum StartChildError {
    /// The tree has no [`dynamic`](Tree::dynamic) children of this type.
    UnknownKind,
    /// A child of the tree has this name.
    NameTaken,
    /// The child did not start; the text of its [`StartError`].
    Failed(String),
    /// The supervisor did not answer.
    Supervisor(String),
}

impl fmt::Display for StartChildError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartChildError::UnknownKind => formatter.write_str(
                "the tree was not told of such children: call `Tree::dynamic` for their type",
            ),
            StartChildError::NameTaken => formatter.write_str("a child has this name already"),
            StartChildError::Failed(text) | StartChildError::Supervisor(text) => {
                formatter.write_str(text)
            }
        }
    }
}

impl core::error::Error for StartChildError {}

impl Supervisor {
    /// Starts a supervisor, and waits until all its children have started.
    ///
    /// `describe` runs in the supervisor's process.
    ///
    /// # Errors
    /// When a child did not start. Those that did are ended again.
    pub fn start<A: Message>(
        argument: A,
        describe: fn(A, &mut Tree),
    ) -> Result<Supervisor, StartError> {
        Spawn::new().supervisor(argument, describe)
    }

    /// As [`start`](Supervisor::start), with a link: when the supervisor or the caller fails, so does the other.
    ///
    /// # Errors
    /// When a child did not start.
    pub fn start_link<A: Message>(
        argument: A,
        describe: fn(A, &mut Tree),
    ) -> Result<Supervisor, StartError> {
        Spawn::new()
            .link(LinkMode::Peer)
            .supervisor(argument, describe)
    }

    /// The supervisor's process.
    pub fn process(self) -> ProcessId {
        self.process.id()
    }

    /// All children, in the order in which they were started.
    ///
    /// # Errors
    /// When the supervisor does not answer.
    pub fn children(self) -> Result<Vec<ChildInfo>, CallError> {
        self.process.call_timeout(Command::Children, Duration::MAX)
    }

    /// The process of a child, as the tree names it; `None` when there is none. When the child has just ended, or the
    /// supervisor restarts children, this waits for the next one.
    ///
    /// The caller knows what messages the child takes.
    ///
    /// # Errors
    /// When the supervisor does not answer.
    pub fn child<M>(self, name: &str) -> Result<Option<Process<M>>, CallError> {
        let find = |reply| Command::Find(name.into(), reply);
        let process = self.process.call_timeout(find, Duration::MAX)?;
        Ok(process.map(Process::from_id))
    }

    /// A child that is a supervisor itself, as [`child`](Supervisor::child).
    ///
    /// The caller knows that it is one.
    ///
    /// # Errors
    /// When the supervisor does not answer.
    pub fn child_supervisor(self, name: &str) -> Result<Option<Supervisor>, CallError> {
        let process = self.child(name)?;
        Ok(process.map(|process| Supervisor { process }))
    }

    /// Starts a child of a type that the tree was told of by [`Tree::dynamic`].
    ///
    /// # Errors
    /// When it did not start.
    pub fn start_child<S: Server>(
        self,
        name: &str,
        argument: S::Argument,
    ) -> Result<Process<S::Message>, StartChildError> {
        let bytes = Buffer::with(|buffer| argument.encode(buffer).map(|()| buffer.to_vec()))
            .map_err(|error| StartChildError::Failed(alloc::format!("{error}")))?;
        let start = |reply| Command::Start {
            kind: type_name::<S>().into(),
            name: name.into(),
            argument: bytes,
            reply,
        };
        match self.process.call_timeout(start, Duration::MAX) {
            Ok(result) => result.map(Process::from_id),
            Err(error) => Err(StartChildError::Supervisor(alloc::format!("{error}"))),
        }
    }

    /// Ends a child and takes it out of the tree; false when there is no such child.
    ///
    /// # Errors
    /// When the supervisor does not answer.
    pub fn stop_child(self, name: &str) -> Result<bool, CallError> {
        let stop = |reply| Command::Stop(name.into(), reply);
        self.process.call_timeout(stop, Duration::MAX)
    }

    /// Ends all children, the last one first, and then the supervisor; after so long it is killed, and they with it.
    pub fn shutdown(self, timeout: Duration) -> ExitReason {
        self.process.shutdown(timeout)
    }
}

impl Spawn<'_> {
    /// Starts a supervisor, and waits until all its children have started.
    ///
    /// # Errors
    /// When a child did not start.
    pub fn supervisor<A: Message>(
        self,
        argument: A,
        describe: fn(A, &mut Tree),
    ) -> Result<Supervisor, StartError> {
        let link = self.supervisor_link(&argument, describe)?;
        Ok(Supervisor {
            process: Process::from_id(link.process),
        })
    }

    pub(crate) fn supervisor_link<A: Message>(
        self,
        argument: &A,
        describe: fn(A, &mut Tree),
    ) -> Result<MonitorRef, StartError> {
        self.label("supervisor").started(
            &|buffer| argument.encode(buffer),
            tree::run::<A>,
            describe as usize,
        )
    }
}

impl fmt::Debug for Supervisor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Supervisor({})", self.process.id())
    }
}
