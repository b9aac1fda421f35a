//! Attacks through WASI that use good addresses.

use imports::{address, address_mut, wasi};

/// Random bytes by the megabyte, for ever.
#[no_mangle]
pub extern "C" fn random_flood() {
    let mut bytes = vec![0_u8; 8 << 20];
    let at = address_mut(bytes.as_mut_slice());
    loop {
        unsafe { wasi::random_get(at, 8 << 20) };
    }
}

/// Waits for a hundred thousand clocks at once.
#[no_mangle]
pub extern "C" fn poll_flood() {
    const COUNT: usize = 100_000;
    let mut subscriptions = vec![0_u8; 48 * COUNT];
    for subscription in subscriptions.chunks_exact_mut(48) {
        // Tag 0 is a clock, clock 1 the monotonic one; a timeout of 1 ms.
        subscription[16] = 1;
        subscription[24..32].copy_from_slice(&1_000_000_u64.to_le_bytes());
    }
    let mut events = vec![0_u8; 32 * COUNT];
    let mut count = 0_u32;
    let (from, to) = (
        address(subscriptions.as_slice()),
        address_mut(events.as_mut_slice()),
    );
    for _ in 0..10 {
        unsafe { wasi::poll_oneoff(from, to, COUNT as u32, address_mut(&mut count)) };
    }
}

/// Waits for a clock for a hundred years; only a kill ends it.
#[no_mangle]
pub extern "C" fn poll_for_ever() {
    let mut subscription = [0_u8; 48];
    subscription[16] = 1;
    subscription[24..32].copy_from_slice(&(3_000_000_000_000_000_000_u64).to_le_bytes());
    let mut event = [0_u8; 32];
    let mut count = 0_u32;
    loop {
        unsafe {
            let (from, to) = (address(&subscription), address_mut(&mut event));
            wasi::poll_oneoff(from, to, 1, address_mut(&mut count));
        }
    }
}

/// Reads standard input, which never says anything; only a kill ends it.
#[no_mangle]
pub extern "C" fn stdin_for_ever() {
    let mut bytes = [0_u8; 64];
    let vector = [address_mut(&mut bytes), 64];
    let mut count = 0_u32;
    loop {
        unsafe { wasi::fd_read(0, address(&vector), 1, address_mut(&mut count)) };
    }
}

/// Paths that lead out of a folder, each in every way of following links. Needs a folder as
/// descriptor 3; without one every call fails as well.
#[no_mangle]
pub extern "C" fn path_escapes() {
    let paths = [
        "..",
        "../",
        "../../../../../../../../etc/passwd",
        "./../..",
        "/",
        "/etc/passwd",
        "a/../../..",
        "out/passwd",
        "out/../..",
        "etc/passwd",
        "\0",
        "",
        "..\0x",
    ];
    let mut opened = 0;
    for path in paths {
        for lookup in [0, 1] {
            for flags in [0, 1, 2] {
                let mut fd = 0_u32;
                let status = unsafe {
                    let (at, length) = (address(path), path.len() as u32);
                    let out = address_mut(&mut fd);
                    wasi::path_open(3, lookup, at, length, flags, 0x2, 0x2, 0, out)
                };
                if status == 0 {
                    eprintln!("opened {path:?}");
                    opened += 1;
                }
            }
        }
        let length = path.len() as u32;
        let mut stat = [0_u8; 64];
        let status =
            unsafe { wasi::path_filestat_get(3, 1, address(path), length, address_mut(&mut stat)) };
        assert_ne!(status, 0, "{path:?}");
        assert_ne!(
            unsafe { wasi::path_unlink_file(3, address(path), length) },
            0
        );
        let target = "a";
        let renamed = unsafe { wasi::path_rename(3, address(path), length, 3, address(target), 1) };
        assert_ne!(renamed, 0, "{path:?}");
    }
    assert_eq!(opened, 0);
}

/// A symbolic link of its own making that leads out. Needs a writable folder as descriptor 3.
#[no_mangle]
pub extern "C" fn symlink_escape() {
    for (target, through) in [
        ("/", "door/etc/passwd"),
        ("..", "gate/x"),
        ("../..", "hole/x"),
    ] {
        let link = &through[..4];
        let made = unsafe {
            wasi::path_symlink(address(target), target.len() as u32, 3, address(link), 4)
        };
        for lookup in [0, 1] {
            let mut fd = 0_u32;
            let status = unsafe {
                let (at, length) = (address(through), through.len() as u32);
                wasi::path_open(
                    3,
                    lookup,
                    at,
                    length,
                    1,
                    0x42,
                    0x42,
                    0,
                    address_mut(&mut fd),
                )
            };
            assert_ne!(status, 0, "{through} (making the link gave {made})");
        }
        unsafe { wasi::path_unlink_file(3, address(link), 4) };
    }
}

/// Descriptors, opened for ever. Needs a folder as descriptor 3.
#[no_mangle]
pub extern "C" fn descriptor_bomb() {
    loop {
        let mut fd = 0_u32;
        unsafe { wasi::path_open(3, 0, address("."), 1, 2, 0, 0, 0, address_mut(&mut fd)) };
    }
}

/// Lengths far over what there is to read. The host may refuse them or do what can be done, but must
/// not allocate them.
#[no_mangle]
pub extern "C" fn absurd_lengths() {
    let calls: [fn(u32) -> u32; 3] = [
        |_| unsafe { wasi::fd_readdir(3, 16, u32::MAX - 16, 0, 8) },
        |_| unsafe {
            let vectors = [1_024, 0x7fff_ffff, 1_024, 0x7fff_ffff, 1_024, 0x7fff_ffff];
            wasi::fd_pread(3, address(&vectors), 3, 0, 8)
        },
        |_| unsafe { wasi::fd_prestat_dir_name(3, 1_024, u32::MAX - 1_024) },
    ];
    for call in calls {
        imports::catch(call, 0);
    }
}
