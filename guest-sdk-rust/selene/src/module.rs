use crate::attachment;
use crate::host::{self, module::Compiled};
use crate::id::ProcessId;
use crate::monitor::{LinkMode, MonitorRef};
use crate::spawn::{Spawn, SpawnError};
use crate::tag;
use alloc::rc::Rc;
use alloc::string::String;
use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A WebAssembly module that was loaded at runtime: a plugin, a program in another language.
///
/// ```standalone_crate
/// # #[selene::main]
/// # fn main() -> Result<(), selene::ModuleError> {
/// use selene::{ExitReason, LinkMode, Module, Spawn, Value};
///
/// // (module (func (export "check") (param i32) (if (i32.ne (local.get 0) (i32.const 7)) (then unreachable))))
/// let bytes = b"\0asm\x01\0\0\0\x01\x05\x01\x60\x01\x7f\0\x03\x02\x01\0\x07\x09\x01\x05check\0\0\
///     \x0a\x0d\x01\x0b\0\x20\0\x41\x07\x47\x04\x40\0\x0b\x0b";
/// let module = Module::load(bytes)?;
/// let monitored = Spawn::new().link(LinkMode::Monitor);
/// let right = monitored.function(&module, "check", &[Value::I32(7)]).unwrap();
/// assert_eq!(right.wait(), ExitReason::Normal);
/// let wrong = monitored.function(&module, "check", &[Value::I32(8)]).unwrap();
/// assert!(wrong.wait().is_failure());
/// # Ok(())
/// # }
/// ```
///
/// It can be cloned, and sent to other processes.
#[derive(Clone)]
pub struct Module {
    handle: Rc<Handle>,
}

struct Handle(u64);

impl Drop for Handle {
    fn drop(&mut self) {
        host::module::drop(self.0);
    }
}

impl Module {
    /// Loads a module.
    ///
    /// # Errors
    /// When the bytes are no module that Selene can run, or the process may not load any.
    pub fn load(bytes: &[u8]) -> Result<Module, ModuleError> {
        match host::module::compile(bytes) {
            Compiled::Module(handle) => Ok(Module::from_handle(handle)),
            Compiled::Failed(error) => Err(ModuleError(host::take_error(error))),
            Compiled::NotPermitted => Err(ModuleError("this process may not load modules".into())),
        }
    }

    fn from_handle(handle: u64) -> Module {
        Module {
            handle: Rc::new(Handle(handle)),
        }
    }
}

impl fmt::Debug for Module {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Module({})", self.handle.0)
    }
}

/// Only into a message.
impl Serialize for Module {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        attachment::serialize(serializer, || host::attachment::push_module(self.handle.0))
    }
}

impl<'de> Deserialize<'de> for Module {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Module, D::Error> {
        attachment::deserialize(deserializer, host::attachment::take_module)
            .map(Module::from_handle)
    }
}

/// An argument of a module's function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// WebAssembly's `i32`.
    I32(i32),
    /// WebAssembly's `i64`.
    I64(i64),
}

impl Spawn<'_> {
    /// Spawns a process that calls a function which a module exports. The function takes these arguments and returns
    /// nothing; else the process fails.
    ///
    /// In Rust such a function has the attribute [`selene::export`](macro@crate::export).
    /// To send to the process, make a [`Process`](crate::Process) of its id.
    ///
    /// # Errors
    /// When the process cannot be spawned, or its name is taken.
    pub fn function(
        self,
        module: &Module,
        function: &str,
        arguments: &[Value],
    ) -> Result<MonitorRef, SpawnError> {
        let tag = tag::unique();
        let (own, other) = self.mode().map_or((0, 0), LinkMode::numbers);
        let spawned = host::spawn(&host::SpawnRequest {
            config: self.config_handle(),
            module: module.handle.0 as i64,
            function,
            arguments,
            name: self.process_name(),
            label: self.process_name(),
            own,
            other,
            tag,
            first_message: host::FirstMessage::None,
        })?;
        Ok(MonitorRef {
            reference: spawned.reference,
            tag,
            process: ProcessId::from_u64(spawned.process),
        })
    }
}

/// A module cannot be loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleError(String);

impl fmt::Display for ModuleError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl core::error::Error for ModuleError {}
