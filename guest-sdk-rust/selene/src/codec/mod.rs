//! Serde's values in the format of postcard, whose [specification] is followed to the byte.
//!
//! Written here, since the time of a message is that of its bytes: numbers are written and read without a loop, and a failure is
//! a pointer, so that no result of a part is copied through memory.
//!
//! [specification]: https://postcard.jamesmunns.com/wire-format

mod read;
mod write;

use crate::host::buffer::Buffer;
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use core::fmt;
use serde::de::DeserializeOwned;
use serde::{Serialize, de, ser};

/// What eight bytes have of a number: seven bits each.
const WORD_BITS: u32 = 56;

/// Appends a value.
#[inline]
pub fn write<T: Serialize>(value: &T, buffer: &mut Buffer) -> Result<(), Failure> {
    value.serialize(&mut write::Writer(buffer))
}

/// Reads a value.
#[inline]
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    T::deserialize(&mut read::Reader(bytes))
}

/// Why a value cannot be written or read; the text is for people.
pub struct Failure(Box<Cause>);

struct Cause {
    text: String,
}

impl Failure {
    #[cold]
    #[inline(never)]
    fn new(cause: &dyn fmt::Display) -> Failure {
        let text = cause.to_string();
        Failure(Box::new(Cause { text }))
    }

    #[cold]
    pub fn into_text(self) -> String {
        self.0.text
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.text)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.text)
    }
}

impl core::error::Error for Failure {}

impl ser::Error for Failure {
    #[cold]
    fn custom<T: fmt::Display>(cause: T) -> Failure {
        Failure::new(&cause)
    }
}

impl de::Error for Failure {
    #[cold]
    fn custom<T: fmt::Display>(cause: T) -> Failure {
        Failure::new(&cause)
    }
}
