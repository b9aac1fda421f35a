//! Calls every import of `selene::*` through the generated layer `sys`, as a guest does, and checks
//! what it answers. A check that does not hold panics, and the panic's text is the exit reason.

#[path = "../../../guest-sdk-rust/selene/src/sys/mod.rs"]
#[allow(dead_code, clippy::missing_safety_doc, clippy::too_many_arguments)]
mod sys;

use std::panic;
use sys::lunatic::{message as old_message, process as old_process};
use sys::selene::{
    config, group, limits, log, mailbox, message, process, registry, timer, trap, version,
};

const TIMED_OUT: i32 = 9027;
const FOREVER: i64 = -1;
const TOLD: i32 = 2;
const DIES: i32 = 4;
const CONNECT: i32 = 0;
const MAILBOX_MESSAGES: i32 = 3;

fn create(tag: i64, bytes: &[u8]) {
    unsafe {
        old_message::create_data(tag, 0);
        old_message::write_data(bytes.as_ptr(), bytes.len());
    }
}

fn read() -> Vec<u8> {
    let mut bytes = vec![0; unsafe { old_message::data_size() } as usize];
    unsafe { old_message::read_data(bytes.as_mut_ptr(), bytes.len()) };
    bytes
}

fn receive(tag: i64) -> i32 {
    unsafe { old_message::receive([tag].as_ptr().cast(), 1, FOREVER) }
}

fn own_id() -> u64 {
    unsafe { old_process::process_id() }
}

fn parameter(value: u64) -> [u8; 17] {
    let mut record = [0; 17];
    record[0] = 0x7E;
    record[1..9].copy_from_slice(&value.to_le_bytes());
    record
}

struct Child {
    id: u64,
    reference: u64,
}

fn spawn(function: &str, argument: u64, name: &str, tag: i64, flags: i32) -> Result<Child, i32> {
    let mut out = [0u64; 2];
    let record = parameter(argument);
    let label = "a child";
    let code = unsafe {
        process::spawn(
            -1,
            -1,
            function.as_ptr(),
            function.len(),
            record.as_ptr(),
            record.len(),
            name.as_ptr(),
            name.len(),
            label.as_ptr(),
            label.len(),
            TOLD,
            DIES,
            tag,
            flags,
            out.as_mut_ptr(),
        )
    };
    match code {
        0 => Ok(Child {
            id: out[0],
            reference: out[1],
        }),
        other => Err(other),
    }
}

/// The exit reason of the scratch message.
fn reason() -> Vec<u8> {
    let mut bytes = vec![0; 16];
    let size = unsafe { message::exit_reason(bytes.as_mut_ptr(), bytes.len()) } as usize;
    if size > bytes.len() {
        bytes.resize(size, 0);
        assert_eq!(size as i32, unsafe {
            message::exit_reason(bytes.as_mut_ptr(), bytes.len())
        });
    }
    bytes.truncate(size);
    bytes
}

/// The message of an exit reason of kind trapped.
fn trap_message(reason: &[u8]) -> (u8, String) {
    assert_eq!(2, reason[0], "not a trap");
    let length = u32::from_le_bytes(reason[2..6].try_into().unwrap()) as usize;
    let text = String::from_utf8(reason[6..6 + length].to_vec()).unwrap();
    (reason[1], text)
}

// What is spawned

/// Answers one message with its bytes, to a process by id.
#[unsafe(no_mangle)]
extern "C" fn echo(answer_to: u64) {
    assert_eq!(0, unsafe {
        old_message::receive(std::ptr::null(), 0, FOREVER)
    });
    let bytes = read();
    let tag = unsafe { old_message::get_tag() };
    create(tag, &bytes);
    unsafe { old_message::send(answer_to) };
}

/// Waits for ever.
#[unsafe(no_mangle)]
extern "C" fn wait(_: u64) {
    unsafe { old_message::receive([7i64].as_ptr().cast(), 1, FOREVER) };
}

/// Ends with a code.
#[unsafe(no_mangle)]
extern "C" fn exit_with(code: u64) {
    unsafe { process::exit(code as i32) };
}

/// Fails with a text.
#[unsafe(no_mangle)]
extern "C" fn fail(_: u64) {
    let text = "out of coffee";
    unsafe { process::fail(text.as_ptr(), text.len()) };
}

/// Panics, with the panic's text as the reason.
#[unsafe(no_mangle)]
extern "C" fn panics(number: u64) {
    install_hook();
    panic!("number {number} is wrong");
}

/// What `selene::trap::catch` calls.
#[unsafe(no_mangle)]
extern "C" fn _selene_catch(function: i32, argument: i32) {
    match function {
        0 => {}
        1 => panic!("caught {argument}"),
        2 => fail(0),
        3 => unsafe { process::exit(argument) },
        _ => recurse(argument),
    }
}

#[allow(unconditional_recursion)]
fn recurse(depth: i32) {
    std::hint::black_box([depth; 64]);
    recurse(depth + 1);
    std::hint::black_box(depth);
}

fn install_hook() {
    panic::set_hook(Box::new(|info| {
        let text = info.to_string();
        unsafe { trap::set_message(text.as_ptr(), text.len()) };
    }));
}

// The checks

fn versions() {
    unsafe {
        version::needs_1_0();
        version::needs_1_1();
        assert_eq!((1, 1), (version::major(), version::minor()));
    }
}

/// What `receive_data` and `request_data` answer: code, whether something is attached, tag, size.
fn described(answer: i64) -> (i32, bool, i64, usize) {
    let code = (answer & 0xFFFF) as i32;
    let attached = answer & 1 << 16 != 0;
    (
        code,
        attached,
        answer >> 17 & 0x7FFF,
        (answer >> 32) as usize,
    )
}

fn in_one_call() {
    let data = b"0123456789";
    let mut buffer = [b'-'; 6];
    let mut receive = |tags: &[i64], timeout| {
        let answer = unsafe {
            message::receive_data(
                tags.as_ptr().cast(),
                tags.len(),
                timeout,
                buffer.as_mut_ptr(),
                6,
            )
        };
        (described(answer), buffer)
    };
    let me = own_id();
    create(3, b"scratch");
    let large = 0x7FFF;
    for tag in [5, large - 1, large, i64::MIN] {
        assert_eq!(0, unsafe {
            message::send_data(me, tag, data.as_ptr(), data.len())
        });
    }
    assert_eq!(b"scratch", &read()[..]);
    assert_eq!(((0, false, 5, 10), *b"012345"), receive(&[], FOREVER));
    assert_eq!(b"6789", &read()[..4]);
    assert_eq!((0, false, large - 1, 10), receive(&[large - 1], 0).0);
    for tag in [large, i64::MIN] {
        assert_eq!((0, false, large, 10), receive(&[], 0).0);
        assert_eq!(tag, unsafe { old_message::get_tag() });
    }
    assert_eq!((TIMED_OUT, false, 0, 0), receive(&[], 0).0);
    let child = spawn("exit_with", 0, "", 6, 0).unwrap();
    assert_eq!((2, false, 6, 0), receive(&[6], FOREVER).0);
    assert_eq!(child.id, unsafe { message::process_id() });

    let child = spawn("echo", me, "", 0, 0).unwrap();
    let mut answer = [0; 16];
    let mut request = |target, wanted, timeout| {
        described(unsafe {
            message::request_data(
                target,
                9,
                data.as_ptr(),
                data.len(),
                wanted,
                timeout,
                answer.as_mut_ptr(),
                answer.len(),
            )
        })
    };
    assert_eq!((0, false, 9, 10), request(child.id, 9, FOREVER));
    assert_eq!((2, false, 9, 0), request(child.id, 9, FOREVER));
    assert_eq!(vec![7], reason());
    assert_eq!((TIMED_OUT, false, 0, 0), request(me, 8, 0));
    assert_eq!(data, &answer[..10]);

    let mut out = [0u64; 2];
    let record = parameter(me);
    let status = unsafe {
        process::spawn_data(
            -1,
            -1,
            "echo".as_ptr(),
            4,
            record.as_ptr(),
            record.len(),
            "".as_ptr(),
            0,
            "".as_ptr(),
            0,
            TOLD,
            DIES,
            12,
            11,
            data.as_ptr(),
            data.len(),
            out.as_mut_ptr(),
        )
    };
    assert_eq!(0, status);
    assert_eq!(0, self::receive(11));
    assert_eq!(data, &read()[..]);
    assert_eq!(2, self::receive(12));
    assert_eq!(out[0], unsafe { message::process_id() });
}

fn spawning() {
    create(5, b"first");
    let child = spawn("echo", own_id(), "echo", 6, 1).unwrap();
    assert_ne!(0, child.reference);
    assert_eq!(0, receive(5));
    assert_eq!(b"first", &read()[..]);
    assert_eq!(2, receive(6));
    unsafe {
        assert_eq!(child.id, message::process_id());
        assert_eq!(child.id, old_message::get_process_id());
        assert_eq!(child.reference as i64, message::reference());
    }
    assert_eq!(vec![0], reason());
    let first = spawn("wait", 0, "taken", 6, 0).unwrap();
    assert_eq!(Some(2), spawn("wait", 0, "taken", 6, 0).err());
    unsafe { old_process::kill(first.id) };
    assert_eq!(2, receive(6));
    let mut killed = vec![5];
    killed.extend(own_id().to_le_bytes());
    assert_eq!(killed, reason());
}

fn reasons() {
    spawn("exit_with", 3, "", 6, 0).unwrap();
    assert_eq!(2, receive(6));
    assert_eq!(vec![1, 3, 0, 0, 0], reason());
    spawn("exit_with", 0, "", 6, 0).unwrap();
    assert_eq!(2, receive(6));
    assert_eq!(vec![0], reason());
    spawn("fail", 0, "", 6, 0).unwrap();
    assert_eq!(2, receive(6));
    assert_eq!((14, "out of coffee".to_string()), trap_message(&reason()));
    spawn("panics", 12, "", 6, 0).unwrap();
    assert_eq!(2, receive(6));
    let (kind, text) = trap_message(&reason());
    assert_eq!(14, kind);
    assert!(text.ends_with("number 12 is wrong"), "{text}");
    let reference = unsafe { process::monitor(4711, 8) };
    assert_eq!(2, receive(8));
    assert_eq!(vec![7], reason());
    assert_eq!(reference, unsafe { message::reference() });
}

fn links() {
    unsafe {
        let child = spawn("wait", 0, "", 6, 0).unwrap();
        let monitor = process::monitor(child.id, 9);
        let link = process::link(child.id, TOLD, 0, 10);
        process::demonitor(monitor);
        process::unlink(link);
        process::unlink(child.reference as i64);
        let last = process::link(child.id, TOLD, 0, 11);
        old_process::kill(child.id);
        assert_eq!(2, old_message::receive(std::ptr::null(), 0, FOREVER));
        assert_eq!(last, message::reference());
        assert_eq!(TIMED_OUT, old_message::receive(std::ptr::null(), 0, 0));
    }
}

fn sending() {
    unsafe {
        mailbox::configure(2, -1, 0);
        for _ in 0..2 {
            create(1, b"");
            assert_eq!(0, message::try_send(own_id()));
        }
        create(1, b"");
        assert_eq!(1, message::try_send(own_id()));
        assert_eq!(1, message::send_timeout(own_id(), 1));
        assert_eq!(2, message::try_send(4711));
        assert_eq!(2, message::send_timeout(4711, 1));
        assert_eq!(0, mailbox::dropped());
        old_message::send(own_id());
        assert_eq!(1, mailbox::dropped());
        assert_eq!(2, limits::usage(MAILBOX_MESSAGES));
        receive(1);
        receive(1);
        mailbox::configure(-1, -1, 0);
        let child = spawn("echo", own_id(), "", 6, 0).unwrap();
        create(12, b"question");
        assert_eq!(0, message::request(child.id, 12, FOREVER));
        assert_eq!(b"question", &read()[..]);
        create(13, b"nobody there");
        assert_eq!(2, message::request(child.id, 13, FOREVER));
        assert_eq!(child.id, message::process_id());
        assert_eq!(2, receive(6));
    }
}

fn catching() {
    unsafe {
        assert_eq!(0, trap::catch_trap(0, 0));
        let mut bytes = [0; 4096];
        let mut caught = |function, argument| {
            assert_eq!(1, trap::catch_trap(function, argument));
            let size = trap::caught_reason(bytes.as_mut_ptr(), bytes.len()) as usize;
            bytes[..size].to_vec()
        };
        let (kind, text) = trap_message(&caught(1, 5));
        assert!(kind == 14 && text.ends_with("caught 5"), "{text}");
        assert_eq!(
            (14, "out of coffee".to_string()),
            trap_message(&caught(2, 0))
        );
        assert_eq!(vec![1, 9, 0, 0, 0], caught(3, 9));
        // the guest's own stack, in its memory, is used up before the call depth is
        assert_eq!(1, trap_message(&caught(4, 0)).0);
    }
}

fn names() {
    unsafe {
        let name = "somebody";
        let (at, length) = (name.as_ptr(), name.len());
        let mut id = 0;
        assert_eq!(1, registry::whereis(at, length, &mut id));
        assert_eq!(TIMED_OUT, registry::wait_for(at, length, 1, &mut id));
        assert_eq!(0, registry::register(at, length, own_id()));
        assert_eq!(1, registry::register(at, length, own_id()));
        assert_eq!(2, registry::register(at, 1, 4711));
        assert_eq!(0, registry::whereis(at, length, &mut id));
        assert_eq!(own_id(), id);
        id = 0;
        assert_eq!(0, registry::wait_for(at, length, FOREVER, &mut id));
        assert_eq!(own_id(), id);
        assert_eq!(0, registry::unregister(at, length));
        assert_eq!(1, registry::unregister(at, length));
    }
}

fn groups() {
    unsafe {
        let name = "group";
        let (at, length) = (name.as_ptr(), name.len());
        let watch = group::watch(at, length, 20);
        let child = spawn("echo", own_id(), "", 6, 0).unwrap();
        assert_eq!(0, group::join(at, length, child.id));
        assert_eq!(1, group::join(at, length, child.id));
        assert_eq!(2, group::join(at, length, 4711));
        assert_eq!(0, group::join(at, length, own_id()));
        let mut ids = [0; 1];
        assert_eq!(2, group::members(at, length, ids.as_mut_ptr(), 1));
        assert_eq!(child.id, ids[0]);
        create(21, b"to all");
        assert_eq!(2, group::broadcast(at, length));
        // the caller's own copy, and the child's answer
        assert_eq!((0, 0), (receive(21), receive(21)));
        assert_eq!(b"to all", &read()[..]);
        assert_eq!(2, receive(6));
        assert_eq!(0, group::leave(at, length, own_id()));
        assert_eq!(1, group::leave(at, length, own_id()));
        let mut events = Vec::new();
        for _ in 0..4 {
            assert_eq!(0, receive(20));
            let news = read();
            assert_eq!(watch.to_le_bytes(), news[9..17]);
            events.push((news[0], u64::from_le_bytes(news[1..9].try_into().unwrap())));
        }
        // the child may end before or after the caller leaves
        assert_eq!((0, child.id), events[0]);
        assert_eq!((0, own_id()), events[1]);
        events[2..].sort_by_key(|event| event.1 != child.id);
        assert_eq!([(1, child.id), (1, own_id())], events[2..]);
        group::unwatch(watch);
    }
}

fn timers() {
    unsafe {
        let before = timer::now();
        create(30, b"tick");
        let every = timer::send_every(own_id(), 0, 1);
        assert_eq!((0, 0, 0), (receive(30), receive(30), receive(30)));
        assert!(timer::now() > before);
        assert!(timer::cancel(every) >= 0);
        assert_eq!(-1, timer::cancel(every));
    }
}

fn labels_and_logs() {
    unsafe {
        let label = "the tester";
        process::set_label(label.as_ptr(), label.len());
        let mut bytes = [0; 4];
        assert_eq!(10, process::label(bytes.as_mut_ptr(), bytes.len()));
        assert_eq!(b"the ", &bytes);
        let text = "all is well";
        log::write(3, label.as_ptr(), 3, text.as_ptr(), text.len());
        assert!((0..=5).contains(&log::level()));
    }
}

fn limiting() {
    unsafe {
        for resource in 0..7 {
            assert!(limits::usage(resource) >= 0);
            assert_ne!(0, limits::limit(resource));
        }
        assert_eq!(-1, limits::fuel_left());
        let made = config::create(0) as u64;
        config::set_limit(made, 1, 250_000);
        assert_eq!(300_000, config::get_limit(made, 1));
        config::set_limit(made, 6, 5);
        assert_eq!(5, config::get_limit(made, 6));
        config::set_limit(made, 0, -1);
        assert_eq!(limits::limit(0), config::get_limit(made, 0));
        assert_eq!(0, config::get_permission(made, 2));
        config::set_permission(made, 2, 1);
        assert_eq!(1, config::get_permission(made, 2));
        let mut error = 0;
        let rule = "*.example.com:443";
        assert_eq!(
            0,
            config::allow_network(made, CONNECT, rule.as_ptr(), rule.len(), &mut error)
        );
        let wrong = "not a rule!";
        assert_eq!(
            1,
            config::allow_network(made, CONNECT, wrong.as_ptr(), wrong.len(), &mut error)
        );
        assert!(sys::lunatic::error::string_size(error) > 0);
        sys::lunatic::error::drop(error);
        config::deny_network(made);
        old_process::drop_config(made);
        old_process::drop_config(config::create(1) as u64);
    }
}

/// Loads a module at run time, spawns its server `counter`, and talks to it.
fn plugin(path: &str) {
    let bytes = std::fs::read(path).unwrap();
    let mut out = 0;
    assert_eq!(0, unsafe {
        old_process::compile_module(bytes.as_ptr(), bytes.len(), &mut out)
    });
    let module = out as i64;
    let (function, record, name) = ("counter", parameter(40), "");
    let mut child = [0u64; 2];
    assert_eq!(0, unsafe {
        process::spawn(
            -1,
            module,
            function.as_ptr(),
            function.len(),
            record.as_ptr(),
            record.len(),
            name.as_ptr(),
            0,
            name.as_ptr(),
            0,
            TOLD,
            DIES,
            6,
            0,
            child.as_mut_ptr(),
        )
    });
    let counter = child[0];
    let mut question = own_id().to_le_bytes().to_vec();
    question.extend(2i64.to_le_bytes());
    for (tag, sum) in [(50, 42i64), (51, 44)] {
        create(tag, &question);
        assert_eq!(0, unsafe { message::request(counter, tag, FOREVER) });
        assert_eq!(sum.to_le_bytes(), read()[..]);
    }
    create(52, b"nonsense");
    assert_eq!(2, unsafe { message::request(counter, 52, FOREVER) });
    let expected = (14, "a question has 16 bytes".to_string());
    assert_eq!(expected, trap_message(&reason()));
    assert_eq!(2, receive(6));
    unsafe { old_process::drop_module(out) };
    println!("{path} counts");
}

fn main() {
    install_hook();
    let plugins: Vec<String> = std::env::args().skip(1).collect();
    if !plugins.is_empty() {
        plugins.iter().for_each(|path| plugin(path));
        return;
    }
    for (name, check) in [
        ("versions", versions as fn()),
        ("spawning", spawning),
        ("reasons", reasons),
        ("links", links),
        ("sending", sending),
        ("in_one_call", in_one_call),
        ("catching", catching),
        ("names", names),
        ("groups", groups),
        ("timers", timers),
        ("labels_and_logs", labels_and_logs),
        ("limiting", limiting),
    ] {
        println!("{name}");
        check();
    }
}
