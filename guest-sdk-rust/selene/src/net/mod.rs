//! TCP, UDP, TLS and names.
//!
//! Calls wait in the process that makes them, and others go on meanwhile: a server spawns a process for each connection.
//! Streams implement [`std::io::Read`] and [`std::io::Write`], and can be part of messages; what is sent is another handle
//! of the same socket.
//!
//! ```standalone_crate
//! # #[selene::main]
//! # fn main() -> std::io::Result<()> {
//! use selene::Mailbox;
//! use selene::net::{TcpListener, TcpStream};
//! use std::io::{Read, Write};
//!
//! let listener = TcpListener::bind("127.0.0.1:0")?;
//! let address = listener.local_addr()?;
//! selene::spawn(address.to_string(), |address, _: Mailbox<()>| {
//!     let mut stream = TcpStream::connect(address).unwrap();
//!     stream.write_all(b"hello").unwrap();
//! });
//!
//! let (mut stream, _) = listener.accept()?;
//! let mut text = String::new();
//! stream.read_to_string(&mut text)?;
//! assert_eq!(text, "hello");
//! # Ok(())
//! # }
//! ```

mod address;
mod stream;
mod udp;

pub use address::{ToAddresses, resolve};
pub use stream::{TcpListener, TcpStream, TlsListener, TlsStream};
pub use udp::UdpSocket;
