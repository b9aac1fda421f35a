//! The process's one way to its mailbox: sorts what arrives.
//!
//! The host keeps arrivals in order. A receive takes the oldest one, whatever it is, and an answer that nobody waits
//! for any more goes with it, so that late answers never pile up. What the caller did not ask for is kept here, and it
//! is older than anything the host still has: nothing is overtaken.

use crate::deadline::Deadline;
use crate::host::buffer::Content;
use crate::host::{self, Arrived, Delivery, Received, Room};
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

/// A [`Down`] that is not read yet: most programs never do.
pub struct Ended {
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

/// Waits for the next message for the mailbox, and what `read` makes of it, given whether something is attached to it, and its
/// bytes; until that is something. `None` after the deadline. Ends of other processes are kept for later, and a request to end is
/// obeyed.
#[inline]
pub fn next_message<R>(
    deadline: Deadline,
    read: impl Fn(bool, Content<'_>) -> Option<R>,
) -> Option<R> {
    loop {
        match receive(deadline, &read) {
            Ok(Some(message)) => return Some(message),
            Ok(None) | Err(Other::Handled) => {}
            Err(Other::Nothing) => return None,
            Err(Other::Ended(ended)) => keep(*ended),
            Err(Other::Shutdown) => std::process::exit(0),
        }
    }
}

/// Waits for what happens next, and what `read` makes of it when it is a message. What else it is, is told, but for answers,
/// which only go to who waits for them.
#[inline]
pub fn next_event<R>(
    deadline: Deadline,
    mut read: impl FnMut(bool, Content<'_>) -> R,
) -> Result<R, Other> {
    if INBOX.with_borrow(|inbox| !inbox.kept.is_empty())
        && let Some(ended) = kept()
    {
        return Err(Other::Ended(Box::new(ended)));
    }
    loop {
        let event = receive(deadline, &mut read);
        if !matches!(event, Err(Other::Handled)) {
            return event;
        }
    }
}

/// Waits for what arrives next, and hands it to `read` when it is a message.
#[inline]
fn receive<R>(deadline: Deadline, read: impl FnOnce(bool, Content<'_>) -> R) -> Result<R, Other> {
    let mut room = Room::new();
    let delivery = room.receive(&[], deadline.left());
    let (attached, content) = if let Some(content) = delivery.short(tag::MESSAGE) {
        (false, content)
    } else {
        sorted(delivery)?
    };
    Ok(read(attached, content))
}

#[cold]
fn kept() -> Option<Ended> {
    INBOX.with_borrow_mut(|inbox| inbox.kept.pop_front())
}

#[cold]
fn keep(ended: Ended) {
    INBOX.with_borrow_mut(|inbox| inbox.kept.push_back(ended));
}

/// What is no message for the mailbox.
pub enum Other {
    /// Nothing came in time.
    Nothing,
    /// An answer, which went to who waits for it.
    Handled,
    /// A process that is watched has ended.
    Ended(Box<Ended>),
    /// The process is asked to end.
    Shutdown,
}

/// Sorts out what is no message for the mailbox; of one that is, whether something is attached to it, and its bytes.
#[cold]
#[inline(never)]
fn sorted(delivery: Delivery<'_>) -> Result<(bool, Content<'_>), Other> {
    let Some(Arrived {
        kind,
        tag,
        attached,
    }) = delivery.arrived()
    else {
        return Err(Other::Nothing);
    };
    match (kind, tag) {
        (Received::Data, tag::MESSAGE | tag::NONE) => Ok((attached, delivery.content())),
        (Received::Data, tag::SHUTDOWN) => Err(Other::Shutdown),
        (Received::Data, tag) => {
            if let Some(waiting) = waiting(tag) {
                waiting.answered(attached, &delivery.content());
            }
            Err(Other::Handled)
        }
        (Received::Ended, tag) => {
            if let Some(waiting) = waiting(tag) {
                waiting.failed();
                return Err(Other::Handled);
            }
            let process = ProcessId::from_u64(host::ended_process());
            let reference = host::reference();
            Err(Other::Ended(Box::new(Ended {
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
