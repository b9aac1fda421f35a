//! Absurd lengths, capacities and counts.

use imports::{address, address_mut, message, process, receive, this, Received};

/// A capacity is only a hint.
#[no_mangle]
pub extern "C" fn huge_capacity() {
    for capacity in [1 << 31, u64::from(u32::MAX), 1 << 40, 1 << 63, u64::MAX] {
        unsafe {
            message::create_data(1, capacity);
            message::write_data(address("fine"), 4);
            message::send(this());
        }
        assert!(matches!(receive(&[1], 0), Received::Data(1, _)));
    }
}

/// A message that grows for ever.
#[no_mangle]
pub extern "C" fn endless_message() {
    let bytes = vec![7_u8; 1 << 20];
    unsafe {
        message::create_data(0, 0);
        loop {
            message::write_data(address(bytes.as_slice()), 1 << 20);
        }
    }
}

/// A module of 64 MiB of nothing.
#[no_mangle]
pub extern "C" fn compile_huge_module() {
    let mut bytes = vec![0_u8; 64 << 20];
    bytes[..8].copy_from_slice(b"\0asm\x01\0\0\0");
    let mut id = 0_u64;
    let length = bytes.len() as u32;
    let at = address(bytes.as_slice());
    let status = unsafe { process::compile_module(at, length, address_mut(&mut id)) };
    assert_eq!(status, 1);
}

/// Modules that say they have a billion functions, types, locals, or bytes.
#[no_mangle]
pub extern "C" fn compile_lying_modules() {
    const HUGE: [u8; 5] = [0xff, 0xff, 0xff, 0xff, 0x0f];
    for section in 0..=13_u8 {
        let mut bytes = b"\0asm\x01\0\0\0".to_vec();
        bytes.extend([section, 5]);
        bytes.extend(HUGE);
        refused(&bytes);
        let mut bytes = b"\0asm\x01\0\0\0".to_vec();
        bytes.push(section);
        bytes.extend(HUGE);
        refused(&bytes);
    }
    // One function with 2^32 - 1 locals.
    let mut bytes =
        b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x0a\x0a\x01\x08\x01".to_vec();
    bytes.extend(HUGE);
    bytes.extend([0x7f, 0x0b]);
    refused(&bytes);
    // A million types, each of a byte or two, would be allowed by their size.
    let mut bytes = b"\0asm\x01\0\0\0".to_vec();
    for _ in 0..1_000_000 {
        bytes.extend([0, 1, 0]);
    }
    refused_or_not(&bytes);
}

fn refused_or_not(bytes: &[u8]) -> i32 {
    let mut id = 0_u64;
    let length = bytes.len() as u32;
    unsafe { process::compile_module(address(bytes), length, address_mut(&mut id)) }
}

fn refused(bytes: &[u8]) {
    assert_eq!(refused_or_not(bytes), 1, "{bytes:?}");
}

/// Compiles modules until it is refused or over its limits.
#[no_mangle]
pub extern "C" fn compile_for_ever() {
    let mut number = 0_u32;
    loop {
        // A custom section makes each another module.
        let mut bytes = b"\0asm\x01\0\0\0\0\x06\x01n".to_vec();
        bytes.extend(number.to_le_bytes());
        refused_or_not(&bytes);
        number += 1;
    }
}

/// Spawns with names and parameters that are none.
#[no_mangle]
pub extern "C" fn spawn_with_nonsense() {
    let calls: [fn(u32) -> u32; 4] = [
        // A parameter record that is cut short.
        |_| spawn_raw("loop_for_ever", &[0x7f; 16]),
        // A type that cannot be passed.
        |_| spawn_raw("loop_for_ever", &[0x7d; 17]),
        // A million parameters.
        |_| {
            let records: Vec<u8> = (0..17_000_000)
                .map(|index| if index % 17 == 0 { 0x7f } else { 0 })
                .collect();
            spawn_raw("loop_for_ever", &records)
        },
        // A module that is not there.
        |_| unsafe { process::spawn(0, -1, 77, address("x"), 1, 0, 0, 16) + 1 },
    ];
    for (index, call) in calls.into_iter().enumerate() {
        let result = imports::catch(call, 0);
        // Too many parameters may also be the child's failure, or an error.
        assert!(result == 0 || index == 2, "{index}");
    }
}

fn spawn_raw(name: &str, records: &[u8]) -> u32 {
    let mut id = 0_u64;
    let status = unsafe {
        process::spawn(
            0,
            -1,
            -1,
            address(name),
            name.len() as u32,
            address(records),
            records.len() as u32,
            address_mut(&mut id),
        )
    };
    status + 1
}
