//! The things to try. Errors are told as they are, with the library's text.

use lunatic::net::{self, TcpListener, TcpStream, TlsListener, TlsStream, UdpSocket};
use lunatic::{Mailbox, Process};
use std::io::{Read, Write};
use std::time::Duration;

type Outcome = Result<String, Box<dyn std::error::Error>>;

const USAGE: &str = "usage: net-client resolve|listen|connect|echo|udp|tls|tls-listen ARGUMENTS";
const BLOCK_BYTES: usize = 8 * 1024;

pub fn run(arguments: &[String]) -> Outcome {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["resolve", name] => resolve(name, None),
        ["resolve", name, millis] => resolve(name, Some(duration(millis)?)),
        ["listen", address] => Ok(TcpListener::bind(*address)?.local_addr()?.to_string()),
        ["connect", address] => told(TcpStream::connect(*address)?),
        ["connect", address, millis] => {
            told(TcpStream::connect_timeout(*address, duration(millis)?)?)
        }
        ["echo", address, bytes] => echo(address, bytes.parse()?),
        ["udp", address, text] => udp(address, text),
        ["tls", host, port] => tls(TlsStream::connect(host, port.parse()?)?),
        ["tls", host, port, roots] => {
            let roots = vec![std::fs::read(roots)?];
            tls(TlsStream::connect_with_certs(host, port.parse()?, roots)?)
        }
        ["tls-listen", address, certificate, key] => {
            Ok(
                TlsListener::bind(*address, std::fs::read(certificate)?, std::fs::read(key)?)?
                    .local_addr()?
                    .to_string(),
            )
        }
        _ => Err(USAGE.into()),
    }
}

fn duration(millis: &str) -> Result<Duration, std::num::ParseIntError> {
    millis.parse().map(Duration::from_millis)
}

fn resolve(name: &str, timeout: Option<Duration>) -> Outcome {
    let found = match timeout {
        Some(timeout) => net::resolve_timeout(name, timeout)?,
        None => net::resolve(name)?,
    };
    let addresses: Vec<String> = found.map(|address| address.to_string()).collect();
    Ok(addresses.join(" "))
}

fn told(stream: TcpStream) -> Outcome {
    Ok(stream.peer_addr()?.to_string())
}

/// Byte number i of what is sent.
fn pattern(index: usize) -> u8 {
    (index + index / 256) as u8
}

fn send((mut stream, bytes): (TcpStream, usize), _: Mailbox<()>) {
    let mut at = 0;
    while at < bytes {
        let length = BLOCK_BYTES.min(bytes - at);
        let block: Vec<u8> = (at..at + length).map(pattern).collect();
        if stream.write_all(&block).is_err() {
            return;
        }
        at += length;
    }
}

/// One process sends, this one receives: neither waits for the other.
fn echo(address: &str, bytes: usize) -> Outcome {
    let mut stream = TcpStream::connect(address)?;
    Process::spawn_link((stream.clone(), bytes), send);
    let mut buffer = vec![0; BLOCK_BYTES];
    let mut at = 0;
    while at < bytes {
        let length = stream.read(&mut buffer)?;
        if length == 0 {
            return Err(format!("the end after {at} of {bytes} bytes").into());
        }
        for (index, byte) in buffer[..length].iter().enumerate() {
            if *byte != pattern(at + index) {
                return Err(format!("byte {} is wrong", at + index).into());
            }
        }
        at += length;
    }
    Ok(format!("{at} bytes came back"))
}

fn udp(address: &str, text: &str) -> Outcome {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.send_to(text.as_bytes(), address)?;
    let mut buffer = [0; 2048];
    let (length, _) = socket.recv_from(&mut buffer)?;
    Ok(String::from_utf8_lossy(&buffer[..length]).into_owned())
}

/// Sends a line and expects it back.
fn tls(mut stream: TlsStream) -> Outcome {
    let line = b"through TLS\n";
    stream.write_all(line)?;
    stream.flush()?;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer)?;
    if &answer != line {
        return Err("another answer than was sent".into());
    }
    Ok("a line to and fro".to_owned())
}
