//! Addresses outside the memory, in every import that takes one.

use core::arch::wasm32::memory_size;
use imports::{
    address, catch, distributed, message, metrics, process, registry, wasi, wasi_config,
};

/// Far outside.
const FAR: u32 = 0xffff_fff0;

/// The last bytes of the memory, too few for anything.
fn edge() -> u32 {
    (memory_size::<0>() * 65_536 - 2) as u32
}

fn config() -> u64 {
    unsafe { process::create_config() as u64 }
}

fn scratch() {
    unsafe { message::create_data(1, 0) };
}

fn filled_scratch() {
    scratch();
    unsafe { message::write_data(address("0123456789abcdef"), 16) };
}

const NAME: &str = "end_at_once";

fn name() -> (u32, u32) {
    (address(NAME), NAME.len() as u32)
}

/// Spawns with some bad pointers: function name, parameters, result.
fn spawn(function: u32, length: u32, params: u32, params_length: u32, out: u32) {
    unsafe { process::spawn(0, -1, -1, function, length, params, params_length, out) };
}

type Attack = fn(u32);
type WasiAttack = fn(u32) -> u32;

/// Each must trap, whichever bad address it is given: far outside, or at the memory's edge.
const ATTACKS: &[(&str, Attack)] = &[
    ("message::write_data", |bad| unsafe {
        scratch();
        message::write_data(bad, 100);
    }),
    ("message::write_data huge", |_| unsafe {
        scratch();
        message::write_data(16, u32::MAX);
    }),
    ("message::read_data", |bad| unsafe {
        filled_scratch();
        message::read_data(bad, 16);
    }),
    ("message::receive tags", |bad| unsafe {
        message::receive(bad, 4, 0);
    }),
    ("message::receive huge count", |_| unsafe {
        message::receive(16, u32::MAX, 0);
    }),
    ("message::receive wrapping count", |_| unsafe {
        message::receive(16, 0x2000_0001, 0);
    }),
    ("error::to_string", |bad| {
        let mut id = 0_u64;
        unsafe {
            process::compile_module(address("x"), 1, imports::address_mut(&mut id));
            imports::error::to_string(id, bad);
        }
    }),
    ("process::compile_module", |bad| unsafe {
        process::compile_module(bad, 100, 16);
    }),
    ("process::compile_module huge", |_| unsafe {
        process::compile_module(16, u32::MAX, 16);
    }),
    ("process::compile_module out", |bad| unsafe {
        process::compile_module(address("x"), 1, bad);
    }),
    ("process::spawn name", |bad| spawn(bad, 20, 0, 0, 16)),
    ("process::spawn huge name", |_| {
        spawn(16, u32::MAX, 0, 0, 16)
    }),
    ("process::spawn params", |bad| {
        spawn(name().0, name().1, bad, 17, 16)
    }),
    ("process::spawn huge params", |_| {
        spawn(name().0, name().1, 16, 0xffff_ffff / 17 * 17, 16)
    }),
    ("process::spawn out", |bad| {
        spawn(name().0, name().1, 0, 0, bad)
    }),
    ("process::get_or_spawn key", |bad| unsafe {
        process::get_or_spawn(bad, 9, 0, -1, -1, name().0, name().1, 0, 0, 16, 24);
    }),
    ("process::get_or_spawn name", |bad| unsafe {
        process::get_or_spawn(name().0, name().1, 0, -1, -1, bad, 9, 0, 0, 16, 24);
    }),
    ("process::get_or_spawn params", |bad| unsafe {
        process::get_or_spawn(
            name().0,
            name().1,
            0,
            -1,
            -1,
            name().0,
            name().1,
            bad,
            17,
            16,
            24,
        );
    }),
    ("process::get_or_spawn node", |bad| unsafe {
        process::get_or_spawn(name().0, 3, 0, -1, -1, name().0, name().1, 0, 0, bad, 24);
    }),
    ("process::get_or_spawn out", |bad| unsafe {
        process::get_or_spawn(name().0, 4, 0, -1, -1, name().0, name().1, 0, 0, 16, bad);
    }),
    ("registry::put", |bad| unsafe {
        registry::put(bad, 9, 0, 1);
    }),
    ("registry::put huge", |_| unsafe {
        registry::put(16, u32::MAX, 0, 1);
    }),
    ("registry::get", |bad| unsafe {
        registry::get(bad, 9, 16, 24);
    }),
    ("registry::get node", |bad| unsafe {
        registry::put(16, 0, 0, 1);
        registry::get(16, 0, bad, 24);
    }),
    ("registry::get out", |bad| unsafe {
        registry::put(16, 0, 0, 1);
        registry::get(16, 0, 16, bad);
    }),
    ("registry::remove", |bad| unsafe {
        registry::remove(bad, 9);
    }),
    ("wasi::variable key", |bad| unsafe {
        wasi_config::config_add_environment_variable(config(), bad, 9, 16, 0);
    }),
    ("wasi::variable value", |bad| unsafe {
        wasi_config::config_add_environment_variable(config(), 16, 0, bad, 9);
    }),
    ("wasi::argument", |bad| unsafe {
        wasi_config::config_add_command_line_argument(config(), bad, 9);
    }),
    ("wasi::preopen", |bad| unsafe {
        wasi_config::config_preopen_dir(config(), bad, 9);
    }),
    ("metrics::counter", |bad| unsafe {
        metrics::counter(bad, 9, 1);
    }),
    ("metrics::increment_counter", |bad| unsafe {
        metrics::increment_counter(bad, 9);
    }),
    ("metrics::gauge", |bad| unsafe {
        metrics::gauge(bad, 9, 1.0);
    }),
    ("metrics::increment_gauge", |bad| unsafe {
        metrics::increment_gauge(bad, 9, 1.0);
    }),
    ("metrics::decrement_gauge", |bad| unsafe {
        metrics::decrement_gauge(bad, 9, 1.0);
    }),
    ("metrics::histogram", |bad| unsafe {
        metrics::histogram(bad, 9, 1.0);
    }),
    ("unknown ids", |_| unsafe {
        process::drop_module(99);
    }),
    ("unknown config", |_| unsafe {
        process::config_get_max_fuel(u64::MAX);
    }),
    ("unknown error", |_| unsafe {
        imports::error::string_size(u64::MAX);
    }),
    ("unknown module in message", |_| unsafe {
        scratch();
        message::push_module(u64::MAX);
    }),
    ("unknown index in message", |_| unsafe {
        scratch();
        message::take_module(u64::MAX);
    }),
    ("distributed::send", |_| unsafe {
        scratch();
        distributed::send(5, 1);
    }),
];

/// A WASI call gives an error or traps; it never succeeds.
const WASI_ATTACKS: &[(&str, WasiAttack)] = &[
    ("args_get", |bad| unsafe { wasi::args_get(bad, bad) }),
    ("args_sizes_get", |bad| unsafe {
        wasi::args_sizes_get(bad, bad)
    }),
    ("environ_sizes_get", |bad| unsafe {
        wasi::environ_sizes_get(bad, bad)
    }),
    ("clock_res_get", |bad| unsafe {
        wasi::clock_res_get(0, bad)
    }),
    ("clock_time_get", |bad| unsafe {
        wasi::clock_time_get(0, 0, bad)
    }),
    ("fd_fdstat_get", |bad| unsafe {
        wasi::fd_fdstat_get(1, bad)
    }),
    ("fd_filestat_get", |bad| unsafe {
        wasi::fd_filestat_get(1, bad)
    }),
    ("fd_prestat_get", |bad| unsafe {
        wasi::fd_prestat_get(3, bad)
    }),
    ("fd_prestat_dir_name", |bad| unsafe {
        wasi::fd_prestat_dir_name(3, bad + 2, 1)
    }),
    ("fd_read vectors", |bad| unsafe {
        wasi::fd_read(0, bad, 4, 16)
    }),
    ("fd_read huge count", |_| unsafe {
        wasi::fd_read(0, 16, u32::MAX, 16)
    }),
    ("fd_write vectors", |bad| unsafe {
        wasi::fd_write(2, bad, 4, 16)
    }),
    ("fd_write huge count", |_| unsafe {
        wasi::fd_write(2, 16, u32::MAX, 16)
    }),
    ("fd_write bytes", |bad| unsafe {
        let vector = [bad, 100];
        wasi::fd_write(2, address(&vector), 1, 16)
    }),
    ("fd_write huge bytes", |_| unsafe {
        let vector = [16, u32::MAX];
        wasi::fd_write(2, address(&vector), 1, 16)
    }),
    ("fd_readdir", |bad| unsafe {
        wasi::fd_readdir(3, bad, 100, 0, 16)
    }),
    ("path_open", |bad| unsafe {
        wasi::path_open(3, 0, bad, 9, 0, 0, 0, 0, 16)
    }),
    ("path_open huge", |_| unsafe {
        wasi::path_open(3, 0, 16, u32::MAX, 0, 0, 0, 0, 16)
    }),
    ("path_filestat_get", |bad| unsafe {
        wasi::path_filestat_get(3, 0, address("."), 1, bad)
    }),
    ("path_readlink", |bad| unsafe {
        wasi::path_readlink(3, bad, 9, 16, 9, 16)
    }),
    ("path_rename", |bad| unsafe {
        wasi::path_rename(3, bad, 9, 3, bad, 9)
    }),
    ("poll_oneoff", |bad| unsafe {
        wasi::poll_oneoff(bad, bad, 1, 16)
    }),
    ("poll_oneoff huge", |_| unsafe {
        wasi::poll_oneoff(16, 16, u32::MAX, 16)
    }),
    ("random_get", |bad| unsafe { wasi::random_get(bad, 100) }),
    ("random_get huge", |_| unsafe {
        wasi::random_get(16, u32::MAX)
    }),
];

fn run(number: u32) -> u32 {
    let bad = if number & 1 == 0 { FAR } else { edge() };
    ATTACKS[number as usize / 2].1(bad);
    1
}

fn run_wasi(number: u32) -> u32 {
    let bad = if number & 1 == 0 { FAR } else { edge() };
    WASI_ATTACKS[number as usize / 2].1(bad)
}

/// All attacks of one table inside catches: each must trap, and the process ends normally.
#[no_mangle]
pub extern "C" fn pointers_in_catch() {
    let mut survived = 0;
    for number in 0..2 * ATTACKS.len() as u32 {
        if catch(run, number) != 0 {
            eprintln!("{}: not refused", ATTACKS[number as usize / 2].0);
            survived += 1;
        }
    }
    assert_eq!(survived, 0);
}

/// One attack without a catch; a number outside of the table ends normally.
#[no_mangle]
pub extern "C" fn pointer(number: i32) {
    if (number as usize) < 2 * ATTACKS.len() {
        run(number as u32);
    }
}

/// All attacks on WASI. A trap comes back as 0 from the catch, as success would: so each is run with
/// a mark that a success leaves.
#[no_mangle]
pub extern "C" fn pointers_in_wasi() {
    fn marked(number: u32) -> u32 {
        match run_wasi(number) {
            0 => 1_000,
            error => error,
        }
    }
    let mut survived = 0;
    for number in 0..2 * WASI_ATTACKS.len() as u32 {
        if catch(marked, number) == 1_000 {
            eprintln!("{}: succeeded", WASI_ATTACKS[number as usize / 2].0);
            survived += 1;
        }
    }
    assert_eq!(survived, 0);
}
