//! Supervisors against a model, by generated histories of crashes.
//!
//! A history has a strategy, an intensity, children, and then crashes, ends, refused starts, kills in the middle of a
//! restart, and children added and stopped. Children report each start and each orderly end, so what a supervisor does,
//! and in which order, is compared event by event with a model that is written down independently below. After each step
//! the supervisor's own account of its children is compared, too, and each child has to have received all messages that
//! were sent to it.
//!
//! A failing history is named by its seed: put it into `HISTORIES` of one of the tests to see it alone.

use selene::supervisor::{Child, ChildInfo, Restart, Strategy, Supervisor, Tree};
use selene::{
    Context, ExitReason, Mailbox, Process, ProcessConfig, ProcessId, ReplyTo, Server, Spawn, Task,
    limits,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::error::Error;
use std::time::Duration;

/// Long enough for whatever happens at all.
const LONG: Duration = Duration::from_secs(60);

/// Histories of each of the eight tests.
const HISTORIES: u64 = 1_300;

/// What children tell the test.
#[derive(Debug, Serialize, Deserialize)]
enum Report {
    /// A child starts, if the answer is true.
    Starting(String, ProcessId, ReplyTo<bool>),
    /// A child ends in good order, after so many messages.
    Stopped(String, u64),
}

#[derive(Debug, Serialize, Deserialize)]
enum Order {
    Count,
    Counted(ReplyTo<u64>),
    Exit(i32),
    Panic,
}

struct Worker {
    name: String,
    test: Process<Report>,
    count: u64,
}

impl Server for Worker {
    type Argument = (String, Process<Report>);
    type Message = Order;

    fn init(
        (name, test): Self::Argument,
        _: &mut Context<Worker>,
    ) -> Result<Worker, Box<dyn Error>> {
        let starting = |reply| Report::Starting(name.clone(), ProcessId::this(), reply);
        if test.call_timeout(starting, Duration::MAX)? {
            Ok(Worker {
                name,
                test,
                count: 0,
            })
        } else {
            Err("refused".into())
        }
    }

    fn handle(&mut self, order: Order, _: &mut Context<Worker>) {
        match order {
            Order::Count => self.count += 1,
            Order::Counted(reply) => reply.send(self.count),
            Order::Exit(code) => selene::exit(code),
            Order::Panic => selene::fail("told to"),
        }
    }

    fn shutdown(&mut self, _: &mut Context<Worker>) {
        self.test
            .send(Report::Stopped(self.name.clone(), self.count));
    }
}

/// Numbers that a seed decides (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }
}

/// A child as the model sees it.
struct Modelled {
    name: String,
    restart: Restart,
    /// Its process, and how many messages it got.
    running: Option<(ProcessId, u64)>,
    /// Killed by the test, and the supervisor has not come to it yet.
    dead: bool,
    restarts: u64,
}

struct History<'a> {
    random: Random,
    mailbox: &'a Mailbox<Report>,
    supervisor: Supervisor,
    strategy: Strategy,
    restarts_left: usize,
    children: Vec<Modelled>,
    added: u32,
}

/// The supervisor has failed, as it should.
struct Tripped;

fn describe(
    (test, strategy, limit, children): (Process<Report>, u8, usize, Vec<(String, Restart)>),
    tree: &mut Tree,
) {
    tree.strategy(STRATEGIES[usize::from(strategy)]);
    tree.intensity(limit, Duration::from_secs(1_000_000));
    tree.dynamic::<Worker>(Restart::Temporary);
    for (name, restart) in children {
        tree.child(Child::server::<Worker>(&name, (name.clone(), test)).restart(restart));
    }
}

const STRATEGIES: [Strategy; 3] = [
    Strategy::OneForOne,
    Strategy::OneForAll,
    Strategy::RestForOne,
];
const RESTARTS: [Restart; 3] = [Restart::Permanent, Restart::Transient, Restart::Temporary];

impl<'a> History<'a> {
    fn start(seed: u64, mailbox: &'a Mailbox<Report>) -> History<'a> {
        let mut random = Random(seed);
        let strategy = random.below(3);
        let limit = random.below(6);
        let specs: Vec<(String, Restart)> = (0..1 + random.below(4))
            .map(|number| (format!("child{number}"), RESTARTS[random.below(3)]))
            .collect();
        let argument = (mailbox.this(), strategy as u8, limit, specs.clone());
        // Another process starts the supervisor, so that this one can answer the children.
        let start = Task::spawn(argument, |argument| Supervisor::start(argument, describe));
        let mut children: Vec<Modelled> = Vec::new();
        for (name, restart) in specs {
            let process = expect_start(mailbox, &name, true);
            children.push(Modelled {
                name,
                restart,
                running: Some((process, 0)),
                dead: false,
                restarts: 0,
            });
        }
        let supervisor = start
            .wait()
            .expect("the task does not fail")
            .expect("all children may start");
        History {
            random,
            mailbox,
            supervisor,
            strategy: STRATEGIES[strategy],
            restarts_left: limit,
            children,
            added: 0,
        }
    }

    /// What the supervisor has to do after the child at an index has ended.
    fn ended(&mut self, index: usize, failed: bool) -> Result<(), Tripped> {
        let child = &mut self.children[index];
        child.running = None;
        child.dead = false;
        match child.restart {
            Restart::Temporary => {
                self.children.remove(index);
                return Ok(());
            }
            Restart::Transient if !failed => return Ok(()),
            Restart::Permanent | Restart::Transient => {}
        }
        let mut cause = index;
        loop {
            if self.restarts_left == 0 {
                self.expect_stops(0, self.children.len());
                return Err(Tripped);
            }
            self.restarts_left -= 1;
            let (first, end) = match self.strategy {
                Strategy::OneForOne => (cause, cause + 1),
                Strategy::OneForAll => (0, self.children.len()),
                Strategy::RestForOne => (cause, self.children.len()),
            };
            self.expect_stops(first, end);
            match self.expect_starts(first, end) {
                None => break,
                Some(refused) => cause = refused,
            }
        }
        self.children
            .retain(|child| child.restart != Restart::Temporary || child.running.is_some());
        // Who was killed meanwhile comes next.
        match self.children.iter().position(|child| child.dead) {
            Some(killed) => self.ended(killed, true),
            None => Ok(()),
        }
    }

    /// Running children between two indexes end, the last one first.
    fn expect_stops(&mut self, first: usize, end: usize) {
        for child in self.children[first..end].iter_mut().rev() {
            if let Some((_, sent)) = child.running.take()
                && !child.dead
            {
                match self.mailbox.receive_timeout(LONG) {
                    Some(Report::Stopped(name, received)) => {
                        assert_eq!(
                            (name, received),
                            (child.name.clone(), sent),
                            "an orderly end"
                        );
                    }
                    other => panic!("`{}` should end, and there is {other:?}", child.name),
                }
            }
            child.dead = false;
        }
    }

    /// Children between two indexes start, unless the test refuses: then that one's index is returned.
    fn expect_starts(&mut self, first: usize, end: usize) -> Option<usize> {
        for index in first..end {
            if self.children[index].restart == Restart::Temporary {
                continue;
            }
            self.children[index].restarts += 1;
            let refused = self.random.one_in(8);
            let name = self.children[index].name.clone();
            let (process, reply) = next_start(self.mailbox, &name);
            if self.random.one_in(6) && !self.children.iter().any(|child| child.dead) {
                self.kill_one();
            }
            reply.send(!refused);
            if refused {
                return Some(index);
            }
            self.children[index].running = Some((process, 0));
        }
        None
    }

    /// Kills a child while the supervisor waits for another one's start.
    fn kill_one(&mut self) {
        let running: Vec<usize> = self.indexes_of_running();
        if running.is_empty() {
            return;
        }
        let child = &mut self.children[running[self.random.below(running.len())]];
        let (process, _) = child.running.expect("it runs");
        let monitor = process.monitor();
        process.kill();
        monitor.wait();
        child.dead = true;
    }

    fn indexes_of_running(&self) -> Vec<usize> {
        (0..self.children.len())
            .filter(|index| self.children[*index].running.is_some())
            .collect()
    }

    /// One step; the supervisor is at rest before and after it.
    fn step(&mut self) -> Result<(), Tripped> {
        for child in &mut self.children {
            if let Some((process, sent)) = &mut child.running {
                for _ in 0..self.random.below(3) {
                    Process::from_id(*process).send(Order::Count);
                    *sent += 1;
                }
            }
        }
        let running = self.indexes_of_running();
        match self.random.below(12) {
            0 => self.add(),
            1 if !self.children.is_empty() => {
                let index = self.random.below(self.children.len());
                self.stop_child(index);
            }
            choice if !running.is_empty() => {
                let index = running[self.random.below(running.len())];
                let (process, _) = self.children[index].running.expect("it runs");
                let worker: Process<Order> = Process::from_id(process);
                let failed = match choice {
                    2 | 3 => {
                        worker.send(Order::Exit(0));
                        false
                    }
                    4 | 5 => {
                        worker.kill();
                        true
                    }
                    6 | 7 => {
                        worker.send(Order::Exit(7));
                        true
                    }
                    _ => {
                        worker.send(Order::Panic);
                        true
                    }
                };
                self.ended(index, failed)?;
            }
            _ => {}
        }
        self.compare();
        Ok(())
    }

    /// Adds a temporary child.
    fn add(&mut self) {
        let name = format!("added{}", self.added);
        self.added += 1;
        let argument = (self.supervisor, name.clone(), self.mailbox.this());
        let start = Task::spawn(
            argument,
            |(supervisor, name, test): (Supervisor, String, Process<Report>)| {
                supervisor.start_child::<Worker>(&name, (name.clone(), test))
            },
        );
        let refused = self.random.one_in(4);
        let process = expect_start(self.mailbox, &name, !refused);
        let started = start.wait().expect("the task does not fail");
        assert_eq!(started.is_err(), refused, "{started:?}");
        if !refused {
            let restart = Restart::Temporary;
            self.children.push(Modelled {
                name,
                restart,
                running: Some((process, 0)),
                dead: false,
                restarts: 0,
            });
        }
    }

    fn stop_child(&mut self, index: usize) {
        let name = self.children[index].name.clone();
        assert_eq!(self.supervisor.stop_child(&name), Ok(true));
        self.expect_stops(index, index + 1);
        self.children.remove(index);
    }

    /// The supervisor's own account comes to be the model's, and all messages have arrived.
    fn compare(&self) {
        let expected: Vec<ChildInfo> = self
            .children
            .iter()
            .map(|child| ChildInfo {
                name: child.name.clone(),
                process: child.running.map(|(process, _)| process),
                restart: child.restart,
                restarts: child.restarts,
            })
            .collect();
        // An end that changes nothing else may not have come to the supervisor yet.
        let mut tries = 0;
        loop {
            let children = self.supervisor.children().expect("the supervisor lives");
            if children == expected {
                break;
            }
            tries += 1;
            assert!(
                tries < 100_000,
                "the supervisor has {children:?}, the model {expected:?}"
            );
        }
        for (process, sent) in self.children.iter().filter_map(|child| child.running) {
            assert_eq!(
                Process::from_id(process).call_timeout(Order::Counted, LONG),
                Ok(sent)
            );
        }
    }

    fn run(mut self) {
        let monitor = self.supervisor.process().monitor();
        for _ in 0..1 + self.random.below(10) {
            if self.step().is_err() {
                let reason = monitor.wait();
                assert!(
                    matches!(&reason, ExitReason::Trapped(_, story) if story.starts_with("more than")),
                    "{reason}"
                );
                return;
            }
        }
        // By another process, since the children's reports come first.
        let shutdown = Task::spawn(self.supervisor, |supervisor: Supervisor| {
            supervisor.shutdown(LONG)
        });
        self.expect_stops(0, self.children.len());
        assert_eq!(monitor.wait(), ExitReason::Normal);
        assert_eq!(shutdown.wait(), Ok(ExitReason::Normal));
    }
}

fn next_start(mailbox: &Mailbox<Report>, expected: &str) -> (ProcessId, ReplyTo<bool>) {
    match mailbox.receive_timeout(LONG) {
        Some(Report::Starting(name, process, reply)) if name == expected => (process, reply),
        other => panic!("`{expected}` should start, and there is {other:?}"),
    }
}

fn expect_start(mailbox: &Mailbox<Report>, name: &str, allowed: bool) -> ProcessId {
    let (process, reply) = next_start(mailbox, name);
    reply.send(allowed);
    process
}

fn histories(first: u64, mailbox: &Mailbox<Report>) {
    println!("seeds {first} to {}", first + HISTORIES - 1);
    let mut strategies: HashMap<String, u32> = HashMap::new();
    for seed in first..first + HISTORIES {
        // Told only when this history fails, since then it is the last line.
        println!("seed {seed}");
        let history = History::start(seed, mailbox);
        *strategies
            .entry(format!("{:?}", history.strategy))
            .or_default() += 1;
        history.run();
        assert!(mailbox.try_receive().is_none(), "nothing is left over");
    }
    assert_eq!(strategies.len(), 3);
    // All supervisors, children and tasks are gone, and so is whatever they sent.
    while limits::usage().processes > 1 {
        selene::sleep(Duration::from_millis(1));
    }
    assert_eq!(limits::usage().mailbox, 0);
}

macro_rules! tests {
    ($($name:ident $number:literal),*) => {$(
        #[selene::test]
        fn $name() {
            // In a process with a limit of its own, so that its processes are counted apart.
            let config = ProcessConfig::inherit().unwrap().max_processes(100);
            let (_, monitor) = Spawn::new().config(&config).monitored((), |(), mailbox| {
                histories($number * 1_000_000, &mailbox);
            }).unwrap();
            assert_eq!(monitor.wait(), ExitReason::Normal);
        }
    )*};
}

tests!(
    histories_1 1, histories_2 2, histories_3 3, histories_4 4, histories_5 5, histories_6 6, histories_7 7, histories_8 8
);
