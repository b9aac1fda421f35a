//! Names, groups, timers, and what a process knows of itself.

use selene::{
    Group, GroupChange, Mailbox, Process, ProcessId, registry, registry::RegisterError, spawn,
};
use std::time::Duration;

/// Long enough for whatever happens at all.
const LONG: Duration = Duration::from_secs(30);

fn wait_for_ever(_: (), mailbox: Mailbox<u32>) {
    loop {
        mailbox.receive();
    }
}

#[selene::test]
fn names_belong_to_the_living() {
    let process = spawn((), wait_for_ever);
    assert_eq!(registry::register("a", process.id()), Ok(()));
    assert_eq!(registry::register("b", process.id()), Ok(()));
    assert_eq!(
        registry::register("a", ProcessId::this()),
        Err(RegisterError::Taken)
    );
    assert_eq!(registry::lookup("b"), Some(process));
    assert!(registry::unregister("b"));
    assert!(!registry::unregister("b"));
    process.kill();
    process.wait();
    assert_eq!(registry::lookup::<u32>("a"), None);
    assert_eq!(
        registry::register("a", process.id()),
        Err(RegisterError::NoProcess)
    );
    assert_eq!(registry::register("a", ProcessId::this()), Ok(()));
}

#[selene::test]
fn a_name_can_be_waited_for() {
    assert_eq!(
        registry::wait_for::<()>("late", Duration::from_millis(1)),
        None
    );
    let late: Process<()> = spawn((), |(), mailbox: Mailbox<()>| {
        selene::sleep(Duration::from_millis(2));
        registry::register("late", ProcessId::this()).unwrap();
        mailbox.receive();
    });
    assert_eq!(registry::wait_for("late", LONG), Some(late));
    assert_eq!(registry::wait_for("late", Duration::ZERO), Some(late));
}

#[selene::test]
fn groups(mailbox: Mailbox<String>) {
    fn listen(parent: Process<String>, mailbox: Mailbox<String>) {
        loop {
            parent.send(mailbox.receive());
        }
    }
    let group = Group::new("listeners");
    assert_eq!(group.broadcast("nobody".to_string()), 0);
    let first = spawn(mailbox.this(), listen);
    let second = spawn(mailbox.this(), listen);
    assert!(group.join(first));
    assert!(group.join(second));
    assert!(!group.join(second));
    assert_eq!(group.members(), [first, second]);
    assert_eq!(group.broadcast("all".into()), 2);
    assert_eq!([mailbox.receive(), mailbox.receive()], ["all", "all"]);
    assert!(group.leave(first));
    assert!(!group.leave(first));
    second.kill();
    second.wait();
    assert_eq!(group.members(), []);
}

#[selene::test]
fn large_groups() {
    let group = Group::new("crowd");
    let crowd: Vec<Process<u32>> = (0..100).map(|_| spawn((), wait_for_ever)).collect();
    assert!(crowd.iter().all(|process| group.join(*process)));
    assert_eq!(group.members(), crowd);
}

#[selene::test]
fn groups_can_be_watched(mailbox: Mailbox<u32>) {
    let group: Group<u32> = Group::new("watched");
    let before = spawn((), wait_for_ever);
    group.join(before);
    let watch = group.watch();
    assert_eq!(watch.next_timeout(Duration::ZERO), None);
    let (first, second) = (spawn((), wait_for_ever), spawn((), wait_for_ever));
    group.join(first);
    assert_eq!(
        watch.next_timeout(LONG),
        Some(GroupChange::Joined(first.id()))
    );
    group.join(second);
    first.kill();
    first.wait();
    group.leave(second);
    // A receive in between loses nothing.
    mailbox.this().send(1);
    assert_eq!(mailbox.receive(), 1);
    assert_eq!(
        watch.next_timeout(LONG),
        Some(GroupChange::Joined(second.id()))
    );
    assert_eq!(
        watch.next_timeout(LONG),
        Some(GroupChange::Left(first.id()))
    );
    assert_eq!(
        watch.next_timeout(LONG),
        Some(GroupChange::Left(second.id()))
    );
    drop(watch);
    group.leave(before);
    assert_eq!(mailbox.next_timeout(Duration::ZERO), None);
}

#[selene::test]
fn timers(mailbox: Mailbox<u32>) {
    let me = mailbox.this();
    let far = me.send_after(1, Duration::from_secs(3600));
    me.send_after(2, Duration::from_millis(1));
    assert_eq!(mailbox.receive(), 2);
    assert!(
        far.cancel()
            .is_some_and(|left| left > Duration::from_secs(1800))
    );
    let every = me.send_every(3, Duration::from_millis(1));
    for _ in 0..5 {
        assert_eq!(mailbox.receive(), 3);
    }
    assert!(every.cancel().is_some());
    while mailbox.try_receive().is_some() {}
    assert_eq!(mailbox.receive_timeout(Duration::from_millis(20)), None);
}

#[selene::test]
fn processes_know_themselves(mailbox: Mailbox<u32>) {
    use selene::limits;
    assert_eq!(limits::label(), "");
    limits::set_label("tester");
    assert_eq!(limits::label(), "tester");
    mailbox.this().send(1);
    let usage = limits::usage();
    assert_eq!(usage.mailbox, 1);
    assert!(usage.memory > 0);
    assert!(usage.processes >= 1);
    assert!(limits::limits().memory >= usage.memory);
    assert_eq!(limits::fuel_left(), None);
}

selene::process_local! {
    static COUNTER: std::cell::Cell<u32> = const { std::cell::Cell::new(10) };
}

#[selene::test]
fn state_is_local_to_a_process(mailbox: Mailbox<u32>) {
    COUNTER.set(11);
    spawn(mailbox.this(), |parent: Process<u32>, _: Mailbox<()>| {
        parent.send(COUNTER.get());
        COUNTER.set(12);
        parent.send(COUNTER.get());
    });
    assert_eq!(
        [mailbox.receive(), mailbox.receive(), COUNTER.get()],
        [10, 12, 11]
    );
}

#[selene::test]
fn logging_is_quiet_about_what_nobody_reads() {
    selene::init_logging();
    selene::init_logging();
    log::error!("a {} line", "formatted");
    log::trace!("never formatted: {}", {
        assert!(log::max_level() == log::LevelFilter::Trace);
        1
    });
}
