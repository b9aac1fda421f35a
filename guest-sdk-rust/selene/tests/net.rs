//! Sockets.

use selene::net::{TcpListener, TcpStream, UdpSocket, resolve};
use selene::{ExitReason, Mailbox, Process, ProcessConfig, Spawn, spawn};
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::Duration;

/// Serves one connection: sends lines back.
fn echo(stream: TcpStream, _: Mailbox<()>) {
    let lines = BufReader::new(stream.duplicate()).lines();
    for line in lines {
        writeln!(&stream, "{}", line.unwrap()).unwrap();
    }
}

/// A server that spawns a process for each connection; its address.
fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let server = Spawn::new()
        .process(address, |address, _: Mailbox<()>| {
            let listener = TcpListener::bind(address).unwrap();
            selene::registry::register("server", selene::ProcessId::this()).unwrap();
            loop {
                let (stream, _) = listener.accept().unwrap();
                spawn(stream, echo);
            }
        })
        .unwrap();
    assert_eq!(
        selene::registry::wait_for::<()>("server", Duration::from_secs(30)),
        Some(server)
    );
    address
}

#[selene::test]
fn streams_move_to_other_processes() {
    let address = serve();
    for round in 0..5 {
        let stream = TcpStream::connect(address).unwrap();
        assert_eq!(stream.peer_addr().unwrap(), address);
        writeln!(&stream, "round {round}").unwrap();
        let mut answer = String::new();
        BufReader::new(&stream).read_line(&mut answer).unwrap();
        assert_eq!(answer, format!("round {round}\n"));
    }
}

#[selene::test]
fn reads_have_a_limit() {
    let stream = TcpStream::connect(serve()).unwrap();
    assert_eq!(stream.read_timeout(), None);
    stream.set_read_timeout(Duration::from_millis(5));
    assert_eq!(stream.read_timeout(), Some(Duration::from_millis(5)));
    let mut buffer = [0; 10];
    assert_eq!(
        (&stream).read(&mut buffer).unwrap_err().kind(),
        ErrorKind::TimedOut
    );
    stream.set_read_timeout(None);
    writeln!(&stream, "late").unwrap();
    (&stream).read_exact(&mut buffer[..5]).unwrap();
    assert_eq!(&buffer[..5], b"late\n");
}

#[selene::test]
fn a_stream_closes_with_its_process() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let client = spawn(
        listener.local_addr().unwrap(),
        |address, mailbox: Mailbox<()>| {
            let _stream = TcpStream::connect(address).unwrap();
            mailbox.receive();
        },
    );
    let (mut stream, _) = listener.accept().unwrap();
    client.kill();
    let mut rest = Vec::new();
    // An end, or a reset: never more data.
    let _ = stream.read_to_end(&mut rest);
    assert!(rest.is_empty());
}

#[selene::test]
fn refused_connections_are_errors() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    assert!(TcpStream::connect(address).is_err());
    assert!(TcpListener::bind("256.0.0.1:1").is_err());
}

#[selene::test]
fn datagrams() {
    let (first, second) = (
        UdpSocket::bind("127.0.0.1:0").unwrap(),
        UdpSocket::bind("127.0.0.1:0").unwrap(),
    );
    let mut buffer = [0; 16];
    assert_eq!(
        first
            .send_to(b"ping", second.local_addr().unwrap())
            .unwrap(),
        4
    );
    let (size, sender) = second.receive_from(&mut buffer).unwrap();
    assert_eq!(
        (&buffer[..size], sender),
        (&b"ping"[..], first.local_addr().unwrap())
    );
    assert_eq!(
        first.peer_addr().unwrap_err().kind(),
        ErrorKind::NotConnected
    );
    second.connect(sender).unwrap();
    assert_eq!(second.peer_addr().unwrap(), sender);
    second.send(b"pong").unwrap();
    assert_eq!(first.receive(&mut buffer).unwrap(), 4);
    first.set_broadcast(true);
    assert!(first.broadcast());
    first.set_ttl(7);
    assert_eq!(first.ttl(), 7);
}

#[selene::test]
fn sockets_in_answers(mailbox: Mailbox<(UdpSocket, u8)>) {
    let me = mailbox.this();
    spawn(me, |parent: Process<(UdpSocket, u8)>, _: Mailbox<()>| {
        parent.send((UdpSocket::bind("127.0.0.1:0").unwrap(), 3));
    });
    let (socket, number) = mailbox.receive();
    assert_eq!(number, 3);
    assert!(socket.local_addr().unwrap().port() > 0);
}

#[selene::test]
fn names_are_resolved() {
    let addresses = resolve("localhost:80").unwrap();
    assert!(
        addresses
            .iter()
            .all(|address| address.ip().is_loopback() && address.port() == 80)
    );
    assert!(!addresses.is_empty());
    assert!(resolve("no port").is_err());
}

#[selene::test]
fn the_network_is_a_permission() {
    let config = ProcessConfig::inherit().unwrap().no_network();
    let (_, monitor) = Spawn::new()
        .config(&config)
        .monitored((), |(), _: Mailbox<()>| {
            assert!(TcpListener::bind("127.0.0.1:0").is_err());
        })
        .unwrap();
    assert_eq!(monitor.wait(), ExitReason::Normal);
    assert!(
        ProcessConfig::inherit()
            .unwrap()
            .may_connect("no rule at all!")
            .is_err()
    );
}

#[selene::test]
#[should_panic(expected = "the message cannot be written")]
fn sockets_are_no_data() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    selene::Buffer::with(|buffer| selene::Message::encode(&socket, buffer)).unwrap();
}

/// A message whose writing was left by a panic is not being written any more.
#[selene::test]
fn sockets_are_no_data_after_a_message_that_was_not_finished() {
    struct Unfinished;

    impl serde::Serialize for Unfinished {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            panic!("no more of it")
        }
    }

    impl<'de> serde::Deserialize<'de> for Unfinished {
        fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Unfinished, D::Error> {
            Ok(Unfinished)
        }
    }

    let myself = Process::from_id(selene::ProcessId::this());
    assert!(selene::catch(|| myself.send(Unfinished)).is_err());
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let written = selene::Buffer::with(|buffer| selene::Message::encode(&socket, buffer));
    assert!(written.is_err());
}
