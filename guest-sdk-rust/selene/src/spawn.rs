use crate::config::ProcessConfig;
use crate::host::{self, NotSpawned};
use crate::id::ProcessId;
use crate::mailbox::Mailbox;
use crate::message::Message;
use crate::monitor::{LinkMode, MonitorRef};
use crate::process::Process;
use crate::start::{self, Binding, Encode, Run};
use crate::tag;
use alloc::string::String;
use core::fmt;
use serde::{Deserialize, Serialize};

/// Spawns a process that runs a function on an argument.
///
/// The function runs in a memory of its own: it sees the argument, which is sent to it, and nothing else. So it is a
/// plain function, or a closure that captures nothing.
///
/// ```standalone_crate
/// use selene::{Mailbox, Process};
///
/// #[selene::main]
/// fn main(mailbox: Mailbox<u32>) {
///     selene::spawn((mailbox.this(), 20), |(parent, number): (Process<u32>, u32), _: Mailbox<()>| {
///         parent.send(number + 1);
///     });
///     assert_eq!(mailbox.receive(), 21);
/// }
/// ```
///
/// # Panics
/// When the process cannot be spawned, because a limit is used up for example. [`Spawn`] returns the error instead.
pub fn spawn<A: Message, M: Message>(argument: A, entry: fn(A, Mailbox<M>)) -> Process<M> {
    started(Spawn::new().process(argument, entry))
}

/// As [`spawn()`], with a link: when one of the two processes fails, so does the other.
///
/// # Panics
/// When the process cannot be spawned.
pub fn spawn_link<A: Message, M: Message>(argument: A, entry: fn(A, Mailbox<M>)) -> Process<M> {
    started(Spawn::new().link(LinkMode::Peer).process(argument, entry))
}

/// As [`spawn()`], with limits and permissions of its own.
///
/// # Panics
/// When the process cannot be spawned.
pub fn spawn_with<A: Message, M: Message>(
    config: &ProcessConfig,
    argument: A,
    entry: fn(A, Mailbox<M>),
) -> Process<M> {
    started(Spawn::new().config(config).process(argument, entry))
}

fn started<T>(result: Result<T, SpawnError>) -> T {
    match result {
        Ok(process) => process,
        Err(error) => panic!("{error}"),
    }
}

/// How a process is to be spawned: with which limits, under which name, bound to the caller in which way.
///
/// All of it is one step: the process does not run before it has its name, its link and its argument.
#[derive(Clone, Copy, Default)]
#[must_use = "nothing is spawned before it is told what to run"]
pub struct Spawn<'a> {
    config: Option<&'a ProcessConfig>,
    name: Option<&'a str>,
    link: Option<LinkMode>,
    label: &'a str,
}

impl<'a> Spawn<'a> {
    /// A process with the caller's own limits, without a name, and not bound to the caller.
    pub fn new() -> Spawn<'a> {
        Spawn::default()
    }

    /// Gives the process limits and permissions of its own.
    pub fn config(mut self, config: &'a ProcessConfig) -> Spawn<'a> {
        self.config = Some(config);
        self
    }

    /// Gives the process a name, under which others [find](crate::registry::lookup) it.
    pub fn name(mut self, name: &'a str) -> Spawn<'a> {
        self.name = Some(name);
        self
    }

    /// Binds the process to the caller.
    pub fn link(mut self, mode: LinkMode) -> Spawn<'a> {
        self.link = Some(mode);
        self
    }

    /// Spawns a process that runs a function on an argument, as [`spawn()`] does.
    ///
    /// # Errors
    /// When the process cannot be spawned, or its name is taken.
    pub fn process<A: Message, M: Message>(
        self,
        argument: A,
        entry: fn(A, Mailbox<M>),
    ) -> Result<Process<M>, SpawnError> {
        self.run(&argument, entry)
            .map(|link| Process::from_id(link.process()))
    }

    /// As [`process`](Spawn::process); returns the link, too: a [`LinkMode::Monitor`] when none was asked for.
    ///
    /// # Errors
    /// When the process cannot be spawned, or its name is taken.
    pub fn monitored<A: Message, M: Message>(
        mut self,
        argument: A,
        entry: fn(A, Mailbox<M>),
    ) -> Result<(Process<M>, MonitorRef), SpawnError> {
        self.link = self.link.or(Some(LinkMode::Monitor));
        self.run(&argument, entry)
            .map(|link| (Process::from_id(link.process()), link))
    }

    pub(crate) fn run<A: Message, M: Message>(
        self,
        argument: &A,
        entry: fn(A, Mailbox<M>),
    ) -> Result<MonitorRef, SpawnError> {
        let run = start::run_process::<A, M>;
        self.start(
            &|buffer| argument.encode(buffer),
            run,
            entry as usize,
            tag::unique(),
        )
    }

    pub(crate) fn config_handle(&self) -> i64 {
        self.config.map_or(OWN, ProcessConfig::handle)
    }

    pub(crate) fn process_name(&self) -> &'a str {
        self.name.unwrap_or_default()
    }

    pub(crate) fn mode(&self) -> Option<LinkMode> {
        self.link
    }

    /// What the process is called in logs.
    pub(crate) fn label(mut self, label: &'a str) -> Spawn<'a> {
        self.label = label;
        self
    }

    /// Spawns a process that calls `run` on the address of a function; what the link tells comes with the tag.
    pub(crate) fn start(
        self,
        argument: Encode<'_>,
        run: Run,
        entry: usize,
        tag: i64,
    ) -> Result<MonitorRef, SpawnError> {
        let (own, other) = self.link.map_or((0, 0), LinkMode::numbers);
        let binding = Binding {
            config: self.config_handle(),
            name: self.process_name(),
            label: self.name.unwrap_or(self.label),
            own,
            other,
            tag,
        };
        match start::spawn(&binding, argument, run, entry) {
            Ok(spawned) => Ok(MonitorRef {
                reference: spawned.reference,
                tag,
                process: ProcessId::from_u64(spawned.process),
            }),
            Err(refused) => Err(SpawnError::from(refused)),
        }
    }
}

/// In place of a configuration: the caller's own.
const OWN: i64 = -1;

impl From<NotSpawned> for SpawnError {
    fn from(refused: NotSpawned) -> SpawnError {
        match refused {
            NotSpawned::NameTaken(owner) => SpawnError::NameTaken(ProcessId::from_u64(owner)),
            NotSpawned::Failed(error) => SpawnError::Refused(host::take_error(error)),
        }
    }
}

impl fmt::Debug for Spawn<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Spawn")
            .field("name", &self.name)
            .field("link", &self.link)
            .finish_non_exhaustive()
    }
}

/// Why a process was not spawned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum SpawnError {
    /// A process with this name lives already.
    NameTaken(ProcessId),
    /// The host refused: the caller may not spawn, or a limit is used up.
    Refused(String),
}

impl fmt::Display for SpawnError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SpawnError::NameTaken(owner) => write!(formatter, "process {owner} has the name"),
            SpawnError::Refused(cause) => write!(formatter, "the process was not spawned: {cause}"),
        }
    }
}

impl core::error::Error for SpawnError {}
