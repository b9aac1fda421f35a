//! Configurations of processes.

use crate::sys::{lunatic, selene};

plain! {
    create(inherit: i32) -> i64 = selene::config::create;
    set_limit(config: u64, resource: i32, value: i64) = selene::config::set_limit;
    set_permission(config: u64, permission: i32, allowed: i32) = selene::config::set_permission;
    deny_network(config: u64) = selene::config::deny_network;
    drop(config: u64) = lunatic::process::drop_config;
}

pub fn allow_network(config: u64, direction: i32, rule: &str) -> Result<(), u64> {
    let mut error = 0;
    // SAFETY: the rule lives for the call, which only reads it; 8 bytes are written.
    let status = unsafe {
        selene::config::allow_network(config, direction, rule.as_ptr(), rule.len(), &mut error)
    };
    if status == 0 { Ok(()) } else { Err(error) }
}

pub fn add_argument(config: u64, text: &str) {
    // SAFETY: the text lives for the call, which only reads it.
    unsafe { lunatic::wasi::config_add_command_line_argument(config, text.as_ptr(), text.len()) }
}

pub fn add_variable(config: u64, name: &str, value: &str) {
    // SAFETY: the texts live for the call, which only reads them.
    unsafe {
        lunatic::wasi::config_add_environment_variable(
            config,
            name.as_ptr(),
            name.len(),
            value.as_ptr(),
            value.len(),
        );
    }
}

pub fn add_folder(config: u64, path: &str) {
    // SAFETY: the text lives for the call, which only reads it.
    unsafe { lunatic::wasi::config_preopen_dir(config, path.as_ptr(), path.len()) }
}
