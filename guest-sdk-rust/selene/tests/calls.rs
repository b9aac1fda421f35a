//! Requests and answers, tasks, and caught failures.

use selene::{
    Buffer, CallError, ExitReason, Mailbox, Message, Pending, Process, ReplyTo, Spawn, Task,
    TaskError, TrapKind, catch, spawn,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Long enough for whatever happens at all.
const LONG: Duration = Duration::from_secs(30);

#[derive(Debug, Serialize, Deserialize)]
enum Request {
    Double(u32, ReplyTo<u32>),
    /// Answered at the next `Release`.
    Keep(ReplyTo<u32>),
    Release(u32),
    /// Handed on to another process.
    Delegate(Process<Request>, u32, ReplyTo<u32>),
    Drop(ReplyTo<u32>),
    Exit(i32, ReplyTo<u32>),
    Text(ReplyTo<String>),
}

fn answer(_: (), mailbox: Mailbox<Request>) {
    let mut kept = None;
    loop {
        match mailbox.receive() {
            Request::Double(number, reply) => reply.send(number * 2),
            Request::Keep(reply) => kept = Some(reply),
            Request::Release(number) => kept
                .take()
                .into_iter()
                .for_each(|reply: ReplyTo<u32>| reply.send(number)),
            Request::Delegate(other, number, reply) => other.send(Request::Double(number, reply)),
            Request::Drop(reply) => drop(reply),
            Request::Exit(code, reply) => {
                std::mem::forget(reply);
                selene::exit(code)
            }
            Request::Text(reply) => reply.send("text".into()),
        }
    }
}

#[selene::test]
fn a_call_has_an_answer() {
    let process = spawn((), answer);
    assert_eq!(process.call(|reply| Request::Double(4, reply)), Ok(8));
    assert_eq!(process.call(Request::Text), Ok("text".to_string()));
}

#[selene::test]
fn an_answer_may_come_later() {
    let process = spawn((), answer);
    let pending = process.request(Request::Keep);
    assert_eq!(process.call(|reply| Request::Double(1, reply)), Ok(2));
    process.send(Request::Release(17));
    assert_eq!(pending.wait(), Ok(17));
}

#[selene::test]
fn another_process_may_answer() {
    let (first, second) = (spawn((), answer), spawn((), answer));
    assert_eq!(
        first.call(|reply| Request::Delegate(second, 21, reply)),
        Ok(42)
    );
}

#[selene::test]
fn a_dropped_request_is_told_at_once() {
    let process = spawn((), answer);
    assert_eq!(
        process.call_timeout(Request::Drop, LONG),
        Err(CallError::NoAnswer)
    );
    assert_eq!(
        process.request(Request::Drop).wait(),
        Err(CallError::NoAnswer)
    );
    // By the caller itself, too.
    let never_sent = process.call_timeout(
        |reply: ReplyTo<u32>| {
            drop(reply);
            Request::Release(0)
        },
        LONG,
    );
    assert_eq!(never_sent, Err(CallError::NoAnswer));
}

#[selene::test]
fn the_end_of_the_other_is_told_at_once() {
    let process = spawn((), answer);
    let ended = process.call_timeout(|reply| Request::Exit(7, reply), LONG);
    assert_eq!(ended, Err(CallError::Died(ExitReason::Exited(7))));
    let gone = process.call_timeout(|reply| Request::Double(1, reply), LONG);
    assert_eq!(gone, Err(CallError::Died(ExitReason::NoProcess)));
    let process = spawn((), answer);
    let pending = process.request(|reply| Request::Exit(8, reply));
    assert_eq!(pending.wait(), Err(CallError::Died(ExitReason::Exited(8))));
}

#[selene::test]
fn the_end_of_the_other_is_told_to_all_who_wait() {
    const CALLERS: u32 = 5;
    for _ in 0..50 {
        let process: Process<Request> = spawn((), |(), mailbox: Mailbox<Request>| {
            let kept: Vec<Request> = (0..CALLERS).map(|_| mailbox.receive()).collect();
            std::mem::forget(kept);
            selene::exit(3);
        });
        let call = |process: Process<Request>| process.call_timeout(Request::Keep, LONG);
        let callers: Vec<_> = (0..CALLERS).map(|_| Task::spawn(process, call)).collect();
        for caller in callers {
            assert_eq!(
                caller.wait(),
                Ok(Err(CallError::Died(ExitReason::Exited(3))))
            );
        }
    }
}

#[selene::test]
fn a_call_times_out_and_late_answers_are_lost(mailbox: Mailbox<u8>) {
    let process = spawn((), answer);
    let short = Duration::from_millis(2);
    assert_eq!(
        process.call_timeout(Request::Keep, short),
        Err(CallError::Timeout)
    );
    process.send(Request::Release(1));
    // The late answer is in the mailbox by now, and harms neither a call nor a receive.
    assert_eq!(process.call(|reply| Request::Double(5, reply)), Ok(10));
    mailbox.this().send(3);
    assert_eq!(mailbox.receive(), 3);
    assert_eq!(selene::limits::usage().mailbox, 0);
    assert_eq!(
        process.request(Request::Keep).wait_timeout(short),
        Err(CallError::Timeout)
    );
    assert_eq!(mailbox.try_receive(), None);
}

#[selene::test]
fn answers_arrive_while_something_else_is_received(mailbox: Mailbox<u8>) {
    let process = spawn((), answer);
    let pending: Vec<Pending<u32>> = (0..10)
        .map(|number| process.request(|reply| Request::Double(number, reply)))
        .collect();
    let dies = process.request(|reply| Request::Exit(1, reply));
    process.wait();
    // All answers are in the mailbox before this message.
    mailbox.this().send(3);
    assert_eq!(mailbox.receive(), 3);
    for (number, pending) in (0..10).zip(pending) {
        assert_eq!(pending.wait(), Ok(number * 2));
    }
    assert_eq!(dies.wait(), Err(CallError::Died(ExitReason::Exited(1))));
    assert_eq!(mailbox.next_timeout(Duration::ZERO), None);
}

#[selene::test]
fn an_answer_of_another_type_is_an_error() {
    let liar: Process<Request> = spawn((), |(), mailbox: Mailbox<Request>| {
        if let Request::Double(_, reply) = mailbox.receive() {
            // The same right, of another type.
            let other = Buffer::with(|buffer| {
                reply.encode(buffer).unwrap();
                ReplyTo::<String>::decode(buffer).unwrap()
            });
            other.send("a long enough text".repeat(20));
        }
    });
    let answer = liar.call(|reply| Request::Double(1, reply));
    assert!(
        matches!(answer, Ok(_) | Err(CallError::Malformed(_))),
        "{answer:?}"
    );
}

#[selene::test]
fn tasks_compute() {
    let tasks: Vec<Task<u64>> = (1..=20)
        .map(|number| Task::spawn(number, |number: u64| number * number))
        .collect();
    let squares: u64 = tasks.into_iter().map(|task| task.wait().unwrap()).sum();
    assert_eq!(squares, 2870);
}

#[selene::test]
fn a_failing_task_is_a_value() {
    let task: Task<()> = Task::spawn((), |()| panic!("not today"));
    match task.wait() {
        Err(TaskError::Died(ExitReason::Trapped(TrapKind::Panic, text))) => {
            assert!(text.ends_with("not today"))
        }
        other => panic!("{other:?}"),
    }
}

#[selene::test]
fn a_task_can_be_waited_for_in_steps_and_cancelled() {
    let task: Task<u8> = Task::spawn((), |()| {
        selene::sleep(Duration::from_secs(3600));
        1
    });
    let task = task.wait_timeout(Duration::from_millis(1)).unwrap_err();
    let process = task.process();
    assert!(process.is_alive());
    task.cancel();
    assert!(!process.is_alive());
    let quick: Task<u8> = Task::spawn((), |()| 2);
    match quick.wait_timeout(LONG) {
        Ok(result) => assert_eq!(result, Ok(2)),
        Err(task) => panic!("{task:?} is not done"),
    }
}

#[selene::test]
fn tasks_end_with_their_parent(mailbox: Mailbox<selene::ProcessId>) {
    let (_, monitor) = Spawn::new()
        .monitored(
            mailbox.this(),
            |parent: Process<selene::ProcessId>, mailbox: Mailbox<()>| {
                let task: Task<()> = Task::spawn((), |()| selene::sleep(Duration::from_secs(3600)));
                parent.send(task.process());
                mailbox.receive();
            },
        )
        .unwrap();
    let task = mailbox.receive();
    monitor.process().kill();
    monitor.wait();
    task.wait();
    assert!(!task.is_alive());
}

#[selene::test]
fn failures_are_caught() {
    assert_eq!(catch(|| 5), Ok(5));
    for round in 0..100 {
        let text = format!("round {round}");
        match catch(|| -> u8 { panic!("{text}") }) {
            Err(ExitReason::Trapped(TrapKind::Panic, caught)) => {
                assert!(caught.ends_with(&text), "{caught}")
            }
            other => panic!("{other:?}"),
        }
    }
    let trapped = catch(|| core::arch::wasm32::unreachable());
    assert!(
        matches!(trapped, Err(ExitReason::Trapped(TrapKind::Unreachable, _))),
        "{trapped:?}"
    );
    assert_eq!(
        catch(|| selene::exit(3)),
        Err::<(), _>(ExitReason::Exited(3))
    );
    let failed = catch(|| selene::fail("quietly"));
    assert_eq!(
        failed,
        Err::<(), _>(ExitReason::Trapped(TrapKind::Panic, "quietly".into()))
    );
    // Nested, and with messages in between.
    let process = spawn((), answer);
    let inner = catch(|| {
        assert!(catch(|| panic!("inside")).is_err());
        process.call(|reply| Request::Double(2, reply))
    });
    assert_eq!(inner, Ok(Ok(4)));
}

#[selene::test]
fn caught_failures_give_the_stack_back() {
    fn with_a_large_frame() {
        let frame = [1_u8; 10_000];
        std::hint::black_box(&frame);
        panic!("far down");
    }
    // 200 frames of 10,000 bytes would not fit into the stack of 1 MiB.
    for _ in 0..200 {
        assert!(catch(with_a_large_frame).is_err());
    }
}
