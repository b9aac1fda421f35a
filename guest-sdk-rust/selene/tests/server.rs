//! Servers.

use selene::{
    CallError, Context, Down, ExitReason, LinkMode, Mailbox, Process, ReplyTo, Server, Spawn,
    SpawnError, StartError, TrapKind, registry,
};
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::time::Duration;

/// Long enough for whatever happens at all.
const LONG: Duration = Duration::from_secs(30);

/// A key-value store that shows everything a server can do.
struct Store {
    values: Vec<(String, u32)>,
    waiting: Vec<(String, ReplyTo<u32>)>,
    watched: Vec<Down>,
    idle: u32,
    report: Option<Process<String>>,
}

#[derive(Serialize, Deserialize)]
struct Settings {
    fail: Option<String>,
    panic: bool,
    exit: Option<i32>,
    report: Option<Process<String>>,
}

const FINE: Settings = Settings {
    fail: None,
    panic: false,
    exit: None,
    report: None,
};

#[derive(Debug, Serialize, Deserialize)]
enum Message {
    Put(String, u32),
    Get(String, ReplyTo<Option<u32>>),
    /// Answered as soon as there is such a value.
    WaitFor(String, ReplyTo<u32>),
    Watch(Process<()>),
    Watched(ReplyTo<Vec<String>>),
    IdleAfter(Option<Duration>),
    Idle(ReplyTo<u32>),
    Stop,
    StopWith(String),
    Panic(ReplyTo<()>),
}

impl Server for Store {
    type Argument = Settings;
    type Message = Message;

    fn init(settings: Settings, _: &mut Context<Store>) -> Result<Store, Box<dyn Error>> {
        if let Some(text) = settings.fail {
            return Err(text.into());
        }
        if let Some(code) = settings.exit {
            selene::exit(code);
        }
        assert!(!settings.panic, "in init");
        Ok(Store {
            values: vec![],
            waiting: vec![],
            watched: vec![],
            idle: 0,
            report: settings.report,
        })
    }

    fn handle(&mut self, message: Message, context: &mut Context<Store>) {
        match message {
            Message::Put(key, value) => {
                for (_, reply) in self.waiting.extract_if(.., |(waiting, _)| *waiting == key) {
                    reply.send(value);
                }
                self.values.push((key, value));
            }
            Message::Get(key, reply) => {
                let found = self.values.iter().rev().find(|(known, _)| *known == key);
                reply.send(found.map(|(_, value)| *value));
            }
            Message::WaitFor(key, reply) => self.waiting.push((key, reply)),
            Message::Watch(process) => {
                process.monitor();
            }
            Message::Watched(reply) => reply.send(
                self.watched
                    .iter()
                    .map(|down| down.reason.to_string())
                    .collect(),
            ),
            Message::IdleAfter(timeout) => context.set_idle_timeout(timeout),
            Message::Idle(reply) => reply.send(self.idle),
            Message::Stop => context.stop(),
            Message::StopWith(text) => context.stop_with(text),
            Message::Panic(_) => panic!("in handle"),
        }
    }

    fn down(&mut self, down: Down, _: &mut Context<Store>) {
        if let Some(report) = self.report {
            report.send(down.reason.to_string());
        }
        self.watched.push(down);
    }

    fn idle(&mut self, context: &mut Context<Store>) {
        self.idle += 1;
        context.set_idle_timeout(None);
        if let Some(report) = self.report {
            report.send("idle".into());
        }
    }

    fn shutdown(&mut self, context: &mut Context<Store>) {
        if let Some(report) = self.report {
            report.send(format!("{} values", self.values.len()));
        }
        assert_eq!(context.this().id(), selene::ProcessId::this());
    }
}

#[selene::test]
fn calls_and_casts() -> Result<(), Box<dyn Error>> {
    let store = Store::start(FINE)?;
    store.send(Message::Put("a".into(), 1));
    store.send(Message::Put("b".into(), 2));
    assert_eq!(
        store.call(|reply| Message::Get("a".into(), reply))?,
        Some(1)
    );
    assert_eq!(store.call(|reply| Message::Get("c".into(), reply))?, None);
    Ok(())
}

#[selene::test]
fn deferred_answers() -> Result<(), Box<dyn Error>> {
    let store = Store::start(FINE)?;
    let waiting = [
        store.request(|reply| Message::WaitFor("later".into(), reply)),
        store.request(|reply| Message::WaitFor("later".into(), reply)),
    ];
    store.send(Message::Put("now".into(), 1));
    store.send(Message::Put("later".into(), 5));
    for answer in waiting {
        assert_eq!(answer.wait()?, 5);
    }
    let never = store.call_timeout(
        |reply| Message::WaitFor("never".into(), reply),
        Duration::from_millis(1),
    );
    assert_eq!(never, Err(CallError::Timeout));
    Ok(())
}

#[selene::test]
fn init_may_fail(mailbox: Mailbox<()>) {
    let fail = Settings {
        fail: Some("no disk".into()),
        ..FINE
    };
    assert_eq!(Store::start(fail), Err(StartError::Init("no disk".into())));
    match Store::start(Settings {
        panic: true,
        ..FINE
    }) {
        Err(StartError::Died(ExitReason::Trapped(TrapKind::Panic, text))) => {
            assert!(text.ends_with("in init"))
        }
        other => panic!("{other:?}"),
    }
    for mode in [
        None,
        Some(LinkMode::Monitor),
        Some(LinkMode::Supervisor),
        Some(LinkMode::Notify),
        Some(LinkMode::Child),
    ] {
        let spawn = || mode.map_or(Spawn::new(), |mode| Spawn::new().link(mode));
        for code in [0, 9] {
            let result = spawn().server::<Store>(Settings {
                exit: Some(code),
                ..FINE
            });
            assert!(
                matches!(&result, Err(StartError::Died(_))),
                "{mode:?}: {result:?}"
            );
        }
        let fail = Settings {
            fail: Some("no".into()),
            ..FINE
        };
        assert_eq!(
            spawn().server::<Store>(fail),
            Err(StartError::Init("no".into()))
        );
        // A failed start leaves no message behind.
        assert_eq!(mailbox.next_timeout(Duration::ZERO), None);
    }
    // A linked start that fails in an orderly way does not take its caller along.
    let fail = Settings {
        fail: Some("no".into()),
        ..FINE
    };
    assert_eq!(Store::start_link(fail), Err(StartError::Init("no".into())));
}

#[selene::test]
fn named_servers() {
    let store = Spawn::new().name("store").server::<Store>(FINE).unwrap();
    assert_eq!(registry::lookup("store"), Some(store));
    let second = Spawn::new().name("store").server::<Store>(FINE);
    assert_eq!(
        second,
        Err(StartError::Spawn(SpawnError::NameTaken(store.id())))
    );
}

#[selene::test]
fn servers_are_told_of_ends(mailbox: Mailbox<String>) -> Result<(), Box<dyn Error>> {
    let store = Store::start(Settings {
        report: Some(mailbox.this()),
        ..FINE
    })?;
    let watched: Process<()> = selene::spawn((), |(), mailbox: Mailbox<()>| {
        mailbox.receive();
        selene::exit(3);
    });
    store.send(Message::Watch(watched));
    store.call(Message::Watched)?;
    watched.send(());
    assert_eq!(mailbox.receive(), "exited with code 3");
    assert_eq!(store.call(Message::Watched)?, ["exited with code 3"]);
    Ok(())
}

#[selene::test]
fn servers_are_idle_at_times(mailbox: Mailbox<String>) -> Result<(), Box<dyn Error>> {
    let store = Store::start(Settings {
        report: Some(mailbox.this()),
        ..FINE
    })?;
    store.send(Message::IdleAfter(Some(Duration::from_millis(1))));
    assert_eq!(mailbox.receive(), "idle");
    assert_eq!(store.call(Message::Idle)?, 1);
    Ok(())
}

#[selene::test]
fn the_shutdown_hook_runs(mailbox: Mailbox<String>) -> Result<(), Box<dyn Error>> {
    let start = || {
        Store::start(Settings {
            report: Some(mailbox.this()),
            ..FINE
        })
    };
    let store = start()?;
    store.send(Message::Put("a".into(), 1));
    assert_eq!(store.shutdown(LONG), ExitReason::Normal);
    assert_eq!(mailbox.receive(), "1 values");

    let store = start()?;
    let monitor = store.monitor();
    store.send(Message::Stop);
    assert_eq!(monitor.wait(), ExitReason::Normal);
    assert_eq!(mailbox.receive(), "0 values");

    let store = start()?;
    let monitor = store.monitor();
    store.send(Message::StopWith("disk full".into()));
    assert_eq!(
        monitor.wait(),
        ExitReason::Trapped(TrapKind::Panic, "disk full".into())
    );
    assert_eq!(mailbox.receive(), "0 values");

    let store = start()?;
    let answer = store.call_timeout(Message::Panic, LONG);
    assert!(
        matches!(
            answer,
            Err(CallError::Died(ExitReason::Trapped(TrapKind::Panic, _)))
        ),
        "{answer:?}"
    );
    assert_eq!(
        mailbox.try_receive(),
        None,
        "a failing server has no last words"
    );
    Ok(())
}
