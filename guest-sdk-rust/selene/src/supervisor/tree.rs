use super::intensity::Intensity;
use super::{Child, ChildInfo, Command, Restart, Shutdown, StartChildError};
use crate::exit::ExitReason;
use crate::host;
use crate::id::ProcessId;
use crate::message::Message;
use crate::monitor::{Down, MonitorRef};
use crate::reply::ReplyTo;
use crate::server::{Context, Server, StartError, serve};
use crate::start;
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::any::type_name;
use core::error::Error;
use core::fmt::{self, Write};
use core::mem;
use core::ops::Range;
use core::time::Duration;

/// Which children are started again when one has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Strategy {
    /// That one.
    #[default]
    OneForOne,
    /// All: the others are ended first.
    OneForAll,
    /// That one and those after it, which are ended first.
    RestForOne,
}

/// What a [`Supervisor`](super::Supervisor) has to look after. Children start in the order in which they are added, and
/// end in the opposite one.
pub struct Tree {
    strategy: Strategy,
    intensity: Intensity,
    children: Vec<Entry>,
    dynamic: Vec<(&'static str, MakeChild)>,
    /// What happened last, for the last words.
    story: VecDeque<String>,
    /// Who asked for a child that had ended, until its end is here.
    asked: Vec<(String, ReplyTo<Option<ProcessId>>)>,
}

type MakeChild = Box<dyn Fn(&str, &[u8]) -> Result<Child, String>>;

struct Entry {
    child: Child,
    /// Whether it was started after the tree, by name. It leaves the tree when it is not to be restarted, so that its name can
    /// be used again.
    dynamic: bool,
    running: Option<MonitorRef>,
    restarts: u64,
}

/// More restarts than the intensity allows.
struct TooMany;

/// How many restarts a tree takes unless it is told otherwise: one in 5 seconds, as in OTP.
const RESTARTS: usize = 1;
const WINDOW: Duration = Duration::from_secs(5);

/// Most events in a supervisor's last words.
const STORY_EVENTS: usize = 10;

impl Tree {
    fn new() -> Tree {
        Tree {
            strategy: Strategy::OneForOne,
            intensity: Intensity::new(RESTARTS, WINDOW),
            children: Vec::new(),
            dynamic: Vec::new(),
            story: VecDeque::new(),
            asked: Vec::new(),
        }
    }

    /// Which children are started again when one has ended; [`Strategy::OneForOne`] unless it is told otherwise.
    pub fn strategy(&mut self, strategy: Strategy) -> &mut Tree {
        self.strategy = strategy;
        self
    }

    /// How many restarts there may be within how long: one more, and the supervisor fails. Unless it is told otherwise,
    /// one within 5 seconds.
    pub fn intensity(&mut self, restarts: usize, within: Duration) -> &mut Tree {
        self.intensity = Intensity::new(restarts, within);
        self
    }

    /// Adds a child.
    ///
    /// # Panics
    /// When another child has its name.
    pub fn child(&mut self, child: Child) -> &mut Tree {
        assert!(
            self.find(&child.name).is_none(),
            "two children have the name `{}`",
            child.name
        );
        self.add(child, false);
        self
    }

    /// Lets children of a type be started [later](super::Supervisor::start_child).
    ///
    /// Such a child leaves the tree when it has ended and is not to be restarted.
    pub fn dynamic<S: Server + 'static>(&mut self, restart: Restart) -> &mut Tree
    where
        S::Argument: 'static,
    {
        let make: MakeChild = Box::new(move |name, argument| {
            let argument = S::Argument::decode(argument).map_err(|error| error.to_string())?;
            Ok(Child::server::<S>(name, argument).restart(restart))
        });
        self.dynamic.push((type_name::<S>(), make));
        self
    }

    fn add(&mut self, child: Child, dynamic: bool) {
        self.children.push(Entry {
            child,
            dynamic,
            running: None,
            restarts: 0,
        });
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.children
            .iter()
            .position(|entry| entry.child.name == name)
    }

    fn start(&mut self, index: usize) -> Result<ProcessId, StartError> {
        let entry = &mut self.children[index];
        let link = entry.child.start()?;
        entry.running = Some(link);
        Ok(link.process())
    }

    /// Ends children, the last one first.
    fn stop(&mut self, range: Range<usize>) {
        for entry in self.children[range].iter_mut().rev() {
            entry.stop();
        }
    }

    /// Takes children out of the tree that have ended and never come back.
    fn forget_ended(&mut self) {
        self.children.retain(|entry| {
            let stays = entry.child.restart != Restart::Temporary && !entry.dynamic;
            stays || entry.running.is_some()
        });
    }

    /// Starts the child at an index again, and those that the strategy binds to it.
    fn recover(&mut self, ended: usize) -> Result<(), TooMany> {
        let mut cause = ended;
        loop {
            if !self.intensity.allows(host::now()) {
                return Err(TooMany);
            }
            let first = match self.strategy {
                Strategy::OneForOne | Strategy::RestForOne => cause,
                Strategy::OneForAll => 0,
            };
            let end = match self.strategy {
                Strategy::OneForOne => cause + 1,
                Strategy::OneForAll | Strategy::RestForOne => self.children.len(),
            };
            self.stop(first..end);
            match self.start_again(first..end) {
                Ok(()) => return Ok(()),
                Err(failed) => cause = failed,
            }
        }
    }

    /// Starts children in order, temporary ones aside; the index of one that did not start.
    fn start_again(&mut self, range: Range<usize>) -> Result<(), usize> {
        for index in range {
            if self.children[index].child.restart == Restart::Temporary {
                continue;
            }
            self.children[index].restarts += 1;
            if let Err(error) = self.start(index) {
                let event = format!(
                    "`{}` did not start: {error}",
                    self.children[index].child.name
                );
                self.tell(event);
                return Err(index);
            }
        }
        Ok(())
    }

    fn tell(&mut self, event: String) {
        if self.story.len() == STORY_EVENTS {
            self.story.pop_front();
        }
        self.story.push_back(event);
    }

    fn last_words(&self) -> String {
        let mut text = format!(
            "more than {} restarts within {:?}: ",
            self.intensity.limit(),
            self.intensity.window()
        );
        for (number, event) in self.story.iter().enumerate() {
            let separator = if number == 0 { "" } else { "; " };
            let _ = write!(text, "{separator}{event}");
        }
        text
    }

    /// Tells a child's process. One that has ended is not told any more: its end is on its way to this process, and with
    /// it the next one.
    fn answer(&mut self, name: String, reply: ReplyTo<Option<ProcessId>>) {
        let running = self
            .find(&name)
            .and_then(|index| self.children[index].running)
            .map(MonitorRef::process);
        if running.is_some_and(|process| !process.is_alive()) {
            self.asked.push((name, reply));
        } else {
            reply.send(running);
        }
    }

    fn start_dynamic(
        &mut self,
        kind: &str,
        name: &str,
        argument: &[u8],
    ) -> Result<ProcessId, StartChildError> {
        if self.find(name).is_some() {
            return Err(StartChildError::NameTaken);
        }
        let (_, make) = self
            .dynamic
            .iter()
            .find(|(known, _)| *known == kind)
            .ok_or(StartChildError::UnknownKind)?;
        let child = make(name, argument).map_err(StartChildError::Failed)?;
        self.add(child, true);
        let last = self.children.len() - 1;
        self.start(last).map_err(|error| {
            self.children.truncate(last);
            StartChildError::Failed(error.to_string())
        })
    }
}

impl Entry {
    fn stop(&mut self) {
        let Some(link) = self.running.take() else {
            return;
        };
        let ended = match self.child.shutdown {
            Shutdown::Kill => None,
            Shutdown::After(timeout) => {
                link.process().request_shutdown();
                link.wait_timeout(timeout)
            }
            Shutdown::Wait => {
                link.process().request_shutdown();
                Some(link.wait())
            }
        };
        if ended.is_none() {
            link.process().kill();
            link.wait();
        }
    }

    fn needs_restart(&self, reason: &ExitReason) -> bool {
        match self.child.restart {
            Restart::Permanent => true,
            Restart::Transient => reason.is_failure(),
            Restart::Temporary => false,
        }
    }
}

/// A tree at work.
struct Supervising(Tree);

impl Server for Supervising {
    type Argument = ();
    type Message = Command;

    fn init((): (), _: &mut Context<Supervising>) -> Result<Supervising, Box<dyn Error>> {
        Ok(Supervising(Tree::new()))
    }

    fn handle(&mut self, command: Command, _: &mut Context<Supervising>) {
        match command {
            Command::Children(reply) => {
                reply.send(self.0.children.iter().map(Entry::info).collect());
            }
            Command::Find(name, reply) => self.0.answer(name, reply),
            Command::Start {
                kind,
                name,
                argument,
                reply,
            } => reply.send(self.0.start_dynamic(&kind, &name, &argument)),
            Command::Stop(name, reply) => {
                let found = self.0.find(&name);
                if let Some(index) = found {
                    self.0.children[index].stop();
                    self.0.children.remove(index);
                }
                reply.send(found.is_some());
            }
        }
    }

    fn down(&mut self, down: Down, context: &mut Context<Supervising>) {
        let found = self
            .0
            .children
            .iter()
            .position(|entry| entry.running == Some(down.monitor));
        let Some(index) = found else {
            return;
        };
        let entry = &mut self.0.children[index];
        entry.running = None;
        let needs_restart = entry.needs_restart(&down.reason);
        let event = format!("`{}` ({}): {}", entry.child.name, down.process, down.reason);
        self.0.tell(event);
        if needs_restart && self.0.recover(index).is_err() {
            context.stop_with(self.0.last_words());
        }
        self.0.forget_ended();
        for (name, reply) in mem::take(&mut self.0.asked) {
            self.0.answer(name, reply);
        }
    }

    fn shutdown(&mut self, _: &mut Context<Supervising>) {
        self.0.stop(0..self.0.children.len());
    }
}

impl Entry {
    fn info(&self) -> ChildInfo {
        ChildInfo {
            name: self.child.name.clone(),
            process: self.running.map(MonitorRef::process),
            restart: self.child.restart,
            restarts: self.restarts,
        }
    }
}

/// A supervisor's process: describes the tree by a `fn(A, &mut Tree)` and starts it.
pub(super) fn run<A: Message>(describe: usize, has_argument: bool) {
    let describe = start::function::<fn(A, &mut Tree)>(describe);
    serve(has_argument, |argument: A, _| {
        let mut tree = Tree::new();
        describe(argument, &mut tree);
        for index in 0..tree.children.len() {
            if let Err(error) = tree.start(index) {
                tree.stop(0..index);
                let name = &tree.children[index].child.name;
                return Err(format!("the child `{name}` did not start: {error}").into());
            }
        }
        Ok(Supervising(tree))
    });
}

impl fmt::Debug for Tree {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Tree")
            .field("strategy", &self.strategy)
            .field(
                "children",
                &self.children.iter().map(Entry::info).collect::<Vec<_>>(),
            )
            .finish_non_exhaustive()
    }
}
