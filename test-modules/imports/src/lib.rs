//! The raw host imports of the guest ABI, without a library in between.
//!
//! Addresses are plain numbers, so that a test can pass one that lies outside the memory. Timeouts
//! are milliseconds; [`FOREVER`] is none. What each import does is written in the ABI's document.

#![deny(missing_docs)]
#![allow(clippy::missing_safety_doc, clippy::too_many_arguments)]

/// No timeout.
pub const FOREVER: u64 = u64::MAX;
/// What a waiting import returns when its time is over.
pub const TIMEOUT: u32 = 9027;
/// `receive` took a message with bytes.
pub const DATA: u32 = 0;
/// `receive` took the news that a linked process died.
pub const LINK_DIED: u32 = 1;
/// `receive` took the news that a monitored process ended.
pub const PROCESS_DIED: u32 = 2;

macro_rules! imports {
    ($module:literal $name:ident: $($function:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?;)*) => {
        #[doc = concat!("Imports from `", $module, "`.")]
        pub mod $name {
            #[link(wasm_import_module = $module)]
            extern "C" {
                $(
                    #[doc = concat!("`", $module, "::", stringify!($function), "`")]
                    pub fn $function($($argument: $type),*) $(-> $result)?;
                )*
            }
        }
    };
}

imports! { "lunatic::error" error:
    string_size(id: u64) -> u32;
    to_string(id: u64, text: u32);
    drop(id: u64);
}

imports! { "lunatic::process" process:
    compile_module(bytes: u32, length: u32, out: u32) -> i32;
    drop_module(id: u64);
    create_config() -> i64;
    drop_config(id: u64);
    config_set_max_memory(id: u64, bytes: u64);
    config_get_max_memory(id: u64) -> u64;
    config_set_max_fuel(id: u64, units: u64);
    config_get_max_fuel(id: u64) -> u64;
    config_set_can_compile_modules(id: u64, can: u32);
    config_can_compile_modules(id: u64) -> u32;
    config_set_can_create_configs(id: u64, can: u32);
    config_can_create_configs(id: u64) -> u32;
    config_set_can_spawn_processes(id: u64, can: u32);
    config_can_spawn_processes(id: u64) -> u32;
    spawn(link: i64, config: i64, module: i64, name: u32, name_length: u32, params: u32, params_length: u32, out: u32) -> u32;
    get_or_spawn(key: u32, key_length: u32, link: i64, config: i64, module: i64, name: u32, name_length: u32, params: u32, params_length: u32, node_out: u32, out: u32) -> u32;
    sleep_ms(milliseconds: u64);
    die_when_link_dies(die: u32);
    process_id() -> u64;
    environment_id() -> u64;
    link(tag: i64, process: u64);
    unlink(process: u64);
    monitor(process: u64);
    stop_monitoring(process: u64);
    kill(process: u64);
    exists(process: u64) -> i32;
}

imports! { "lunatic::message" message:
    create_data(tag: i64, capacity: u64);
    write_data(bytes: u32, length: u32) -> u32;
    read_data(bytes: u32, length: u32) -> u32;
    seek_data(position: u64);
    get_tag() -> i64;
    get_process_id() -> u64;
    data_size() -> u64;
    push_module(id: u64) -> u64;
    take_module(index: u64) -> u64;
    send(process: u64) -> u32;
    send_receive_skip_search(process: u64, tag: i64, timeout: u64) -> u32;
    receive(tags: u32, count: u32, timeout: u64) -> u32;
}

imports! { "lunatic::timer" timer:
    send_after(process: u64, delay: u64) -> u64;
    cancel_timer(timer: u64) -> u32;
}

imports! { "lunatic::registry" registry:
    put(name: u32, length: u32, node: u64, process: u64);
    get(name: u32, length: u32, node_out: u32, process_out: u32) -> u32;
    remove(name: u32, length: u32);
}

imports! { "lunatic::trap" trap:
    catch(function: u32, argument: u32) -> u32;
}

imports! { "lunatic::version" version:
    major() -> u32;
    minor() -> u32;
    patch() -> u32;
}

imports! { "lunatic::wasi" wasi_config:
    config_add_environment_variable(id: u64, key: u32, key_length: u32, value: u32, value_length: u32);
    config_add_command_line_argument(id: u64, value: u32, length: u32);
    config_preopen_dir(id: u64, path: u32, length: u32);
}

imports! { "lunatic::metrics" metrics:
    counter(name: u32, length: u32, value: u64);
    increment_counter(name: u32, length: u32);
    gauge(name: u32, length: u32, value: f64);
    increment_gauge(name: u32, length: u32, value: f64);
    decrement_gauge(name: u32, length: u32, value: f64);
    histogram(name: u32, length: u32, value: f64);
}

imports! { "lunatic::distributed" distributed:
    nodes_count() -> u32;
    get_nodes(nodes: u32, count: u32) -> u32;
    node_id() -> u64;
    module_id() -> u64;
    send(node: u64, process: u64) -> u32;
}

imports! { "wasi_snapshot_preview1" wasi:
    args_get(pointers: u32, bytes: u32) -> u32;
    args_sizes_get(count: u32, bytes: u32) -> u32;
    environ_get(pointers: u32, bytes: u32) -> u32;
    environ_sizes_get(count: u32, bytes: u32) -> u32;
    clock_res_get(clock: u32, out: u32) -> u32;
    clock_time_get(clock: u32, precision: u64, out: u32) -> u32;
    fd_close(fd: u32) -> u32;
    fd_fdstat_get(fd: u32, out: u32) -> u32;
    fd_filestat_get(fd: u32, out: u32) -> u32;
    fd_prestat_get(fd: u32, out: u32) -> u32;
    fd_prestat_dir_name(fd: u32, path: u32, length: u32) -> u32;
    fd_read(fd: u32, vectors: u32, count: u32, out: u32) -> u32;
    fd_pread(fd: u32, vectors: u32, count: u32, offset: u64, out: u32) -> u32;
    fd_write(fd: u32, vectors: u32, count: u32, out: u32) -> u32;
    fd_readdir(fd: u32, buffer: u32, length: u32, cookie: u64, out: u32) -> u32;
    fd_seek(fd: u32, offset: i64, whence: u32, out: u32) -> u32;
    path_open(fd: u32, lookup: u32, path: u32, length: u32, open: u32, rights: u64, inheriting: u64, flags: u32, out: u32) -> u32;
    path_filestat_get(fd: u32, lookup: u32, path: u32, length: u32, out: u32) -> u32;
    path_readlink(fd: u32, path: u32, length: u32, buffer: u32, buffer_length: u32, out: u32) -> u32;
    path_create_directory(fd: u32, path: u32, length: u32) -> u32;
    path_unlink_file(fd: u32, path: u32, length: u32) -> u32;
    path_symlink(old: u32, old_length: u32, fd: u32, new: u32, new_length: u32) -> u32;
    path_rename(fd: u32, old: u32, old_length: u32, new_fd: u32, new: u32, new_length: u32) -> u32;
    poll_oneoff(subscriptions: u32, events: u32, count: u32, out: u32) -> u32;
    proc_exit(code: u32) -> !;
    random_get(bytes: u32, length: u32) -> u32;
    sched_yield() -> u32;
}

/// The address of the first byte.
pub fn address<T: ?Sized>(value: &T) -> u32 {
    value as *const T as *const u8 as usize as u32
}

/// The address of the first byte, for the host to write to.
pub fn address_mut<T: ?Sized>(value: &mut T) -> u32 {
    value as *mut T as *mut u8 as usize as u32
}

/// How to spawn a process that runs an export.
pub struct Spawn<'a> {
    /// Name of the export.
    pub function: &'a str,
    /// Arguments, all of type i32.
    pub arguments: &'a [i32],
    /// 0 for no link, else the tag of its death.
    pub link: i64,
    /// -1 for the caller's own configuration.
    pub config: i64,
}

impl Spawn<'_> {
    /// The 17-byte records in which arguments travel.
    pub fn records(&self) -> Vec<u8> {
        let mut records = Vec::with_capacity(17 * self.arguments.len());
        for argument in self.arguments {
            records.push(0x7f);
            records.extend_from_slice(&i128::from(*argument).to_le_bytes());
        }
        records
    }

    /// Spawns; the result is the process id, or the id of an error.
    pub fn start(&self) -> Result<u64, u64> {
        let records = self.records();
        let mut id = u64::MAX;
        // The addresses are those of live values of the lengths that are passed.
        let status = unsafe {
            process::spawn(
                self.link,
                self.config,
                -1,
                address(self.function),
                self.function.len() as u32,
                address(records.as_slice()),
                records.len() as u32,
                address_mut(&mut id),
            )
        };
        if status == 0 {
            Ok(id)
        } else {
            Err(id)
        }
    }
}

/// Spawns a process that runs an export, without a link, and with i32 arguments.
pub fn spawn(function: &str, arguments: &[i32]) -> u64 {
    Spawn {
        function,
        arguments,
        link: 0,
        config: -1,
    }
    .start()
    .expect("spawn")
}

/// Spawns a linked process that runs an export; `tag` comes with the news of its death.
pub fn spawn_link(tag: i64, function: &str, arguments: &[i32]) -> u64 {
    Spawn {
        function,
        arguments,
        link: tag,
        config: -1,
    }
    .start()
    .expect("spawn")
}

/// Sends one number.
pub fn send(process: u64, tag: i64, value: u64) {
    unsafe {
        message::create_data(tag, 8);
        message::write_data(address(&value), 8);
        message::send(process);
    }
}

/// What `receive` took out of the mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// A message, with its tag, and the number in it.
    Data(i64, u64),
    /// A linked process died; the tag of the link.
    LinkDied(i64),
    /// A monitored process ended; its id.
    ProcessDied(u64),
    /// Nothing came in time.
    TimedOut,
}

/// Describes what is in the scratch area after a receiving import returned `status`.
pub fn received(status: u32) -> Received {
    match status {
        DATA => {
            let mut value = 0_u64;
            let tag = unsafe {
                message::read_data(address_mut(&mut value), 8);
                message::get_tag()
            };
            Received::Data(tag, value)
        }
        LINK_DIED => Received::LinkDied(unsafe { message::get_tag() }),
        PROCESS_DIED => Received::ProcessDied(unsafe { message::get_process_id() }),
        TIMEOUT => Received::TimedOut,
        other => panic!("receive returned {other}"),
    }
}

/// Receives the oldest message, or the oldest with one of the tags.
pub fn receive(tags: &[i64], timeout: u64) -> Received {
    received(unsafe { message::receive(address(tags), tags.len() as u32, timeout) })
}

/// Sends one number and waits for an answer with that tag that comes after the call began.
pub fn request(process: u64, tag: i64, value: u64, timeout: u64) -> Received {
    unsafe {
        message::create_data(tag, 8);
        message::write_data(address(&value), 8);
    }
    received(unsafe { message::send_receive_skip_search(process, tag, timeout) })
}

/// The id of the calling process.
pub fn this() -> u64 {
    unsafe { process::process_id() }
}

/// Calls a function so that a trap in it comes back as 0.
pub fn catch(function: fn(u32) -> u32, argument: u32) -> u32 {
    unsafe { trap::catch(function as usize as u32, argument) }
}

/// What the host calls for [`catch`].
///
/// `function` is an address that [`catch`] passed.
#[export_name = "_lunatic_catch_trap"]
extern "C" fn catch_trap(function: usize, argument: u32) -> u32 {
    // Only `catch` passes functions to the host, and all have this type.
    let function: fn(u32) -> u32 = unsafe { std::mem::transmute(function) };
    function(argument)
}
