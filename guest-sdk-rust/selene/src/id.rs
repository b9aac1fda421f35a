use core::fmt;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Names one process of one virtual machine: 64 bits, never used again, and not to be guessed.
///
/// Whoever holds an id may send to the process, link with it and end it. A [`Process`](crate::Process) is an id that
/// knows the type of the process's messages.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProcessId(u64);

impl ProcessId {
    /// The process that asks.
    pub fn this() -> ProcessId {
        ProcessId(crate::host::process_id())
    }

    /// An id that arrived as a number, from a program in another language for example.
    pub const fn from_u64(number: u64) -> ProcessId {
        ProcessId(number)
    }

    /// The id as a number.
    pub const fn to_u64(self) -> u64 {
        self.0
    }

    /// Whether the process has not ended yet. It may end right after.
    pub fn is_alive(self) -> bool {
        crate::host::exists(self.0)
    }

    /// Ends the process, whatever it is doing; nothing happens when it has ended already.
    ///
    /// Its links and monitors are told [`ExitReason::Killed`](crate::ExitReason::Killed).
    pub fn kill(self) {
        crate::host::kill(self.0);
    }
}

/// 16 hexadecimal digits, as in Selene's own logs.
impl fmt::Display for ProcessId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

impl fmt::Debug for ProcessId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// A number in formats for people, else 8 bytes in little-endian order: ids are no small numbers.
impl Serialize for ProcessId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_u64(self.0)
        } else {
            serializer.serialize_bytes(&self.0.to_le_bytes())
        }
    }
}

impl<'de> Deserialize<'de> for ProcessId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ProcessId, D::Error> {
        if deserializer.is_human_readable() {
            return u64::deserialize(deserializer).map(ProcessId);
        }
        deserializer.deserialize_bytes(Octets)
    }
}

struct Octets;

impl Visitor<'_> for Octets {
    type Value = ProcessId;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the 8 bytes of a process id")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<ProcessId, E> {
        match bytes.try_into() {
            Ok(octets) => Ok(ProcessId(u64::from_le_bytes(octets))),
            Err(_) => Err(E::invalid_length(bytes.len(), &self)),
        }
    }
}
