//! Exit reasons as the host writes them.

use crate::exit::{ExitReason, TrapKind};
use crate::id::ProcessId;
use alloc::boxed::Box;
use alloc::string::String;

/// Kinds of traps, in the host's order.
const TRAP_KINDS: [TrapKind; 15] = [
    TrapKind::Unreachable,
    TrapKind::MemoryOutOfBounds,
    TrapKind::TableOutOfBounds,
    TrapKind::UninitializedElement,
    TrapKind::IndirectCallTypeMismatch,
    TrapKind::IntegerDivideByZero,
    TrapKind::IntegerOverflow,
    TrapKind::InvalidConversion,
    TrapKind::NullReference,
    TrapKind::StackOverflow,
    TrapKind::UncaughtException,
    TrapKind::BadEntry,
    TrapKind::Host,
    TrapKind::Other,
    TrapKind::Panic,
];

/// Reads a reason; what a newer host may add is a failure of the host.
pub fn decode(mut bytes: &[u8]) -> ExitReason {
    read(&mut bytes)
        .unwrap_or_else(|| ExitReason::HostFailure("an exit reason of an unknown kind".into()))
}

fn read(bytes: &mut &[u8]) -> Option<ExitReason> {
    Some(match byte(bytes)? {
        0 => ExitReason::Normal,
        1 => ExitReason::Exited(i32::from_le_bytes(array(bytes)?)),
        2 => {
            let kind = TRAP_KINDS.get(usize::from(byte(bytes)?)).copied();
            ExitReason::Trapped(kind.unwrap_or(TrapKind::Other), text(bytes)?)
        }
        3 => ExitReason::OutOfFuel(number(bytes)?),
        4 => ExitReason::OutOfMemory(number(bytes)?),
        5 => {
            let by = number(bytes)?;
            ExitReason::Killed((by != 0).then_some(ProcessId::from_u64(by)))
        }
        6 => {
            let process = ProcessId::from_u64(number(bytes)?);
            ExitReason::LinkDied(process, Box::new(read(bytes)?))
        }
        7 => ExitReason::NoProcess,
        8 => ExitReason::HostFailure(text(bytes)?),
        _ => return None,
    })
}

fn byte(bytes: &mut &[u8]) -> Option<u8> {
    array::<1>(bytes).map(|[byte]| byte)
}

fn number(bytes: &mut &[u8]) -> Option<u64> {
    array(bytes).map(u64::from_le_bytes)
}

fn text(bytes: &mut &[u8]) -> Option<String> {
    let length = u32::from_le_bytes(array(bytes)?) as usize;
    let (text, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(crate::host::text(text.to_vec()))
}

fn array<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (array, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*array)
}
