//! Processes, servers and supervisors for WebAssembly guests of Selene, the actor runtime on the JVM.
//!
//! A program is made of processes. Each has a memory of its own and limits of its own, costs microseconds and kilobytes,
//! and shares nothing: processes send each other messages, and watch each other end. This page is the tour; every name in
//! it has its own page.
//!
//! # First process
//!
//! ```standalone_crate
//! use selene::{Mailbox, Process};
//!
//! #[selene::main]
//! fn main(mailbox: Mailbox<String>) {
//!     selene::spawn(mailbox.this(), |parent: Process<String>, _: Mailbox<()>| {
//!         parent.send("Hello from another process".into());
//!     });
//!     println!("{}", mailbox.receive());
//! }
//! ```
//!
//! [`spawn()`] runs a function in a new process. What the function needs is its argument, which is sent to it: a closure
//! that captures anything does not compile. The new process has a [`Mailbox`] of one type of [`Message`], and whoever holds
//! its [`Process`] may send such messages. Any type with serde's `Serialize` and `Deserialize` will do; a [`Process`], a
//! [socket](net) or a [`Module`] may be part of it.
//!
//! [`Spawn`] has the rest: a name, [limits](ProcessConfig), a link to the caller, and errors instead of panics.
//!
//! # Asking
//!
//! A request carries the right to answer it, a [`ReplyTo`]. [`Process::call`] waits for the answer, and not for one that
//! cannot come: it returns at once when the other process has ended, or drops the request. [`Process::request`] asks now
//! and waits later. A [`Task`] computes one result in a process of its own.
//!
//! # Failure
//!
//! Processes fail: they panic, run out of fuel, are killed. Others learn of it, and why, as a value: an [`ExitReason`].
//!
//! ```standalone_crate
//! use selene::{ExitReason, Mailbox, Spawn};
//!
//! # #[selene::main]
//! # fn main() {
//! let careless = |(), _: Mailbox<()>| panic!("no luck");
//! let (_, monitor) = Spawn::new().monitored((), careless).unwrap();
//! match monitor.wait() {
//!     ExitReason::Trapped(_, text) => assert!(text.ends_with("no luck")),
//!     other => panic!("{other}"),
//! }
//! # }
//! ```
//!
//! A [link](LinkMode) says what one process does at the other's end: it is told, or dies with it. Who is told gets a
//! [`Down`], among the [events](Mailbox::next) of its mailbox. [`catch`] is for failures within one process.
//!
//! # Servers and supervisors
//!
//! A [`Server`] is a state that handles one message after the other: what OTP calls a gen_server. A
//! [`Supervisor`](supervisor::Supervisor) starts children and starts them again when they fail; its children may be
//! supervisors. Together they are how a program stays up: write for what works, and let what fails be started anew.
//!
//! # More
//!
//! | | |
//! |---|---|
//! | [`registry`] | names of processes |
//! | [`Group`] | many processes under one name: members, broadcasts, who comes and goes |
//! | [`Process::send_after`], [`Process::send_every`], [`Timer`] | messages in due time |
//! | [`Process::try_send`], [`Process::send_timeout`], [`limits::bound_mailbox`] | backpressure: a full mailbox is a value |
//! | [`limits`] | what a process has and uses |
//! | [`protocol`] | conversations that the compiler checks |
//! | [`net`] | TCP, UDP, TLS, names |
//! | [`Module`] | plugins, and programs in other languages, loaded at runtime; [`macro@export`] for the plugin |
//! | `sqlite`, a feature of the crate | databases |
//! | [`process_local!`] | state of a process |
//! | [`init_logging`] | the crate `log` |
//! | [`sys`] | the imports, as they are |
//!
//! # Tests
//!
//! A function with [`#[selene::test]`](test) is a test in a process and an environment of its own; `cargo test` runs it:
//!
//! ```toml
//! # .cargo/config.toml
//! [build]
//! target = "wasm32-wasip1"
//! [target.wasm32-wasip1]
//! runner = "selene run"
//! ```
//!
//! # Panics, traps, and size
//!
//! A WebAssembly guest has no unwinding. A panic prints its text, and then the process traps: nothing is dropped, and the
//! text becomes the message of [`ExitReason::Trapped`]. What the process had of the host, sockets and timers, goes with it.
//! Only the *main* process flushes standard output at its end: elsewhere a line that is not ended by a newline is lost.
//!
//! In release builds, `lto = "fat"`, `codegen-units = 1`, `panic = "abort"` and `strip = true` make the program of the
//! first example 54 KB large, of which 51 KB are those of any Rust program that prints.
#![deny(missing_docs)]
#![deny(unsafe_code)]

extern crate alloc;
// What the attributes write names the crate, here as well.
extern crate self as selene;

mod attachment;
#[allow(unsafe_code)]
mod catch;
mod codec;
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
#[cfg(feature = "sqlite")]
pub mod sqlite;
#[allow(unsafe_code)]
mod start;
pub mod supervisor;
// Its texts are those of the host's documentation.
#[allow(unsafe_code, rustdoc::broken_intra_doc_links)]
pub mod sys;
mod tag;
mod task;
mod timer;

pub use catch::{catch, exit, fail};
pub use config::{ConfigError, ProcessConfig};
pub use exit::{ExitReason, TrapKind};
pub use group::{Group, GroupChange, GroupWatch};
pub use host::buffer::Buffer;
pub use id::ProcessId;
#[cfg(feature = "log")]
pub use logger::init_logging;
pub use mailbox::{Event, Mailbox};
pub use message::{DecodeError, EncodeError, Message};
pub use module::{Module, ModuleError, Value};
pub use monitor::{Down, LinkMode, MonitorRef};
pub use process::{Process, SendError};
pub use reply::{CALL_TIMEOUT, CallError, Pending, ReplyTo};
pub use selene_macros::{export, main, test};
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
