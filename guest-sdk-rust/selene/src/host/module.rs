//! Modules loaded at runtime.

use crate::sys::lunatic::process;

plain! {
    drop(handle: u64) = process::drop_module;
}

/// What became of a module's bytes.
pub enum Compiled {
    Module(u64),
    /// An error of the host.
    Failed(u64),
    NotPermitted,
}

pub fn compile(bytes: &[u8]) -> Compiled {
    let mut id = 0;
    // SAFETY: the bytes live for the call, which only reads them; 8 bytes are written.
    match unsafe { process::compile_module(bytes.as_ptr(), bytes.len(), &mut id) } {
        0 => Compiled::Module(id),
        1 => Compiled::Failed(id),
        _ => Compiled::NotPermitted,
    }
}
