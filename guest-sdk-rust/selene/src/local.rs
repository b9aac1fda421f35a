/// Declares state of a process: each process has its own, made at its first use.
///
/// A process has one thread and a memory of its own, so this is what `thread_local!` is, and what is declared has the same
/// methods: `with`, and for cells `get`, `set` and `take`.
///
/// ```standalone_crate
/// use std::cell::Cell;
///
/// selene::process_local! {
///     static VISITS: Cell<u32> = Cell::new(0);
/// }
///
/// #[selene::main]
/// fn main(mailbox: selene::Mailbox<u32>) {
///     VISITS.set(5);
///     selene::spawn(mailbox.this(), |parent: selene::Process<u32>, _: selene::Mailbox<()>| {
///         parent.send(VISITS.get());
///     });
///     assert_eq!(mailbox.receive(), 0);
/// }
/// ```
#[macro_export]
macro_rules! process_local {
    ($($declarations:tt)*) => {
        ::std::thread_local! { $($declarations)* }
    };
}
