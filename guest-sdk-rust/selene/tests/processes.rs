//! Processes, their messages, and how they end.

use selene::{
    Down, Event, ExitReason, LinkMode, Mailbox, Process, ProcessConfig, ProcessId, SendError,
    Spawn, SpawnError, TrapKind, spawn, spawn_link, spawn_with,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Long enough for whatever happens at all.
const LONG: Duration = Duration::from_secs(30);

fn nothing(_: (), _: Mailbox<()>) {}

fn wait_for_ever(_: (), mailbox: Mailbox<()>) {
    loop {
        mailbox.receive();
    }
}

/// How a process ends that runs a function.
fn end_of(entry: fn((), Mailbox<()>)) -> ExitReason {
    Spawn::new().monitored((), entry).unwrap().1.wait()
}

fn text_of(reason: &ExitReason) -> &str {
    match reason {
        ExitReason::Trapped(_, text) => text,
        other => panic!("{other:?} is no trap"),
    }
}

type Things = (u8, String, Vec<u64>);

#[selene::test]
fn arguments_arrive(mailbox: Mailbox<Things>) {
    let argument = (
        mailbox.this(),
        7,
        "seven".to_string(),
        (0..10_000).collect(),
    );
    spawn(
        argument,
        |(parent, number, text, list): (Process<Things>, u8, String, Vec<u64>), _: Mailbox<()>| {
            parent.send((number, text, list));
        },
    );
    let (number, text, list) = mailbox.receive();
    assert_eq!((number, text.as_str()), (7, "seven"));
    assert!(list.into_iter().eq(0..10_000));
}

#[selene::test]
fn messages_of_one_sender_keep_their_order(mailbox: Mailbox<u32>) {
    spawn(mailbox.this(), |parent: Process<u32>, _: Mailbox<()>| {
        for number in 0..1000 {
            parent.send(number);
        }
    });
    for number in 0..1000 {
        assert_eq!(mailbox.receive(), number);
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Point,
    Circle { radius: f64 },
    Polygon(Vec<(i32, i32)>),
}

#[selene::test]
fn enums_and_floats_are_messages(mailbox: Mailbox<Shape>) {
    let shapes = || {
        [
            Shape::Point,
            Shape::Circle { radius: 0.1 },
            Shape::Polygon(vec![(1, -1), (i32::MAX, 0)]),
        ]
    };
    for shape in shapes() {
        mailbox.this().send(shape);
    }
    for shape in shapes() {
        assert_eq!(mailbox.receive(), shape);
    }
}

#[selene::test]
fn large_messages_arrive(mailbox: Mailbox<Vec<u8>>) {
    for size in [0, 1, 255, 256, 257, 4096, 1_000_000] {
        mailbox.this().send(vec![size as u8; size]);
        assert_eq!(mailbox.receive(), vec![size as u8; size]);
    }
}

#[selene::test]
fn a_receive_gives_up_in_time(mailbox: Mailbox<u8>) {
    assert_eq!(mailbox.try_receive(), None);
    assert_eq!(mailbox.receive_timeout(Duration::from_millis(1)), None);
    assert_eq!(mailbox.next_timeout(Duration::from_millis(1)), None);
    mailbox.this().send(1);
    assert_eq!(mailbox.try_receive(), Some(1));
}

#[selene::test]
fn a_message_of_another_type_is_thrown_away(mailbox: Mailbox<String>) {
    // A length of 200 bytes that are not there.
    Process::<u16>::from_id(mailbox.this().id()).send(200);
    mailbox.this().send("right".into());
    assert_eq!(mailbox.receive(), "right");
}

#[selene::test]
fn a_message_to_nobody_is_lost() {
    let gone = spawn((), nothing);
    gone.wait();
    gone.send(());
    assert_eq!(gone.try_send(()), Err(SendError::NoProcess));
    assert!(!gone.is_alive());
}

#[selene::test]
fn deep_families(mailbox: Mailbox<u32>) {
    fn descend((depth, root): (u32, Process<u32>), _: Mailbox<()>) {
        if depth == 0 {
            root.send(42);
        } else {
            spawn((depth - 1, root), descend);
        }
    }
    spawn((500, mailbox.this()), descend);
    assert_eq!(mailbox.receive(), 42);
}

#[selene::test]
fn every_end_has_its_reason() {
    assert_eq!(end_of(nothing), ExitReason::Normal);
    assert_eq!(end_of(|(), _| selene::exit(0)), ExitReason::Normal);
    assert_eq!(end_of(|(), _| selene::exit(3)), ExitReason::Exited(3));
    assert_eq!(end_of(|(), _| std::process::exit(4)), ExitReason::Exited(4));
    let panicked = end_of(|(), _| panic!("no {}", "luck"));
    assert!(
        matches!(panicked, ExitReason::Trapped(TrapKind::Panic, _)),
        "{panicked:?}"
    );
    assert!(text_of(&panicked).ends_with(": no luck"), "{panicked}");
    assert!(text_of(&panicked).contains("processes.rs:"), "{panicked}");
    let failed = end_of(|(), _| selene::fail("on purpose"));
    assert_eq!(
        failed,
        ExitReason::Trapped(TrapKind::Panic, "on purpose".into())
    );
    let trapped = end_of(|(), _| core::arch::wasm32::unreachable());
    assert!(
        matches!(trapped, ExitReason::Trapped(TrapKind::Unreachable, _)),
        "{trapped:?}"
    );
    let me = ProcessId::this();
    let (victim, monitor) = Spawn::new().monitored((), wait_for_ever).unwrap();
    victim.kill();
    assert_eq!(monitor.wait(), ExitReason::Killed(Some(me)));
    assert_eq!(victim.wait(), ExitReason::NoProcess);
}

#[selene::test]
fn limits_are_kept() {
    let config = ProcessConfig::inherit().unwrap().max_fuel(5);
    let (_, monitor) = Spawn::new()
        .config(&config)
        .monitored((), |(), _: Mailbox<()>| {
            loop {
                std::hint::spin_loop();
            }
        })
        .unwrap();
    assert_eq!(monitor.wait(), ExitReason::OutOfFuel(5));

    let config = ProcessConfig::inherit().unwrap().max_memory(4 << 20);
    let hungry = spawn_with(&config, (), |(), _: Mailbox<()>| {
        let bytes = vec![1_u8; 8 << 20];
        std::hint::black_box(&bytes);
    });
    assert!(hungry.wait().is_failure());

    let config = ProcessConfig::new().unwrap();
    let (_, monitor) = Spawn::new()
        .config(&config)
        .monitored((), |(), _: Mailbox<()>| {
            spawn((), nothing);
        })
        .unwrap();
    assert!(monitor.wait().is_failure(), "it may not spawn");
    let (_, monitor) = Spawn::new()
        .config(&config)
        .monitored((), |(), _: Mailbox<()>| {
            assert!(ProcessConfig::new().is_err());
        })
        .unwrap();
    assert_eq!(monitor.wait(), ExitReason::Normal);
}

#[selene::test]
fn surroundings_are_passed_on() {
    let config = ProcessConfig::new()
        .unwrap()
        .argument("program")
        .argument("--fast")
        .variable("COLOUR", "blue");
    let (_, monitor) = Spawn::new()
        .config(&config)
        .monitored((), |(), _: Mailbox<()>| {
            let arguments: Vec<String> = std::env::args().collect();
            assert_eq!(arguments, ["program", "--fast"]);
            assert_eq!(std::env::var("COLOUR").unwrap(), "blue");
        })
        .unwrap();
    assert_eq!(monitor.wait(), ExitReason::Normal);
}

#[selene::test]
fn a_monitor_tells_of_every_end(mailbox: Mailbox<()>) {
    for (entry, reason) in [
        (nothing as fn((), Mailbox<()>), ExitReason::Normal),
        (|(), _| selene::exit(9), ExitReason::Exited(9)),
    ] {
        let (process, monitor) = Spawn::new().monitored((), entry).unwrap();
        let down = Down {
            monitor,
            process: process.id(),
            reason,
        };
        assert_eq!(mailbox.next_timeout(LONG), Some(Event::Down(down)));
    }
}

#[selene::test]
fn notify_tells_of_failures_alone(mailbox: Mailbox<()>) {
    let notified = Spawn::new().link(LinkMode::Notify);
    let fine = notified.process((), nothing).unwrap();
    fine.wait();
    let failing = notified
        .process((), |(), _: Mailbox<()>| selene::exit(1))
        .unwrap();
    match mailbox.next_timeout(LONG) {
        Some(Event::Down(down)) => {
            assert_eq!(
                (down.process, down.reason),
                (failing.id(), ExitReason::Exited(1))
            );
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(mailbox.next_timeout(Duration::ZERO), None);
}

#[selene::test]
fn peers_fail_together(mailbox: Mailbox<ProcessId>) {
    // A parent whose child fails.
    let (parent, monitor) = Spawn::new()
        .monitored(
            mailbox.this(),
            |report: Process<ProcessId>, own: Mailbox<()>| {
                let child = spawn_link((), |(), mailbox: Mailbox<()>| {
                    mailbox.receive();
                    selene::exit(5);
                });
                report.send(child.id());
                child.send(());
                own.receive();
            },
        )
        .unwrap();
    let child = mailbox.receive();
    assert_eq!(
        monitor.wait(),
        ExitReason::LinkDied(child, Box::new(ExitReason::Exited(5)))
    );
    assert!(!parent.is_alive());
    // A child whose parent fails.
    spawn(
        mailbox.this(),
        |report: Process<ProcessId>, own: Mailbox<()>| {
            let child = spawn_link((), wait_for_ever);
            report.send(child.id());
            own.receive_timeout(Duration::from_millis(1));
            selene::exit(6);
        },
    );
    let child = mailbox.receive();
    let reason = child.wait();
    assert!(
        matches!(&reason, ExitReason::LinkDied(_, cause) if **cause == ExitReason::Exited(6))
            || reason == ExitReason::NoProcess,
        "{reason:?}"
    );
}

#[selene::test]
fn peers_survive_a_normal_end(mailbox: Mailbox<()>) {
    let child = spawn_link((), nothing);
    child.wait();
    assert_eq!(mailbox.next_timeout(Duration::ZERO), None);
}

#[selene::test]
fn children_end_with_their_parent(mailbox: Mailbox<ProcessId>) {
    let parent = spawn(
        mailbox.this(),
        |report: Process<ProcessId>, own: Mailbox<()>| {
            let child = Spawn::new()
                .link(LinkMode::Child)
                .process((), wait_for_ever)
                .unwrap();
            report.send(child.id());
            own.receive();
        },
    );
    let child = mailbox.receive();
    let monitor = child.monitor();
    parent.send(());
    assert_eq!(
        monitor.wait(),
        ExitReason::LinkDied(parent.id(), Box::new(ExitReason::Normal)),
        "also when the parent ends normally"
    );
    // The other way nothing happens.
    let (parent, monitor) = Spawn::new()
        .monitored((), |(), _: Mailbox<()>| {
            let child = Spawn::new()
                .link(LinkMode::Child)
                .process((), |(), _: Mailbox<()>| selene::exit(1))
                .unwrap();
            child.wait();
        })
        .unwrap();
    assert_eq!(monitor.wait(), ExitReason::Normal);
    assert!(!parent.is_alive());
}

#[selene::test]
fn a_stopped_monitor_is_silent(mailbox: Mailbox<()>) {
    let (process, monitor) = Spawn::new().monitored((), wait_for_ever).unwrap();
    monitor.stop();
    process.kill();
    process.wait();
    assert_eq!(mailbox.next_timeout(Duration::ZERO), None);
    // Also when it has ended already, and when its end was set aside by a receive.
    let (process, monitor) = Spawn::new().monitored((), nothing).unwrap();
    process.wait();
    assert_eq!(mailbox.try_receive(), None);
    monitor.stop();
    assert_eq!(mailbox.next_timeout(Duration::ZERO), None);
}

#[selene::test]
fn a_link_can_be_undone() {
    let (process, monitor) = Spawn::new().monitored((), wait_for_ever).unwrap();
    let link = process.link(LinkMode::Peer);
    link.stop();
    process.kill();
    assert!(monitor.wait().is_failure());
}

#[selene::test]
fn linking_with_the_dead_is_a_failure() {
    let dead = spawn((), nothing);
    dead.wait();
    let (_, monitor) = Spawn::new()
        .monitored(dead, |dead: Process<()>, mailbox: Mailbox<()>| {
            dead.link(LinkMode::Peer);
            mailbox.receive();
        })
        .unwrap();
    assert_eq!(
        monitor.wait(),
        ExitReason::LinkDied(dead.id(), Box::new(ExitReason::NoProcess))
    );
}

#[selene::test]
fn several_monitors_of_one_process(mailbox: Mailbox<()>) {
    let process = spawn((), wait_for_ever);
    let (first, second, third) = (process.monitor(), process.monitor(), process.monitor());
    second.stop();
    process.kill();
    assert!(third.wait().is_failure());
    match mailbox.next_timeout(LONG) {
        Some(Event::Down(down)) => assert_eq!(down.monitor, first),
        other => panic!("{other:?}"),
    }
    assert_eq!(mailbox.next_timeout(Duration::ZERO), None);
}

#[selene::test]
fn a_receive_keeps_ends_for_later(mailbox: Mailbox<u8>) {
    let (process, monitor) = Spawn::new().monitored((), nothing).unwrap();
    process.wait();
    mailbox.this().send(1);
    assert_eq!(mailbox.receive(), 1);
    match mailbox.next_timeout(Duration::ZERO) {
        Some(Event::Down(down)) => assert_eq!(down.monitor, monitor),
        other => panic!("{other:?}"),
    }
}

#[selene::test]
fn waiting_has_a_limit() {
    let process = spawn((), wait_for_ever);
    assert_eq!(process.wait_timeout(Duration::from_millis(1)), None);
    process.kill();
    assert!(process.wait_timeout(LONG).is_some());
}

#[selene::test]
fn plain_processes_end_when_they_are_asked_to(mailbox: Mailbox<u8>) {
    assert_eq!(spawn((), wait_for_ever).shutdown(LONG), ExitReason::Normal);
    // One that does not listen is killed.
    let deaf = spawn((), |(), _: Mailbox<()>| {
        selene::sleep(Duration::from_secs(3600))
    });
    assert_eq!(
        deaf.shutdown(Duration::from_millis(1)),
        ExitReason::Killed(Some(ProcessId::this()))
    );
    // One that takes events decides itself.
    let polite = spawn(
        mailbox.this(),
        |parent: Process<u8>, mailbox: Mailbox<()>| {
            assert_eq!(mailbox.next(), Event::Shutdown);
            parent.send(1);
            selene::exit(2);
        },
    );
    assert_eq!(polite.shutdown(LONG), ExitReason::Exited(2));
    assert_eq!(mailbox.receive(), 1);
}

#[selene::test]
fn a_name_is_given_with_the_spawn() {
    let first = Spawn::new()
        .name("first")
        .process((), wait_for_ever)
        .unwrap();
    assert_eq!(selene::registry::lookup("first"), Some(first));
    let second = Spawn::new().name("first").process((), wait_for_ever);
    assert_eq!(second, Err(SpawnError::NameTaken(first.id())));
    first.kill();
    first.wait();
    assert!(Spawn::new().name("first").process((), nothing).is_ok());
}

#[selene::test]
fn a_full_mailbox_is_a_value(mailbox: Mailbox<u32>) {
    let config = ProcessConfig::inherit().unwrap().max_mailbox(10);
    let slow = spawn_with(
        &config,
        mailbox.this(),
        |parent: Process<u32>, mailbox: Mailbox<u32>| {
            // Takes nothing but its argument before it is told to.
            selene::registry::register("ready", ProcessId::this()).unwrap();
            while selene::registry::lookup::<()>("go").is_none() {
                selene::sleep(Duration::from_millis(1));
            }
            for _ in 0..11 {
                parent.send(mailbox.receive());
            }
        },
    );
    assert!(selene::registry::wait_for::<()>("ready", LONG).is_some());
    let mut sent = 0;
    while slow.try_send(sent).is_ok() {
        sent += 1;
    }
    assert_eq!(slow.try_send(0), Err(SendError::Full));
    assert_eq!(
        slow.send_timeout(0, Duration::from_millis(1)),
        Err(SendError::Full)
    );
    assert_eq!(sent, 10);
    selene::registry::register("go", ProcessId::this()).unwrap();
    assert_eq!(slow.send_timeout(10, LONG), Ok(()));
    for number in 0..11 {
        assert_eq!(mailbox.receive(), number);
    }
    slow.wait();
    assert_eq!(slow.send_timeout(0, LONG), Err(SendError::NoProcess));
}

#[selene::test]
fn a_mailbox_may_forget_the_oldest(mailbox: Mailbox<u32>) {
    use selene::limits::{WhenFull, bound_mailbox, dropped_messages};
    bound_mailbox(3, WhenFull::DropOldest);
    for number in 0..10 {
        mailbox.this().send(number);
    }
    assert_eq!(
        [mailbox.receive(), mailbox.receive(), mailbox.receive()],
        [7, 8, 9]
    );
    assert_eq!(dropped_messages(), 7);
}

#[selene::test]
fn handles_are_values(mailbox: Mailbox<(Process<u8>, ProcessId)>) {
    use std::collections::HashSet;
    let process: Process<u8> = spawn((), |(), mailbox: Mailbox<u8>| {
        mailbox.receive();
    });
    mailbox.this().send((process, process.id()));
    let (copy, id) = mailbox.receive();
    assert_eq!(copy, process);
    assert_eq!(ProcessId::from_u64(id.to_u64()), copy.id());
    assert_eq!(format!("{id}").len(), 16);
    assert!(HashSet::from([process]).contains(&copy));
}

#[selene::test]
#[should_panic(expected = "a value that cannot be written")]
fn what_cannot_be_written_is_a_panic(mailbox: Mailbox<Unwritable>) {
    mailbox.this().send(Unwritable);
}

struct Unwritable;

impl selene::Message for Unwritable {
    fn encode(&self, _: &mut selene::Buffer) -> Result<(), selene::EncodeError> {
        Err(selene::EncodeError::new("a value that cannot be written"))
    }

    fn decode(_: &[u8]) -> Result<Unwritable, selene::DecodeError> {
        Ok(Unwritable)
    }
}
