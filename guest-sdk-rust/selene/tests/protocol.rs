//! Conversations.

use selene::protocol::{Again, Branch, Channel, Choose, End, Receive, Recursive, Send, Session};
use selene::{ExitReason, Mailbox, Process, Spawn, TrapKind};
use std::time::Duration;

/// Long enough for whatever happens at all.
const LONG: Duration = Duration::from_secs(30);

type Add = Send<i32, Send<i32, Receive<i32, End>>>;

fn add(_: (), channel: Channel<<Add as Session>::Dual>) {
    let (a, channel) = channel.receive();
    let (b, channel) = channel.receive();
    channel.send(a + b).close();
}

#[selene::test]
fn a_conversation() {
    let channel: Channel<Add> = Channel::spawn((), add);
    let (sum, end) = channel.send(40).send(2).receive();
    assert_eq!(sum, 42);
    end.close();
}

#[selene::test]
fn an_argument_and_several_conversations(mailbox: Mailbox<u8>) {
    type Ask = Receive<String, End>;
    let channels: Vec<Channel<Ask>> = (0..10_u32)
        .map(|number| {
            Channel::spawn(number, |number, channel| {
                channel.send(format!("number {number}")).close()
            })
        })
        .collect();
    for channel in &channels {
        channel.peer().wait();
    }
    // A receive of something else keeps what came by the channels.
    mailbox.this().send(1);
    assert_eq!(mailbox.receive(), 1);
    for (number, channel) in channels.into_iter().enumerate() {
        assert_eq!(channel.receive().0, format!("number {number}"));
    }
}

struct Countdown;

impl Recursive for Countdown {
    type Body = Choose<Send<u32, Receive<u32, Again<Countdown>>>, End>;
}

#[selene::test]
fn decisions_and_recursion() {
    let mut channel: Channel<Again<Countdown>> = Channel::spawn((), |(), mut channel| {
        loop {
            match channel.again().offer() {
                Branch::Left(more) => {
                    let (number, more) = more.receive();
                    channel = more.send(number - 1);
                }
                Branch::Right(end) => return end.close(),
            }
        }
    });
    let mut number = 1000;
    while number > 0 {
        (number, channel) = channel.again().left().send(number).receive();
    }
    channel.again().right().close();
}

#[selene::test]
fn waiting_has_a_limit() {
    type Late = Receive<u8, Send<u8, End>>;
    let channel: Channel<Late> = Channel::spawn((), |(), channel| {
        selene::sleep(Duration::from_millis(5));
        let (answer, end) = channel.send(1).receive();
        assert_eq!(answer, 2);
        end.close();
    });
    let channel = channel
        .receive_timeout(Duration::ZERO)
        .expect_err("it is early");
    match channel.receive_timeout(LONG) {
        Ok((number, channel)) => {
            assert_eq!(number, 1);
            channel.send(2).close();
        }
        Err(channel) => panic!("nothing came by {channel:?}"),
    }
}

#[selene::test]
fn a_dropped_protocol_is_a_failure_of_both(mailbox: Mailbox<selene::ProcessId>) {
    let (_, monitor) = Spawn::new()
        .monitored(
            mailbox.this(),
            |parent: Process<selene::ProcessId>, _: Mailbox<()>| {
                let channel: Channel<Add> = Channel::spawn((), add);
                parent.send(channel.peer());
                drop(channel.send(1));
            },
        )
        .unwrap();
    let peer = mailbox.receive().monitor();
    match monitor.wait() {
        ExitReason::Trapped(TrapKind::Panic, text) => {
            assert!(
                text.starts_with("a channel was dropped before its end"),
                "{text}"
            );
        }
        other => panic!("{other:?}"),
    }
    assert!(peer.wait().is_failure());
}

#[selene::test]
fn a_failing_peer_is_a_failure() {
    let (_, monitor) = Spawn::new()
        .monitored((), |(), _: Mailbox<()>| {
            let channel: Channel<Receive<u8, End>> = Channel::spawn((), |(), channel| {
                drop(channel);
            });
            channel.receive().1.close();
        })
        .unwrap();
    assert!(matches!(monitor.wait(), ExitReason::LinkDied(..)));
}
