//! Processes for WebAssembly guests of Selene.
#![deny(missing_docs)]
#![deny(unsafe_code)]

extern crate alloc;
// What the attributes write names the crate, here as well.
extern crate self as selene;

mod attachment;
#[allow(unsafe_code)]
mod catch;
mod config;
mod deadline;
mod exit;
mod group;
#[allow(unsafe_code)]
mod host;
mod id;
mod inbox;
pub mod limits;
mod local;
#[cfg(feature = "log")]
mod logger;
mod mailbox;
mod message;
mod module;
mod monitor;
pub mod net;
mod panic;
mod process;
pub mod protocol;
mod reason;
pub mod registry;
mod reply;
mod server;
mod spawn;
#[allow(unsafe_code)]
mod start;
pub mod supervisor;
#[allow(unsafe_code)]
pub mod sys;
mod tag;
mod task;
mod timer;

pub use catch::{catch, exit, fail};
pub use config::{ConfigError, ProcessConfig};
pub use exit::{ExitReason, TrapKind};
pub use group::{Group, GroupChange, GroupWatch};
pub use id::ProcessId;
#[cfg(feature = "log")]
pub use logger::init_logging;
pub use mailbox::{Event, Mailbox};
pub use message::{DecodeError, EncodeError, Message};
pub use module::{Module, ModuleError, Value};
pub use monitor::{Down, LinkMode, MonitorRef};
pub use process::{Process, SendError};
pub use reply::{CALL_TIMEOUT, CallError, Pending, ReplyTo};
pub use selene_macros::{main, test};
pub use server::{Context, Server, StartError};
pub use spawn::{Spawn, SpawnError, spawn, spawn_link, spawn_with};
pub use task::{Task, TaskError};
pub use timer::{Timer, sleep};

#[doc(hidden)]
pub mod __private {
    //! For the attributes alone.
    use crate::{Mailbox, Message};
    use core::fmt::Debug;

    pub fn enter() {
        crate::start::enter();
    }

    pub fn mailbox<M: Message>() -> Mailbox<M> {
        Mailbox::new()
    }

    /// What a test may return.
    #[diagnostic::on_unimplemented(
        message = "a test returns nothing or a `Result<(), E>` with `E: Debug`, not `{Self}`",
        label = "this function's return type"
    )]
    pub trait TestOutcome {
        fn check(self);
    }

    impl TestOutcome for () {
        fn check(self) {}
    }

    impl<T, E: Debug> TestOutcome for Result<T, E> {
        fn check(self) {
            if let Err(error) = self {
                panic!("the test returned an error: {error:?}");
            }
        }
    }
}
