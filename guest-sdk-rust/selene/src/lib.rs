//! Processes for WebAssembly guests of Selene.
#![deny(missing_docs)]
#![deny(unsafe_code)]

extern crate alloc;

#[allow(unsafe_code)]
mod host;
mod id;
mod mailbox;
mod message;
mod panic;
mod process;
#[allow(unsafe_code)]
mod start;
#[allow(unsafe_code)]
pub mod sys;
mod tag;

pub use id::ProcessId;
pub use mailbox::Mailbox;
pub use message::{DecodeError, EncodeError, Message};
pub use process::{Process, spawn};
pub use selene_macros::{main, test};

#[doc(hidden)]
pub mod __private {
    //! For the attributes alone.
    use crate::{Mailbox, Message};
    use core::fmt::Debug;

    pub fn enter() {
        crate::panic::install();
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
