//! The bytes of messages are those of postcard.

use selene::{Buffer, Message};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::net::Ipv4Addr;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct New(u16);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Choice {
    Nothing,
    One(i32),
    Two(u8, String),
    Named { wide: u128, letter: char },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Everything {
    flags: (bool, bool),
    small: (u8, i8),
    signed: (i16, i32, i64, i128),
    unsigned: (u16, u32, u64, u128),
    floats: (f32, f64),
    letter: char,
    text: String,
    bytes: Vec<u8>,
    numbers: Vec<u64>,
    maybe: Option<Box<Everything>>,
    unit: ((), Unit),
    new: New,
    choices: Vec<Choice>,
    map: BTreeMap<String, i64>,
    address: Ipv4Addr,
    array: [u32; 3],
}

/// Numbers that look random; the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.0 ^ self.0 >> 29
    }

    /// Of every length.
    fn number(&mut self) -> u64 {
        let bits = self.next() % 65;
        if bits == 0 {
            0
        } else {
            self.next() >> (64 - bits)
        }
    }

    fn wide(&mut self) -> u128 {
        u128::from(self.number()) << (self.next() % 65) ^ u128::from(self.number())
    }

    fn text(&mut self) -> String {
        let length = self.next() % 200;
        (0..length).map(|_| self.letter()).collect()
    }

    fn letter(&mut self) -> char {
        char::from_u32(self.number() as u32 % 0x11_0000).unwrap_or('a')
    }

    fn everything(&mut self, depth: u32) -> Everything {
        let flags = self.next();
        Everything {
            flags: (flags & 1 != 0, flags & 2 != 0),
            small: (self.next() as u8, self.next() as i8),
            signed: (
                self.number() as i16,
                self.number() as i32,
                self.number() as i64,
                self.wide() as i128,
            ),
            unsigned: (
                self.number() as u16,
                self.number() as u32,
                self.number(),
                self.wide(),
            ),
            floats: (self.number() as f32, self.number() as f64 / 7.0),
            letter: self.letter(),
            text: self.text(),
            bytes: self.text().into_bytes(),
            numbers: (0..self.next() % 20).map(|_| self.number()).collect(),
            maybe: (depth > 0).then(|| Box::new(self.everything(depth - 1))),
            unit: ((), Unit),
            new: New(self.number() as u16),
            choices: vec![
                Choice::Nothing,
                Choice::One(self.number() as i32),
                Choice::Two(self.next() as u8, self.text()),
                Choice::Named {
                    wide: self.wide(),
                    letter: self.letter(),
                },
            ],
            map: (0..self.next() % 5)
                .map(|_| (self.text(), self.number() as i64))
                .collect(),
            address: Ipv4Addr::from_bits(self.next() as u32),
            array: [self.number() as u32, 0, u32::MAX],
        }
    }
}

fn encoded<T: Message>(value: &T) -> Vec<u8> {
    Buffer::with(|buffer| {
        value.encode(buffer).unwrap();
        buffer.to_vec()
    })
}

fn assert_same<T: Serialize + DeserializeOwned + Debug + PartialEq>(value: &T) {
    let bytes = encoded(value);
    assert_eq!(bytes, postcard::to_allocvec(value).unwrap(), "{value:?}");
    assert_eq!(T::decode(&bytes).as_ref(), Ok(value));
    for end in 0..bytes.len() {
        assert!(T::decode(&bytes[..end]).is_err(), "{value:?} up to {end}");
    }
}

#[selene::test]
fn values_are_written_and_read_as_postcard_does() {
    let mut numbers = Numbers(1);
    for bits in 0..=128 {
        let power = 1_u128.checked_shl(bits).unwrap_or(0);
        for value in [power.wrapping_sub(1), power, power.wrapping_add(1)] {
            assert_same(&value);
            assert_same(&(value as i128));
            assert_same(&(value as u64));
            assert_same(&(value as i64));
            assert_same(&(value as u32, value as i32, value as u16, value as i16));
            // What comes before a number and after it changes how it is read and written.
            assert_same(&(1_u8, value as u64, 3_u8, 4_u32));
        }
    }
    for _ in 0..20 {
        assert_same(&numbers.everything(1));
    }
}

#[selene::test]
fn bytes_are_values_where_postcard_takes_them() {
    let mut numbers = Numbers(2);
    let (mut values, mut refused) = (0, 0);
    for _ in 0..4_000 {
        let bytes: Vec<u8> = (0..numbers.next() % 14)
            .map(|_| match numbers.next() % 3 {
                0 => 0xFF,
                1 => 0x80 | numbers.next() as u8,
                _ => numbers.next() as u8 % 4,
            })
            .collect();
        agree::<u64>(&bytes, &mut values, &mut refused);
        agree::<i64>(&bytes, &mut values, &mut refused);
        agree::<u128>(&bytes, &mut values, &mut refused);
        agree::<(u32, i16)>(&bytes, &mut values, &mut refused);
        agree::<Option<bool>>(&bytes, &mut values, &mut refused);
        agree::<Choice>(&bytes, &mut values, &mut refused);
        agree::<(char, String)>(&bytes, &mut values, &mut refused);
        agree::<BTreeMap<u8, Vec<u16>>>(&bytes, &mut values, &mut refused);
    }
    assert!(values > 2_000 && refused > 2_000, "{values} {refused}");
}

fn agree<T: Serialize + DeserializeOwned + Debug + PartialEq>(
    bytes: &[u8],
    values: &mut u32,
    refused: &mut u32,
) {
    match (T::decode(bytes), postcard::from_bytes::<T>(bytes)) {
        (Ok(ours), Ok(theirs)) => {
            assert_eq!(ours, theirs, "{bytes:?}");
            *values += 1;
        }
        (Err(_), Err(_)) => *refused += 1,
        (ours, theirs) => panic!("{bytes:?}: {ours:?}, {theirs:?}"),
    }
}

/// A number may have more bytes than it needs, but no more than the largest of its type.
#[selene::test]
fn a_number_has_no_more_bytes_than_the_largest_of_its_type() {
    fn limit<T: Serialize + DeserializeOwned + Debug + PartialEq>() -> u32 {
        let (mut values, mut refused) = (0, 0);
        for length in 1..=20 {
            let mut one = vec![0x80; length];
            one[0] |= 1;
            one[length - 1] &= 0x7F;
            agree::<T>(&one, &mut 0, &mut 0);
            // What comes after a number changes how it is read.
            one.extend([0; 9]);
            agree::<T>(&one, &mut values, &mut refused);
        }
        assert_eq!(values + refused, 20);
        values
    }
    assert_eq!((limit::<u16>(), limit::<i16>()), (3, 3));
    assert_eq!((limit::<u32>(), limit::<i32>()), (5, 5));
    assert_eq!((limit::<u64>(), limit::<i64>()), (10, 10));
    assert_eq!((limit::<u128>(), limit::<i128>()), (19, 19));
    // Lengths, and which one of an enum it is.
    assert_eq!((limit::<String>(), limit::<Vec<()>>()), (5, 5));
    assert_eq!(limit::<Result<(), ()>>(), 5);
}

#[selene::test]
fn what_cannot_be_read_says_why() {
    let texts = [
        (u32::decode(&[]).map(drop), "it ends too soon"),
        (u8::decode(&[]).map(drop), "it ends too soon"),
        (
            u16::decode(&[0xFF, 0xFF, 4]).map(drop),
            "a number is too large for its type",
        ),
        (
            u64::decode(&[0xFF; 10]).map(drop),
            "a number is too large for its type",
        ),
        (String::decode(&[1, 0xFF]).map(drop), "a text is not UTF-8"),
        (
            bool::decode(&[2]).map(drop),
            "a byte is neither true nor false",
        ),
        (
            char::decode(b"\x05abcde").map(drop),
            "a text is no character",
        ),
        (
            Choice::decode(&[9]).map(drop),
            "invalid value: integer `9`, expected variant index 0 <= i < 4",
        ),
    ];
    for (result, text) in texts {
        let error = result.unwrap_err().to_string();
        assert_eq!(error, format!("the message cannot be read: {text}"));
    }
}
