//! Floods of messages, processes, timers and text.

use imports::{address, message, process, registry, send, this, timer, Spawn};

/// Fills its own mailbox.
#[no_mangle]
pub extern "C" fn flood_self() {
    let bytes = [1_u8; 1_000];
    loop {
        unsafe {
            message::create_data(1, 1_000);
            message::write_data(address(&bytes), 1_000);
            message::send(this());
        }
    }
}

/// Fills the mailbox of a child that never looks.
#[no_mangle]
pub extern "C" fn flood_child() {
    let child = imports::spawn_link(1, "loop_for_ever", &[]);
    loop {
        send(child, 1, 1);
    }
}

/// Fills the mailbox of the process with the given id, low half first.
#[no_mangle]
pub extern "C" fn flood_other(low: i32, high: i32) {
    let target = u64::from(low as u32) | u64::from(high as u32) << 32;
    loop {
        send(target, 1, 1);
    }
}

/// Big messages to nobody.
#[no_mangle]
pub extern "C" fn flood_the_dead() {
    let bytes = vec![1_u8; 1 << 20];
    loop {
        unsafe {
            message::create_data(1, 1 << 20);
            message::write_data(address(bytes.as_slice()), 1 << 20);
            message::send(1);
        }
    }
}

/// Every process spawns two of its kind and lives on; a kill of one reaches all by their links.
#[no_mangle]
pub extern "C" fn fork_bomb() {
    let spawn = Spawn {
        function: "fork_bomb",
        arguments: &[],
        link: 1,
        config: -1,
    };
    for _ in 0..2 {
        if let Err(error) = spawn.start() {
            unsafe { imports::error::drop(error) };
        }
    }
    imports::receive(&[1], imports::FOREVER);
}

/// A chain: every process spawns the next and ends.
#[no_mangle]
pub extern "C" fn fork_chain() {
    let spawn = Spawn {
        function: "fork_chain",
        arguments: &[],
        link: 0,
        config: -1,
    };
    if let Err(error) = spawn.start() {
        unsafe { imports::error::drop(error) };
    }
}

/// Linked children that all wait; their number is the limit's.
#[no_mangle]
pub extern "C" fn spawn_for_ever() {
    let spawn = Spawn {
        function: "wait_for_ever",
        arguments: &[],
        link: 1,
        config: -1,
    };
    loop {
        if let Err(error) = spawn.start() {
            unsafe { imports::error::drop(error) };
        }
    }
}

/// Waits.
#[no_mangle]
pub extern "C" fn wait_for_ever() {
    loop {
        imports::receive(&[-1], imports::FOREVER);
    }
}

/// Timers that fire in a hundred years.
#[no_mangle]
pub extern "C" fn timer_bomb() {
    loop {
        unsafe {
            message::create_data(1, 0);
            timer::send_after(this(), 3_000_000_000_000);
        }
    }
}

/// Timers that fire at once.
#[no_mangle]
pub extern "C" fn timer_storm() {
    loop {
        unsafe {
            message::create_data(1, 0);
            timer::send_after(this(), 0);
        }
    }
}

/// New names, for ever.
#[no_mangle]
pub extern "C" fn registry_bomb() {
    let mut name = [b'n'; 64];
    for number in 0_u64.. {
        name[..8].copy_from_slice(
            format!("{number:08x}")
                .as_bytes()
                .get(..8)
                .unwrap_or(b"overflow"),
        );
        unsafe { registry::put(address(&name), 64, 0, this()) };
    }
}

/// One name of a megabyte, and more.
#[no_mangle]
pub extern "C" fn registry_long_names() {
    let mut name = vec![b'n'; 1 << 20];
    for number in 0_u64.. {
        name[..8].copy_from_slice(&number.to_be_bytes().map(|byte| byte & 0x7f));
        let at = address(name.as_slice());
        unsafe { registry::put(at, 1 << 20, 0, this()) };
    }
}

/// Metrics with ever new names.
#[no_mangle]
pub extern "C" fn metrics_bomb() {
    for number in 0_u64.. {
        let name = format!("metric {number}");
        unsafe {
            imports::metrics::increment_counter(address(name.as_str()), name.len() as u32);
        }
    }
}

/// Links to the same process, unlinks, monitors, for ever.
#[no_mangle]
pub extern "C" fn signal_flood() {
    let child = imports::spawn("loop_a_while", &[]);
    loop {
        unsafe {
            process::link(1, child);
            process::unlink(child);
            process::monitor(child);
            process::stop_monitoring(child);
        }
    }
}

/// Monitors every id there might be.
#[no_mangle]
pub extern "C" fn monitor_flood() {
    for id in 0_u64.. {
        unsafe { process::monitor(id) };
    }
}

/// Writes to standard output for ever.
#[no_mangle]
pub extern "C" fn stdout_flood() {
    let text = [b'x'; 4_096];
    let vector = [address(&text), 4_096];
    let mut written = 0_u32;
    loop {
        unsafe {
            imports::wasi::fd_write(1, address(&vector), 1, imports::address_mut(&mut written));
        }
    }
}
