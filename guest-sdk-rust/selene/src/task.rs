use crate::exit::ExitReason;
use crate::id::ProcessId;
use crate::message::{DecodeError, Message};
use crate::monitor::LinkMode;
use crate::reply::{CallError, Pending};
use crate::spawn::{Spawn, SpawnError};
use crate::start;
use core::fmt;
use core::time::Duration;
use serde::{Deserialize, Serialize};

/// A process that computes one result.
///
/// ```standalone_crate
/// # #[selene::main]
/// # fn main() {
/// use selene::Task;
///
/// let halves: Vec<Task<u64>> = [(1, 500), (501, 1000)]
///     .map(|half| Task::spawn(half, |(from, to): (u64, u64)| (from..=to).sum()))
///     .into();
/// let sum: u64 = halves.into_iter().map(|half| half.wait().unwrap()).sum();
/// assert_eq!(sum, 500_500);
/// # }
/// ```
///
/// It ends when its parent ends; when it fails itself, that is an error of [`wait`](Task::wait) and nothing more. Dropping
/// the `Task` lets the process go on until its parent ends; nobody will learn its result.
#[must_use = "the result of a dropped task is lost"]
pub struct Task<T> {
    pending: Pending<T>,
}

impl<T: Message + 'static> Task<T> {
    /// Spawns a process that runs a function on an argument.
    ///
    /// # Panics
    /// When the process cannot be spawned.
    pub fn spawn<A: Message>(argument: A, entry: fn(A) -> T) -> Task<T> {
        match Spawn::new().task(argument, entry) {
            Ok(task) => task,
            Err(error) => panic!("{error}"),
        }
    }

    /// Waits for the result.
    ///
    /// # Errors
    /// How the process ended instead.
    pub fn wait(self) -> Result<T, TaskError> {
        self.pending.finish(None).map_err(TaskError::from)
    }

    /// Waits for the result for so long.
    ///
    /// # Errors
    /// How the process ended instead, or the task itself when it is still at work.
    pub fn wait_timeout(self, timeout: Duration) -> Result<Result<T, TaskError>, Task<T>> {
        match self.pending.try_finish(Some(timeout)) {
            Ok(result) => Ok(result.map_err(TaskError::from)),
            Err(pending) => Err(Task { pending }),
        }
    }
}

impl<T> Task<T> {
    /// The process that is at work.
    pub fn process(&self) -> ProcessId {
        self.pending.process()
    }

    /// Ends the process. Returns when it is gone.
    pub fn cancel(self) {
        self.process().kill();
        self.process().wait();
    }
}

impl Spawn<'_> {
    /// Spawns a process that runs a function on an argument and whose result comes back. Whatever link was asked for, the
    /// process is a [`LinkMode::Child`].
    ///
    /// # Errors
    /// When the process cannot be spawned, or its name is taken.
    pub fn task<A: Message, T: Message + 'static>(
        self,
        argument: A,
        entry: fn(A) -> T,
    ) -> Result<Task<T>, SpawnError> {
        let mut pending = Pending::new();
        let reply = pending.reply_to();
        let run = run_task::<A, T>;
        let spawned = self.link(LinkMode::Supervisor).start(
            &|buffer| {
                buffer.extend_from_slice(&reply.to_bytes());
                argument.encode(buffer)
            },
            run,
            entry as usize,
            pending.tag(),
        );
        pending.linked(spawned?);
        Ok(Task { pending })
    }
}

/// Runs a task's function, a `fn(A) -> T`, and answers with its result.
fn run_task<A: Message, T: Message>(entry: usize, has_argument: bool) {
    let entry = start::function::<fn(A) -> T>(entry);
    let (reply, argument) = start::owed_argument::<A, T>(has_argument);
    reply.send(entry(argument));
}

/// Why a task has no result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum TaskError {
    /// Its process ended before it was done.
    Died(ExitReason),
    /// Its result is not of the expected type.
    Malformed(DecodeError),
}

impl From<CallError> for TaskError {
    fn from(error: CallError) -> TaskError {
        match error {
            CallError::Died(reason) => TaskError::Died(reason),
            CallError::Malformed(error) => TaskError::Malformed(error),
            other => TaskError::Malformed(DecodeError::new(other)),
        }
    }
}

impl fmt::Display for TaskError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TaskError::Died(reason) => write!(formatter, "the task has ended: {reason}"),
            TaskError::Malformed(error) => write!(formatter, "{error}"),
        }
    }
}

impl core::error::Error for TaskError {}

impl<T> fmt::Debug for Task<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Task({})", self.process())
    }
}
