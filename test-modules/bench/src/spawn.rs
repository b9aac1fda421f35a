//! How long a process takes from spawn over its first message to its end.

use crate::measure;
use lunatic::{Mailbox, Process};

/// Its parent comes as the first message; the answer shows that the child ran.
fn child(parent: Process<u32>, _: Mailbox<()>) {
    parent.send(1);
}

/// One after the other.
pub fn sequential(count: u32) {
    let mailbox = unsafe { Mailbox::<u32>::new() };
    let result = measure::repeat_warm(11, f64::from(count), || {
        for _ in 0..count {
            Process::<()>::spawn(mailbox.this(), child);
            mailbox.receive();
        }
    });
    measure::print_warm("spawn", "ns/process", count, result);
}

/// All of them before the first answer is taken.
pub fn at_once(count: u32) {
    let mailbox = unsafe { Mailbox::<u32>::new() };
    let result = measure::repeat_warm(11, f64::from(count), || {
        for _ in 0..count {
            Process::<()>::spawn(mailbox.this(), child);
        }
        for _ in 0..count {
            mailbox.receive();
        }
    });
    measure::print_warm("spawn-many", "ns/process", count, result);
}
