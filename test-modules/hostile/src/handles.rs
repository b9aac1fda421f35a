//! Things with ids, made for ever and never dropped.

use imports::{address, address_mut, process, wasi_config};

/// Configurations.
#[no_mangle]
pub extern "C" fn config_bomb() {
    loop {
        unsafe { process::create_config() };
    }
}

/// One configuration with ever more in it.
#[no_mangle]
pub extern "C" fn config_content_bomb() {
    let text = vec![b'a'; 100_000];
    let at = address(text.as_slice());
    unsafe {
        let config = process::create_config() as u64;
        loop {
            wasi_config::config_add_environment_variable(config, at, 100_000, at, 100_000);
            wasi_config::config_add_command_line_argument(config, at, 100_000);
        }
    }
}

/// Folders, for ever.
#[no_mangle]
pub extern "C" fn config_preopen_bomb() {
    let path = "/";
    unsafe {
        let config = process::create_config() as u64;
        loop {
            wasi_config::config_preopen_dir(config, address(path), 1);
        }
    }
}

/// Errors, each with a text.
#[no_mangle]
pub extern "C" fn error_bomb() {
    let nonsense = "not a module";
    let mut error = 0_u64;
    loop {
        unsafe {
            let length = nonsense.len() as u32;
            process::compile_module(address(nonsense), length, address_mut(&mut error));
        }
    }
}

/// Modules, each with an id.
#[no_mangle]
pub extern "C" fn module_bomb() {
    let empty = b"\0asm\x01\0\0\0";
    let mut id = 0_u64;
    loop {
        unsafe { process::compile_module(address(empty), 8, address_mut(&mut id)) };
    }
}

/// Messages with ever more modules in them.
#[no_mangle]
pub extern "C" fn resource_bomb() {
    let empty = b"\0asm\x01\0\0\0";
    let mut id = 0_u64;
    unsafe {
        process::compile_module(address(empty), 8, address_mut(&mut id));
        imports::message::create_data(0, 0);
        loop {
            imports::message::push_module(id);
        }
    }
}

/// A child with a configuration that asks for more than its creator has.
#[no_mangle]
pub extern "C" fn config_escalation() {
    unsafe {
        process::die_when_link_dies(0);
        let config = process::create_config() as u64;
        process::config_set_max_memory(config, u64::MAX);
        process::config_set_max_fuel(config, u64::MAX);
        process::config_set_can_compile_modules(config, 1);
        process::config_set_can_create_configs(config, 1);
        process::config_set_can_spawn_processes(config, 1);
        let spawn = imports::Spawn {
            function: "memory_bomb",
            arguments: &[],
            link: 1,
            config: config as i64,
        };
        // The child is held to this process's limits, and ends in one way or another.
        if let Ok(child) = spawn.start() {
            while process::exists(child) != 0 {
                process::sleep_ms(1);
            }
        }
    }
}
