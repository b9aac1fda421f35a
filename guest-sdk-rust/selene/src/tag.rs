//! What the numbers on messages mean.

use core::cell::Cell;

/// No tag: what programs in other languages send when they do not care.
pub const NONE: i64 = 0;
/// A message for the process's [`Mailbox`](crate::Mailbox).
pub const MESSAGE: i64 = 1;
/// The argument of the process's function.
pub const ARGUMENT: i64 = 2;
/// The process is asked to end.
pub const SHUTDOWN: i64 = 3;
/// What comes by the channel that the process was spawned with.
pub const CHANNEL: i64 = 4;

/// Answers have tags from here on, each used once in the life of the process that waits for it.
const FIRST_UNIQUE: i64 = 1 << 16;

std::thread_local! {
    static NEXT: Cell<i64> = const { Cell::new(FIRST_UNIQUE) };
}

/// A tag that this process has not used yet.
pub fn unique() -> i64 {
    let tag = NEXT.get();
    NEXT.set(tag + 1);
    tag
}
