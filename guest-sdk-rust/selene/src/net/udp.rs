use super::address::{ToAddresses, first};
use crate::attachment;
use crate::host;
use core::fmt;
use core::net::SocketAddr;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::io;

/// Sends and receives datagrams.
///
/// Dropping its last handle closes it.
pub struct UdpSocket {
    handle: u64,
}

impl UdpSocket {
    /// Binds to an address; port 0 stands for any that is free.
    ///
    /// # Errors
    /// When the address is taken, or the process may not listen there.
    pub fn bind(address: impl ToAddresses) -> io::Result<UdpSocket> {
        first(address, host::net::udp_bind).map(|handle| UdpSocket { handle })
    }

    /// Fixes the other end, for [`send`](UdpSocket::send) and [`receive`](UdpSocket::receive).
    ///
    /// # Errors
    /// When the process may not connect there.
    pub fn connect(&self, address: impl ToAddresses) -> io::Result<()> {
        first(address, |address| {
            host::net::udp_connect(self.handle, address)
        })
    }

    /// Sends a datagram to the other end.
    ///
    /// # Errors
    /// When there is none, or the host refuses.
    pub fn send(&self, data: &[u8]) -> io::Result<usize> {
        host::net::udp_send(self.handle, data)
    }

    /// Sends a datagram to an address.
    ///
    /// # Errors
    /// When the process may not, or the host refuses.
    pub fn send_to(&self, data: &[u8], address: impl ToAddresses) -> io::Result<usize> {
        first(address, |address| {
            host::net::udp_send_to(self.handle, data, address)
        })
    }

    /// Waits for a datagram of the other end; what does not fit into the buffer is lost.
    ///
    /// # Errors
    /// When there is none to be had.
    pub fn receive(&self, buffer: &mut [u8]) -> io::Result<usize> {
        host::net::udp_receive(self.handle, buffer)
    }

    /// Waits for a datagram; what does not fit into the buffer is lost. Returns the sender's address, too.
    ///
    /// # Errors
    /// When there is none to be had.
    pub fn receive_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        host::net::udp_receive_from(self.handle, buffer)
    }

    /// The socket's own address.
    ///
    /// # Errors
    /// When the host does not know.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        host::net::udp_local_addr(self.handle)
    }

    /// The other end that was fixed.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotConnected`] when none was.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        host::net::udp_peer_addr(self.handle)
    }

    /// Whether it may send to broadcast addresses.
    pub fn broadcast(&self) -> bool {
        host::net::udp_broadcast(self.handle) != 0
    }

    /// Sets whether it may send to broadcast addresses.
    pub fn set_broadcast(&self, permitted: bool) {
        host::net::set_udp_broadcast(self.handle, i32::from(permitted));
    }

    /// How many hops a datagram may take.
    pub fn ttl(&self) -> u32 {
        host::net::udp_ttl(self.handle).unsigned_abs()
    }

    /// Sets how many hops a datagram may take.
    pub fn set_ttl(&self, hops: u8) {
        host::net::set_udp_ttl(self.handle, i32::from(hops));
    }

    /// Another handle of the same socket.
    #[must_use]
    pub fn duplicate(&self) -> UdpSocket {
        UdpSocket {
            handle: host::net::clone_udp_socket(self.handle),
        }
    }
}

impl Drop for UdpSocket {
    fn drop(&mut self) {
        host::net::drop_udp_socket(self.handle);
    }
}

impl fmt::Debug for UdpSocket {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "UdpSocket({})", self.handle)
    }
}

/// Only into a message, which gets another handle.
impl Serialize for UdpSocket {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        attachment::serialize(serializer, || {
            // Pushing moves a handle out of the process.
            host::attachment::push_udp_socket(host::net::clone_udp_socket(self.handle))
        })
    }
}

impl<'de> Deserialize<'de> for UdpSocket {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<UdpSocket, D::Error> {
        attachment::deserialize(deserializer, host::attachment::take_udp_socket)
            .map(|handle| UdpSocket { handle })
    }
}
