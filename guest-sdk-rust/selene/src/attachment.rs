//! Sockets and modules within messages.
//!
//! Such a thing is written as its index in the message, which means something only while a message is being written into
//! the scratch area or read from it. Anywhere else, writing or reading one is an error.

use core::cell::Cell;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scratch {
    Unused,
    Written,
    Read,
}

std::thread_local! {
    static SCRATCH: Cell<Scratch> = const { Cell::new(Scratch::Unused) };
}

/// While `body` runs, a message is written into the scratch area.
pub fn writing<R>(body: impl FnOnce() -> R) -> R {
    during(Scratch::Written, body)
}

/// While `body` runs, the message in the scratch area is read.
pub fn reading<R>(body: impl FnOnce() -> R) -> R {
    during(Scratch::Read, body)
}

fn during<R>(use_of_scratch: Scratch, body: impl FnOnce() -> R) -> R {
    let before = SCRATCH.replace(use_of_scratch);
    let result = body();
    SCRATCH.set(before);
    result
}

/// Writes the index at which `push` attaches something.
pub fn serialize<S: Serializer>(
    serializer: S,
    push: impl FnOnce() -> u64,
) -> Result<S::Ok, S::Error> {
    if SCRATCH.get() != Scratch::Written {
        return Err(ser::Error::custom(
            "sockets and modules can only be written into messages",
        ));
    }
    push().serialize(serializer)
}

/// Reads an index and takes what is attached there.
pub fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
    take: impl FnOnce(u64) -> u64,
) -> Result<u64, D::Error> {
    let index = u64::deserialize(deserializer)?;
    if SCRATCH.get() != Scratch::Read {
        return Err(de::Error::custom(
            "sockets and modules can only be read from messages",
        ));
    }
    Ok(take(index))
}
