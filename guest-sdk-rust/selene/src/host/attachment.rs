//! Things of the host that travel with the message in the scratch area. Pushing returns an index, by which the receiver
//! takes it.

use crate::sys::lunatic::message;

plain! {
    push_module(handle: u64) -> u64 = message::push_module;
    take_module(index: u64) -> u64 = message::take_module;
    push_tcp_stream(handle: u64) -> u64 = message::push_tcp_stream;
    take_tcp_stream(index: u64) -> u64 = message::take_tcp_stream;
    push_tls_stream(handle: u64) -> u64 = message::push_tls_stream;
    take_tls_stream(index: u64) -> u64 = message::take_tls_stream;
    push_udp_socket(handle: u64) -> u64 = message::push_udp_socket;
    take_udp_socket(index: u64) -> u64 = message::take_udp_socket;
}
