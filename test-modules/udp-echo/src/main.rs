//! Sends every datagram back to where it came from.
//!
//! `udp-echo [ADDRESS]` prints `listening on ADDRESS` when it is ready. Without an address it takes
//! a free port of 127.0.0.1.

use lunatic::net::UdpSocket;
use lunatic::Mailbox;

/// The largest datagram that UDP can carry fits.
const BUFFER_BYTES: usize = 65_536;

#[lunatic::main]
fn main(_: Mailbox<()>) {
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let socket = match UdpSocket::bind(address.as_str()) {
        Ok(socket) => socket,
        Err(error) => {
            eprintln!("udp-echo: cannot listen on {address}: {error}");
            std::process::exit(1);
        }
    };
    match socket.local_addr() {
        Ok(address) => println!("listening on {address}"),
        Err(error) => println!("listening, but where is not known: {error}"),
    }
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        // What goes wrong concerns one datagram: a peer that is gone, or an answer too large.
        let echoed = socket
            .recv_from(&mut buffer)
            .and_then(|(length, peer)| socket.send_to(&buffer[..length], peer));
        if let Err(error) = echoed {
            eprintln!("udp-echo: a datagram was lost: {error}");
        }
    }
}
