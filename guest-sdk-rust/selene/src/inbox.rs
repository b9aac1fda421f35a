//! The process's one way to its mailbox: sorts what arrives.
//!
//! The host keeps arrivals in order. A receive takes the oldest one, whatever it is, and an answer that nobody waits
//! for any more goes with it, so that late answers never pile up. What the caller did not ask for is kept here, and it
//! is older than anything the host still has: nothing is overtaken.

use crate::deadline::Deadline;
use crate::host::{self, Received};
use crate::id::ProcessId;
use crate::monitor::{Down, MonitorRef};
use crate::{reason, tag};
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::rc::{Rc, Weak};
use alloc::vec::Vec;
use core::cell::RefCell;

/// Who waits for an answer with a tag of its own.
pub trait Waiting {
    /// Takes the answer; `attached` when something is attached to it.
    fn answered(&self, attached: bool, bytes: &[u8]);
    /// The process that owes the answer has ended; if there was none yet, there will be none.
    fn failed(&self);
}

/// What arrived.
pub enum Arrival<R> {
    /// A message for the mailbox, as it was read.
    Message(R),
    /// A process that is watched has ended.
    Down(Down),
    /// The process is asked to end.
    Shutdown,
}

/// A [`Down`] that is not read yet: most programs never do.
struct Ended {
    monitor: MonitorRef,
    reason: Vec<u8>,
}

impl From<Ended> for Down {
    fn from(ended: Ended) -> Down {
        Down {
            monitor: ended.monitor,
            process: ended.monitor.process,
            reason: reason::decode(&ended.reason),
        }
    }
}

struct Inbox {
    waiting: Vec<(i64, Weak<dyn Waiting>)>,
    kept: VecDeque<Ended>,
}

std::thread_local! {
    static INBOX: RefCell<Inbox> = const {
        RefCell::new(Inbox { waiting: Vec::new(), kept: VecDeque::new() })
    };
}

/// From now on an answer with this tag goes to `waiting`.
pub fn wait_for(tag: i64, waiting: Weak<dyn Waiting>) {
    INBOX.with_borrow_mut(|inbox| inbox.waiting.push((tag, waiting)));
}

/// An answer with this tag is not waited for any more.
pub fn forget(tag: i64) {
    INBOX.with_borrow_mut(|inbox| inbox.waiting.retain(|(waiting, _)| *waiting != tag));
}

/// Takes back what was kept of a monitor that is given up.
pub fn forget_down(monitor: MonitorRef) {
    INBOX.with_borrow_mut(|inbox| inbox.kept.retain(|down| down.monitor != monitor));
}

/// The end that was kept of a monitor.
pub fn take_down(monitor: MonitorRef) -> Option<Down> {
    INBOX
        .with_borrow_mut(|inbox| {
            let place = inbox.kept.iter().position(|down| down.monitor == monitor)?;
            inbox.kept.remove(place)
        })
        .map(Down::from)
}

/// Waits for the next message for the mailbox and reads it, given whether something is attached to it, and its bytes; `None`
/// after the deadline. Ends of other processes are kept for later, and a request to end is obeyed.
#[inline]
pub fn next_message<R>(deadline: Deadline, read: impl Fn(bool, &[u8]) -> R) -> Option<R> {
    loop {
        match receive(deadline, &read)? {
            Ok(message) => return Some(message),
            Err(None) => {}
            Err(Some(Other::Ended(ended))) => keep(*ended),
            Err(Some(Other::Shutdown)) => std::process::exit(0),
        }
    }
}

/// Waits for whatever happens next; `None` after the deadline.
#[inline]
pub fn next_event<R>(deadline: Deadline, read: impl Fn(bool, &[u8]) -> R) -> Option<Arrival<R>> {
    if let Some(ended) = INBOX.with_borrow_mut(|inbox| inbox.kept.pop_front()) {
        return Some(Arrival::Down(ended.into()));
    }
    loop {
        match receive(deadline, &read)? {
            Ok(message) => return Some(Arrival::Message(message)),
            Err(None) => {}
            Err(Some(Other::Ended(ended))) => return Some(Arrival::Down((*ended).into())),
            Err(Some(Other::Shutdown)) => return Some(Arrival::Shutdown),
        }
    }
}

/// Waits for what arrives next, and reads it when it is a message.
#[inline]
fn receive<R>(
    deadline: Deadline,
    read: impl Fn(bool, &[u8]) -> R,
) -> Option<Result<R, Option<Other>>> {
    host::receive(&[], deadline.left(), |arrived, bytes| {
        if arrived.kind == Received::Data && matches!(arrived.tag, tag::MESSAGE | tag::NONE) {
            Ok(read(arrived.attached, bytes))
        } else {
            Err(sorted(arrived.kind, arrived.tag, arrived.attached, bytes))
        }
    })
}

#[cold]
fn keep(ended: Ended) {
    INBOX.with_borrow_mut(|inbox| inbox.kept.push_back(ended));
}

/// What arrives beside messages.
enum Other {
    Ended(Box<Ended>),
    Shutdown,
}

/// Hands an answer to who waits for it; `None` when it was one.
#[cold]
fn sorted(kind: Received, tag: i64, attached: bool, bytes: &[u8]) -> Option<Other> {
    match (kind, tag) {
        (Received::Data, tag::SHUTDOWN) => Some(Other::Shutdown),
        (Received::Data, tag) => {
            if let Some(waiting) = waiting(tag) {
                waiting.answered(attached, bytes);
            }
            None
        }
        (Received::Ended, tag) => {
            if let Some(waiting) = waiting(tag) {
                waiting.failed();
                return None;
            }
            let process = ProcessId::from_u64(host::ended_process());
            let reference = host::reference();
            Some(Other::Ended(Box::new(Ended {
                monitor: MonitorRef {
                    reference,
                    tag,
                    process,
                },
                reason: host::exit_reason_bytes(),
            })))
        }
    }
}

fn waiting(tag: i64) -> Option<Rc<dyn Waiting>> {
    // It stays there after the answer: the end of the process that gave it comes with the same tag.
    INBOX.with_borrow(|inbox| {
        let mut waiting = inbox.waiting.iter();
        let (_, waiting) = waiting.find(|(waiting, _)| *waiting == tag)?;
        waiting.upgrade()
    })
}
