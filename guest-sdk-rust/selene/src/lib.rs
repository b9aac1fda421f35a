//! Processes for WebAssembly guests of Selene.
#![deny(missing_docs)]
#![deny(unsafe_code)]

extern crate alloc;
// What the attributes write names the crate, here as well.
extern crate self as selene;

#[allow(unsafe_code)]
mod catch;
mod config;
mod deadline;
mod exit;
#[allow(unsafe_code)]
mod host;
mod id;
mod inbox;
mod mailbox;
mod message;
mod monitor;
mod panic;
mod process;
mod reason;
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

pub use catch::{catch, exit, fail};
pub use config::{ConfigError, ProcessConfig};
pub use exit::{ExitReason, TrapKind};
pub use id::ProcessId;
pub use mailbox::{Event, Mailbox};
pub use message::{DecodeError, EncodeError, Message};
pub use monitor::{Down, LinkMode, MonitorRef};
pub use process::{Process, SendError};
pub use reply::{CALL_TIMEOUT, CallError, Pending, ReplyTo};
pub use selene_macros::{main, test};
pub use server::{Context, Server, StartError};
pub use spawn::{Spawn, SpawnError, spawn, spawn_link, spawn_with};
pub use task::{Task, TaskError};

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
