use super::{Failure, WORD_BITS};
use core::str;
use serde::Deserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};

/// What is left to read.
pub struct Reader<'de>(pub &'de [u8]);

const END: &str = "it ends too soon";
const LARGE: &str = "a number is too large for its type";

#[cold]
#[inline(never)]
fn failure(text: &'static str) -> Failure {
    Failure::new(&text)
}

impl<'de> Reader<'de> {
    #[inline]
    fn byte(&mut self) -> Result<u8, Failure> {
        let (first, rest) = self.0.split_first().ok_or_else(|| failure(END))?;
        self.0 = rest;
        Ok(*first)
    }

    #[inline]
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Failure> {
        let (first, rest) = self.0.split_first_chunk().ok_or_else(|| failure(END))?;
        self.0 = rest;
        Ok(*first)
    }

    /// Bytes after their number.
    #[inline(always)]
    fn bytes(&mut self) -> Result<&'de [u8], Failure> {
        let (bytes, rest) = match *self.0 {
            [length @ ..0x80, ref rest @ ..] if usize::from(length) <= rest.len() => {
                rest.split_at(length.into())
            }
            _ => many_bytes(self.0)?,
        };
        self.0 = rest;
        Ok(bytes)
    }

    #[inline]
    fn text(&mut self) -> Result<&'de str, Failure> {
        str::from_utf8(self.bytes()?).map_err(|_| failure("a text is not UTF-8"))
    }

    #[inline]
    fn length(&mut self) -> Result<usize, Failure> {
        let length = self.number::<{ u32::BITS }>()?;
        length.try_into().map_err(|_| failure(LARGE))
    }

    /// Seven bits a byte, the lowest first; all bytes but the last have the highest bit. It may have more bytes than it
    /// needs, but no more than the largest of that many bits.
    #[inline]
    fn number<const BITS: u32>(&mut self) -> Result<u64, Failure> {
        if let Some((&first @ ..0x80, rest)) = self.0.split_first() {
            self.0 = rest;
            return Ok(first.into());
        }
        let number = number_in_a_word(self.0);
        let count = (number >> WORD_BITS) as usize;
        match self.0.split_at_checked(count) {
            Some((_, rest)) if number != 0 && count <= BITS.div_ceil(7) as usize => {
                self.0 = rest;
                Ok(number & ((1 << WORD_BITS) - 1))
            }
            _ => self
                .long_number(BITS)?
                .try_into()
                .map_err(|_| failure(LARGE)),
        }
    }

    #[inline]
    fn long_number(&mut self, bits: u32) -> Result<u128, Failure> {
        let (number, rest) = long_number(self.0, bits)?;
        self.0 = rest;
        Ok(number)
    }
}

/// Bytes after their number, and what comes after them.
#[cold]
#[inline(never)]
fn many_bytes(bytes: &[u8]) -> Result<(&[u8], &[u8]), Failure> {
    let mut reader = Reader(bytes);
    let length = reader.length()?;
    let split = reader.0.split_at_checked(length);
    split.ok_or_else(|| failure(END))
}

/// A number of at most so many bits, and what comes after it.
#[cold]
#[inline(never)]
fn long_number(bytes: &[u8], bits: u32) -> Result<(u128, &[u8]), Failure> {
    let mut reader = Reader(bytes);
    let mut number = 0;
    for shift in (0..bits).step_by(7) {
        let byte = reader.byte()?;
        let part = u128::from(byte & 0x7F);
        if bits - shift < 7 && part >> (bits - shift) != 0 {
            break;
        }
        number |= part << shift;
        if byte < 0x80 {
            return Ok((number, reader.0));
        }
    }
    Err(failure(LARGE))
}

/// Up to eight bytes as a number in little-endian order.
#[inline]
fn first_word(bytes: &[u8]) -> u64 {
    /// The first and the last N bytes, which may overlap.
    macro_rules! ends {
        ($type:ty) => {{
            const SIZE: usize = size_of::<$type>();
            match (bytes.first_chunk::<SIZE>(), bytes.last_chunk::<SIZE>()) {
                (Some(first), Some(last)) => {
                    let last = u64::from(<$type>::from_le_bytes(*last));
                    u64::from(<$type>::from_le_bytes(*first)) | last << (8 * (bytes.len() - SIZE))
                }
                _ => 0,
            }
        }};
    }
    match bytes.len() {
        8.. => bytes
            .first_chunk()
            .map_or(0, |word| u64::from_le_bytes(*word)),
        4.. => ends!(u32),
        2.. => ends!(u16),
        _ => bytes.first().map_or(0, |byte| u64::from(*byte)),
    }
}

/// The number that the first bytes are, eight at most, and above its bits how many they are; 0 when there is none. In one
/// word, so that it need not come by way of memory.
#[inline(never)]
fn number_in_a_word(bytes: &[u8]) -> u64 {
    if let [first, second, rest @ ..] = bytes {
        let two = u64::from(first & 0x7F) | u64::from(second & 0x7F) << 7;
        match rest {
            _ if *second < 0x80 => return two | 2 << WORD_BITS,
            [third @ ..0x80, ..] => return two | u64::from(*third) << 14 | 3 << WORD_BITS,
            _ => {}
        }
    }
    long_number_in_a_word(bytes)
}

#[inline(never)]
fn long_number_in_a_word(bytes: &[u8]) -> u64 {
    let word = first_word(bytes);
    let ends = !word & 0x8080_8080_8080_8080;
    let count = ends.trailing_zeros() / 8 + 1;
    if ends == 0 || count as usize > bytes.len() {
        return 0;
    }
    // The bits below the one that says that its byte is the last.
    let word = word & (ends ^ (ends - 1));
    let word = word & 0x007F_007F_007F_007F | word >> 1 & 0x3F80_3F80_3F80_3F80;
    let word = word & 0x0000_3FFF_0000_3FFF | word >> 2 & 0x0FFF_C000_0FFF_C000;
    let word = word & 0x0FFF_FFFF | word >> 4 & 0x00FF_FFFF_F000_0000;
    word | u64::from(count) << WORD_BITS
}

#[inline]
fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

macro_rules! values {
    ($($name:ident, $visit:ident = |$reader:ident| $value:expr;)*) => {
        $(
            #[inline]
            fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
                let $reader = self;
                visitor.$visit($value)
            }
        )*
    };
}

macro_rules! numbers {
    ($($name:ident, $visit:ident = |$number:ident: $type:ty| $value:expr;)*) => {
        values! {
            $($name, $visit = |reader| {
                let $number = reader.number::<{ <$type>::BITS }>()?;
                $value.try_into().map_err(|_| failure(LARGE))?
            };)*
        }
    };
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Failure;

    #[inline]
    fn is_human_readable(&self) -> bool {
        false
    }

    numbers! {
        deserialize_i16, visit_i16 = |number: i16| unzigzag(number);
        deserialize_i32, visit_i32 = |number: i32| unzigzag(number);
        deserialize_u16, visit_u16 = |number: u16| number;
        deserialize_u32, visit_u32 = |number: u32| number;
    }

    values! {
        deserialize_bool, visit_bool = |reader| match reader.byte()? {
            0 => false,
            1 => true,
            _ => return Err(failure("a byte is neither true nor false")),
        };
        deserialize_i8, visit_i8 = |reader| reader.byte()? as i8;
        deserialize_u8, visit_u8 = |reader| reader.byte()?;
        deserialize_i64, visit_i64 = |reader| unzigzag(reader.number::<{ u64::BITS }>()?);
        deserialize_u64, visit_u64 = |reader| reader.number::<{ u64::BITS }>()?;
        deserialize_i128, visit_i128 = |reader| {
            let number = reader.long_number(u128::BITS)?;
            (number >> 1) as i128 ^ -((number & 1) as i128)
        };
        deserialize_u128, visit_u128 = |reader| reader.long_number(u128::BITS)?;
        deserialize_f32, visit_f32 = |reader| f32::from_le_bytes(reader.array()?);
        deserialize_f64, visit_f64 = |reader| f64::from_le_bytes(reader.array()?);
        deserialize_char, visit_char = |reader| match reader.text()? {
            // As postcard does: what comes after the first one is passed over.
            text if text.len() <= 4 => {
                text.chars().next().ok_or_else(|| failure("a text is no character"))?
            }
            _ => return Err(failure("a text is no character")),
        };
        deserialize_str, visit_borrowed_str = |reader| reader.text()?;
        deserialize_string, visit_borrowed_str = |reader| reader.text()?;
        deserialize_bytes, visit_borrowed_bytes = |reader| reader.bytes()?;
        deserialize_byte_buf, visit_borrowed_bytes = |reader| reader.bytes()?;
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.byte()? {
            0 => visitor.visit_none(),
            1 => visitor.visit_some(self),
            _ => Err(failure("a byte is neither none nor some")),
        }
    }

    #[inline]
    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_unit()
    }

    #[inline]
    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.deserialize_unit(visitor)
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        visitor.visit_newtype_struct(self)
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let left = self.length()?;
        visitor.visit_seq(Parts { reader: self, left })
    }

    #[inline]
    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        visitor.visit_seq(Parts {
            reader: self,
            left: length,
        })
    }

    #[inline]
    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.deserialize_tuple(length, visitor)
    }

    #[inline]
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let left = self.length()?;
        visitor.visit_map(Parts { reader: self, left })
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.deserialize_tuple(fields.len(), visitor)
    }

    #[inline]
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        visitor.visit_enum(self)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Failure> {
        Err(failure(
            "its type asks what the bytes are, which they do not tell",
        ))
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_any(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_any(visitor)
    }
}

struct Parts<'a, 'de> {
    reader: &'a mut Reader<'de>,
    left: usize,
}

impl Parts<'_, '_> {
    /// Most parts have a byte at least: a length that is a lie reserves no memory.
    #[inline]
    fn hint(&self) -> Option<usize> {
        (self.left <= self.reader.0.len()).then_some(self.left)
    }
}

impl<'de> SeqAccess<'de> for Parts<'_, 'de> {
    type Error = Failure;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Failure> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        seed.deserialize(&mut *self.reader).map(Some)
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        self.hint()
    }
}

impl<'de> MapAccess<'de> for Parts<'_, 'de> {
    type Error = Failure;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Failure> {
        self.next_element_seed(seed)
    }

    #[inline]
    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Failure> {
        seed.deserialize(&mut *self.reader)
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        self.hint()
    }
}

impl<'de> EnumAccess<'de> for &mut Reader<'de> {
    type Error = Failure;
    type Variant = Self;

    #[inline]
    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Failure> {
        let index: u32 = self
            .number::<{ u32::BITS }>()?
            .try_into()
            .map_err(|_| failure(LARGE))?;
        let value = seed.deserialize(index.into_deserializer())?;
        Ok((value, self))
    }
}

impl<'de> VariantAccess<'de> for &mut Reader<'de> {
    type Error = Failure;

    #[inline]
    fn unit_variant(self) -> Result<(), Failure> {
        Ok(())
    }

    #[inline]
    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Failure> {
        seed.deserialize(self)
    }

    #[inline]
    fn tuple_variant<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.deserialize_tuple(length, visitor)
    }

    #[inline]
    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.deserialize_tuple(fields.len(), visitor)
    }
}
