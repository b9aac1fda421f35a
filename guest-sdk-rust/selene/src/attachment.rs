//! Sockets and modules within messages.
//!
//! Such a thing is written as its index in the message, which means something only while a message is being written or read.
//! Anywhere else, writing or reading one is an error.

use crate::host;
use crate::host::buffer::Buffer;
use crate::message::EncodeError;
use core::cell::Cell;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

/// What the message is that is being written or read: one of the numbers here, or a message that is being written and will
/// have this tag. There is nothing attached to that so far, and so it is not in the scratch area.
type Current = i64;

/// There is none.
const NONE: Current = i64::MIN;
/// It is being written, and in the scratch area, since something is attached to it.
const IN_SCRATCH: Current = i64::MIN + 1;
/// It is being read, and something is attached to it.
const READ: Current = i64::MIN + 2;

std::thread_local! {
    static CURRENT: Cell<Current> = const { Cell::new(NONE) };
}

/// Writes a message's bytes into a buffer. Whether the message is in the scratch area now, without these bytes, since
/// something is attached to it.
#[inline]
pub fn writing(
    tag: i64,
    buffer: &mut Buffer,
    encode: impl FnOnce(&mut Buffer) -> Result<(), EncodeError>,
) -> Result<bool, EncodeError> {
    let before = CURRENT.replace(tag);
    let result = encode(buffer);
    let after = CURRENT.replace(before);
    result.map(|()| after == IN_SCRATCH)
}

/// While `body` runs, the message that arrived last is read; `attached` when something is attached to it.
#[inline]
pub fn reading<R>(attached: bool, body: impl FnOnce() -> R) -> R {
    let before = if attached { replace(READ) } else { NONE };
    let result = body();
    if attached {
        replace(before);
    }
    result
}

#[cold]
fn replace(current: Current) -> Current {
    CURRENT.replace(current)
}

/// Calls a function that may be left by a trap, after which no message is being written or read but those that were before.
pub fn restoring<R>(body: impl FnOnce() -> R) -> R {
    let before = CURRENT.get();
    let result = body();
    CURRENT.set(before);
    result
}

/// Writes the index at which `push` attaches something.
pub fn serialize<S: Serializer>(
    serializer: S,
    push: impl FnOnce() -> u64,
) -> Result<S::Ok, S::Error> {
    match CURRENT.get() {
        NONE | READ => {
            return Err(ser::Error::custom(
                "sockets and modules can only be written into messages",
            ));
        }
        IN_SCRATCH => {}
        tag => {
            host::create(tag);
            CURRENT.set(IN_SCRATCH);
        }
    }
    push().serialize(serializer)
}

/// Reads an index and takes what is attached there.
pub fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
    take: impl FnOnce(u64) -> u64,
) -> Result<u64, D::Error> {
    let index = u64::deserialize(deserializer)?;
    if CURRENT.get() != READ {
        return Err(de::Error::custom(
            "sockets and modules can only be read from messages they are attached to",
        ));
    }
    Ok(take(index))
}
