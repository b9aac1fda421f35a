//! Sockets and names.

use super::{TIMED_OUT, take_error, timeout};
use crate::sys::lunatic::networking;
use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr, SocketAddrV4, SocketAddrV6};
use core::time::Duration;
use std::io;

/// What most imports return, beside the number they write: a value, or an error of the host.
fn result(status: i32, value: u64) -> io::Result<u64> {
    match status {
        0 => Ok(value),
        TIMED_OUT => Err(io::ErrorKind::TimedOut.into()),
        _ => Err(io::Error::other(take_error(value))),
    }
}

/// An address as the imports take it.
struct Parts {
    kind: i32,
    octets: [u8; 16],
    port: i32,
    flow_info: i32,
    scope_id: i32,
}

const V4: i32 = 4;
const V6: i32 = 6;

impl From<SocketAddr> for Parts {
    fn from(address: SocketAddr) -> Parts {
        let mut octets = [0; 16];
        let (kind, flow_info, scope_id) = match address {
            SocketAddr::V4(address) => {
                octets[..4].copy_from_slice(&address.ip().octets());
                (V4, 0, 0)
            }
            SocketAddr::V6(address) => {
                octets = address.ip().octets();
                // The same bits, signed.
                (V6, address.flowinfo() as i32, address.scope_id() as i32)
            }
        };
        Parts {
            kind,
            octets,
            port: address.port().into(),
            flow_info,
            scope_id,
        }
    }
}

/// All addresses of an iterator, which is given up.
fn addresses(iterator: u64) -> Vec<SocketAddr> {
    let mut addresses = Vec::new();
    loop {
        let (mut kind, mut octets, mut port) = (0_u32, [0; 16], 0_u16);
        let (mut flow_info, mut scope_id) = (0_u32, 0_u32);
        // SAFETY: the host writes at most 16 bytes of address, and one number to each of the others.
        let status = unsafe {
            networking::resolve_next(
                iterator,
                (&raw mut kind).cast(),
                octets.as_mut_ptr(),
                (&raw mut port).cast(),
                (&raw mut flow_info).cast(),
                (&raw mut scope_id).cast(),
            )
        };
        if status != 0 {
            // SAFETY: takes no address.
            unsafe { networking::drop_dns_iterator(iterator) };
            return addresses;
        }
        addresses.push(if kind == V4 as u32 {
            let [a, b, c, d, ..] = octets;
            SocketAddrV4::new([a, b, c, d].into(), port).into()
        } else {
            let IpAddr::V6(ip) = IpAddr::from(octets) else {
                continue;
            };
            SocketAddrV6::new(ip, port, flow_info, scope_id).into()
        });
    }
}

fn address(iterator: u64) -> io::Result<SocketAddr> {
    let first = addresses(iterator).into_iter().next();
    first.ok_or_else(|| io::ErrorKind::AddrNotAvailable.into())
}

pub fn resolve(name: &str, wait: Option<Duration>) -> io::Result<Vec<SocketAddr>> {
    let mut id = 0;
    // SAFETY: the name lives for the call, which only reads it; 8 bytes are written.
    let status = unsafe { networking::resolve(name.as_ptr(), name.len(), timeout(wait), &mut id) };
    result(status, id).map(addresses)
}

/// Binds with the import for TCP or for UDP.
macro_rules! bind {
    ($name:ident = $import:ident) => {
        pub fn $name(address: SocketAddr) -> io::Result<u64> {
            let parts = Parts::from(address);
            let mut id = 0;
            // SAFETY: 16 bytes of address are there; 8 bytes are written.
            let status = unsafe {
                networking::$import(
                    parts.kind,
                    parts.octets.as_ptr(),
                    parts.port,
                    parts.flow_info,
                    parts.scope_id,
                    &mut id,
                )
            };
            result(status, id)
        }
    };
}
bind!(tcp_bind = tcp_bind);
bind!(udp_bind = udp_bind);

pub fn tls_bind(address: SocketAddr, certificate: &[u8], key: &[u8]) -> io::Result<u64> {
    let parts = Parts::from(address);
    let mut id = 0;
    // SAFETY: 16 bytes of address are there; certificate and key live for the call; 8 bytes are written.
    let status = unsafe {
        networking::tls_bind(
            parts.kind,
            parts.octets.as_ptr(),
            parts.port,
            parts.flow_info,
            parts.scope_id,
            &mut id,
            certificate.as_ptr(),
            certificate.len(),
            key.as_ptr(),
            key.len(),
        )
    };
    result(status, id)
}

pub fn tcp_connect(address: SocketAddr, wait: Option<Duration>) -> io::Result<u64> {
    let parts = Parts::from(address);
    let mut id = 0;
    // SAFETY: 16 bytes of address are there; 8 bytes are written.
    let status = unsafe {
        networking::tcp_connect(
            parts.kind,
            parts.octets.as_ptr(),
            parts.port,
            parts.flow_info,
            parts.scope_id,
            timeout(wait),
            &mut id,
        )
    };
    result(status, id)
}

pub fn tls_connect(
    host: &str,
    port: u16,
    roots: &[&[u8]],
    wait: Option<Duration>,
) -> io::Result<u64> {
    // Pairs of address and length, as the host reads them.
    let roots: Vec<(*const u8, usize)> = roots
        .iter()
        .map(|root| (root.as_ptr(), root.len()))
        .collect();
    let mut id = 0;
    // SAFETY: host and roots live for the call, which only reads them; 8 bytes are written.
    let status = unsafe {
        networking::tls_connect(
            host.as_ptr(),
            host.len(),
            port.into(),
            timeout(wait),
            &mut id,
            roots.as_ptr().cast(),
            roots.len(),
        )
    };
    result(status, id)
}

pub fn udp_connect(socket: u64, address: SocketAddr) -> io::Result<()> {
    let parts = Parts::from(address);
    let mut id = 0;
    // SAFETY: 16 bytes of address are there; 8 bytes are written.
    let status = unsafe {
        networking::udp_connect(
            socket,
            parts.kind,
            parts.octets.as_ptr(),
            parts.port,
            parts.flow_info,
            parts.scope_id,
            timeout(None),
            &mut id,
        )
    };
    result(status, id).map(drop)
}

/// Functions of a handle that return an address.
macro_rules! address_of {
    ($($name:ident)*) => {$(
        pub fn $name(handle: u64) -> io::Result<SocketAddr> {
            let mut id = 0;
            // SAFETY: 8 bytes are written.
            let status = unsafe { networking::$name(handle, &mut id) };
            result(status, id).and_then(address)
        }
    )*};
}
address_of!(tcp_local_addr tls_local_addr udp_local_addr tcp_peer_addr);

/// The peer that was fixed; none when there is none.
pub fn udp_peer_addr(socket: u64) -> io::Result<SocketAddr> {
    const NOT_CONNECTED: i32 = 1;
    let mut id = 0;
    // SAFETY: 8 bytes are written.
    let status = unsafe { networking::udp_peer_addr(socket, &mut id) };
    if status == NOT_CONNECTED {
        return Err(io::Error::new(io::ErrorKind::NotConnected, take_error(id)));
    }
    result(status, id).and_then(address)
}

macro_rules! accept {
    ($($name:ident)*) => {$(
        pub fn $name(listener: u64) -> io::Result<(u64, SocketAddr)> {
            let (mut id, mut peer) = (0, 0);
            // SAFETY: 8 bytes are written to each.
            let status = unsafe { networking::$name(listener, &mut id, &mut peer) };
            let stream = result(status, id)?;
            Ok((stream, address(peer)?))
        }
    )*};
}
accept!(tcp_accept tls_accept);

macro_rules! read {
    ($($name:ident)*) => {$(
        pub fn $name(handle: u64, buffer: &mut [u8]) -> io::Result<usize> {
            let mut count = 0;
            // SAFETY: the host writes at most as many bytes as the buffer has, and 8 bytes of result.
            let status =
                unsafe { networking::$name(handle, buffer.as_mut_ptr(), buffer.len(), &mut count) };
            result(status, count).map(|count| count as usize)
        }
    )*};
}
read!(tcp_read tls_read tcp_peek udp_receive);

macro_rules! write {
    ($($name:ident)*) => {$(
        pub fn $name(stream: u64, buffers: &[io::IoSlice<'_>]) -> io::Result<usize> {
            let mut count = 0;
            // SAFETY: an `IoSlice` of this target is a pair of address and length, as the host reads it; the bytes
            // live for the call; 8 bytes are written.
            let status = unsafe {
                networking::$name(stream, buffers.as_ptr().cast(), buffers.len(), &mut count)
            };
            result(status, count).map(|count| count as usize)
        }
    )*};
}
write!(tcp_write_vectored tls_write_vectored);

macro_rules! flush {
    ($($name:ident)*) => {$(
        pub fn $name(stream: u64) -> io::Result<()> {
            let mut error = 0;
            // SAFETY: 8 bytes are written.
            let status = unsafe { networking::$name(stream, &mut error) };
            result(status, error).map(drop)
        }
    )*};
}
flush!(tcp_flush tls_flush);

pub fn udp_receive_from(socket: u64, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
    let (mut count, mut peer) = (0, 0);
    // SAFETY: the host writes at most as many bytes as the buffer has, and 8 bytes to each of the others.
    let status = unsafe {
        networking::udp_receive_from(
            socket,
            buffer.as_mut_ptr(),
            buffer.len(),
            &mut count,
            &mut peer,
        )
    };
    let count = result(status, count)?;
    Ok((count as usize, address(peer)?))
}

pub fn udp_send(socket: u64, data: &[u8]) -> io::Result<usize> {
    let mut count = 0;
    // SAFETY: the data live for the call, which only reads them; 8 bytes are written.
    let status = unsafe { networking::udp_send(socket, data.as_ptr(), data.len(), &mut count) };
    result(status, count).map(|count| count as usize)
}

pub fn udp_send_to(socket: u64, data: &[u8], address: SocketAddr) -> io::Result<usize> {
    let parts = Parts::from(address);
    let mut count = 0;
    // SAFETY: the data and 16 bytes of address live for the call, which only reads them; 8 bytes are written.
    let status = unsafe {
        networking::udp_send_to(
            socket,
            data.as_ptr(),
            data.len(),
            parts.kind,
            parts.octets.as_ptr(),
            parts.port,
            parts.flow_info,
            parts.scope_id,
            &mut count,
        )
    };
    result(status, count).map(|count| count as usize)
}

plain! {
    drop_tcp_listener(handle: u64) = networking::drop_tcp_listener;
    drop_tls_listener(handle: u64) = networking::drop_tls_listener;
    drop_tcp_stream(handle: u64) = networking::drop_tcp_stream;
    drop_tls_stream(handle: u64) = networking::drop_tls_stream;
    drop_udp_socket(handle: u64) = networking::drop_udp_socket;
    clone_tcp_stream(handle: u64) -> u64 = networking::clone_tcp_stream;
    clone_tls_stream(handle: u64) -> u64 = networking::clone_tls_stream;
    clone_udp_socket(handle: u64) -> u64 = networking::clone_udp_socket;
    set_tcp_read_timeout(handle: u64, millis: i64) = networking::set_read_timeout;
    set_tcp_write_timeout(handle: u64, millis: i64) = networking::set_write_timeout;
    set_tls_read_timeout(handle: u64, millis: i64) = networking::set_tls_read_timeout;
    set_tls_write_timeout(handle: u64, millis: i64) = networking::set_tls_write_timeout;
    tcp_read_timeout(handle: u64) -> i64 = networking::get_read_timeout;
    tcp_write_timeout(handle: u64) -> i64 = networking::get_write_timeout;
    tls_read_timeout(handle: u64) -> i64 = networking::get_tls_read_timeout;
    tls_write_timeout(handle: u64) -> i64 = networking::get_tls_write_timeout;
    set_udp_broadcast(handle: u64, value: i32) = networking::set_udp_socket_broadcast;
    set_udp_ttl(handle: u64, value: i32) = networking::set_udp_socket_ttl;
    udp_broadcast(handle: u64) -> i32 = networking::get_udp_socket_broadcast;
    udp_ttl(handle: u64) -> i32 = networking::get_udp_socket_ttl;
}
