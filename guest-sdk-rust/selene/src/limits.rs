//! What the process has, and what it may have.

use crate::config::{Resource, UNIT_INSTRUCTIONS};
use crate::host;
use alloc::string::String;

/// What a process uses, or may use at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Amounts {
    /// Bytes of linear memory.
    pub memory: u64,
    /// Fuel in units of 100,000 instructions, rounded down.
    pub fuel: u64,
    /// Messages in the mailbox.
    pub mailbox: u64,
    /// Bytes in the mailbox.
    pub mailbox_bytes: u64,
    /// Living processes: this one and its descendants.
    pub processes: u64,
    /// Sockets, timers and other things of the host.
    pub handles: u64,
}

/// What this process uses now.
///
/// ```standalone_crate
/// # #[selene::main]
/// # fn main(mailbox: selene::Mailbox<u8>) {
/// mailbox.this().send(1);
/// mailbox.this().send(2);
/// assert_eq!(selene::limits::usage().mailbox, 2);
/// # }
/// ```
pub fn usage() -> Amounts {
    amounts(host::usage)
}

/// What this process may use at most; `u64::MAX` where there is no limit.
pub fn limits() -> Amounts {
    amounts(host::limit)
}

/// How much fuel is left to this process and those that it belongs to, in units of 100,000 instructions, rounded down;
/// `None` when there is no limit.
pub fn fuel_left() -> Option<u64> {
    u64::try_from(host::fuel_left())
        .ok()
        .map(|instructions| instructions / UNIT_INSTRUCTIONS)
}

fn amounts(of: fn(i32) -> i64) -> Amounts {
    // The host's number for "no limit" is -1.
    let amount = |resource: Resource| u64::try_from(of(resource as i32)).unwrap_or(u64::MAX);
    let fuel = match amount(Resource::Fuel) {
        u64::MAX => u64::MAX,
        instructions => instructions / UNIT_INSTRUCTIONS,
    };
    Amounts {
        memory: amount(Resource::Memory),
        fuel,
        mailbox: amount(Resource::MailboxMessages),
        mailbox_bytes: amount(Resource::MailboxBytes),
        processes: amount(Resource::Processes),
        handles: amount(Resource::Handles),
    }
}

/// What happens to a plain [`send`](crate::Process::send) to a mailbox that is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenFull {
    /// The new message is lost.
    DropNewest,
    /// The oldest message is lost.
    DropOldest,
}

/// Bounds this process's mailbox: no more messages than this wait in it, and no more than its configuration allows.
///
/// Senders that want to know use [`try_send`](crate::Process::try_send) and
/// [`send_timeout`](crate::Process::send_timeout).
pub fn bound_mailbox(messages: u64, when_full: WhenFull) {
    let policy = match when_full {
        WhenFull::DropNewest => 0,
        WhenFull::DropOldest => 1,
    };
    host::configure_mailbox(i64::try_from(messages).unwrap_or(-1), -1, policy);
}

/// How many messages this process's mailbox had no room for.
pub fn dropped_messages() -> u64 {
    host::dropped()
}

/// Sets what logs and crash reports call this process.
pub fn set_label(label: &str) {
    host::set_label(label);
}

/// What logs and crash reports call this process; empty when nobody gave it a label.
pub fn label() -> String {
    host::label()
}
