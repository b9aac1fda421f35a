//! Messages of every size, and in another format.

use selene::{
    Buffer, CallError, DecodeError, EncodeError, Mailbox, Message, Process, ReplyTo, Task, spawn,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Long enough for whatever happens at all.
const LONG: Duration = Duration::from_secs(60);

type Echo = (Vec<u8>, ReplyTo<Vec<u8>>);

fn echo(_: (), mailbox: Mailbox<Echo>) {
    loop {
        let (bytes, reply) = mailbox.receive();
        reply.send(bytes);
    }
}

#[selene::test]
fn messages_of_every_size_arrive_whole() {
    let echo = spawn((), echo);
    // Around the sizes at which a message leaves the stack, its length takes another byte, and its buffer is given back.
    let sizes = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 127, 128].into_iter();
    for size in sizes
        .chain(230..270)
        .chain([511, 512, 65_535, 65_537, 200_000, 3])
    {
        let sent: Vec<u8> = (0..size).map(|index| (index * 7) as u8).collect();
        let answer = echo.call_timeout(|reply| (sent.clone(), reply), LONG);
        assert_eq!(answer, Ok(sent.clone()));
        let task = Task::spawn(sent.clone(), |bytes: Vec<u8>| bytes);
        assert_eq!(task.wait(), Ok(sent));
    }
}

#[selene::test]
fn a_buffer_keeps_what_is_appended_in_whatever_pieces() {
    for piece in 1..40 {
        let bytes: Vec<u8> = (0..1_000_u32).map(|index| (index * 7) as u8).collect();
        Buffer::with(|buffer| {
            for part in bytes.chunks(piece) {
                buffer.extend_from_slice(part);
            }
            buffer.extend_from_slice(&[]);
            assert_eq!(**buffer, bytes[..]);
            // One within the other, as for a message within a message.
            assert_eq!(Buffer::with(|inner| inner.len()), 0);
            buffer.push(1);
            assert_eq!(buffer.len(), 1_001);
        });
    }
}

/// A value as JSON.
#[derive(Debug, PartialEq)]
struct Json<T>(T);

impl<T: Serialize + DeserializeOwned> Message for Json<T> {
    fn encode(&self, buffer: &mut Buffer) -> Result<(), EncodeError> {
        serde_json::to_writer(buffer, &self.0).map_err(EncodeError::new)
    }

    fn decode(bytes: &[u8]) -> Result<Json<T>, DecodeError> {
        serde_json::from_slice(bytes)
            .map(Json)
            .map_err(DecodeError::new)
    }
}

#[derive(Debug, Serialize, Deserialize)]
enum Request {
    Greet {
        name: String,
        reply: ReplyTo<Json<String>>,
    },
    Drop(ReplyTo<u8>),
    Panic(ReplyTo<u8>),
}

fn greet(_: (), mailbox: Mailbox<Json<Request>>) {
    loop {
        match mailbox.receive().0 {
            Request::Greet { name, reply } => reply.send(Json(format!("Hello, {name}!"))),
            Request::Drop(reply) => drop(reply),
            Request::Panic(_) => panic!("asked to"),
        }
    }
}

#[selene::test]
fn requests_and_answers_may_be_json() {
    let greeter: Process<Json<Request>> = spawn((), greet);
    let name = "Ada".to_string();
    let request = |reply| Json(Request::Greet { name, reply });
    let answer = greeter.call_timeout(request, LONG);
    assert_eq!(answer, Ok(Json("Hello, Ada!".to_string())));
    // What is no JSON is thrown away by who gets it, and the next message is read all the same.
    Process::<u32>::from_id(greeter.id()).send(7_000_000);
    let dropped = greeter.call_timeout(|reply| Json(Request::Drop(reply)), LONG);
    assert_eq!(dropped, Err(CallError::NoAnswer));
    let died = greeter.call_timeout(|reply| Json(Request::Panic(reply)), LONG);
    assert!(matches!(died, Err(CallError::Died(_))), "{died:?}");
}

#[selene::test]
fn what_is_no_json_is_an_error_as_a_value() {
    let text = Buffer::with(|buffer| {
        Json(vec![1, 2]).encode(buffer).unwrap();
        String::from_utf8(buffer.to_vec()).unwrap()
    });
    assert_eq!(text, "[1,2]");
    let error = Json::<Vec<u8>>::decode(b"[1,").unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("the message cannot be read: EOF"),
        "{error}"
    );
}
