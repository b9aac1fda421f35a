//! A supervisor restarts a worker that crashes on bad input.

use crate::Report;
use lunatic::abstract_process;
use lunatic::ap::{AbstractProcess, Config, ProcessRef};
use lunatic::supervisor::{Supervisor, SupervisorConfig, SupervisorStrategy};
use std::time::{Duration, Instant};

const CRASHES: u32 = 5;
const NAME: &str = "divider";

struct Divider {
    answered: u32,
}

#[abstract_process]
impl Divider {
    #[init]
    fn init(_: Config<Self>, _: ()) -> Result<Self, ()> {
        std::panic::set_hook(Box::new(|_| println!("      worker: crashed")));
        Ok(Divider { answered: 0 })
    }

    #[handle_message]
    fn divide_and_forget(&mut self, dividend: u32, divisor: u32) {
        assert!(divisor != 0, "cannot divide {dividend} by 0");
        self.answered += 1;
    }

    #[handle_request]
    fn divide(&mut self, dividend: u32, divisor: u32) -> u32 {
        self.answered += 1;
        dividend / divisor
    }

    #[handle_request]
    fn answered(&self) -> u32 {
        self.answered
    }
}

struct Guardian;

impl Supervisor for Guardian {
    type Arg = ();
    type Children = (Divider,);

    fn init(config: &mut SupervisorConfig<Self>, _: ()) {
        config.set_strategy(SupervisorStrategy::OneForOne);
        config.set_args(((),));
        config.set_names((Some(NAME.to_owned()),));
    }
}

fn worker() -> Option<ProcessRef<Divider>> {
    ProcessRef::<Divider>::lookup(&NAME)
}

/// Waits until the supervisor has a worker other than `old`. A name alone would not do: a process
/// has it before it has its arguments, and takes whatever comes first for those.
fn replacement(guardian: &ProcessRef<Guardian>, old: u64) -> Option<ProcessRef<Divider>> {
    let deadline = Instant::now() + Duration::from_secs(30);
    while Instant::now() < deadline {
        let (worker,) = guardian.children();
        if worker.id() != old {
            return Some(worker);
        }
        lunatic::sleep(Duration::from_millis(1));
    }
    None
}

pub fn run(report: &mut Report) {
    println!("\nA supervisor and a worker that crashes {CRASHES} times");
    let guardian = match Guardian::start(()) {
        Ok(guardian) => guardian,
        Err(error) => return report.check(false, &format!("the supervisor starts: {error:?}")),
    };
    let mut restarts = 0;
    let mut slowest = Duration::ZERO;
    for crash in 1..=CRASHES {
        let Some(worker) = worker() else {
            break;
        };
        if worker.divide(84, 2) != 42 || worker.answered() != 1 {
            break;
        }
        let begin = Instant::now();
        worker.divide_and_forget(84, 0);
        if replacement(&guardian, worker.id()).is_none() {
            break;
        }
        slowest = slowest.max(begin.elapsed());
        restarts = crash;
    }
    report.note(&format!(
        "slowest restart {:.1} ms",
        slowest.as_secs_f64() * 1e3
    ));
    report.check(
        restarts == CRASHES,
        &format!("{restarts} crashes, {restarts} new workers with fresh state and the same name"),
    );
    guardian.shutdown();
    report.check(true, "the supervisor shut down in order");
}
