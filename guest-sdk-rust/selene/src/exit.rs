use crate::id::ProcessId;
use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;
use serde::{Deserialize, Serialize};

/// Why a process ended: the same list everywhere in Selene.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ExitReason {
    /// Its function returned, or it exited with code 0.
    Normal,
    /// It exited with another code.
    Exited(i32),
    /// It trapped. A panic is a trap, with the panic's text as its message.
    Trapped(TrapKind, String),
    /// It, or the processes it belongs to, used up this limit: units of 100,000 instructions.
    OutOfFuel(u64),
    /// It asked for more than this limit: bytes.
    OutOfMemory(u64),
    /// Somebody killed it; `None` is the host itself.
    Killed(Option<ProcessId>),
    /// A process it was linked with failed, for this cause.
    LinkDied(ProcessId, Box<ExitReason>),
    /// There was no such process when somebody asked.
    NoProcess,
    /// A fault of the host, not of the process.
    HostFailure(String),
}

/// What kind of trap ended a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum TrapKind {
    /// A panic, or a failure that the program reported itself.
    Panic,
    /// The instruction `unreachable`.
    Unreachable,
    /// An access outside the linear memory.
    MemoryOutOfBounds,
    /// An access outside a table.
    TableOutOfBounds,
    /// A call through an empty table entry.
    UninitializedElement,
    /// A call through a table entry of another type.
    IndirectCallTypeMismatch,
    /// An integer divided by zero.
    IntegerDivideByZero,
    /// An integer that does not fit.
    IntegerOverflow,
    /// A conversion of a float that is no number.
    InvalidConversion,
    /// A null reference.
    NullReference,
    /// Calls nested deeper than the process's stack allows.
    StackOverflow,
    /// A WebAssembly exception that nobody caught.
    UncaughtException,
    /// An entry function that is missing or has another type.
    BadEntry,
    /// An import refused its arguments.
    Host,
    /// Any other kind.
    Other,
}

impl ExitReason {
    /// Whether the process failed: every reason but [`Normal`](ExitReason::Normal).
    pub fn is_failure(&self) -> bool {
        !matches!(self, ExitReason::Normal)
    }
}

impl fmt::Display for ExitReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExitReason::Normal => formatter.write_str("normal"),
            ExitReason::Exited(code) => write!(formatter, "exited with code {code}"),
            ExitReason::Trapped(_, message) => write!(formatter, "trap: {message}"),
            ExitReason::OutOfFuel(limit) => write!(formatter, "out of fuel (limit {limit} units)"),
            ExitReason::OutOfMemory(limit) => {
                write!(formatter, "out of memory (limit {limit} bytes)")
            }
            ExitReason::Killed(None) => formatter.write_str("killed"),
            ExitReason::Killed(Some(by)) => write!(formatter, "killed by process {by}"),
            ExitReason::LinkDied(process, cause) => {
                write!(formatter, "linked process {process} died: {cause}")
            }
            ExitReason::NoProcess => formatter.write_str("no such process"),
            ExitReason::HostFailure(message) => write!(formatter, "host failure: {message}"),
        }
    }
}

impl core::error::Error for ExitReason {}
