use crate::exit::ExitReason;
use crate::host;
use crate::id::ProcessId;
use crate::inbox;
use crate::tag;
use core::hash::{Hash, Hasher};
use core::time::Duration;

/// How a process is bound to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkMode {
    /// One way: the caller is told of every end of the other process, by a [`Down`].
    Monitor,
    /// One way: the caller is told when the other process fails, and not when it ends normally.
    Notify,
    /// Both ways: when one fails, so does the other, with [`ExitReason::LinkDied`].
    Peer,
    /// The other way: the other process ends when the caller ends, in whatever way, and the caller is not concerned
    /// by the other's end.
    Child,
    /// A child whose end the caller is told of.
    Supervisor,
}

impl LinkMode {
    /// What the caller does at the other's end, and the other at the caller's, in the host's numbers.
    pub(crate) const fn numbers(self) -> (i32, i32) {
        const NOTHING: i32 = 0;
        const TOLD_OF_FAILURES: i32 = 1;
        const TOLD: i32 = 2;
        const DIES_OF_FAILURES: i32 = 3;
        const DIES: i32 = 4;
        match self {
            LinkMode::Monitor => (TOLD, NOTHING),
            LinkMode::Notify => (TOLD_OF_FAILURES, NOTHING),
            LinkMode::Peer => (DIES_OF_FAILURES, DIES_OF_FAILURES),
            LinkMode::Child => (NOTHING, DIES),
            LinkMode::Supervisor => (TOLD, DIES),
        }
    }
}

/// One link of the caller with a process. It is not undone when the value goes; [`stop`](MonitorRef::stop) does that.
#[derive(Clone, Copy, Debug)]
pub struct MonitorRef {
    pub(crate) reference: i64,
    pub(crate) tag: i64,
    pub(crate) process: ProcessId,
}

impl PartialEq for MonitorRef {
    fn eq(&self, other: &MonitorRef) -> bool {
        self.tag == other.tag
    }
}

impl Eq for MonitorRef {}

impl Hash for MonitorRef {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.tag.hash(state);
    }
}

/// A process that was monitored has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Down {
    /// What was asked for.
    pub monitor: MonitorRef,
    /// Who has ended.
    pub process: ProcessId,
    /// Why. [`ExitReason::NoProcess`] when it had ended before it was monitored.
    pub reason: ExitReason,
}

impl MonitorRef {
    pub(crate) fn start(process: ProcessId, mode: LinkMode) -> MonitorRef {
        let tag = tag::unique();
        let (own, other) = mode.numbers();
        let reference = host::link(process.to_u64(), own, other, tag);
        MonitorRef {
            reference,
            tag,
            process,
        }
    }

    /// The process on the other side.
    pub fn process(self) -> ProcessId {
        self.process
    }

    /// Undoes the link. There will be no [`Down`] of it, even if the process has ended already.
    pub fn stop(self) {
        host::unlink(self.reference);
        inbox::forget_down(self);
    }

    /// Waits until the process ends, whatever else arrives meanwhile, and takes its [`Down`].
    ///
    /// For links that tell the caller, and once: what was taken, here or from the [`Mailbox`](crate::Mailbox), never
    /// comes again.
    pub fn wait(self) -> ExitReason {
        loop {
            if let Some(reason) = self.wait_until(None) {
                return reason;
            }
        }
    }

    /// As [`wait`](MonitorRef::wait), for so long; `None` when the process is still there.
    pub fn wait_timeout(self, timeout: Duration) -> Option<ExitReason> {
        self.wait_until(Some(timeout))
    }

    fn wait_until(self, timeout: Option<Duration>) -> Option<ExitReason> {
        if let Some(down) = inbox::take_down(self) {
            return Some(down.reason);
        }
        host::wait(self.tag, timeout).then(host::exit_reason)
    }
}
