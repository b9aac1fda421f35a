use super::Tree;
use crate::config::ProcessConfig;
use crate::mailbox::Mailbox;
use crate::message::Message;
use crate::monitor::{LinkMode, MonitorRef};
use crate::server::{Server, StartError};
use crate::spawn::Spawn;
use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;
use core::time::Duration;
use serde::{Deserialize, Serialize};

/// When a child that has ended is started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Restart {
    /// Always.
    #[default]
    Permanent,
    /// When it failed.
    Transient,
    /// Never. It leaves the tree.
    Temporary,
}

/// How a child is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shutdown {
    /// At once.
    Kill,
    /// It is [asked to end](crate::ProcessId::shutdown), and killed after so long.
    After(Duration),
    /// It is asked to end, and waited for.
    Wait,
}

/// How long a child has to end by itself, unless it is told otherwise.
const SHUTDOWN: Duration = Duration::from_secs(5);

/// How a child of a [`Tree`] is started, restarted and ended.
#[must_use = "a child is added to a tree by `Tree::child`"]
pub struct Child {
    pub(super) name: String,
    pub(super) restart: Restart,
    pub(super) shutdown: Shutdown,
    registered: bool,
    config: Option<ProcessConfig>,
    start: Box<Start>,
}

type Start = dyn Fn(Spawn<'_>) -> Result<MonitorRef, StartError>;

impl Child {
    fn new(
        name: &str,
        shutdown: Shutdown,
        start: impl Fn(Spawn<'_>) -> Result<MonitorRef, StartError> + 'static,
    ) -> Child {
        Child {
            name: name.into(),
            restart: Restart::Permanent,
            shutdown,
            registered: false,
            config: None,
            start: Box::new(start),
        }
    }

    /// A [`Server`]. It has started when its `init` has returned.
    pub fn server<S: Server + 'static>(name: &str, argument: S::Argument) -> Child
    where
        S::Argument: 'static,
    {
        Child::new(name, Shutdown::After(SHUTDOWN), move |spawn| {
            spawn.server_link::<S>(&argument)
        })
    }

    /// A process that runs a function, as [`spawn`](crate::spawn()) does. It has started as soon as it is there.
    pub fn process<A: Message + 'static, M: Message + 'static>(
        name: &str,
        argument: A,
        entry: fn(A, Mailbox<M>),
    ) -> Child {
        Child::new(name, Shutdown::After(SHUTDOWN), move |spawn| {
            Ok(spawn.run(&argument, entry)?)
        })
    }

    /// A supervisor with children of its own. It has as long to end as they need.
    pub fn supervisor<A: Message + 'static>(
        name: &str,
        argument: A,
        describe: fn(A, &mut Tree),
    ) -> Child {
        Child::new(name, Shutdown::Wait, move |spawn| {
            spawn.supervisor_link(&argument, describe)
        })
    }

    /// When it is started again; [`Restart::Permanent`] unless it is told otherwise.
    pub fn restart(mut self, restart: Restart) -> Child {
        self.restart = restart;
        self
    }

    /// How it is ended; unless it is told otherwise, a supervisor is waited for, and others have 5 seconds.
    pub fn shutdown(mut self, shutdown: Shutdown) -> Child {
        self.shutdown = shutdown;
        self
    }

    /// Gives its process the child's name in the [registry](crate::registry), at each start.
    pub fn registered(mut self) -> Child {
        self.registered = true;
        self
    }

    /// Gives its process limits and permissions of its own.
    pub fn config(mut self, config: ProcessConfig) -> Child {
        self.config = Some(config);
        self
    }

    pub(super) fn start(&self) -> Result<MonitorRef, StartError> {
        let mut spawn = Spawn::new().link(LinkMode::Supervisor);
        if self.registered {
            spawn = spawn.name(&self.name);
        }
        if let Some(config) = &self.config {
            spawn = spawn.config(config);
        }
        (self.start)(spawn)
    }
}

impl fmt::Debug for Child {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Child")
            .field("name", &self.name)
            .field("restart", &self.restart)
            .field("shutdown", &self.shutdown)
            .finish_non_exhaustive()
    }
}
