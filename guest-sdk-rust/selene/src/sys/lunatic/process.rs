//! `lunatic::process`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "lunatic::process")]
unsafe extern "C" {
    /// Loads a module from memory. 0: its id was written. 1: an error id was written. -1: the
    /// caller may not compile modules, nothing was written.
    pub fn compile_module(binary: *const u8, binary_length: usize, id_out: *mut u64) -> i32;

    /// 1 if both the configuration and the caller may compile modules, else 0.
    pub fn config_can_compile_modules(config: u64) -> i32;

    /// 1 if both the configuration and the caller may create configurations, else 0.
    pub fn config_can_create_configs(config: u64) -> i32;

    /// 1 if both the configuration and the caller may spawn, else 0.
    pub fn config_can_spawn_processes(config: u64) -> i32;

    /// The limit on fuel in units of 100,000 instructions, at most the caller's own; 0 is
    /// unlimited.
    pub fn config_get_max_fuel(config: u64) -> i64;

    /// The limit on memory in bytes, at most the caller's own.
    pub fn config_get_max_memory(config: u64) -> i64;

    /// Sets whether the process may compile modules; not 0 is yes.
    pub fn config_set_can_compile_modules(config: u64, allowed: i32);

    /// Sets whether the process may create configurations; not 0 is yes.
    pub fn config_set_can_create_configs(config: u64, allowed: i32);

    /// Sets whether the process may spawn; not 0 is yes.
    pub fn config_set_can_spawn_processes(config: u64, allowed: i32);

    /// Sets the limit on fuel, in units of 100,000 instructions; 0 is unlimited.
    pub fn config_set_max_fuel(config: u64, units: i64);

    /// Sets the limit on memory, in bytes.
    pub fn config_set_max_memory(config: u64, bytes: i64);

    /// A new configuration that permits nothing but the network and databases, as far as the caller
    /// may use them; returns its id, or -1 when the caller may not create configurations.
    pub fn create_config() -> i64;

    /// 0: failures of links become messages. Else: the caller fails too, as at spawn.
    pub fn die_when_link_dies(die: i32);

    /// Gives a configuration up.
    pub fn drop_config(config: u64);

    /// Gives a module up; processes that run it are not affected.
    pub fn drop_module(module: u64);

    /// The caller's environment.
    pub fn environment_id() -> i64;

    /// 1 while a process lives in the caller's environment.
    pub fn exists(target: u64) -> i32;

    /// Spawns a process under a name, unless a living process has it. 0: spawned. 1: an error id
    /// was written as the id, and the name stays free. 2: the name is taken, nothing was spawned.
    /// Node and id are written in all three cases.
    pub fn get_or_spawn(
        name: *const u8,
        name_length: usize,
        link: i64,
        config: i64,
        module: i64,
        function: *const u8,
        function_length: usize,
        parameters: *const u8,
        parameters_length: usize,
        node_out: *mut u64,
        id_out: *mut u64,
    ) -> i32;

    /// Ends a process; an unknown process is ignored.
    pub fn kill(target: u64);

    /// Links the caller and a process; tag 0 is none. When that is dead or unknown, the caller gets
    /// a link death.
    pub fn link(tag: i64, target: u64);

    /// Asks for a message when a process ends; an unknown process is ignored.
    pub fn monitor(target: u64);

    /// The caller's process id, never 0 or -1.
    pub fn process_id() -> u64;

    /// Sleeps for so many milliseconds.
    pub fn sleep_ms(millis: i64);

    /// Spawns a process that calls an exported function. A link other than 0 links both and is the
    /// tag the caller sees. Parameters are records of 17 bytes: type (0x7F i32, 0x7E i64, 0x7B
    /// v128), then 16 bytes of value. 0: the process id was written. 1: an error id was written.
    /// Traps when the caller may not spawn.
    pub fn spawn(
        link: i64,
        config: i64,
        module: i64,
        function: *const u8,
        function_length: usize,
        parameters: *const u8,
        parameters_length: usize,
        id_out: *mut u64,
    ) -> i32;

    /// Undoes `monitor`.
    pub fn stop_monitoring(target: u64);

    /// Removes a link; an unknown process is ignored.
    pub fn unlink(target: u64);
}
