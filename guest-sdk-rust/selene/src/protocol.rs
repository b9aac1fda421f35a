//! Conversations that the compiler checks.
//!
//! A [`Channel`] connects two processes and has a protocol as its type: what its side does next. Each step consumes the
//! channel and returns one with the rest of the protocol, so sending out of turn, or a message of another type, does not
//! compile. The other side's protocol is the [dual](Session::Dual) one: it receives what this one sends.
//!
//! ```standalone_crate
//! use selene::protocol::{Again, Branch, Channel, Choose, End, Receive, Recursive, Send};
//!
//! /// Adds numbers until it is asked for the sum.
//! struct Sum;
//!
//! impl Recursive for Sum {
//!     type Body = Choose<Send<u32, Again<Sum>>, Receive<u32, End>>;
//! }
//!
//! #[selene::main]
//! fn main() {
//!     let mut sum: Channel<Again<Sum>> = Channel::spawn((), |(), mut channel| {
//!         let mut sum = 0;
//!         loop {
//!             match channel.again().offer() {
//!                 Branch::Left(number) => {
//!                     let (number, rest) = number.receive();
//!                     sum += number;
//!                     channel = rest;
//!                 }
//!                 Branch::Right(answer) => return answer.send(sum).close(),
//!             }
//!         }
//!     });
//!     for number in [1, 2, 39] {
//!         sum = sum.again().left().send(number);
//!     }
//!     let (answer, end) = sum.again().right().receive();
//!     assert_eq!(answer, 42);
//!     end.close();
//! }
//! ```
//!
//! The processes are [peers](crate::LinkMode::Peer): when one fails, so does the other. Dropping a channel before its
//! protocol has ended is such a failure.

use crate::catch::fail;
use crate::host;
use crate::host::buffer::Buffer;
use crate::id::ProcessId;
use crate::inbox::{self, Waiting};
use crate::message::Message;
use crate::monitor::LinkMode;
use crate::spawn::{Spawn, SpawnError};
use crate::{start, tag};
use alloc::collections::VecDeque;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::any::type_name;
use core::cell::RefCell;
use core::fmt;
use core::marker::PhantomData;
use core::time::Duration;

/// A protocol: what one side of a [`Channel`] does.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no protocol",
    label = "no protocol",
    note = "protocols are made of `Send`, `Receive`, `Choose`, `Offer`, `Again` and `End`"
)]
pub trait Session: 'static {
    /// What the other side does.
    type Dual: Session<Dual = Self>;

    /// Whether nothing is left to do.
    const ENDED: bool = false;
}

/// Sends a `T`, then goes on with `Next`.
pub struct Send<T, Next>(PhantomData<fn(T, Next)>);

/// Receives a `T`, then goes on with `Next`.
pub struct Receive<T, Next>(PhantomData<fn(T, Next)>);

/// Decides between two ways to go on.
pub struct Choose<Left, Right>(PhantomData<fn(Left, Right)>);

/// Leaves the other side the decision between two ways to go on.
pub struct Offer<Left, Right>(PhantomData<fn(Left, Right)>);

/// Goes on with the body of a [`Recursive`] protocol.
pub struct Again<R>(PhantomData<fn(R)>);

/// The other side of [`Again`].
pub struct AgainDual<R>(PhantomData<fn(R)>);

/// Nothing is left to do.
pub struct End;

/// A protocol with a name, which may come up again in itself.
pub trait Recursive: 'static {
    /// What is done each time.
    type Body: Session;
}

impl<T: Message + 'static, Next: Session> Session for Send<T, Next> {
    type Dual = Receive<T, Next::Dual>;
}

impl<T: Message + 'static, Next: Session> Session for Receive<T, Next> {
    type Dual = Send<T, Next::Dual>;
}

impl<Left: Session, Right: Session> Session for Choose<Left, Right> {
    type Dual = Offer<Left::Dual, Right::Dual>;
}

impl<Left: Session, Right: Session> Session for Offer<Left, Right> {
    type Dual = Choose<Left::Dual, Right::Dual>;
}

impl<R: Recursive> Session for Again<R> {
    type Dual = AgainDual<R>;
}

impl<R: Recursive> Session for AgainDual<R> {
    type Dual = Again<R>;
}

/// [`Again`], and its other side.
pub trait Unfold: Session {
    /// What is done each time.
    type Unfolded: Session;
}

impl<R: Recursive> Unfold for Again<R> {
    type Unfolded = R::Body;
}

impl<R: Recursive> Unfold for AgainDual<R> {
    type Unfolded = <R::Body as Session>::Dual;
}

impl Session for End {
    type Dual = End;
    const ENDED: bool = true;
}

/// What the other side decided.
#[derive(Debug)]
pub enum Branch<Left, Right> {
    /// The first way.
    Left(Left),
    /// The second way.
    Right(Right),
}

/// What came by a channel, with the rest of the protocol; or the channel as it was, when nothing came in time.
pub type Received<T, Next> = Result<(T, Channel<Next>), Channel<Receive<T, Next>>>;

/// One side of a conversation, which follows the protocol `P`.
#[must_use = "dropping a channel before its end is a failure"]
pub struct Channel<P: Session> {
    /// Taken when the channel goes on as another one.
    line: Option<Line>,
    protocol: PhantomData<P>,
}

/// What stays the same while the protocol goes on.
struct Line {
    peer: ProcessId,
    peer_tag: i64,
    own_tag: i64,
    kept: Rc<Kept>,
}

/// What arrived while the process received something else.
#[derive(Default)]
struct Kept(RefCell<VecDeque<Vec<u8>>>);

impl Waiting for Kept {
    fn answered(&self, _: bool, bytes: &[u8]) {
        self.0.borrow_mut().push_back(bytes.to_vec());
    }

    fn failed(&self) {}
}

impl Line {
    fn new(peer: ProcessId, peer_tag: i64, own_tag: i64) -> Line {
        let kept = Rc::new(Kept::default());
        let waiting: Rc<dyn Waiting> = kept.clone();
        inbox::wait_for(own_tag, Rc::downgrade(&waiting));
        Line {
            peer,
            peer_tag,
            own_tag,
            kept,
        }
    }

    /// Sockets and modules cannot be sent: what is kept for later has lost them.
    fn send(&self, encode: impl FnOnce(&mut Buffer)) {
        Buffer::with(|buffer| {
            encode(buffer);
            host::send_data(self.peer.to_u64(), self.peer_tag, buffer);
        });
    }

    /// What `read` makes of the next bytes; `None` after the timeout.
    fn receive<R>(&self, timeout: Option<Duration>, read: impl FnOnce(&[u8]) -> R) -> Option<R> {
        let kept = self.kept.0.borrow_mut().pop_front();
        if let Some(kept) = kept {
            return Some(read(&kept));
        }
        host::receive(&[self.own_tag], timeout, |_, bytes| read(bytes))
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        inbox::forget(self.own_tag);
    }
}

impl<P: Session> Channel<P> {
    /// Spawns a process that has the other side of the conversation.
    ///
    /// # Panics
    /// When the process cannot be spawned.
    pub fn spawn<A: Message>(argument: A, entry: fn(A, Channel<P::Dual>)) -> Channel<P> {
        match Spawn::new().channel(argument, entry) {
            Ok(channel) => channel,
            Err(error) => panic!("{error}"),
        }
    }

    fn new(line: Line) -> Channel<P> {
        Channel {
            line: Some(line),
            protocol: PhantomData,
        }
    }

    /// The process on the other side.
    pub fn peer(&self) -> ProcessId {
        self.line().peer
    }

    fn line(&self) -> &Line {
        self.line
            .as_ref()
            .expect("a channel that is used has its line")
    }

    fn go_on<Next: Session>(mut self) -> Channel<Next> {
        Channel {
            line: self.line.take(),
            protocol: PhantomData,
        }
    }
}

impl<T: Message + 'static, Next: Session> Channel<Send<T, Next>> {
    /// Sends what the protocol says.
    ///
    /// # Panics
    /// When the value cannot be written; sockets and modules cannot.
    pub fn send(self, value: T) -> Channel<Next> {
        self.line().send(|buffer| {
            if let Err(error) = value.encode(buffer) {
                crate::process::unwritable(&error);
            }
        });
        self.go_on()
    }
}

impl<T: Message + 'static, Next: Session> Channel<Receive<T, Next>> {
    /// Waits for what the protocol says.
    ///
    /// # Panics
    /// When something else arrives, which the other side's types do not allow.
    pub fn receive(self) -> (T, Channel<Next>) {
        match self.receive_until(None) {
            Ok(received) => received,
            Err(_) => unreachable!("there is no timeout"),
        }
    }

    /// As [`receive`](Channel::receive), and waits for so long.
    ///
    /// # Errors
    /// The channel itself, when nothing came in time.
    ///
    /// # Panics
    /// When something else arrives, which the other side's types do not allow.
    pub fn receive_timeout(self, timeout: Duration) -> Received<T, Next> {
        self.receive_until(Some(timeout))
    }

    fn receive_until(self, timeout: Option<Duration>) -> Received<T, Next> {
        match self.line().receive(timeout, T::decode) {
            None => Err(self),
            Some(Ok(value)) => Ok((value, self.go_on())),
            Some(Err(error)) => fail(&alloc::format!("{error}")),
        }
    }
}

const LEFT: u8 = 0;
const RIGHT: u8 = 1;

impl<Left: Session, Right: Session> Channel<Choose<Left, Right>> {
    /// Decides for the first way.
    pub fn left(self) -> Channel<Left> {
        self.line().send(|buffer| buffer.push(LEFT));
        self.go_on()
    }

    /// Decides for the second way.
    pub fn right(self) -> Channel<Right> {
        self.line().send(|buffer| buffer.push(RIGHT));
        self.go_on()
    }
}

impl<Left: Session, Right: Session> Channel<Offer<Left, Right>> {
    /// Waits for the other side's decision.
    ///
    /// # Panics
    /// When something else arrives, which the other side's types do not allow.
    pub fn offer(self) -> Branch<Channel<Left>, Channel<Right>> {
        let decision = self.line().receive(None, |bytes| match bytes {
            [decision] => Some(*decision),
            _ => None,
        });
        match decision.flatten() {
            Some(LEFT) => Branch::Left(self.go_on()),
            Some(RIGHT) => Branch::Right(self.go_on()),
            _ => fail("the other side of the channel sent no decision"),
        }
    }
}

impl<P: Unfold> Channel<P> {
    /// Goes on with the body of the recursive protocol.
    pub fn again(self) -> Channel<P::Unfolded> {
        self.go_on()
    }
}

impl Channel<End> {
    /// Ends the conversation. Dropping the channel does the same here.
    pub fn close(self) {}
}

impl<P: Session> Drop for Channel<P> {
    fn drop(&mut self) {
        if !P::ENDED && self.line.is_some() {
            fail(&alloc::format!(
                "a channel was dropped before its end: {} was left to do",
                type_name::<P>()
            ));
        }
    }
}

impl<P: Session> fmt::Debug for Channel<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Channel({}, {})",
            self.line().peer,
            type_name::<P>()
        )
    }
}

impl Spawn<'_> {
    /// Spawns a process that has the other side of a conversation. Whatever link was asked for, they are
    /// [peers](LinkMode::Peer).
    ///
    /// # Errors
    /// When the process cannot be spawned, or its name is taken.
    pub fn channel<A: Message, P: Session>(
        self,
        argument: A,
        entry: fn(A, Channel<P::Dual>),
    ) -> Result<Channel<P>, SpawnError> {
        let own_tag = tag::unique();
        let caller = ProcessId::this();
        let link = self.link(LinkMode::Peer).start(
            &|buffer| {
                buffer.extend_from_slice(&caller.to_u64().to_le_bytes());
                buffer.extend_from_slice(&own_tag.to_le_bytes());
                argument.encode(buffer)
            },
            run_channel::<A, P::Dual>,
            entry as usize,
            tag::unique(),
        )?;
        Ok(Channel::new(Line::new(
            link.process(),
            tag::CHANNEL,
            own_tag,
        )))
    }
}

/// Runs a function with one side of a channel: a `fn(A, Channel<P>)`.
fn run_channel<A: Message, P: Session>(entry: usize, has_argument: bool) {
    let entry = start::function::<fn(A, Channel<P>)>(entry);
    let (caller, peer_tag, argument) = start::channel_argument::<A>(has_argument);
    entry(
        argument,
        Channel::new(Line::new(caller, peer_tag, tag::CHANNEL)),
    );
}
