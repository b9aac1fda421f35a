//! Where a process begins: what the host calls.

use crate::host;
use crate::mailbox::Mailbox;
use crate::message::{Message, with_buffer};
use crate::tag;

/// The export that [`spawn`] names.
const ENTRY: &str = "_selene_spawn";

/// Calls `run(entry, has_argument)`; both are places in the module's table, which is the same in all its processes.
///
/// Reached from the host alone: a process can have it called only in a process it spawns itself.
#[unsafe(no_mangle)]
extern "C" fn _selene_spawn(run: usize, entry: usize, has_argument: u32) {
    crate::panic::install();
    // SAFETY: `spawn` below passed the address of a function of this type. A forged place, which only a program that
    // spawns this module by hand can make up, gives a trap for another type, or runs the function that is there.
    let run: fn(usize, bool) = unsafe { core::mem::transmute(run) };
    run(entry, has_argument != 0);
}

/// What runs a function of this type in the new process.
pub type Run = fn(usize, bool);

/// Spawns a process that calls `run` on the address of a function.
pub fn spawn<A: Message>(config: i64, argument: &A, run: Run, entry: usize) -> Result<u64, u64> {
    with_buffer(|buffer| {
        if let Err(error) = argument.encode(buffer) {
            panic!("the argument of a new process: {error}");
        }
        let has_argument = !buffer.is_empty();
        let process = host::spawn(
            config,
            ENTRY,
            [run as usize as u32, entry as u32, u32::from(has_argument)],
        )?;
        if has_argument {
            host::create(tag::ARGUMENT);
            host::write(buffer);
            host::send(process);
        }
        Ok(process)
    })
}

/// The argument that the parent passed, in the new process.
pub fn argument<A: Message>(has_argument: bool) -> A {
    with_buffer(|buffer| {
        if has_argument {
            host::receive(&[tag::ARGUMENT], None);
            host::read(buffer);
        }
        match A::decode(buffer) {
            Ok(argument) => argument,
            Err(error) => panic!("the argument of a new process: {error}"),
        }
    })
}

/// Runs a process's function: a `fn(A, Mailbox<M>)`.
pub fn run_process<A: Message, M: Message>(entry: usize, has_argument: bool) {
    // SAFETY: `Process::spawn` passed the address of a function of this very type with this very `run_process`.
    let entry: fn(A, Mailbox<M>) = unsafe { core::mem::transmute(entry) };
    entry(argument(has_argument), Mailbox::new());
}
