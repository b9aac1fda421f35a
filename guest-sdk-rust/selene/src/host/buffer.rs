//! The bytes of one message.

use alloc::vec::Vec;
use core::cell::Cell;
use core::fmt;
use core::marker::PhantomData;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::ops::Deref;
use core::{ptr, slice};

/// Messages up to this size never touch the heap.
pub(super) const INLINE_BYTES: usize = 256;

/// Heap memory over this size is given back after use.
const KEPT_BYTES: usize = 64 * 1024;

/// Room on the stack for a short message.
pub(super) type Inline = MaybeUninit<[u8; INLINE_BYTES]>;

std::thread_local! {
    /// Heap memory of the last long message, for the next one.
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// The bytes of a message that arrived.
pub struct Content<'a> {
    start: *const u8,
    length: usize,
    /// 0 where the bytes are somebody else's; else they are a `Vec`.
    capacity: usize,
    short: PhantomData<&'a [u8]>,
}

impl<'a> Content<'a> {
    /// The bytes of a short message.
    #[inline]
    pub(super) fn short(bytes: &'a [u8]) -> Content<'a> {
        Content {
            start: bytes.as_ptr(),
            length: bytes.len(),
            capacity: 0,
            short: PhantomData,
        }
    }

    /// The bytes of a long message, which are not none.
    pub(super) fn long(bytes: Vec<u8>) -> Content<'a> {
        let mut bytes = ManuallyDrop::new(bytes);
        Content {
            start: bytes.as_mut_ptr(),
            length: bytes.len(),
            capacity: bytes.capacity(),
            short: PhantomData,
        }
    }
}

impl Deref for Content<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        // SAFETY: these are the parts of a slice that lives as long, or of a `Vec`.
        unsafe { slice::from_raw_parts(self.start, self.length) }
    }
}

impl Drop for Content<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.capacity != 0 {
            // SAFETY: `long` took a `Vec` apart, and nobody uses it any more.
            unsafe { given_up(self.start.cast_mut(), self.length, self.capacity) };
        }
    }
}

/// Copies the first bytes of a long message to the heap, with room for so many more.
#[cold]
pub(super) fn begun(first: &[u8], more: usize) -> Vec<u8> {
    let mut bytes = SPARE.take();
    bytes.clear();
    bytes.reserve(first.len() + more);
    bytes.extend_from_slice(first);
    bytes
}

/// The bytes of a message while it is written: what [`Message::encode`](crate::Message::encode) appends to.
///
/// Those of a short message are on the stack, which makes it cheap to send. A `Buffer` is a slice of bytes, and implements
/// `std::io::Write` and `core::fmt::Write` for formats that write to those.
pub struct Buffer<'a> {
    /// On the stack as long as `capacity` is `INLINE_BYTES`, else the memory of a `Vec`.
    start: *mut u8,
    length: usize,
    capacity: usize,
    inline: PhantomData<&'a mut Inline>,
}

impl Buffer<'_> {
    /// Calls a function with an empty buffer. Who sends needs no such thing: it is for tests of formats, and for messages
    /// within messages.
    ///
    /// ```standalone_crate
    /// # use selene::{Buffer, Message};
    /// # #[selene::main]
    /// # fn main() {
    /// let bytes = Buffer::with(|buffer| 300_u16.encode(buffer).map(|()| buffer.to_vec()));
    /// assert_eq!(bytes.unwrap(), [0xAC, 2]);
    /// # }
    /// ```
    #[inline]
    pub fn with<R>(body: impl FnOnce(&mut Buffer) -> R) -> R {
        let mut inline = Inline::uninit();
        body(&mut Buffer {
            start: inline.as_mut_ptr().cast(),
            length: 0,
            capacity: INLINE_BYTES,
            inline: PhantomData,
        })
    }

    /// Appends a byte.
    #[inline]
    pub fn push(&mut self, byte: u8) {
        self.extend_from_slice(&[byte]);
    }

    /// Appends bytes.
    #[inline]
    pub fn extend_from_slice(&mut self, bytes: &[u8]) {
        if bytes.len() > self.capacity - self.length {
            self.grow(bytes.len());
        }
        // SAFETY: there is room for so many bytes.
        unsafe { copy(bytes, self.start.add(self.length)) };
        self.length += bytes.len();
    }

    /// Appends the lowest `count` bytes of a word, in little-endian order.
    #[inline]
    pub(crate) fn extend_from_word(&mut self, word: u64, count: usize) {
        const SIZE: usize = size_of::<u64>();
        debug_assert!(count <= SIZE);
        if SIZE > self.capacity - self.length {
            self.grow(SIZE);
        }
        // SAFETY: there is room for the whole word.
        unsafe {
            let end = self.start.add(self.length);
            end.cast::<[u8; SIZE]>().write(word.to_le_bytes());
        }
        self.length += count;
    }

    /// Makes room on the heap for so many more bytes.
    #[inline]
    fn grow(&mut self, more: usize) {
        // SAFETY: these are the parts of a buffer, which takes the new ones.
        (self.start, self.capacity) =
            unsafe { grown(self.start, self.length, self.capacity, more) };
    }
}

/// Moves a buffer with these parts to where there is room for so many more bytes: its new start and capacity. The parts are
/// no `Buffer`, since the address of that would keep it in memory.
///
/// # Safety
/// They are the parts of a buffer, and nothing may be done with it before it has the new ones.
#[cold]
#[inline(never)]
unsafe fn grown(start: *mut u8, length: usize, capacity: usize, more: usize) -> (*mut u8, usize) {
    // SAFETY: as said above.
    let mut heap = unsafe {
        if capacity == INLINE_BYTES {
            begun(slice::from_raw_parts(start, length), INLINE_BYTES + more)
        } else {
            Vec::from_raw_parts(start, length, capacity)
        }
    };
    heap.reserve(more);
    let mut heap = ManuallyDrop::new(heap);
    (heap.as_mut_ptr(), heap.capacity())
}

/// Gives the memory of a long message back, or keeps it for the next one.
///
/// # Safety
/// They are the parts of a `Vec`, and nothing may be done with it any more.
#[cold]
#[inline(never)]
unsafe fn given_up(start: *mut u8, length: usize, capacity: usize) {
    // SAFETY: as said above.
    let bytes = unsafe { Vec::from_raw_parts(start, length, capacity) };
    if capacity <= KEPT_BYTES {
        SPARE.set(bytes);
    }
}

impl Drop for Buffer<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.capacity != INLINE_BYTES {
            // SAFETY: only `grown` sets another capacity, to that of a `Vec`.
            unsafe { given_up(self.start, self.length, self.capacity) };
        }
    }
}

/// Copies bytes. Most pieces of messages are short, and a bulk copy costs more than they do.
///
/// # Safety
/// So many bytes may be written.
#[inline]
unsafe fn copy(bytes: &[u8], to: *mut u8) {
    /// Copies the first and the last `N` bytes, which may overlap.
    #[inline]
    unsafe fn ends<const N: usize>(bytes: &[u8], to: *mut u8) {
        if let (Some(first), Some(last)) = (bytes.first_chunk::<N>(), bytes.last_chunk::<N>()) {
            // SAFETY: there are N bytes at least, hence room for as many at either end.
            unsafe {
                to.cast::<[u8; N]>().write(*first);
                to.add(bytes.len() - N).cast::<[u8; N]>().write(*last);
            }
        }
    }
    // SAFETY: as said above.
    unsafe {
        match bytes.len() {
            0 => {}
            1 => to.write(bytes[0]),
            2..4 => ends::<2>(bytes, to),
            4..8 => ends::<4>(bytes, to),
            8..=16 => ends::<8>(bytes, to),
            length => ptr::copy_nonoverlapping(bytes.as_ptr(), to, length),
        }
    }
}

impl Deref for Buffer<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        // SAFETY: so many bytes were written.
        unsafe { slice::from_raw_parts(self.start, self.length) }
    }
}

impl Extend<u8> for Buffer<'_> {
    fn extend<I: IntoIterator<Item = u8>>(&mut self, bytes: I) {
        bytes.into_iter().for_each(|byte| self.push(byte));
    }
}

impl<'b> Extend<&'b u8> for Buffer<'_> {
    fn extend<I: IntoIterator<Item = &'b u8>>(&mut self, bytes: I) {
        self.extend(bytes.into_iter().copied());
    }
}

impl std::io::Write for Buffer<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl fmt::Write for Buffer<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

impl fmt::Debug for Buffer<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Buffer").field(&&**self).finish()
    }
}
