//! The imports as safe functions. With `sys`, and the entry points in `start`, the only unsafe code of the crate.
//!
//! What the host cannot be asked to do wrong needs no word: unknown process ids are ignored, and times are only numbers.

/// Functions that take and return numbers only.
macro_rules! plain {
    ($($(#[$documentation:meta])* $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)? = $import:path;)*) => {
        $($(#[$documentation])* #[inline]
        pub fn $name($($argument: $type),*) $(-> $result)? {
            // SAFETY: takes no address. The numbers are the same bits, signed or not.
            unsafe { $import($($argument as _),*) $(as $result)? }
        })*
    };
}

pub mod attachment;
pub mod buffer;
pub mod config;
pub mod module;
pub mod net;
#[cfg(feature = "sqlite")]
pub mod sqlite;

use crate::exit::ExitReason;
use crate::module::Value;
use crate::process::SendError;
use crate::reason;
use crate::sys::{lunatic, selene};
use alloc::string::String;
use alloc::vec::Vec;
use buffer::{Buffer, Content, INLINE_BYTES, Inline};
use core::slice;
use core::time::Duration;

/// The status of every import that gave up waiting.
const TIMED_OUT: i32 = 9027;
/// The timeout that never comes.
const NEVER: i64 = -1;

/// More seconds than any clock will see, and few enough that their milliseconds are a number of the host.
const ENDLESS_SECONDS: u64 = 1 << 53;

/// Milliseconds, rounded up so that nothing ends early.
#[inline]
pub fn millis(duration: Duration) -> u64 {
    let seconds = duration.as_secs().min(ENDLESS_SECONDS) * 1000;
    seconds + u64::from(duration.subsec_nanos().div_ceil(1_000_000))
}

/// A timeout as the host takes it. What no clock will see is never.
#[inline]
pub fn timeout(timeout: Option<Duration>) -> i64 {
    match timeout {
        Some(duration) if duration.as_secs() < ENDLESS_SECONDS => millis(duration) as i64,
        _ => NEVER,
    }
}

plain! {
    process_id() -> u64 = lunatic::process::process_id;
    kill(process: u64) = lunatic::process::kill;
    /// How one learns of the other's end, or dies by it: see `monitor::How`. Returns the reference.
    link(process: u64, own: i32, other: i32, tag: i64) -> i64 = selene::process::link;
    unlink(reference: i64) = selene::process::unlink;
    /// Whose end the scratch area tells of.
    ended_process() -> u64 = selene::message::process_id;
    /// Which link the end in the scratch area is told by.
    reference() -> i64 = selene::message::reference;
    configure_mailbox(messages: i64, bytes: i64, policy: i32) = selene::mailbox::configure;
    dropped() -> u64 = selene::mailbox::dropped;
    exit_process(code: i32) = selene::process::exit;
    cancel_timer(timer: u64) -> i64 = selene::timer::cancel;
    send_after(process: u64, millis: u64) -> u64 = lunatic::timer::send_after;
    send_every(process: u64, delay: u64, period: u64) -> u64 = selene::timer::send_every;
    log_level() -> i32 = selene::log::level;
    limit(resource: i32) -> i64 = selene::limits::limit;
    usage(resource: i32) -> i64 = selene::limits::usage;
    fuel_left() -> i64 = selene::limits::fuel_left;
    needs_version() = selene::version::needs_1_1;
}

pub fn exists(process: u64) -> bool {
    // SAFETY: takes no address.
    unsafe { lunatic::process::exists(process) != 0 }
}

/// The time since some point in the past, which never goes back.
pub fn now() -> Duration {
    // SAFETY: takes no address.
    Duration::from_nanos(unsafe { selene::timer::now() } as u64)
}

pub fn sleep(duration: Duration) {
    // SAFETY: takes no address.
    unsafe { lunatic::process::sleep_ms(timeout(Some(duration))) }
}

/// What a receive brought.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Received {
    Data,
    Ended,
}

/// A message that arrived, or news of an end. Either is in the scratch area.
#[derive(Clone, Copy)]
pub struct Arrived {
    pub kind: Received,
    pub tag: i64,
    /// Whether something is attached to the message.
    pub attached: bool,
}

/// What the imports answer that bring a message.
#[derive(Clone, Copy)]
struct Answer(u64);

impl Answer {
    const TAG_SHIFT: u32 = 17;
    const SIZE_SHIFT: u32 = 32;

    /// In place of a tag that does not fit.
    const LARGE_TAG: i64 = 0x7FFF;

    fn code(self) -> i32 {
        i32::from(self.0 as u16)
    }

    fn attached(self) -> bool {
        self.0 & 1 << 16 != 0
    }

    fn tag(self) -> i64 {
        match (self.0 >> Answer::TAG_SHIFT) as i64 & Answer::LARGE_TAG {
            // SAFETY: takes no address.
            Answer::LARGE_TAG => unsafe { lunatic::message::get_tag() },
            tag => tag,
        }
    }

    fn size(self) -> usize {
        (self.0 >> Answer::SIZE_SHIFT) as usize
    }
}

/// Room for a message that arrives.
pub struct Room(Inline);

impl Room {
    #[inline]
    pub fn new() -> Room {
        Room(Inline::uninit())
    }

    /// Waits for the oldest message with one of the tags, of any kind when there are none.
    #[inline]
    pub fn receive(&mut self, tags: &[i64], wait: Option<Duration>) -> Delivery<'_> {
        // SAFETY: tags and room live for the call, which writes to the latter no more than there is.
        let answer = Answer(unsafe {
            selene::message::receive_data(
                tags.as_ptr().cast(),
                tags.len(),
                timeout(wait),
                self.0.as_mut_ptr().cast(),
                INLINE_BYTES,
            ) as u64
        });
        Delivery { room: self, answer }
    }

    /// Sends a message of these bytes and waits for the answer, or the other's end.
    #[inline]
    fn request(
        &mut self,
        process: u64,
        tag: i64,
        bytes: &[u8],
        answer_tag: i64,
        wait: Option<Duration>,
    ) -> Delivery<'_> {
        // SAFETY: bytes and room live for the call, which writes to the latter no more than there is.
        let answer = Answer(unsafe {
            selene::message::request_data(
                process,
                tag,
                bytes.as_ptr(),
                bytes.len(),
                answer_tag,
                timeout(wait),
                self.0.as_mut_ptr().cast(),
                INLINE_BYTES,
            ) as u64
        });
        Delivery { room: self, answer }
    }
}

/// What came into a room, where the host has written as much of it as fits.
pub struct Delivery<'a> {
    room: &'a Room,
    answer: Answer,
}

impl<'a> Delivery<'a> {
    /// The bytes of a short message with this tag to which nothing is attached: what nearly all are.
    #[inline]
    pub fn short(&self, tag: i64) -> Option<Content<'a>> {
        const { assert!(INLINE_BYTES == 0x100) };
        const SHORT_SIZES: u64 = 0xFF << Answer::SIZE_SHIFT;
        let is_short = self.answer.0 & !SHORT_SIZES == (tag as u64) << Answer::TAG_SHIFT;
        let start = self.room.0.as_ptr().cast();
        // SAFETY: the host has written so many.
        is_short
            .then(|| Content::short(unsafe { slice::from_raw_parts(start, self.answer.size()) }))
    }

    /// What it is that arrived; `None` after the timeout.
    pub fn arrived(&self) -> Option<Arrived> {
        let kind = match self.answer.code() {
            0 => Received::Data,
            1 | 2 => Received::Ended,
            _ => return None,
        };
        Some(Arrived {
            kind,
            tag: self.answer.tag(),
            attached: self.answer.attached(),
        })
    }

    /// Whether something is attached to the message, and all of its bytes.
    #[cold]
    pub fn attached_and_content(self) -> (bool, Content<'a>) {
        (self.answer.attached(), self.content())
    }

    /// All bytes of the message.
    #[cold]
    #[inline(never)]
    pub fn content(self) -> Content<'a> {
        let size = self.answer.size();
        let start = self.room.0.as_ptr().cast();
        // SAFETY: so many bytes are there.
        let first = unsafe { slice::from_raw_parts(start, size.min(INLINE_BYTES)) };
        if size <= INLINE_BYTES {
            return Content::short(first);
        }
        let mut bytes = buffer::begun(first, size - INLINE_BYTES);
        read_rest(&mut bytes);
        Content::long(bytes)
    }
}

/// Reads the rest of the message in the scratch area, into the room that a buffer has.
#[cold]
fn read_rest(buffer: &mut Vec<u8>) {
    let room = buffer.spare_capacity_mut();
    // SAFETY: the host writes at most as many bytes as it is offered and returns how many.
    unsafe {
        let count = lunatic::message::read_data(room.as_mut_ptr().cast(), room.len()) as usize;
        buffer.set_len(buffer.len() + count);
    }
}

/// Waits for the oldest message with one of the tags, of any kind when there are none, and calls `read` with it and its
/// bytes; `None` after the timeout.
#[inline]
pub fn receive<R>(
    tags: &[i64],
    wait: Option<Duration>,
    read: impl FnOnce(Arrived, &[u8]) -> R,
) -> Option<R> {
    let mut room = Room::new();
    let delivery = room.receive(tags, wait);
    let arrived = delivery.arrived()?;
    Some(read(arrived, &delivery.content()))
}

/// Waits for the oldest message with the tag, of any kind; false after the timeout.
pub fn wait(tag: i64, wait: Option<Duration>) -> bool {
    // SAFETY: the tag lives for the call, which only reads it.
    let status = unsafe { lunatic::message::receive([tag].as_ptr().cast(), 1, timeout(wait)) };
    status != TIMED_OUT
}

/// Begins a message in the scratch area.
pub fn create(tag: i64) {
    // SAFETY: takes no address.
    unsafe { lunatic::message::create_data(tag, 0) }
}

/// Appends to the message in the scratch area.
pub fn write(bytes: &[u8]) {
    // SAFETY: the bytes live for the call, which only reads them.
    unsafe { lunatic::message::write_data(bytes.as_ptr(), bytes.len()) };
}

/// Sends the message in the scratch area.
pub fn send(process: u64) {
    // SAFETY: takes no address.
    unsafe { lunatic::message::send(process) };
}

/// Sends a message of these bytes, past the scratch area.
#[inline]
pub fn send_data(process: u64, tag: i64, bytes: &[u8]) {
    // SAFETY: the bytes live for the call, which only reads them.
    unsafe { selene::message::send_data(process, tag, bytes.as_ptr(), bytes.len()) };
}

/// Sends the message in the scratch area, and waits so long for room.
pub fn try_send(process: u64, wait: Duration) -> Result<(), SendError> {
    // SAFETY: takes no address.
    let status = unsafe {
        if wait.is_zero() {
            selene::message::try_send(process)
        } else {
            selene::message::send_timeout(process, timeout(Some(wait)))
        }
    };
    match status {
        0 => Ok(()),
        2 => Err(SendError::NoProcess),
        _ => Err(SendError::Full),
    }
}

/// Why a request has no answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Unanswered {
    Full,
    Died,
    TimedOut,
}

impl Unanswered {
    fn of(code: i32) -> Unanswered {
        match code {
            1 => Unanswered::Full,
            2 => Unanswered::Died,
            _ => Unanswered::TimedOut,
        }
    }
}

/// Sends the message in the scratch area and waits for the answer, or the other's end. Calls `read` with the answer's bytes;
/// things may be attached to it.
pub fn request<R>(
    process: u64,
    answer_tag: i64,
    wait: Option<Duration>,
    read: impl FnOnce(&[u8]) -> R,
) -> Result<R, Unanswered> {
    // SAFETY: takes no address.
    match unsafe { selene::message::request(process, answer_tag, timeout(wait)) } {
        0 => {
            // SAFETY: takes no address.
            let size = unsafe { lunatic::message::data_size() } as usize;
            let mut answer = Vec::with_capacity(size);
            read_rest(&mut answer);
            Ok(read(&answer))
        }
        code => Err(Unanswered::of(code)),
    }
}

/// Sends a message of these bytes and waits for the answer, or the other's end. Calls `read` with whether something is
/// attached to the answer, and its bytes.
#[inline]
pub fn request_data<R>(
    process: u64,
    tag: i64,
    bytes: &[u8],
    answer_tag: i64,
    wait: Option<Duration>,
    read: impl FnOnce(bool, &[u8]) -> R,
) -> Result<R, Unanswered> {
    let mut room = Room::new();
    let delivery = room.request(process, tag, bytes, answer_tag, wait);
    let (attached, content) = if let Some(content) = delivery.short(Answer::LARGE_TAG) {
        (false, content)
    } else {
        match delivery.answer.code() {
            0 => delivery.attached_and_content(),
            code => return Err(Unanswered::of(code)),
        }
    };
    Ok(read(attached, &content))
}

/// Reads what an import writes to `(address, length)`, and whose whole size it returns.
fn sized(write: impl Fn(*mut u8, usize) -> usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = Vec::with_capacity(256);
    let size = write(bytes.as_mut_ptr(), bytes.capacity());
    if size > bytes.capacity() {
        bytes.reserve_exact(size);
        write(bytes.as_mut_ptr(), size);
    }
    // SAFETY: the import wrote min(length, size) bytes, and the length is now at least the size.
    unsafe { bytes.set_len(size) };
    bytes
}

/// What the host wrote as text, which is UTF-8.
pub fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

/// The reason of the end that the scratch area tells of.
pub fn exit_reason() -> ExitReason {
    reason::decode(&exit_reason_bytes())
}

/// The same, as the host writes it.
pub fn exit_reason_bytes() -> Vec<u8> {
    // SAFETY: `sized` offers memory of that length.
    sized(|out, length| unsafe { selene::message::exit_reason(out, length) } as usize)
}

/// The reason of the catch that failed last.
pub fn caught_reason() -> ExitReason {
    // SAFETY: `sized` offers memory of that length.
    reason::decode(&sized(
        |out, length| unsafe { selene::trap::caught_reason(out, length) } as usize,
    ))
}

/// Calls the export `_selene_catch`; false when it failed.
pub fn catch(function: usize, argument: usize) -> bool {
    // SAFETY: the host only hands the two numbers on.
    unsafe { selene::trap::catch_trap(function as i32, argument as i32) == 0 }
}

/// The text of the trap that a panic is about to end in.
pub fn set_trap_message(text: &str) {
    // SAFETY: the text lives for the call, which only reads it.
    unsafe { selene::trap::set_message(text.as_ptr(), text.len()) }
}

/// Fails with a text.
pub fn fail(text: &str) -> ! {
    // SAFETY: the text lives for the call, which only reads it.
    unsafe { selene::process::fail(text.as_ptr(), text.len()) };
    unreachable!("the host ended this process")
}

pub fn set_label(text: &str) {
    // SAFETY: the text lives for the call, which only reads it.
    unsafe { selene::process::set_label(text.as_ptr(), text.len()) }
}

pub fn label() -> String {
    // SAFETY: `sized` offers memory of that length.
    let bytes = sized(|out, length| unsafe { selene::process::label(out, length) } as usize);
    text(bytes)
}

pub fn log(level: i32, target: &str, text: &str) {
    // SAFETY: the texts live for the call, which only reads them.
    unsafe {
        selene::log::write(
            level,
            target.as_ptr(),
            target.len(),
            text.as_ptr(),
            text.len(),
        )
    }
}

/// The text of an error of the host, which is given up.
pub fn take_error(error: u64) -> String {
    // SAFETY: the host writes exactly as many bytes as it said before.
    unsafe {
        let size = lunatic::error::string_size(error) as usize;
        let mut bytes: Vec<u8> = Vec::with_capacity(size);
        lunatic::error::to_string(error, bytes.as_mut_ptr());
        bytes.set_len(size);
        lunatic::error::drop(error);
        text(bytes)
    }
}

/// What `spawn` is to do.
pub struct SpawnRequest<'a> {
    /// A configuration, -1 for the caller's own.
    pub config: i64,
    /// A module, -1 for the caller's own.
    pub module: i64,
    pub function: &'a str,
    pub arguments: &'a [Value],
    /// Empty for none.
    pub name: &'a str,
    /// What logs call it; empty for none.
    pub label: &'a str,
    pub own: i32,
    pub other: i32,
    pub tag: i64,
    pub first_message: FirstMessage<'a>,
}

/// What a new process finds in its mailbox.
#[derive(Clone, Copy)]
pub enum FirstMessage<'a> {
    None,
    InScratch,
    /// Its tag and its bytes.
    Data(i64, &'a [u8]),
}

/// The new process, and the reference of its link.
pub struct Spawned {
    pub process: u64,
    pub reference: i64,
}

/// Why `spawn` did nothing.
pub enum NotSpawned {
    NameTaken(u64),
    /// An error of the host.
    Failed(u64),
}

/// Spawns a process.
pub fn spawn(request: &SpawnRequest<'_>) -> Result<Spawned, NotSpawned> {
    Buffer::with(|buffer| {
        write_parameters(request.arguments, buffer);
        spawn_with(request, buffer)
    })
}

fn spawn_with(request: &SpawnRequest<'_>, parameters: &[u8]) -> Result<Spawned, NotSpawned> {
    let mut out = [0_u64; 2];
    // SAFETY: texts, parameters and bytes live for the call, which only reads them; 16 bytes are written to `out`.
    let status = unsafe {
        if let FirstMessage::Data(message_tag, bytes) = request.first_message {
            selene::process::spawn_data(
                request.config,
                request.module,
                request.function.as_ptr(),
                request.function.len(),
                parameters.as_ptr(),
                parameters.len(),
                request.name.as_ptr(),
                request.name.len(),
                request.label.as_ptr(),
                request.label.len(),
                request.own,
                request.other,
                request.tag,
                message_tag,
                bytes.as_ptr(),
                bytes.len(),
                out.as_mut_ptr(),
            )
        } else {
            selene::process::spawn(
                request.config,
                request.module,
                request.function.as_ptr(),
                request.function.len(),
                parameters.as_ptr(),
                parameters.len(),
                request.name.as_ptr(),
                request.name.len(),
                request.label.as_ptr(),
                request.label.len(),
                request.own,
                request.other,
                request.tag,
                i32::from(matches!(request.first_message, FirstMessage::InScratch)),
                out.as_mut_ptr(),
            )
        }
    };
    match status {
        0 => Ok(Spawned {
            process: out[0],
            reference: out[1] as i64,
        }),
        2 => Err(NotSpawned::NameTaken(out[0])),
        _ => Err(NotSpawned::Failed(out[0])),
    }
}

/// Arguments in records of a type and 16 bytes.
fn write_parameters(arguments: &[Value], records: &mut Buffer) {
    const I32: u8 = 0x7F;
    const I64: u8 = 0x7E;
    for argument in arguments {
        let (kind, value) = match *argument {
            Value::I32(value) => (I32, i128::from(value)),
            Value::I64(value) => (I64, i128::from(value)),
        };
        records.push(kind);
        records.extend_from_slice(&value.to_le_bytes());
    }
}

pub fn register(name: &str, process: u64) -> i32 {
    // SAFETY: the name lives for the call, which only reads it.
    unsafe { selene::registry::register(name.as_ptr(), name.len(), process) }
}

pub fn unregister(name: &str) -> bool {
    // SAFETY: the name lives for the call, which only reads it.
    unsafe { selene::registry::unregister(name.as_ptr(), name.len()) == 0 }
}

pub fn whereis(name: &str) -> Option<u64> {
    let mut process = 0;
    // SAFETY: the name lives for the call, which only reads it; 8 bytes are written.
    let status = unsafe { selene::registry::whereis(name.as_ptr(), name.len(), &mut process) };
    (status == 0).then_some(process)
}

pub fn wait_for_name(name: &str, wait: Option<Duration>) -> Option<u64> {
    let mut process = 0;
    // SAFETY: the name lives for the call, which only reads it; 8 bytes are written.
    let status = unsafe {
        selene::registry::wait_for(name.as_ptr(), name.len(), timeout(wait), &mut process)
    };
    (status != TIMED_OUT).then_some(process)
}

pub fn join(group: &str, process: u64) -> i32 {
    // SAFETY: the name lives for the call, which only reads it.
    unsafe { selene::group::join(group.as_ptr(), group.len(), process) }
}

pub fn leave(group: &str, process: u64) -> bool {
    // SAFETY: the name lives for the call, which only reads it.
    unsafe { selene::group::leave(group.as_ptr(), group.len(), process) == 0 }
}

pub fn members(group: &str) -> Vec<u64> {
    let mut members: Vec<u64> = Vec::with_capacity(16);
    loop {
        // SAFETY: the host writes at most `capacity` ids and returns how many there are.
        let count = unsafe {
            selene::group::members(
                group.as_ptr(),
                group.len(),
                members.as_mut_ptr(),
                members.capacity(),
            ) as usize
        };
        if count <= members.capacity() {
            // SAFETY: as many were written.
            unsafe { members.set_len(count) };
            return members;
        }
        members.reserve_exact(count);
    }
}

/// Sends copies of the message in the scratch area to all members.
pub fn broadcast(group: &str) -> usize {
    // SAFETY: the name lives for the call, which only reads it.
    unsafe { selene::group::broadcast(group.as_ptr(), group.len()) as usize }
}

pub fn watch(group: &str, tag: i64) -> i64 {
    // SAFETY: the name lives for the call, which only reads it.
    unsafe { selene::group::watch(group.as_ptr(), group.len(), tag) }
}

plain! {
    unwatch(reference: i64) = selene::group::unwatch;
}
