use super::{Failure, WORD_BITS};
use crate::host::buffer::Buffer;
use core::fmt::{self, Display, Write as _};
use serde::{Serialize, Serializer, ser};

pub struct Writer<'a, 'b>(pub &'a mut Buffer<'b>);

impl Writer<'_, '_> {
    /// Seven bits a byte, the lowest first; all bytes but the last have the highest bit.
    #[inline(always)]
    fn number(&mut self, value: u64) {
        // Most numbers are small.
        let (mut word, mut count) = short(value);
        if value >= 1 << SHORT_BITS {
            word = number_in_a_word(value);
            if value >= 1 << MOST_BITS {
                self.0.extend_from_word(word, 7);
                word = number_in_a_word(value >> MOST_BITS);
            }
            count = (word >> WORD_BITS) as usize;
        }
        self.0.extend_from_word(word, count);
    }

    fn long_number(&mut self, mut value: u128) {
        while value >= 1 << MOST_BITS {
            let low = value as u64 | 1 << MOST_BITS;
            self.0.extend_from_word(number_in_a_word(low), 7);
            value >>= MOST_BITS;
        }
        self.number(value as u64);
    }

    #[inline]
    fn length(&mut self, length: Option<usize>) -> Result<(), Failure> {
        match length {
            Some(length) => {
                self.number(length as u64);
                Ok(())
            }
            None => Err(Failure::new(
                &"the length of a sequence is not known beforehand",
            )),
        }
    }
}

/// What three bytes have of a number.
const SHORT_BITS: u32 = 21;

/// What seven bytes have of a number.
const MOST_BITS: u32 = 49;

/// The bytes of a small number, and how many they are.
#[inline(always)]
fn short(value: u64) -> (u64, usize) {
    let two = u64::from(value >= 1 << 7);
    let three = u64::from(value >= 1 << 14);
    let low = value & 0x7F | two << 7;
    let middle = (value << 1) & 0x7F00 | three << 15;
    let high = (value << 2) & 0x7F_0000;
    (low | middle | high, (1 + two + three) as usize)
}

/// The bytes of a number, seven at most, and above them how many they are. All of them have the highest bit where the number is
/// longer.
#[inline(never)]
fn number_in_a_word(value: u64) -> u64 {
    const MORE: u64 = 0x0080_8080_8080_8080;
    let bits = u64::BITS - (value | 1).leading_zeros();
    // A division by 7, which is right for so few bits.
    let count = (((bits + 6) * 37) >> 8).min(8);
    // All but the last.
    let more = MORE & ((1 << (8 * (count - 1))) - 1);
    let word = value & 0x0FFF_FFFF | value << 4 & 0x0FFF_FFFF_0000_0000;
    let word = word & 0x0000_3FFF_0000_3FFF | word << 2 & 0x3FFF_0000_3FFF_0000;
    let word = word & 0x007F_007F_007F_007F | word << 1 & 0x7F00_7F00_7F00_7F00;
    word & 0x007F_7F7F_7F7F_7F7F | more | u64::from(count.min(7)) << WORD_BITS
}

/// Small numbers are short, whatever their sign is.
#[inline]
fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63) as u64
}

macro_rules! numbers {
    ($($name:ident($type:ty) = |$writer:ident, $value:ident| $body:expr;)*) => {
        $(
            #[inline]
            fn $name(self, $value: $type) -> Result<(), Failure> {
                let $writer = self;
                $body;
                Ok(())
            }
        )*
    };
}

impl Serializer for &mut Writer<'_, '_> {
    type Ok = ();
    type Error = Failure;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    #[inline]
    fn is_human_readable(&self) -> bool {
        false
    }

    numbers! {
        serialize_bool(bool) = |writer, value| writer.0.push(u8::from(value));
        serialize_i8(i8) = |writer, value| writer.0.push(value as u8);
        serialize_i16(i16) = |writer, value| writer.number(zigzag(value.into()));
        serialize_i32(i32) = |writer, value| writer.number(zigzag(value.into()));
        serialize_i64(i64) = |writer, value| writer.number(zigzag(value));
        serialize_i128(i128) = |writer, value| writer.long_number((value << 1 ^ value >> 127) as u128);
        serialize_u8(u8) = |writer, value| writer.0.push(value);
        serialize_u16(u16) = |writer, value| writer.number(value.into());
        serialize_u32(u32) = |writer, value| writer.number(value.into());
        serialize_u64(u64) = |writer, value| writer.number(value);
        serialize_u128(u128) = |writer, value| writer.long_number(value);
        serialize_f32(f32) = |writer, value| writer.0.extend_from_slice(&value.to_le_bytes());
        serialize_f64(f64) = |writer, value| writer.0.extend_from_slice(&value.to_le_bytes());
    }

    fn serialize_char(self, value: char) -> Result<(), Failure> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<(), Failure> {
        self.serialize_bytes(value.as_bytes())
    }

    #[inline]
    fn serialize_bytes(self, value: &[u8]) -> Result<(), Failure> {
        self.number(value.len() as u64);
        self.0.extend_from_slice(value);
        Ok(())
    }

    #[inline]
    fn serialize_none(self) -> Result<(), Failure> {
        self.0.push(0);
        Ok(())
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Failure> {
        self.0.push(1);
        value.serialize(self)
    }

    #[inline]
    fn serialize_unit(self) -> Result<(), Failure> {
        Ok(())
    }

    #[inline]
    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Failure> {
        Ok(())
    }

    #[inline]
    fn serialize_unit_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
    ) -> Result<(), Failure> {
        self.number(index.into());
        Ok(())
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Failure> {
        value.serialize(self)
    }

    #[inline]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Failure> {
        self.number(index.into());
        value.serialize(self)
    }

    #[inline]
    fn serialize_seq(self, length: Option<usize>) -> Result<Self, Failure> {
        self.length(length)?;
        Ok(self)
    }

    #[inline]
    fn serialize_tuple(self, _: usize) -> Result<Self, Failure> {
        Ok(self)
    }

    #[inline]
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Failure> {
        Ok(self)
    }

    #[inline]
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Failure> {
        self.number(index.into());
        Ok(self)
    }

    #[inline]
    fn serialize_map(self, length: Option<usize>) -> Result<Self, Failure> {
        self.serialize_seq(length)
    }

    #[inline]
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Failure> {
        Ok(self)
    }

    #[inline]
    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self, Failure> {
        self.serialize_tuple_variant(name, index, variant, length)
    }

    /// Formats twice: the length comes first.
    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), Failure> {
        struct Length(usize);

        impl fmt::Write for Length {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                self.0 += text.len();
                Ok(())
            }
        }

        let mut length = Length(0);
        write!(length, "{value}").map_err(ser::Error::custom)?;
        self.number(length.0 as u64);
        let end = self.0.len() + length.0;
        write!(self.0, "{value}").map_err(ser::Error::custom)?;
        if self.0.len() == end {
            Ok(())
        } else {
            Err(Failure::new(
                &"a value has two texts, one after the other, that are not equally long",
            ))
        }
    }
}

macro_rules! parts {
    ($($trait:ident::$method:ident($($key:ty)?);)*) => {
        $(impl ser::$trait for &mut Writer<'_, '_> {
            type Ok = ();
            type Error = Failure;

            #[inline]
            fn $method<T: Serialize + ?Sized>(
                &mut self,
                $(_: $key,)?
                value: &T,
            ) -> Result<(), Failure> {
                value.serialize(&mut **self)
            }

            #[inline]
            fn end(self) -> Result<(), Failure> {
                Ok(())
            }
        })*
    };
}

parts! {
    SerializeSeq::serialize_element();
    SerializeTuple::serialize_element();
    SerializeTupleStruct::serialize_field();
    SerializeTupleVariant::serialize_field();
    SerializeStruct::serialize_field(&'static str);
    SerializeStructVariant::serialize_field(&'static str);
}

impl ser::SerializeMap for &mut Writer<'_, '_> {
    type Ok = ();
    type Error = Failure;

    #[inline]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failure> {
        key.serialize(&mut **self)
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        value.serialize(&mut **self)
    }

    #[inline]
    fn end(self) -> Result<(), Failure> {
        Ok(())
    }
}
