//! What checks spawn. A process id travels as two i32 arguments, low half first.

use imports::{message, process, receive, send, timer, Received, FOREVER};

/// The two halves of an id.
pub fn halves(id: u64) -> [i32; 2] {
    [id as u32 as i32, (id >> 32) as u32 as i32]
}

fn whole(low: i32, high: i32) -> u64 {
    u64::from(low as u32) | u64::from(high as u32) << 32
}

/// Ends at once.
#[no_mangle]
pub extern "C" fn part_end() {}

/// Traps at once.
#[no_mangle]
pub extern "C" fn part_trap() {
    core::arch::wasm32::unreachable()
}

/// Traps when the first message comes.
#[no_mangle]
pub extern "C" fn part_trap_on_message() {
    receive(&[], FOREVER);
    core::arch::wasm32::unreachable()
}

/// Ends when the first message comes.
#[no_mangle]
pub extern "C" fn part_end_on_message() {
    receive(&[], FOREVER);
}

/// Never ends, never waits.
#[no_mangle]
pub extern "C" fn part_loop() {
    let mut number = 0_u32;
    loop {
        number = std::hint::black_box(number.wrapping_add(1));
    }
}

/// Sends the numbers from 0 on.
#[no_mangle]
pub extern "C" fn part_count(low: i32, high: i32, count: i32) {
    for number in 0..count as u32 {
        send(whole(low, high), 0, u64::from(number));
    }
}

/// Answers every number with the next one, under the same tag.
#[no_mangle]
pub extern "C" fn part_answer(low: i32, high: i32) {
    loop {
        if let Received::Data(tag, number) = receive(&[], FOREVER) {
            send(whole(low, high), tag, number + 1);
        }
    }
}

/// Answers with the same tag, but first sends a message with another tag.
#[no_mangle]
pub extern "C" fn part_answer_second(low: i32, high: i32) {
    if let Received::Data(tag, number) = receive(&[], FOREVER) {
        send(whole(low, high), tag + 1, 0);
        send(whole(low, high), tag, number + 1);
    }
}

/// Spawns a linked process that waits, tells its id, and waits.
#[no_mangle]
pub extern "C" fn part_with_child(low: i32, high: i32) {
    let child = imports::spawn_link(9, "part_end_on_message", &[]);
    send(whole(low, high), 0, child);
    receive(&[], FOREVER);
}

/// Starts a timer for another process, and ends.
#[no_mangle]
pub extern "C" fn part_timer(low: i32, high: i32, delay: i32) {
    unsafe {
        message::create_data(4, 8);
        timer::send_after(whole(low, high), delay as u32 as u64);
    }
}

/// Waits for ever inside catches.
#[no_mangle]
pub extern "C" fn part_catch_for_ever() {
    fn wait(_: u32) -> u32 {
        receive(&[3], FOREVER);
        1
    }
    loop {
        imports::catch(wait, 0);
    }
}

/// Tries what a process without permissions may not; tells how many of them were refused.
#[no_mangle]
pub extern "C" fn part_unprivileged(low: i32, high: i32) {
    fn try_to_spawn(_: u32) -> u32 {
        imports::spawn("part_end", &[]);
        1
    }
    let mut refused = 0;
    refused += u64::from(unsafe { process::create_config() } == -1);
    let mut id = 0_u64;
    let compiled = unsafe { process::compile_module(0, 8, imports::address_mut(&mut id)) };
    refused += u64::from(compiled == -1);
    refused += u64::from(imports::catch(try_to_spawn, 0) == 0);
    send(whole(low, high), 0, refused);
}

/// Tells whether its arguments and environment are those of the check.
#[no_mangle]
pub extern "C" fn part_surroundings(low: i32, high: i32) {
    let arguments: Vec<String> = std::env::args().collect();
    let fine = arguments == ["zero", "one"]
        && std::env::var("KEY").as_deref() == Ok("the value")
        && std::env::vars().count() == 1;
    send(whole(low, high), 0, u64::from(fine));
}

/// Gives its own name away, and waits.
#[no_mangle]
pub extern "C" fn part_named(low: i32, high: i32) {
    send(whole(low, high), 0, imports::this());
    receive(&[], FOREVER);
}

/// Kills a process.
#[no_mangle]
pub extern "C" fn part_kill(low: i32, high: i32) {
    unsafe { process::kill(whole(low, high)) };
}
