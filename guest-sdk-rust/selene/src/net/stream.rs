use super::address::{ToAddresses, first};
use crate::attachment;
use crate::host;
use core::fmt;
use core::net::SocketAddr;
use core::time::Duration;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::io::{self, IoSlice, Read, Write};

/// A stream, by the names of its imports.
macro_rules! stream {
    (
        $(#[$documentation:meta])* $name:ident,
        read $read:ident, write $write:ident, flush $flush:ident, clone $clone:ident, drop $drop:ident,
        push $push:ident, take $take:ident,
        read_timeout $read_timeout:ident $set_read_timeout:ident,
        write_timeout $write_timeout:ident $set_write_timeout:ident
    ) => {
        $(#[$documentation])*
        ///
        /// Dropping its last handle closes it.
        pub struct $name {
            handle: u64,
        }

        impl $name {
            /// Another handle of the same stream; timeouts are shared.
            #[must_use]
            pub fn duplicate(&self) -> $name {
                $name { handle: host::net::$clone(self.handle) }
            }

            /// How long a read may take; `None` for as long as it wants.
            pub fn read_timeout(&self) -> Option<Duration> {
                duration(host::net::$read_timeout(self.handle))
            }

            /// Sets how long a read may take: then it fails with [`io::ErrorKind::TimedOut`].
            pub fn set_read_timeout(&self, timeout: impl Into<Option<Duration>>) {
                host::net::$set_read_timeout(self.handle, host::timeout(timeout.into()));
            }

            /// How long a write may take; `None` for as long as it wants.
            pub fn write_timeout(&self) -> Option<Duration> {
                duration(host::net::$write_timeout(self.handle))
            }

            /// Sets how long a write may take: then it fails with [`io::ErrorKind::TimedOut`].
            pub fn set_write_timeout(&self, timeout: impl Into<Option<Duration>>) {
                host::net::$set_write_timeout(self.handle, host::timeout(timeout.into()));
            }
        }

        impl Read for &$name {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                host::net::$read(self.handle, buffer)
            }
        }

        impl Write for &$name {
            fn write(&mut self, data: &[u8]) -> io::Result<usize> {
                self.write_vectored(&[IoSlice::new(data)])
            }

            fn write_vectored(&mut self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
                host::net::$write(self.handle, buffers)
            }

            fn flush(&mut self) -> io::Result<()> {
                host::net::$flush(self.handle)
            }
        }

        impl Read for $name {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                (&*self).read(buffer)
            }
        }

        impl Write for $name {
            fn write(&mut self, data: &[u8]) -> io::Result<usize> {
                (&*self).write(data)
            }

            fn write_vectored(&mut self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
                (&*self).write_vectored(buffers)
            }

            fn flush(&mut self) -> io::Result<()> {
                (&*self).flush()
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                host::net::$drop(self.handle);
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, concat!(stringify!($name), "({})"), self.handle)
            }
        }

        /// Only into a message, which gets another handle.
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                attachment::serialize(serializer, || {
                    // Pushing moves a handle out of the process.
                    host::attachment::$push(host::net::$clone(self.handle))
                })
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                attachment::deserialize(deserializer, host::attachment::$take)
                    .map(|handle| $name { handle })
            }
        }
    };
}

/// A timeout as the host tells it; -1 is none.
fn duration(millis: i64) -> Option<Duration> {
    u64::try_from(millis).ok().map(Duration::from_millis)
}

stream! {
    /// A TCP connection.
    TcpStream,
    read tcp_read, write tcp_write_vectored, flush tcp_flush, clone clone_tcp_stream, drop drop_tcp_stream,
    push push_tcp_stream, take take_tcp_stream,
    read_timeout tcp_read_timeout set_tcp_read_timeout,
    write_timeout tcp_write_timeout set_tcp_write_timeout
}

stream! {
    /// A TLS connection.
    TlsStream,
    read tls_read, write tls_write_vectored, flush tls_flush, clone clone_tls_stream, drop drop_tls_stream,
    push push_tls_stream, take take_tls_stream,
    read_timeout tls_read_timeout set_tls_read_timeout,
    write_timeout tls_write_timeout set_tls_write_timeout
}

impl TcpStream {
    /// Connects; of several addresses, to the first that accepts.
    ///
    /// # Errors
    /// When none accepts, or the process may not connect there.
    pub fn connect(address: impl ToAddresses) -> io::Result<TcpStream> {
        TcpStream::connect_until(address, None)
    }

    /// As [`connect`](TcpStream::connect), for at most so long with each address.
    ///
    /// # Errors
    /// When none accepts in time, or the process may not connect there.
    pub fn connect_timeout(address: impl ToAddresses, timeout: Duration) -> io::Result<TcpStream> {
        TcpStream::connect_until(address, Some(timeout))
    }

    fn connect_until(
        address: impl ToAddresses,
        timeout: Option<Duration>,
    ) -> io::Result<TcpStream> {
        first(address, |address| host::net::tcp_connect(address, timeout))
            .map(|handle| TcpStream { handle })
    }

    /// The other end's address.
    ///
    /// # Errors
    /// When the stream is no longer connected.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        host::net::tcp_peer_addr(self.handle)
    }

    /// Reads bytes, which stay there to be read again.
    ///
    /// # Errors
    /// As a read.
    pub fn peek(&self, buffer: &mut [u8]) -> io::Result<usize> {
        host::net::tcp_peek(self.handle, buffer)
    }
}

impl TlsStream {
    /// Connects to a host that proves its name by a certificate of a public authority.
    ///
    /// # Errors
    /// When it cannot be reached, or does not prove its name.
    pub fn connect(host: &str, port: u16) -> io::Result<TlsStream> {
        TlsStream::connect_with(host, port, &[], None)
    }

    /// As [`connect`](TlsStream::connect), with authorities of one's own, each a certificate in PEM, and a timeout for the
    /// connection. Without authorities the public ones are used.
    ///
    /// # Errors
    /// When it cannot be reached in time, or does not prove its name.
    pub fn connect_with(
        host: &str,
        port: u16,
        authorities: &[&[u8]],
        timeout: Option<Duration>,
    ) -> io::Result<TlsStream> {
        host::net::tls_connect(host, port, authorities, timeout).map(|handle| TlsStream { handle })
    }
}

/// A listener, by the names of its imports.
macro_rules! listener {
    (
        $(#[$documentation:meta])* $name:ident of $stream:ident,
        accept $accept:ident, address $local_addr:ident, drop $drop:ident
    ) => {
        $(#[$documentation])*
        ///
        /// Dropping it closes it.
        pub struct $name {
            handle: u64,
        }

        impl $name {
            /// Waits for a connection; returns it with the other end's address.
            ///
            /// # Errors
            /// When there is none to be had.
            pub fn accept(&self) -> io::Result<($stream, SocketAddr)> {
                let (handle, peer) = host::net::$accept(self.handle)?;
                Ok(($stream { handle }, peer))
            }

            /// Where it listens.
            ///
            /// # Errors
            /// When the host does not know.
            pub fn local_addr(&self) -> io::Result<SocketAddr> {
                host::net::$local_addr(self.handle)
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                host::net::$drop(self.handle);
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, concat!(stringify!($name), "({})"), self.handle)
            }
        }
    };
}

listener! {
    /// Accepts TCP connections.
    TcpListener of TcpStream,
    accept tcp_accept, address tcp_local_addr, drop drop_tcp_listener
}

listener! {
    /// Accepts TLS connections.
    TlsListener of TlsStream,
    accept tls_accept, address tls_local_addr, drop drop_tls_listener
}

impl TcpListener {
    /// Listens at an address; port 0 stands for any that is free.
    ///
    /// # Errors
    /// When the address is taken, or the process may not listen there.
    pub fn bind(address: impl ToAddresses) -> io::Result<TcpListener> {
        first(address, host::net::tcp_bind).map(|handle| TcpListener { handle })
    }
}

impl TlsListener {
    /// Listens at an address, with one certificate and its key, both in PEM.
    ///
    /// # Errors
    /// When the address is taken, or the process may not listen there.
    pub fn bind(
        address: impl ToAddresses,
        certificate: &[u8],
        key: &[u8],
    ) -> io::Result<TlsListener> {
        first(address, |address| {
            host::net::tls_bind(address, certificate, key)
        })
        .map(|handle| TlsListener { handle })
    }
}
