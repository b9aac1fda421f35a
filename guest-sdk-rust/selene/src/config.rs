use crate::host;
use alloc::string::String;
use core::fmt;
use serde::{Deserialize, Serialize};

/// Limits, permissions and surroundings for processes that are to be spawned.
///
/// ```standalone_crate
/// # #[selene::main]
/// # fn main() -> Result<(), selene::ConfigError> {
/// use selene::{ExitReason, ProcessConfig, Spawn};
///
/// let small = ProcessConfig::inherit()?.max_memory(2 << 20).max_fuel(50);
/// let (_, monitor) = Spawn::new()
///     .config(&small)
///     .monitored((), |(), _: selene::Mailbox<()>| loop {
///         std::hint::spin_loop();
///     })
///     .unwrap();
/// assert_eq!(monitor.wait(), ExitReason::OutOfFuel(50));
/// # Ok(())
/// # }
/// ```
///
/// Nothing in it can be more than the process has that uses it: limits above that are lowered, permissions that it
/// lacks are not given.
pub struct ProcessConfig {
    handle: u64,
}

/// One limit of a process. The numbers are the host's.
#[derive(Clone, Copy)]
pub(crate) enum Resource {
    Memory = 0,
    Fuel = 1,
    Stack = 2,
    MailboxMessages = 3,
    MailboxBytes = 4,
    Processes = 5,
    Handles = 6,
}

#[derive(Clone, Copy)]
enum Permission {
    Compile = 0,
    Configure = 1,
    Spawn = 2,
    UseDatabases = 3,
}

#[derive(Clone, Copy)]
enum Direction {
    Connect = 0,
    Listen = 1,
}

/// Instructions in one unit of fuel.
pub(crate) const UNIT_INSTRUCTIONS: u64 = 100_000;

impl ProcessConfig {
    /// Permits nothing: not to spawn, not to compile modules, not to make configurations, no files, no databases and no
    /// network.
    ///
    /// # Errors
    /// When the caller may not make configurations.
    pub fn new() -> Result<ProcessConfig, ConfigError> {
        ProcessConfig::create(false)
    }

    /// Everything as the caller has it: limits, permissions, folders, arguments, variables and network.
    ///
    /// # Errors
    /// When the caller may not make configurations.
    pub fn inherit() -> Result<ProcessConfig, ConfigError> {
        ProcessConfig::create(true)
    }

    fn create(inherit: bool) -> Result<ProcessConfig, ConfigError> {
        match u64::try_from(host::config::create(i32::from(inherit))) {
            Ok(handle) => Ok(ProcessConfig { handle }),
            Err(_) => Err(ConfigError(
                "this process may not make configurations".into(),
            )),
        }
    }

    pub(crate) fn handle(&self) -> i64 {
        self.handle as i64
    }

    /// Most linear memory of a process, in bytes.
    #[must_use]
    pub fn max_memory(self, bytes: u64) -> ProcessConfig {
        self.limit(Resource::Memory, bytes)
    }

    /// Most fuel of a process and all its descendants together, in units of 100,000 instructions.
    #[must_use]
    pub fn max_fuel(self, units: u64) -> ProcessConfig {
        self.limit(Resource::Fuel, units.saturating_mul(UNIT_INSTRUCTIONS))
    }

    /// Deepest stack of calls, in bytes.
    #[must_use]
    pub fn max_stack(self, bytes: u64) -> ProcessConfig {
        self.limit(Resource::Stack, bytes)
    }

    /// Most messages that may wait in a process's mailbox.
    #[must_use]
    pub fn max_mailbox(self, messages: u64) -> ProcessConfig {
        self.limit(Resource::MailboxMessages, messages)
    }

    /// Most bytes that may wait in a process's mailbox.
    #[must_use]
    pub fn max_mailbox_bytes(self, bytes: u64) -> ProcessConfig {
        self.limit(Resource::MailboxBytes, bytes)
    }

    /// Most live processes: a process and all its descendants.
    #[must_use]
    pub fn max_processes(self, processes: u64) -> ProcessConfig {
        self.limit(Resource::Processes, processes)
    }

    /// Most things of the host that a process has at a time: sockets, timers, statements.
    #[must_use]
    pub fn max_handles(self, handles: u64) -> ProcessConfig {
        self.limit(Resource::Handles, handles)
    }

    /// Whether a process may spawn others.
    #[must_use]
    pub fn may_spawn(self, permitted: bool) -> ProcessConfig {
        self.permission(Permission::Spawn, permitted)
    }

    /// Whether a process may load modules at runtime.
    #[must_use]
    pub fn may_compile_modules(self, permitted: bool) -> ProcessConfig {
        self.permission(Permission::Compile, permitted)
    }

    /// Whether a process may make configurations for others.
    #[must_use]
    pub fn may_create_configs(self, permitted: bool) -> ProcessConfig {
        self.permission(Permission::Configure, permitted)
    }

    /// Whether a process may open SQLite databases, private ones included. That is for code which is trusted: no limit
    /// counts the memory that SQLite takes for a statement, so one statement can end all processes at once.
    #[must_use]
    pub fn may_use_databases(self, permitted: bool) -> ProcessConfig {
        self.permission(Permission::UseDatabases, permitted)
    }

    /// Lets a process connect to where a rule says, `10.0.0.0/8:5432` for example. The first rule of a configuration
    /// replaces what it inherited.
    ///
    /// # Errors
    /// When the rule cannot be read.
    pub fn may_connect(self, rule: &str) -> Result<ProcessConfig, ConfigError> {
        self.network(Direction::Connect, rule)
    }

    /// Lets a process listen where a rule says, `127.0.0.1:8000-8080` for example. The first rule of a configuration
    /// replaces what it inherited.
    ///
    /// # Errors
    /// When the rule cannot be read.
    pub fn may_listen(self, rule: &str) -> Result<ProcessConfig, ConfigError> {
        self.network(Direction::Listen, rule)
    }

    /// No network at all.
    #[must_use]
    pub fn no_network(self) -> ProcessConfig {
        host::config::deny_network(self.handle);
        self
    }

    /// Appends a command-line argument; the first one is the program's name.
    #[must_use]
    pub fn argument(self, argument: &str) -> ProcessConfig {
        host::config::add_argument(self.handle, argument);
        self
    }

    /// Adds an environment variable.
    #[must_use]
    pub fn variable(self, name: &str, value: &str) -> ProcessConfig {
        host::config::add_variable(self.handle, name, value);
        self
    }

    /// Lets a process use a folder and what is below it, under its own name.
    #[must_use]
    pub fn folder(self, path: &str) -> ProcessConfig {
        host::config::add_folder(self.handle, path);
        self
    }

    fn limit(self, resource: Resource, value: u64) -> ProcessConfig {
        // The host's number for "no limit" is -1; what is as large as that is none.
        let value = i64::try_from(value).unwrap_or(-1);
        host::config::set_limit(self.handle, resource as i32, value);
        self
    }

    fn permission(self, permission: Permission, permitted: bool) -> ProcessConfig {
        host::config::set_permission(self.handle, permission as i32, i32::from(permitted));
        self
    }

    fn network(self, direction: Direction, rule: &str) -> Result<ProcessConfig, ConfigError> {
        match host::config::allow_network(self.handle, direction as i32, rule) {
            Ok(()) => Ok(self),
            Err(error) => Err(ConfigError(host::take_error(error))),
        }
    }
}

impl Drop for ProcessConfig {
    fn drop(&mut self) {
        host::config::drop(self.handle);
    }
}

impl fmt::Debug for ProcessConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ProcessConfig({})", self.handle)
    }
}

/// A configuration cannot be made like this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigError(String);

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl core::error::Error for ConfigError {}
