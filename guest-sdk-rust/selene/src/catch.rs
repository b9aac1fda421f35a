use crate::attachment;
use crate::exit::ExitReason;
use crate::host;

/// Calls a function and catches its failure: a panic, a trap, or a limit it runs into.
///
/// What the function owned is not dropped when it fails, and locks that it held stay locked. A process in the middle of
/// something is better left to end, and started anew by a supervisor; this is for code that must not take its caller
/// with it, and that can be thrown away.
///
/// ```standalone_crate
/// # #[selene::main]
/// # fn main() {
/// use selene::{ExitReason, TrapKind};
///
/// assert_eq!(selene::catch(|| 6 * 7), Ok(42));
///
/// let failure = selene::catch(|| panic!("no luck")).unwrap_err();
/// let ExitReason::Trapped(TrapKind::Panic, text) = failure else { unreachable!() };
/// assert!(text.ends_with("no luck"));
/// # }
/// ```
///
/// # Errors
/// The reason, as if a process of its own had ended.
#[inline(never)]
pub fn catch<T>(function: impl FnOnce() -> T) -> Result<T, ExitReason> {
    let mut call = Call {
        function: Some(function),
        result: None,
    };
    let run = runner(&call);
    // `call` is in this function's own frame, so that returning gives back the stack that a trap left used.
    let argument = (&raw mut call).expose_provenance();
    if attachment::restoring(|| host::catch(run as usize, argument)) {
        call.result.ok_or(ExitReason::Normal)
    } else {
        // Whatever the function had taken is in an unknown state: it is left alone.
        core::mem::forget(call);
        Err(host::caught_reason())
    }
}

struct Call<F, T> {
    function: Option<F>,
    result: Option<T>,
}

/// The function that runs this very type of call.
fn runner<T, F: FnOnce() -> T>(_: &Call<F, T>) -> fn(usize) {
    run::<T, F>
}

fn run<T, F: FnOnce() -> T>(call: usize) {
    let call: *mut Call<F, T> = core::ptr::with_exposed_provenance_mut(call);
    // SAFETY: `catch` above passed the address of its own variable, which it does not touch before this returns.
    let call = unsafe { &mut *call };
    call.result = call.function.take().map(|function| function());
}

/// Calls `function(argument)`, both of which `catch` above passed.
#[unsafe(no_mangle)]
extern "C" fn _selene_catch(function: usize, argument: usize) {
    // SAFETY: the host hands on what `catch` passed, which is a function of this type.
    let function: fn(usize) = unsafe { core::mem::transmute(function) };
    function(argument);
}

/// Ends the process as a failure: links and monitors are told [`ExitReason::Trapped`] with this text.
///
/// It is a panic without the lines on standard error.
pub fn fail(text: &str) -> ! {
    host::fail(text)
}

/// Ends the process: normally with code 0, else as a failure with this code.
///
/// `std::process::exit` does the same.
pub fn exit(code: i32) -> ! {
    host::exit_process(code);
    unreachable!("the host ended this process")
}
