//! Where a process begins: what the host calls.

use crate::attachment;
use crate::host::buffer::Buffer;
use crate::host::{self, FirstMessage, NotSpawned, Room, SpawnRequest, Spawned};
use crate::id::ProcessId;
use crate::mailbox::Mailbox;
use crate::message::{DecodeError, EncodeError, Message};
use crate::module::Value;
use crate::process;
use crate::reply::ReplyTo;
use crate::tag;

/// The export that processes begin with.
const ENTRY: &str = "_selene_spawn";

/// Calls `run(entry, has_argument)`; both are places in the module's table, which is the same in all its processes.
///
/// Reached from the host alone, which takes the numbers from whoever spawns a process of this module: that one chooses
/// what the new process runs anyway.
#[unsafe(no_mangle)]
extern "C" fn _selene_spawn(run: usize, entry: usize, has_argument: u32) {
    enter();
    // SAFETY: `spawn` below passed the address of a function of this type.
    let run: Run = unsafe { core::mem::transmute(run) };
    run(entry, has_argument != 0);
}

/// What every process does first.
pub fn enter() {
    host::needs_version();
    crate::panic::install();
}

/// What runs a function, given by its address, in the new process; and whether an argument waits in the mailbox.
pub type Run = fn(usize, bool);

/// Where the new process is to run, under which name, and how it is bound to the caller.
pub struct Binding<'a> {
    pub config: i64,
    pub name: &'a str,
    pub label: &'a str,
    pub own: i32,
    pub other: i32,
    pub tag: i64,
}

/// Writes an argument; a trait object, so that spawning is compiled once.
pub type Encode<'a> = &'a dyn Fn(&mut Buffer) -> Result<(), EncodeError>;

/// Spawns a process that calls `run` on the address of a function.
pub fn spawn(
    binding: &Binding<'_>,
    argument: Encode<'_>,
    run: Run,
    entry: usize,
) -> Result<Spawned, NotSpawned> {
    Buffer::with(|buffer| {
        let first_message = if process::encoded(tag::ARGUMENT, buffer, argument) {
            host::write(buffer);
            FirstMessage::InScratch
        } else if buffer.is_empty() {
            FirstMessage::None
        } else {
            FirstMessage::Data(tag::ARGUMENT, buffer)
        };
        let has_argument = !matches!(first_message, FirstMessage::None);
        host::spawn(&SpawnRequest {
            config: binding.config,
            module: -1,
            function: ENTRY,
            arguments: &[
                Value::I32(run as usize as i32),
                Value::I32(entry as i32),
                Value::I32(i32::from(has_argument)),
            ],
            name: binding.name,
            label: binding.label,
            own: binding.own,
            other: binding.other,
            tag: binding.tag,
            first_message,
        })
    })
}

/// The argument that the parent passed, in the new process.
pub fn argument<A: Message>(has_argument: bool) -> A {
    read_argument(has_argument, A::decode)
}

/// As `argument`, of a parent that waits for an answer.
pub fn owed_argument<A: Message, T>(has_argument: bool) -> (ReplyTo<T>, A) {
    read_argument(has_argument, |bytes| {
        let (reply, argument) = bytes
            .split_first_chunk()
            .ok_or_else(|| DecodeError::new("too short"))?;
        Ok((ReplyTo::from_bytes(*reply), A::decode(argument)?))
    })
}

/// As `argument`, of a parent that gave a tag, too.
pub fn channel_argument<A: Message>(has_argument: bool) -> (ProcessId, i64, A) {
    read_argument(has_argument, |bytes| {
        let parts = bytes.split_first_chunk::<8>().and_then(|(caller, rest)| {
            let (tag, argument) = rest.split_first_chunk::<8>()?;
            Some((
                u64::from_le_bytes(*caller),
                i64::from_le_bytes(*tag),
                argument,
            ))
        });
        let (caller, tag, argument) = parts.ok_or_else(|| DecodeError::new("too short"))?;
        Ok((ProcessId::from_u64(caller), tag, A::decode(argument)?))
    })
}

fn read_argument<R>(has_argument: bool, decode: impl Fn(&[u8]) -> Result<R, DecodeError>) -> R {
    let argument = if has_argument {
        // Nothing is older.
        let mut room = Room::new();
        let delivery = room.receive(&[], None);
        let (attached, bytes) = match delivery.short(tag::ARGUMENT) {
            Some(bytes) => (false, bytes),
            None => delivery.attached_and_content(),
        };
        attachment::reading(attached, || decode(&bytes))
    } else {
        decode(&[])
    };
    argument.unwrap_or_else(|error| panic!("the argument of a new process: {error}"))
}

/// Runs a process's function: a `fn(A, Mailbox<M>)`.
pub fn run_process<A: Message, M: Message>(entry: usize, has_argument: bool) {
    let entry = function::<fn(A, Mailbox<M>)>(entry);
    entry(argument(has_argument), Mailbox::new());
}

/// The function at an address. To be called by a [`Run`] alone, on the address that was passed together with it: both are
/// made in one place, for the same types.
pub fn function<F: Copy>(address: usize) -> F {
    const { assert!(size_of::<F>() == size_of::<usize>(), "a function pointer") };
    // SAFETY: the address is that of an `F`, as said above; a function pointer is an address.
    unsafe { core::mem::transmute_copy(&address) }
}
