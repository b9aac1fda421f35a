//! `selene::timer`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "selene::timer")]
unsafe extern "C" {
    /// Stops a timer of `send_every` or `lunatic::timer::send_after`. Returns the milliseconds that
    /// were left, or -1 when it is unknown, has fired or was stopped.
    pub fn cancel(timer: u64) -> i64;

    /// Nanoseconds since some moment; never goes back.
    pub fn now() -> i64;

    /// Takes the scratch message, data without resources, and sends copies of it after a delay and
    /// then once a period, both in milliseconds, until the timer is cancelled or the target or the
    /// caller ends. Returns the timer's id. Traps when the period is 0.
    pub fn send_every(target: u64, delay_millis: i64, period_millis: i64) -> u64;
}
