//! What a panic becomes: a text on standard error, as always in Rust, and the message of the trap that ends the process.

use crate::host;
use core::cell::Cell;
use core::fmt::Write as _;
use std::io::Write as _;
use std::panic::PanicHookInfo;

/// A guest has no unwinding: when the hook returns, the process traps.
pub fn install() {
    std::thread_local! {
        static INSTALLED: Cell<bool> = const { Cell::new(false) };
    }
    // After a panic that was caught, Rust refuses to set a hook.
    if !INSTALLED.replace(true) {
        std::panic::set_hook(Box::new(report));
    }
}

fn report(info: &PanicHookInfo<'_>) {
    let payload = info.payload();
    let text = match (
        payload.downcast_ref::<&str>(),
        payload.downcast_ref::<String>(),
    ) {
        (Some(text), _) => text,
        (None, Some(text)) => text.as_str(),
        (None, None) => "a value that is no text",
    };
    let mut message = String::from("panicked");
    if let Some(place) = info.location() {
        let _ = write!(
            message,
            " at {}:{}:{}",
            place.file(),
            place.line(),
            place.column()
        );
    }
    // The form of Rust's own report, by which test runners find the text.
    let report = ["\nthread 'main' ", &message, ":\n", text, "\n"].concat();
    let _ = std::io::stderr().write_all(report.as_bytes());
    message.push_str(": ");
    message.push_str(text);
    host::set_trap_message(&message);
}
