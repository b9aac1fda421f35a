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
use alloc::collections::VecDeque;
use alloc::rc::{Rc, Weak};
use alloc::vec::Vec;
use core::cell::RefCell;
use core::time::Duration;

/// Who waits for an answer with a tag of its own.
pub trait Waiting {
    /// Takes the answer from the scratch area.
    fn answered(&self);
    /// The process that owes the answer has ended; if there was none yet, there will be none.
    fn failed(&self);
}

/// What arrived.
pub enum Arrival {
    /// A message for the mailbox, in the scratch area.
    Message,
    /// A process that is watched has ended.
    Down(Down),
    /// The process is asked to end.
    Shutdown,
}

/// What a caller is ready to take.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Messages. Ends of other processes are kept for later, and a request to end is obeyed.
    Messages,
    /// Everything.
    Events,
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

/// The next arrival that is wanted; `None` after the timeout.
pub fn next(wanted: Wanted, timeout: Option<Duration>) -> Option<Arrival> {
    if wanted == Wanted::Events
        && let Some(ended) = INBOX.with_borrow_mut(|inbox| inbox.kept.pop_front())
    {
        return Some(Arrival::Down(ended.into()));
    }
    let deadline = Deadline::after(timeout);
    loop {
        let received = host::receive(&[], deadline.left())?;
        match (received, host::tag()) {
            (Received::Data, tag::MESSAGE | tag::NONE) => return Some(Arrival::Message),
            (Received::Data, tag::SHUTDOWN) => match wanted {
                Wanted::Messages => std::process::exit(0),
                Wanted::Events => return Some(Arrival::Shutdown),
            },
            (Received::Data, tag) => {
                if let Some(waiting) = waiting(tag) {
                    waiting.answered();
                }
            }
            (_, tag) => {
                if let Some(waiting) = waiting(tag) {
                    waiting.failed();
                } else {
                    let process = ProcessId::from_u64(host::ended_process());
                    let reference = host::reference();
                    let ended = Ended {
                        monitor: MonitorRef {
                            reference,
                            tag,
                            process,
                        },
                        reason: host::exit_reason_bytes(),
                    };
                    match wanted {
                        Wanted::Messages => {
                            INBOX.with_borrow_mut(|inbox| inbox.kept.push_back(ended));
                        }
                        Wanted::Events => return Some(Arrival::Down(ended.into())),
                    }
                }
            }
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
