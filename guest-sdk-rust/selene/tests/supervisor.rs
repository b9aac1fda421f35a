//! Supervisors, one behaviour at a time. Their semantics as a whole are in `supervisor_model.rs`.

use selene::supervisor::{
    Child, ChildInfo, Restart, Shutdown, StartChildError, Strategy, Supervisor, Tree,
};
use selene::{
    Context, ExitReason, LinkMode, Mailbox, Process, ProcessConfig, ProcessId, ReplyTo, Server,
    Spawn, StartError, TrapKind, registry,
};
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::time::Duration;

/// Long enough for whatever happens at all.
const LONG: Duration = Duration::from_secs(30);

/// A server that does what it is told and says what it does.
struct Worker {
    name: String,
    report: Process<String>,
}

#[derive(Serialize, Deserialize)]
enum Order {
    Exit(i32),
    Name(ReplyTo<String>),
}

impl Server for Worker {
    type Argument = (String, Process<String>);
    type Message = Order;

    fn init(
        (name, report): Self::Argument,
        _: &mut Context<Worker>,
    ) -> Result<Worker, Box<dyn Error>> {
        if name == "broken" {
            return Err("broken from the start".into());
        }
        report.send(format!("+{name}"));
        Ok(Worker { name, report })
    }

    fn handle(&mut self, order: Order, _: &mut Context<Worker>) {
        match order {
            Order::Exit(code) => selene::exit(code),
            Order::Name(reply) => reply.send(self.name.clone()),
        }
    }

    fn shutdown(&mut self, _: &mut Context<Worker>) {
        self.report.send(format!("-{}", self.name));
    }
}

fn worker(name: &str, report: Process<String>) -> Child {
    Child::server::<Worker>(name, (name.into(), report))
}

fn expect(mailbox: &Mailbox<String>, reports: &[&str]) {
    for report in reports {
        assert_eq!(mailbox.receive_timeout(LONG).as_deref(), Some(*report));
    }
}

fn abc(report: Process<String>, tree: &mut Tree) {
    for name in ["a", "b", "c"] {
        tree.child(worker(name, report));
    }
}

fn child(supervisor: Supervisor, name: &str) -> Process<Order> {
    supervisor.child(name).unwrap().unwrap()
}

#[selene::test]
fn children_start_in_order_and_end_in_the_opposite_one(mailbox: Mailbox<String>) {
    let supervisor = Supervisor::start(mailbox.this(), abc).unwrap();
    expect(&mailbox, &["+a", "+b", "+c"]);
    let names: Vec<String> = supervisor
        .children()
        .unwrap()
        .into_iter()
        .map(|child| child.name)
        .collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!(
        child(supervisor, "b").call(Order::Name),
        Ok("b".to_string())
    );
    assert_eq!(supervisor.child::<()>("d"), Ok(None));
    assert_eq!(supervisor.shutdown(LONG), ExitReason::Normal);
    expect(&mailbox, &["-c", "-b", "-a"]);
}

#[selene::test]
fn a_failed_start_ends_what_had_started(mailbox: Mailbox<String>) {
    let result = Supervisor::start(mailbox.this(), |report, tree| {
        tree.child(worker("a", report))
            .child(worker("broken", report))
            .child(worker("c", report));
    });
    let text = "the child `broken` did not start: broken from the start";
    assert_eq!(result, Err(StartError::Init(text.into())));
    expect(&mailbox, &["+a", "-a"]);
    assert_eq!(mailbox.try_receive(), None);
}

#[selene::test]
fn the_whole_story_is_told(mailbox: Mailbox<String>) {
    let supervisor = Supervisor::start(mailbox.this(), |report, tree| {
        tree.intensity(2, Duration::from_secs(3600));
        abc(report, tree);
    })
    .unwrap();
    let monitor = supervisor.process().monitor();
    expect(&mailbox, &["+a", "+b", "+c"]);
    for code in [7, 8] {
        child(supervisor, "b").send(Order::Exit(code));
        expect(&mailbox, &["+b"]);
    }
    child(supervisor, "a").kill();
    match monitor.wait() {
        ExitReason::Trapped(TrapKind::Panic, text) => {
            let events = text
                .strip_prefix("more than 2 restarts within 3600s: ")
                .expect(&text);
            let events: Vec<&str> = events.split("; ").collect();
            assert!(
                events[0].starts_with("`b`") && events[0].ends_with("exited with code 7"),
                "{text}"
            );
            assert!(
                events[1].starts_with("`b`") && events[1].ends_with("exited with code 8"),
                "{text}"
            );
            assert!(
                events[2].starts_with("`a`") && events[2].contains("killed by process"),
                "{text}"
            );
        }
        other => panic!("{other:?}"),
    }
    expect(&mailbox, &["-c", "-b"]);
}

#[selene::test]
fn children_end_with_a_killed_supervisor(mailbox: Mailbox<String>) {
    let supervisor = Supervisor::start(mailbox.this(), abc).unwrap();
    let children: Vec<ProcessId> = supervisor
        .children()
        .unwrap()
        .into_iter()
        .filter_map(|child| child.process)
        .collect();
    let monitors: Vec<_> = children.iter().map(|child| child.monitor()).collect();
    supervisor.process().kill();
    for monitor in monitors {
        assert!(
            matches!(monitor.wait(), ExitReason::LinkDied(died, _) if died == supervisor.process())
        );
    }
}

#[selene::test]
fn nested_trees(mailbox: Mailbox<String>) {
    let root = Supervisor::start(mailbox.this(), |report, tree| {
        tree.child(worker("before", report));
        tree.child(Child::supervisor("inner", report, |report, tree| {
            tree.intensity(1, Duration::from_secs(3600));
            tree.child(worker("leaf", report).registered());
        }));
        tree.child(worker("after", report));
    })
    .unwrap();
    expect(&mailbox, &["+before", "+leaf", "+after"]);
    let leaf = || registry::wait_for::<Order>("leaf", LONG).unwrap();
    leaf().send(Order::Exit(1));
    expect(&mailbox, &["+leaf"]);
    // One more is too many for the inner supervisor, which is started anew by the outer one.
    leaf().send(Order::Exit(1));
    expect(&mailbox, &["+leaf"]);
    let restarts: Vec<u64> = root
        .children()
        .unwrap()
        .iter()
        .map(|child| child.restarts)
        .collect();
    assert_eq!(restarts, [0, 1, 0]);
    assert_eq!(root.shutdown(LONG), ExitReason::Normal);
    expect(&mailbox, &["-after", "-leaf", "-before"]);
}

#[selene::test]
fn dynamic_children(mailbox: Mailbox<String>) {
    let supervisor = Supervisor::start(mailbox.this(), |report, tree| {
        tree.intensity(100, LONG);
        tree.dynamic::<Worker>(Restart::Transient);
        tree.child(worker("a", report));
    })
    .unwrap();
    let argument = |name: &str| (name.to_string(), mailbox.this());
    let x = supervisor
        .start_child::<Worker>("x", argument("x"))
        .unwrap();
    expect(&mailbox, &["+a", "+x"]);
    assert_eq!(x.call(Order::Name), Ok("x".to_string()));
    assert_eq!(
        supervisor.start_child::<Worker>("x", argument("x")),
        Err(StartChildError::NameTaken)
    );
    let broken = supervisor.start_child::<Worker>("y", argument("broken"));
    assert_eq!(
        broken,
        Err(StartChildError::Failed("broken from the start".into()))
    );
    assert_eq!(
        supervisor.start_child::<Other>("z", ()),
        Err(StartChildError::UnknownKind)
    );
    x.send(Order::Exit(3));
    expect(&mailbox, &["+x"]);
    assert_eq!(supervisor.stop_child("x"), Ok(true));
    expect(&mailbox, &["-x"]);
    assert_eq!(supervisor.stop_child("x"), Ok(false));
    assert!(supervisor.start_child::<Worker>("x", argument("x")).is_ok());
}

#[selene::test]
fn a_dynamic_child_that_is_not_restarted_leaves_the_tree(mailbox: Mailbox<String>) {
    let supervisor = Supervisor::start((), |(), tree| {
        tree.dynamic::<Worker>(Restart::Transient);
    })
    .unwrap();
    for _ in 0..100 {
        let argument = ("x".to_string(), mailbox.this());
        let x = supervisor.start_child::<Worker>("x", argument).unwrap();
        x.send(Order::Exit(0));
        x.wait();
        // Asked after its end: this waits until the supervisor knows of it.
        assert_eq!(supervisor.child::<Order>("x"), Ok(None));
        assert_eq!(supervisor.children(), Ok(vec![]));
    }
}

#[selene::test]
fn inner_supervisors_are_found(mailbox: Mailbox<String>) {
    let outer = Supervisor::start(mailbox.this(), |report, tree| {
        tree.child(Child::supervisor("inner", report, abc));
    })
    .unwrap();
    expect(&mailbox, &["+a", "+b", "+c"]);
    let inner = outer.child_supervisor("inner").unwrap().unwrap();
    assert_eq!(child(inner, "b").call(Order::Name), Ok("b".to_string()));
    assert_eq!(outer.child_supervisor("other"), Ok(None));
}

struct Other;

impl Server for Other {
    type Argument = ();
    type Message = ();

    fn init((): (), _: &mut Context<Other>) -> Result<Other, Box<dyn Error>> {
        Ok(Other)
    }

    fn handle(&mut self, (): (), _: &mut Context<Other>) {}
}

#[selene::test]
fn children_that_do_not_listen_are_killed(mailbox: Mailbox<ProcessId>) {
    let supervisor = Supervisor::start(mailbox.this(), |report, tree| {
        fn deaf(report: Process<ProcessId>, _: Mailbox<()>) {
            report.send(ProcessId::this());
            loop {
                selene::sleep(Duration::from_secs(3600));
            }
        }
        tree.child(
            Child::process("slow", report, deaf)
                .shutdown(Shutdown::After(Duration::from_millis(1))),
        );
        tree.child(Child::process("killed", report, deaf).shutdown(Shutdown::Kill));
    })
    .unwrap();
    let monitors = [mailbox.receive().monitor(), mailbox.receive().monitor()];
    assert_eq!(supervisor.shutdown(LONG), ExitReason::Normal);
    for monitor in monitors {
        assert_eq!(
            monitor.wait(),
            ExitReason::Killed(Some(supervisor.process()))
        );
    }
}

#[selene::test]
fn children_have_limits() {
    let supervisor = Supervisor::start((), |(), tree| {
        tree.intensity(0, LONG);
        let limits = ProcessConfig::inherit().unwrap().max_fuel(10);
        let busy: fn((), Mailbox<()>) = |(), mailbox| {
            mailbox.receive();
            loop {
                std::hint::spin_loop();
            }
        };
        tree.child(Child::process("busy", (), busy).config(limits));
    })
    .unwrap();
    let monitor = supervisor.process().monitor();
    supervisor.child::<()>("busy").unwrap().unwrap().send(());
    match monitor.wait() {
        ExitReason::Trapped(_, text) => {
            assert!(text.contains("out of fuel (limit 10 units)"), "{text}")
        }
        other => panic!("{other:?}"),
    }
}

#[selene::test]
fn registered_children_keep_their_name(mailbox: Mailbox<String>) {
    Supervisor::start(mailbox.this(), |report, tree| {
        tree.intensity(5, LONG).strategy(Strategy::OneForAll);
        tree.child(worker("named", report).registered());
    })
    .unwrap();
    for _ in 0..3 {
        expect(&mailbox, &["+named"]);
        let named: Process<Order> = registry::wait_for("named", LONG).unwrap();
        assert_eq!(named.call(Order::Name), Ok("named".to_string()));
        named.send(Order::Exit(1));
    }
    expect(&mailbox, &["+named"]);
}

#[selene::test]
fn what_children_are_is_known(mailbox: Mailbox<String>) {
    let supervisor = Spawn::new()
        .name("root")
        .link(LinkMode::Peer)
        .supervisor(mailbox.this(), |report, tree| {
            tree.child(worker("t", report).restart(Restart::Transient));
        })
        .unwrap();
    assert_eq!(
        registry::lookup::<()>("root").map(Process::id),
        Some(supervisor.process())
    );
    let t = child(supervisor, "t");
    let running = ChildInfo {
        name: "t".into(),
        process: Some(t.id()),
        restart: Restart::Transient,
        restarts: 0,
    };
    assert_eq!(supervisor.children(), Ok(vec![running.clone()]));
    t.send(Order::Exit(0));
    let ended = ChildInfo {
        process: None,
        ..running
    };
    while supervisor.children() != Ok(vec![ended.clone()]) {}
}

#[selene::test]
#[should_panic(expected = "two children have the name `a`")]
fn names_of_children_differ(mailbox: Mailbox<String>) {
    let started = Supervisor::start(mailbox.this(), |report, tree| {
        tree.child(worker("a", report)).child(worker("a", report));
    });
    panic!("{started:?}");
}

#[selene::test]
fn an_ended_child_is_never_told(mailbox: Mailbox<String>) {
    let supervisor = Supervisor::start(mailbox.this(), |report, tree| {
        tree.intensity(1000, LONG);
        tree.child(worker("a", report));
    })
    .unwrap();
    for _ in 0..200 {
        let before = child(supervisor, "a");
        before.send(Order::Exit(1));
        before.wait();
        let after = child(supervisor, "a");
        assert_ne!(before, after);
        assert_eq!(after.call(Order::Name), Ok("a".to_string()));
    }
}
