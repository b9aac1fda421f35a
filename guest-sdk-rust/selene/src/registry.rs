//! Names of processes.
//!
//! A name belongs to one living process of an environment, and becomes free when that one ends. Names are shared with
//! programs in other languages. The registry does not know what messages a process takes: whoever looks a name up does.

use crate::host;
use crate::id::ProcessId;
use crate::process::Process;
use core::fmt;
use core::time::Duration;
use serde::{Deserialize, Serialize};

/// Why a name was not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum RegisterError {
    /// A living process has the name.
    Taken,
    /// The process has ended.
    NoProcess,
}

impl fmt::Display for RegisterError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            RegisterError::Taken => "a process has this name already",
            RegisterError::NoProcess => "the process has ended",
        })
    }
}

impl core::error::Error for RegisterError {}

/// Gives a process a name. It may have several.
///
/// To spawn a process under a name, in one step, use [`Spawn::name`](crate::Spawn::name).
///
/// ```standalone_crate
/// # #[selene::main]
/// # fn main(mailbox: selene::Mailbox<u8>) {
/// use selene::{Process, registry};
///
/// registry::register("me", mailbox.this().id()).unwrap();
/// let found: Process<u8> = registry::lookup("me").unwrap();
/// assert_eq!(found, mailbox.this());
/// assert_eq!(registry::lookup::<u8>("nobody"), None);
/// # }
/// ```
///
/// # Errors
/// When the name is taken, or the process has ended.
pub fn register(name: &str, process: ProcessId) -> Result<(), RegisterError> {
    match host::register(name, process.to_u64()) {
        0 => Ok(()),
        1 => Err(RegisterError::Taken),
        _ => Err(RegisterError::NoProcess),
    }
}

/// Frees a name. False when no process had it.
pub fn unregister(name: &str) -> bool {
    host::unregister(name)
}

/// The process that has a name, when it takes messages of type `M`.
pub fn lookup<M>(name: &str) -> Option<Process<M>> {
    host::whereis(name).map(process)
}

/// Waits until a process has a name; `None` when none has it in time.
pub fn wait_for<M>(name: &str, timeout: Duration) -> Option<Process<M>> {
    host::wait_for_name(name, Some(timeout)).map(process)
}

fn process<M>(number: u64) -> Process<M> {
    Process::from_id(ProcessId::from_u64(number))
}
