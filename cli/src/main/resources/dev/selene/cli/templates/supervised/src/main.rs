//! A supervisor with one child: a server that is started again when it fails.

mod calculator;

use calculator::{Calculator, Message};
use selene::supervisor::{Child, Restart, Strategy, Supervisor, Tree};
use std::error::Error;
use std::time::Duration;

/// The tree: what the supervisor starts, in this order, and starts again. It runs in the supervisor's process.
fn describe((): (), tree: &mut Tree) {
    // When one child has failed, that one is started again. The others go on.
    tree.strategy(Strategy::OneForOne)
        // A fourth restart within a minute is one too many: then the supervisor itself fails.
        .intensity(3, Duration::from_secs(60))
        .child(Child::server::<Calculator>("calculator", ()).restart(Restart::Permanent));
}

#[selene::main]
fn main() -> Result<(), Box<dyn Error>> {
    // Waits until all children have started.
    let supervisor = Supervisor::start_link((), describe)?;

    for (dividend, divisor) in [(84, 2), (1, 0), (126, 3)] {
        // Asked for anew each time: after a failure it is another process, and this waits for it.
        let calculator = supervisor.child("calculator")?.ok_or("no calculator")?;
        match calculator.call(|reply| Message::Divide(dividend, divisor, reply)) {
            Ok(quotient) => println!("{dividend} / {divisor} = {quotient}"),
            Err(failure) => println!("{dividend} / {divisor}: {failure}"),
        }
    }

    for child in supervisor.children()? {
        println!("{} was restarted {} time(s)", child.name, child.restarts);
    }
    // Ends the children, the last one first, and then the supervisor.
    supervisor.shutdown(Duration::from_secs(5));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use selene::{CallError, ExitReason, Process};

    fn calculator(supervisor: Supervisor) -> Process<Message> {
        let child = supervisor.child("calculator").unwrap();
        child.expect("the tree has a calculator")
    }

    fn divide(calculator: Process<Message>, dividend: i64, divisor: i64) -> Result<i64, CallError> {
        calculator.call(|reply| Message::Divide(dividend, divisor, reply))
    }

    #[selene::test]
    fn a_failed_child_is_started_again() {
        let supervisor = Supervisor::start((), describe).unwrap();
        let first = calculator(supervisor);
        assert!(matches!(divide(first, 1, 0), Err(CallError::Died(_))));

        let second = calculator(supervisor);
        assert_ne!(first, second);
        assert_eq!(divide(second, 84, 2), Ok(42));
        assert_eq!(supervisor.children().unwrap()[0].restarts, 1);
    }

    #[selene::test]
    fn too_many_failures_end_the_supervisor() {
        let supervisor = Supervisor::start((), describe).unwrap();
        let monitor = supervisor.process().monitor();
        for _ in 0..4 {
            assert!(divide(calculator(supervisor), 1, 0).is_err());
        }
        match monitor.wait() {
            ExitReason::Trapped(_, story) => assert!(story.starts_with("more than 3 restarts")),
            other => panic!("{other}"),
        }
    }
}
