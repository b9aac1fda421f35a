//! Checks the virtual machine through raw imports.
//!
//! Every check is an export without parameters or results, to be run as a process of its own; a
//! check that does not hold traps. The exports of [`ends`] end in the ways that expected.tsv says.
//! Those of [`parts`] are no checks: they are what checks spawn.
//!
//! `probe` runs all checks, each in a linked process; `probe NAME…` those that are named; `--list`
//! names them; `--lunatic` leaves out what only Selene does.

mod catching;
mod ends;
mod links;
mod mailbox;
mod names;
mod parts;
mod surroundings;
mod timers;

use imports::{LINK_DIED, TIMEOUT};
use std::time::{Duration, Instant};

/// Declares checks: exports by name, and a table of the names.
#[macro_export]
macro_rules! checks {
    ($($(#[$doc:meta])* fn $name:ident() $body:block)*) => {
        $($(#[$doc])* #[no_mangle] pub extern "C" fn $name() $body)*
        /// The names of these checks.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

/// Runs one check in a process of its own; whether it held.
fn holds(name: &str, tag: i64) -> bool {
    let child = imports::spawn_link(tag, name, &[]);
    let deadline = Instant::now() + Duration::from_secs(60);
    let died = |timeout| {
        let tags = [tag];
        match unsafe { imports::message::receive(imports::address(&tags), 1, timeout) } {
            TIMEOUT => false,
            LINK_DIED => true,
            other => panic!("a message with the tag of a link: {other}"),
        }
    };
    loop {
        if died(5) {
            return false;
        }
        if unsafe { imports::process::exists(child) } == 0 {
            // A normal end is silent; a failure's news was sent before the process was gone.
            return !died(20);
        }
        if Instant::now() > deadline {
            println!("{name} takes too long");
            return false;
        }
    }
}

fn main() {
    unsafe { imports::process::die_when_link_dies(0) };
    let mut names = Vec::new();
    for group in [
        mailbox::NAMES,
        links::NAMES,
        catching::NAMES,
        names::NAMES,
        timers::NAMES,
        surroundings::NAMES,
    ] {
        names.extend_from_slice(group);
    }
    let mut wanted: Vec<String> = std::env::args().skip(1).collect();
    if wanted.iter().any(|word| word == "--lunatic") {
        names.retain(|name| !name.contains("selene"));
        wanted.retain(|word| word != "--lunatic");
    }
    if wanted.iter().any(|word| word == "--list") {
        for name in names {
            println!("{name}");
        }
        return;
    }
    if !wanted.is_empty() {
        names.retain(|name| wanted.iter().any(|word| word == name));
    }
    let mut failed = 0;
    for (tag, name) in (1_000..).zip(&names) {
        let ok = holds(name, tag);
        println!("{} {name}", if ok { "ok    " } else { "FAILED" });
        failed += u32::from(!ok);
    }
    println!("{} checks, {failed} failed", names.len());
    if failed > 0 || names.is_empty() {
        std::process::exit(1);
    }
}
