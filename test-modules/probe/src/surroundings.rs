//! Configurations, permissions, errors, modules, WASI.

use crate::mailbox::assert_traps;
use crate::parts::halves;
use imports::{address, address_mut, distributed, error, metrics, process, receive, this, version};
use imports::{wasi, wasi_config, Received, Spawn, FOREVER};
use std::collections::HashSet;
use std::io::Write;
use std::time::{Instant, SystemTime};

/// `(module (func (export "run")))`
const EMPTY_MODULE: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x07\x07\x01\x03run\0\0\x0a\x04\x01\x02\0\x0b";

fn compile(bytes: &[u8]) -> (i32, u64) {
    let mut id = u64::MAX;
    let length = bytes.len() as u32;
    let status = unsafe { process::compile_module(address(bytes), length, address_mut(&mut id)) };
    (status, id)
}

fn new_config() -> u64 {
    let config = unsafe { process::create_config() };
    assert!(config >= 0, "this process may create configurations");
    config as u64
}

fn tell_me(function: &str, config: u64) -> u64 {
    let parent = halves(this());
    let spawn = Spawn {
        function,
        arguments: &parent,
        link: 0,
        config: config as i64,
    };
    spawn.start().expect("spawn");
    match receive(&[], FOREVER) {
        Received::Data(0, value) => value,
        other => panic!("{other:?}"),
    }
}

crate::checks! {
    /// The version guests were written for.
    fn version_is_the_last_of_lunatic() {
        let version = unsafe { (version::major(), version::minor(), version::patch()) };
        assert_eq!(version, (0, 13, 2));
    }

    /// Without a cluster.
    fn not_distributed() {
        unsafe {
            assert_eq!(distributed::node_id(), 0);
            assert_eq!(distributed::module_id(), 0);
            assert_eq!(distributed::nodes_count(), 0);
            assert_eq!(distributed::get_nodes(16, 0), 0);
        }
        assert_traps(|_| unsafe {
            imports::message::create_data(0, 0);
            distributed::send(1, imports::this()) + 1
        });
    }

    /// A new configuration permits nothing; setters and getters agree.
    fn config_keeps_what_is_set() {
        let config = new_config();
        unsafe {
            assert_eq!(process::config_can_compile_modules(config), 0);
            assert_eq!(process::config_can_create_configs(config), 0);
            assert_eq!(process::config_can_spawn_processes(config), 0);
            assert_eq!(process::config_get_max_fuel(config), 0);
            process::config_set_can_compile_modules(config, 1);
            process::config_set_can_create_configs(config, 7);
            process::config_set_can_spawn_processes(config, 1);
            process::config_set_max_memory(config, 5_000_000);
            process::config_set_max_fuel(config, 12);
            assert_eq!(process::config_can_compile_modules(config), 1);
            assert_eq!(process::config_can_create_configs(config), 1);
            assert_eq!(process::config_can_spawn_processes(config), 1);
            assert_eq!(process::config_get_max_memory(config), 5_000_000);
            assert_eq!(process::config_get_max_fuel(config), 12);
            process::config_set_can_spawn_processes(config, 0);
            assert_eq!(process::config_can_spawn_processes(config), 0);
            process::drop_config(config);
        }
        assert_traps(|_| unsafe {
            process::config_set_max_fuel(99, 1);
            1
        });
    }

    /// What a configuration does not permit is refused.
    fn permissions_are_kept() {
        assert_eq!(tell_me("part_unprivileged", new_config()), 3);
    }

    /// Arguments and environment come from the configuration, and nothing else.
    fn config_gives_arguments_and_environment() {
        let config = new_config();
        let (key, value) = ("KEY", "the value");
        unsafe {
            for argument in ["zero", "one"] {
                let length = argument.len() as u32;
                wasi_config::config_add_command_line_argument(config, address(argument), length);
            }
            wasi_config::config_add_environment_variable(
                config,
                address(key),
                key.len() as u32,
                address(value),
                value.len() as u32,
            );
        }
        assert_eq!(tell_me("part_surroundings", config), 1);
    }

    /// A module that is none gives an error with a text.
    fn malformed_modules_are_errors() {
        let cut = &EMPTY_MODULE[..EMPTY_MODULE.len() - 3];
        for bytes in [b"not a module".as_slice(), b"", b"\0asm", cut] {
            let (status, id) = compile(bytes);
            assert_eq!(status, 1, "{bytes:?}");
            unsafe {
                let length = error::string_size(id) as usize;
                assert!(length > 0);
                let mut text = vec![0_u8; length];
                error::to_string(id, address_mut(text.as_mut_slice()));
                assert!(String::from_utf8(text).is_ok());
                error::drop(id);
            }
        }
        assert_traps(|_| unsafe { error::string_size(0) + 1 });
    }

    /// A module that was compiled here runs.
    fn compiled_modules_run() {
        let (status, module) = compile(EMPTY_MODULE);
        assert_eq!(status, 0);
        let (name, mut child) = ("run", 0_u64);
        let status = unsafe {
            let out = address_mut(&mut child);
            process::spawn(3, -1, module as i64, address(name), 3, 0, 0, out)
        };
        assert_eq!(status, 0);
        while unsafe { process::exists(child) } != 0 {
            unsafe { process::sleep_ms(1) };
        }
        unsafe { process::drop_module(module) };
        // A failure would have ended this process, which is linked.
        assert_eq!(receive(&[], 20), Received::TimedOut);
    }

    /// Metrics take numbers and text.
    fn metrics_take_everything() {
        let name = "probe::metric";
        let (at, length) = (address(name), name.len() as u32);
        unsafe {
            metrics::counter(at, length, u64::MAX);
            metrics::increment_counter(at, length);
            metrics::gauge(at, length, f64::NAN);
            metrics::increment_gauge(at, length, f64::INFINITY);
            metrics::decrement_gauge(at, length, -0.0);
            metrics::histogram(at, length, 1.5);
        }
    }

    /// Time passes, and is today.
    fn clocks_run() {
        let begin = Instant::now();
        unsafe { process::sleep_ms(3) };
        assert!(begin.elapsed().as_micros() >= 2_000);
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        assert!(now.is_ok_and(|time| time.as_secs() > 1_700_000_000));
        let mut resolution = 0_u64;
        assert_eq!(unsafe { wasi::clock_res_get(1, address_mut(&mut resolution)) }, 0);
        assert!(resolution > 0);
    }

    /// Random bytes differ.
    fn random_bytes_differ() {
        let mut seen = HashSet::new();
        for _ in 0..100 {
            let mut number = 0_u64;
            assert_eq!(unsafe { wasi::random_get(address_mut(&mut number), 8) }, 0);
            assert!(seen.insert(number));
        }
    }

    /// Standard streams take bytes; other descriptors are bad ones.
    fn streams_take_bytes() {
        std::io::stdout().write_all(b"").expect("stdout");
        std::io::stderr().write_all(b"").expect("stderr");
        let mut out = 0_u32;
        let vector = [0_u32; 2];
        let status = unsafe { wasi::fd_write(4_000, address(&vector), 1, address_mut(&mut out)) };
        assert_eq!(status, 8, "badf");
        assert_eq!(unsafe { wasi::sched_yield() }, 0);
    }
}
