use crate::attachment;
use crate::exit::ExitReason;
use crate::host::buffer::Buffer;
use crate::host::{self, Arrived, Received, Unanswered};
use crate::id::ProcessId;
use crate::inbox::{self, Waiting};
use crate::message::{DecodeError, Message};
use crate::monitor::{LinkMode, MonitorRef};
use crate::process::{Process, encoded, send, send_with};
use crate::tag;
use alloc::rc::Rc;
use core::cell::{Cell, RefCell};
use core::fmt;
use core::marker::PhantomData;
use core::time::Duration;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How long [`Process::call`] waits: 5 seconds.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(5);

/// First byte of an answer: the value follows.
const ANSWER: u8 = 0;
/// First byte of an answer: nobody will give one.
const NO_ANSWER: u8 = 1;

/// The right to answer one request, once. It is part of the request's message:
///
/// ```standalone_crate
/// use selene::{Mailbox, Process, ReplyTo};
/// use serde::{Deserialize, Serialize};
/// use std::time::Duration;
///
/// #[derive(Serialize, Deserialize)]
/// enum Request {
///     Double(u32, ReplyTo<u32>),
/// }
///
/// # #[selene::main]
/// # fn main() {
/// let doubler: Process<Request> = selene::spawn((), |(), mailbox: Mailbox<Request>| loop {
///     match mailbox.receive() {
///         Request::Double(number, reply) => reply.send(number * 2),
///     }
/// });
/// let answer = doubler.call_timeout(|reply| Request::Double(21, reply), Duration::from_secs(60));
/// assert_eq!(answer, Ok(42));
/// # }
/// ```
///
/// An answer may come later: keep the `ReplyTo`, or send it to another process, which answers instead. When it is
/// dropped, the caller is told at once that there will be no answer.
#[must_use = "the caller waits for an answer"]
pub struct ReplyTo<T> {
    caller: ProcessId,
    tag: i64,
    /// Whether the duty to answer is still here: not after the answer, nor after it went on to another process.
    owed: Cell<bool>,
    answer: PhantomData<fn(T)>,
}

impl<T> ReplyTo<T> {
    pub(crate) fn new(caller: ProcessId, tag: i64) -> ReplyTo<T> {
        ReplyTo {
            caller,
            tag,
            owed: Cell::new(true),
            answer: PhantomData,
        }
    }

    /// The right to answer as bytes, for a [`Message`] in a format of its own. The duty to answer goes on to whoever reads them.
    ///
    /// They are the id of the process that asks and the tag of the answer, 8 bytes each in little-endian order. So a program in
    /// another language can answer, too: by a message with this tag, a zero byte and then the answer, to this process.
    ///
    /// ```standalone_crate
    /// use selene::{Buffer, DecodeError, EncodeError, Mailbox, Message, Process, ReplyTo};
    ///
    /// struct Double(ReplyTo<u8>, u8);
    ///
    /// impl Message for Double {
    ///     fn encode(&self, buffer: &mut Buffer) -> Result<(), EncodeError> {
    ///         buffer.extend(self.0.to_bytes());
    ///         buffer.push(self.1);
    ///         Ok(())
    ///     }
    ///
    ///     fn decode(bytes: &[u8]) -> Result<Double, DecodeError> {
    ///         match bytes.split_first_chunk() {
    ///             Some((reply, &[number])) => Ok(Double(ReplyTo::from_bytes(*reply), number)),
    ///             _ => Err(DecodeError::new("17 bytes are expected")),
    ///         }
    ///     }
    /// }
    ///
    /// # #[selene::main]
    /// # fn main() {
    /// let doubler: Process<Double> = selene::spawn((), |(), mailbox: Mailbox<Double>| loop {
    ///     let Double(reply, number) = mailbox.receive();
    ///     reply.send(2 * number);
    /// });
    /// let answer = doubler.call_timeout(|reply| Double(reply, 21), std::time::Duration::MAX);
    /// assert_eq!(answer, Ok(42));
    /// # }
    /// ```
    #[must_use = "nobody else answers any more"]
    pub fn to_bytes(&self) -> [u8; 16] {
        self.owed.set(false);
        let mut bytes = [0; 16];
        let (caller, tag) = bytes.split_at_mut(8);
        caller.copy_from_slice(&self.caller.to_u64().to_le_bytes());
        tag.copy_from_slice(&self.tag.to_le_bytes());
        bytes
    }

    /// The right to answer that [`to_bytes`](ReplyTo::to_bytes) wrote.
    ///
    /// Other bytes make one whose answer nobody waits for.
    pub fn from_bytes(bytes: [u8; 16]) -> ReplyTo<T> {
        let [caller, tag] = parts(&bytes);
        ReplyTo::new(ProcessId::from_u64(caller), tag as i64)
    }

    /// Who waits for the answer.
    pub fn caller(&self) -> ProcessId {
        self.caller
    }
}

impl<T: Message> ReplyTo<T> {
    /// Answers. When the caller does not wait any more, the answer is lost.
    pub fn send(self, answer: T) {
        self.owed.set(false);
        send_with(self.caller, self.tag, |buffer| {
            buffer.push(ANSWER);
            answer.encode(buffer)
        });
    }
}

std::thread_local! {
    /// The tag of the last request that its own caller dropped: its answer is older than the call, which would not see it.
    static DROPPED_AT_HOME: Cell<i64> = const { Cell::new(tag::NONE) };
}

impl<T> Drop for ReplyTo<T> {
    fn drop(&mut self) {
        if self.owed.get() {
            if self.caller == ProcessId::this() {
                DROPPED_AT_HOME.set(self.tag);
            }
            host::send_data(self.caller.to_u64(), self.tag, &[NO_ANSWER]);
        }
    }
}

impl<T> fmt::Debug for ReplyTo<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ReplyTo({})", self.caller)
    }
}

/// Writing it hands the duty to answer on to whoever reads it.
impl<T> Serialize for ReplyTo<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            self.owed.set(false);
            return (self.caller, self.tag).serialize(serializer);
        }
        serializer.serialize_bytes(&self.to_bytes())
    }
}

impl<'de, T> Deserialize<'de> for ReplyTo<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ReplyTo<T>, D::Error> {
        if deserializer.is_human_readable() {
            let parts = Deserialize::deserialize(deserializer);
            return parts.map(|(caller, tag)| ReplyTo::new(caller, tag));
        }
        deserializer
            .deserialize_bytes(ReplyToBytes)
            .map(|[caller, tag]| ReplyTo::new(ProcessId::from_u64(caller), tag as i64))
    }
}

/// The caller's id and the tag.
#[inline]
fn parts(bytes: &[u8; 16]) -> [u64; 2] {
    let number = u128::from_le_bytes(*bytes);
    [number as u64, (number >> 64) as u64]
}

struct ReplyToBytes;

impl Visitor<'_> for ReplyToBytes {
    type Value = [u64; 2];

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the 16 bytes of a right to answer")
    }

    #[inline]
    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        match bytes.try_into() {
            Ok(bytes) => Ok(parts(bytes)),
            Err(_) => Err(E::invalid_length(bytes.len(), &self)),
        }
    }
}

/// Why a request has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum CallError {
    /// It took too long. The answer may still be on its way, and will be thrown away.
    Timeout,
    /// The process ended before it answered; [`ExitReason::NoProcess`] when it was gone before the request.
    Died(ExitReason),
    /// The process dropped the [`ReplyTo`].
    NoAnswer,
    /// The process's mailbox is full.
    Full,
    /// The answer is not of the expected type.
    Malformed(DecodeError),
}

impl fmt::Display for CallError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallError::Timeout => formatter.write_str("no answer in time"),
            CallError::Died(reason) => write!(formatter, "the process has ended: {reason}"),
            CallError::NoAnswer => formatter.write_str("the process dropped the request"),
            CallError::Full => formatter.write_str("the process's mailbox is full"),
            CallError::Malformed(error) => write!(formatter, "{error}"),
        }
    }
}

impl core::error::Error for CallError {}

impl<M: Message> Process<M> {
    /// Sends a request and waits for its answer, for [`CALL_TIMEOUT`].
    ///
    /// The function puts the [`ReplyTo`] into a message; the name of an enum's variant is such a function.
    ///
    /// # Errors
    /// When there is no answer: at once when the process has ended, or ends before it answers.
    pub fn call<T: Message>(self, request: impl FnOnce(ReplyTo<T>) -> M) -> Result<T, CallError> {
        self.call_timeout(request, CALL_TIMEOUT)
    }

    /// As [`call`](Process::call), and waits for so long; `Duration::MAX` is for ever.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn call_timeout<T: Message>(
        self,
        request: impl FnOnce(ReplyTo<T>) -> M,
        timeout: Duration,
    ) -> Result<T, CallError> {
        let tag = tag::unique();
        let message = request(ReplyTo::new(ProcessId::this(), tag));
        let process = self.id().to_u64();
        let wait = Some(timeout);
        let result = Buffer::with(|buffer| {
            let in_scratch = encoded(tag::MESSAGE, buffer, |buffer| message.encode(buffer));
            if in_scratch {
                host::write(buffer);
            }
            if DROPPED_AT_HOME.get() == tag {
                if in_scratch {
                    host::send(process);
                } else {
                    host::send_data(process, tag::MESSAGE, buffer);
                }
                return Ok(Err(CallError::NoAnswer));
            }
            if in_scratch {
                host::request(process, tag, wait, |bytes| read_answer(true, bytes))
            } else {
                host::request_data(process, tag::MESSAGE, buffer, tag, wait, read_answer)
            }
        });
        let result = result.unwrap_or_else(|unanswered| {
            Err(match unanswered {
                Unanswered::Died => CallError::Died(host::exit_reason()),
                Unanswered::Full => CallError::Full,
                Unanswered::TimedOut => CallError::Timeout,
            })
        });
        // Only now: what a value does when it is dropped may use the scratch area.
        drop(message);
        result
    }

    /// Sends a request whose answer is waited for later, or never.
    pub fn request<T: Message + 'static>(
        self,
        request: impl FnOnce(ReplyTo<T>) -> M,
    ) -> Pending<T> {
        let mut pending = Pending::new();
        pending.monitor(self.id());
        let message = request(pending.reply_to());
        send(self.id(), tag::MESSAGE, &message);
        pending
    }
}

/// An answer that arrived.
#[inline]
pub(crate) fn read_answer<T: Message>(attached: bool, bytes: &[u8]) -> Result<T, CallError> {
    match bytes.split_first() {
        Some((&ANSWER, value)) => {
            attachment::reading(attached, || T::decode(value)).map_err(CallError::Malformed)
        }
        Some((&NO_ANSWER, [])) => Err(CallError::NoAnswer),
        _ => Err(CallError::Malformed(DecodeError::new("not an answer"))),
    }
}

/// An answer that is still to come. Dropping it gives the answer up.
#[must_use = "dropping it gives the answer up"]
pub struct Pending<T> {
    process: ProcessId,
    reference: i64,
    tag: i64,
    place: Rc<Place<T>>,
}

/// Where an answer goes that arrives while the process receives something else.
struct Place<T>(RefCell<Option<Result<T, CallError>>>);

impl<T: Message> Waiting for Place<T> {
    fn answered(&self, attached: bool, bytes: &[u8]) {
        *self.0.borrow_mut() = Some(read_answer(attached, bytes));
    }

    fn failed(&self) {
        self.0
            .borrow_mut()
            .get_or_insert_with(|| Err(CallError::Died(host::exit_reason())));
    }
}

impl<T: Message + 'static> Pending<T> {
    /// The caller names the process that owes the answer.
    pub(crate) fn new() -> Pending<T> {
        let place = Rc::new(Place(RefCell::new(None)));
        let tag = tag::unique();
        let waiting: Rc<dyn Waiting> = place.clone();
        inbox::wait_for(tag, Rc::downgrade(&waiting));
        Pending {
            process: ProcessId::from_u64(0),
            reference: 0,
            tag,
            place,
        }
    }

    /// The end of the process will come with the answer's tag.
    pub(crate) fn monitor(&mut self, process: ProcessId) {
        let (own, other) = LinkMode::Monitor.numbers();
        self.process = process;
        self.reference = host::link(process.to_u64(), own, other, self.tag);
    }

    /// As `monitor`, for a process that was spawned with a link of the answer's tag.
    pub(crate) fn linked(&mut self, link: MonitorRef) {
        self.process = link.process;
        self.reference = link.reference;
    }

    pub(crate) fn tag(&self) -> i64 {
        self.tag
    }

    pub(crate) fn reply_to(&self) -> ReplyTo<T> {
        ReplyTo::new(ProcessId::this(), self.tag)
    }

    /// Waits for the answer.
    ///
    /// # Errors
    /// When there is none.
    pub fn wait(self) -> Result<T, CallError> {
        self.finish(None)
    }

    /// Waits for the answer for so long; what comes after that is thrown away.
    ///
    /// # Errors
    /// When there is none.
    pub fn wait_timeout(self, timeout: Duration) -> Result<T, CallError> {
        self.finish(Some(timeout))
    }

    pub(crate) fn finish(self, timeout: Option<Duration>) -> Result<T, CallError> {
        self.try_finish(timeout).unwrap_or(Err(CallError::Timeout))
    }

    /// The pending answer itself when it did not come in time.
    pub(crate) fn try_finish(
        self,
        timeout: Option<Duration>,
    ) -> Result<Result<T, CallError>, Pending<T>> {
        if let Some(answer) = self.place.0.take() {
            return Ok(answer);
        }
        let read = |arrived: Arrived, bytes: &[u8]| match arrived.kind {
            Received::Data => read_answer(arrived.attached, bytes),
            Received::Ended => Err(CallError::Died(host::exit_reason())),
        };
        host::receive(&[self.tag], timeout, read).ok_or(self)
    }
}

impl<T> Pending<T> {
    /// Who owes the answer.
    pub fn process(&self) -> ProcessId {
        self.process
    }
}

impl<T> Drop for Pending<T> {
    fn drop(&mut self) {
        inbox::forget(self.tag);
        host::unlink(self.reference);
    }
}

impl<T> fmt::Debug for Pending<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Pending({})", self.process)
    }
}
