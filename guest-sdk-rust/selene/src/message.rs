//! How values become bytes.

use crate::codec;
use crate::host::buffer::Buffer;
use alloc::string::{String, ToString};
use core::fmt;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What can be sent: a value that can be written as bytes and read again in another process's memory.
///
/// Every type with serde's `Serialize` and `Deserialize` is a message, in the compact format of [postcard]. For another
/// format, wrap the value in a type of your own that does *not* implement serde's traits, and implement `Message`:
///
/// ```standalone_crate
/// # use selene::{Buffer, DecodeError, EncodeError, Message, Process};
/// struct Line(String);
///
/// impl Message for Line {
///     fn encode(&self, buffer: &mut Buffer) -> Result<(), EncodeError> {
///         buffer.extend(self.0.bytes());
///         Ok(())
///     }
///
///     fn decode(bytes: &[u8]) -> Result<Line, DecodeError> {
///         String::from_utf8(bytes.to_vec()).map(Line).map_err(DecodeError::new)
///     }
/// }
///
/// # #[selene::main]
/// # fn main() {
/// let printer: Process<Line> = selene::spawn((), |(), mailbox| assert_eq!(mailbox.receive().0, "hello"));
/// printer.send(Line("hello".into()));
/// # }
/// ```
///
/// [postcard]: https://docs.rs/postcard
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent: it is no message",
    label = "no message",
    note = "write `#[derive(serde::Serialize, serde::Deserialize)]` above the type, and see that all its parts have them",
    note = "a message goes to another memory: it cannot borrow, or share by `Rc` or `Arc`"
)]
pub trait Message: Sized {
    /// Appends the value's bytes to a buffer.
    ///
    /// # Errors
    /// When the value cannot be written in this format.
    fn encode(&self, buffer: &mut Buffer) -> Result<(), EncodeError>;

    /// Reads a value from exactly the bytes that [`encode`](Message::encode) wrote.
    ///
    /// # Errors
    /// When the bytes are no value of this type. The sender is not trusted: they may be anything.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError>;
}

impl<T: Serialize + DeserializeOwned> Message for T {
    #[inline]
    fn encode(&self, buffer: &mut Buffer) -> Result<(), EncodeError> {
        codec::write(self, buffer).map_err(|failure| EncodeError(failure.into_text()))
    }

    #[inline]
    fn decode(bytes: &[u8]) -> Result<T, DecodeError> {
        codec::read(bytes).map_err(|failure| DecodeError(failure.into_text()))
    }
}

macro_rules! codec_error {
    ($(#[$documentation:meta])* $name:ident, $fact:literal) => {
        $(#[$documentation])*
        #[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name(String);

        impl $name {
            /// An error of a format of your own.
            pub fn new(cause: impl fmt::Display) -> $name {
                $name(cause.to_string())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str($fact)?;
                formatter.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, formatter)
            }
        }

        impl core::error::Error for $name {}
    };
}

codec_error!(
    /// A value cannot be written in its format.
    EncodeError,
    "the message cannot be written: "
);
codec_error!(
    /// Bytes that arrived are no value of the expected type.
    DecodeError,
    "the message cannot be read: "
);
