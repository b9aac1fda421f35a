//! What a panic becomes: a text on standard error, as always in Rust, and the message of the trap that ends the process.

use crate::host;
use std::panic::PanicHookInfo;

/// A guest has no unwinding: when the hook returns, the process traps.
pub fn install() {
    std::panic::set_hook(Box::new(report));
}

fn report(info: &PanicHookInfo<'_>) {
    let text = info.payload_as_str().unwrap_or("a value that is no text");
    let place = info
        .location()
        .map_or_else(String::new, |place| format!(" at {place}"));
    eprintln!("\nthread 'main' panicked{place}:\n{text}");
    host::set_trap_message(&format!("panicked{place}: {text}"));
}
