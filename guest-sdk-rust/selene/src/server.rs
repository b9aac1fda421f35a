use crate::deadline::Deadline;
use crate::exit::ExitReason;
use crate::host::buffer::Buffer;
use crate::host::{self, Received};
use crate::id::ProcessId;
use crate::inbox::{self, Other};
use crate::mailbox::read_message;
use crate::message::Message;
use crate::monitor::{Down, LinkMode, MonitorRef};
use crate::process::Process;
use crate::reply::{ReplyTo, read_answer};
use crate::spawn::{Spawn, SpawnError};
use crate::start::{self, Encode};
use crate::tag;
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use core::error::Error;
use core::fmt;
use core::marker::PhantomData;
use core::time::Duration;
use serde::{Deserialize, Serialize};

/// A process that keeps a state and handles one message after the other.
///
/// A *call* is a message with a [`ReplyTo`] in it, a *cast* is one without. An answer may be given later, by keeping the
/// `ReplyTo` in the state.
///
/// ```standalone_crate
/// use selene::{Context, ReplyTo, Server};
/// use serde::{Deserialize, Serialize};
/// use std::error::Error;
///
/// struct Counter {
///     value: u64,
/// }
///
/// #[derive(Serialize, Deserialize)]
/// enum Message {
///     Add(u64),
///     Value(ReplyTo<u64>),
/// }
///
/// impl Server for Counter {
///     type Argument = u64;
///     type Message = Message;
///
///     fn init(value: u64, _: &mut Context<Counter>) -> Result<Counter, Box<dyn Error>> {
///         Ok(Counter { value })
///     }
///
///     fn handle(&mut self, message: Message, _: &mut Context<Counter>) {
///         match message {
///             Message::Add(number) => self.value += number,
///             Message::Value(reply) => reply.send(self.value),
///         }
///     }
/// }
///
/// #[selene::main]
/// fn main() -> Result<(), Box<dyn Error>> {
///     let counter = Counter::start(40)?;
///     counter.send(Message::Add(2));
///     assert_eq!(counter.call(Message::Value)?, 42);
///     Ok(())
/// }
/// ```
pub trait Server: Sized {
    /// What the server is started with.
    type Argument: Message;
    /// What it handles.
    type Message: Message;

    /// Makes the state, in the new process. Whoever starts the server waits for it.
    ///
    /// # Errors
    /// When the server cannot start. The process ends normally, and the text of the error goes to whoever starts it.
    fn init(argument: Self::Argument, context: &mut Context<Self>) -> Result<Self, Box<dyn Error>>;

    /// Handles a message.
    fn handle(&mut self, message: Self::Message, context: &mut Context<Self>);

    /// A process that the server has a monitor of has ended.
    fn down(&mut self, down: Down, context: &mut Context<Self>) {
        let _ = (down, context);
    }

    /// Nothing arrived for the time that was set by [`Context::set_idle_timeout`].
    fn idle(&mut self, context: &mut Context<Self>) {
        let _ = context;
    }

    /// The last thing the server does, when it stops by itself or [is asked to](ProcessId::shutdown); not when it fails or
    /// is killed.
    fn shutdown(&mut self, context: &mut Context<Self>) {
        let _ = context;
    }

    /// Starts a server, and waits until it has a state.
    ///
    /// # Errors
    /// When it did not start.
    fn start(argument: Self::Argument) -> Result<Process<Self::Message>, StartError> {
        Spawn::new().server::<Self>(argument)
    }

    /// As [`start`](Server::start), with a link: when the server or the caller fails, so does the other.
    ///
    /// # Errors
    /// When it did not start.
    fn start_link(argument: Self::Argument) -> Result<Process<Self::Message>, StartError> {
        Spawn::new().link(LinkMode::Peer).server::<Self>(argument)
    }
}

/// What a server may do beside handling a message.
pub struct Context<S> {
    idle_timeout: Option<Duration>,
    stop: Option<Stop>,
    server: PhantomData<fn(S)>,
}

enum Stop {
    Normally,
    Failed(String),
}

impl<S: Server> Context<S> {
    fn new() -> Context<S> {
        Context {
            idle_timeout: None,
            stop: None,
            server: PhantomData,
        }
    }

    /// The server itself, for others to send to.
    pub fn this(&self) -> Process<S::Message> {
        Process::from_id(ProcessId::this())
    }

    /// Ends the server normally, after the current message and the [shutdown hook](Server::shutdown).
    pub fn stop(&mut self) {
        self.stop = Some(Stop::Normally);
    }

    /// As [`stop`](Context::stop), as a failure: [`ExitReason::Trapped`] with this text.
    pub fn stop_with(&mut self, failure: impl fmt::Display) {
        self.stop = Some(Stop::Failed(failure.to_string()));
    }

    /// From now on [`Server::idle`] is called whenever nothing arrives for so long; `None` for never.
    pub fn set_idle_timeout(&mut self, timeout: impl Into<Option<Duration>>) {
        self.idle_timeout = timeout.into();
    }
}

impl<S> fmt::Debug for Context<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Context")
            .field("idle_timeout", &self.idle_timeout)
            .finish_non_exhaustive()
    }
}

/// Why a server or a supervisor did not start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum StartError {
    /// Its process was not spawned.
    Spawn(SpawnError),
    /// `init` returned an error with this text.
    Init(String),
    /// Its process ended in `init`.
    Died(ExitReason),
}

impl fmt::Display for StartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::Spawn(error) => write!(formatter, "{error}"),
            StartError::Init(text) => formatter.write_str(text),
            StartError::Died(reason) => write!(formatter, "ended while it started: {reason}"),
        }
    }
}

impl Error for StartError {}

impl Spawn<'_> {
    /// Starts a server, and waits until it has a state.
    ///
    /// # Errors
    /// When it did not start.
    pub fn server<S: Server>(
        self,
        argument: S::Argument,
    ) -> Result<Process<S::Message>, StartError> {
        self.server_link::<S>(&argument)
            .map(|link| Process::from_id(link.process))
    }

    /// As `server`, with the link.
    pub(crate) fn server_link<S: Server>(
        self,
        argument: &S::Argument,
    ) -> Result<MonitorRef, StartError> {
        let label = short_name::<S>();
        self.label(label)
            .started(&|buffer| argument.encode(buffer), run_server::<S>, 0)
    }

    /// Spawns a process whose function answers when it has started, and waits for that.
    pub(crate) fn started(
        self,
        argument: Encode<'_>,
        run: start::Run,
        entry: usize,
    ) -> Result<MonitorRef, StartError> {
        let tag = tag::unique();
        let reply = ReplyTo::<Started>::new(ProcessId::this(), tag);
        let encode = |buffer: &mut Buffer| {
            buffer.extend_from_slice(&reply.to_bytes());
            argument(buffer)
        };
        // The end of the process has to come with the answer's tag. A link that tells of every end does so, with the
        // right reason; beside another one, a monitor is made just for the start.
        let (link, for_the_start) = match self.mode() {
            Some(LinkMode::Monitor | LinkMode::Supervisor) => {
                (self.start(&encode, run, entry, tag)?, None)
            }
            None => {
                let link = self
                    .link(LinkMode::Monitor)
                    .start(&encode, run, entry, tag)?;
                (link, Some(link.reference))
            }
            Some(LinkMode::Notify | LinkMode::Peer | LinkMode::Child) => {
                let link = self.start(&encode, run, entry, tag::unique())?;
                let (own, other) = LinkMode::Monitor.numbers();
                (
                    link,
                    Some(host::link(link.process.to_u64(), own, other, tag)),
                )
            }
        };
        let answer = host::receive(&[tag], None, |arrived, bytes| match arrived.kind {
            Received::Data => match read_answer(arrived.attached, bytes) {
                Ok(Ok(())) => Ok(link),
                Ok(Err(text)) => Err(StartError::Init(text)),
                Err(error) => Err(StartError::Init(error.to_string())),
            },
            Received::Ended => Err(StartError::Died(host::exit_reason())),
        });
        let result = answer.unwrap_or_else(|| unreachable!("there is no timeout"));
        if let Some(reference) = for_the_start {
            host::unlink(reference);
        }
        if result.is_err() {
            host::unlink(link.reference);
        }
        result
    }
}

impl From<SpawnError> for StartError {
    fn from(error: SpawnError) -> StartError {
        StartError::Spawn(error)
    }
}

/// Answered when `init` has returned.
type Started = Result<(), String>;

fn run_server<S: Server>(_: usize, has_argument: bool) {
    serve(has_argument, |argument, context| S::init(argument, context));
}

/// The life of a server: the argument, the state, and then messages.
pub(crate) fn serve<A: Message, S: Server>(
    has_argument: bool,
    init: impl FnOnce(A, &mut Context<S>) -> Result<S, Box<dyn Error>>,
) {
    let mut context = Context::new();
    let (reply, argument) = start::owed_argument::<A, Started>(has_argument);
    let mut state = match init(argument, &mut context) {
        Ok(state) => {
            reply.send(Ok(()));
            state
        }
        Err(error) => {
            reply.send(Err(error.to_string()));
            return;
        }
    };
    let stop = loop {
        if let Some(stop) = context.stop.take() {
            break stop;
        }
        let deadline = Deadline::after(context.idle_timeout);
        // The message is handled where it was read: none is moved through memory.
        let event = inbox::next_event(deadline, |attached, content| {
            if let Some(message) = read_message(attached, content) {
                state.handle(message, &mut context);
            }
        });
        match event {
            Ok(()) | Err(Other::Handled) => {}
            Err(Other::Ended(ended)) => state.down((*ended).into(), &mut context),
            Err(Other::Shutdown) => break Stop::Normally,
            Err(Other::Nothing) => state.idle(&mut context),
        }
    };
    state.shutdown(&mut context);
    if let Stop::Failed(text) = stop {
        host::fail(&text);
    }
}

/// A type's name without its modules.
pub(crate) fn short_name<S>() -> &'static str {
    let name = core::any::type_name::<S>();
    name.split('<')
        .next()
        .and_then(|path| path.rsplit("::").next())
        .unwrap_or(name)
}
