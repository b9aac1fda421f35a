//! `lunatic::timer`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "lunatic::timer")]
unsafe extern "C" {
    /// Stops a timer. 1 if it had not fired yet, else 0; an unknown id is 0 too.
    pub fn cancel_timer(timer: u64) -> i32;

    /// Takes the scratch message and sends it after a delay in milliseconds. The target is looked
    /// up now; to an unknown one nothing is ever delivered. Returns the timer's id. Traps when the
    /// scratch area is empty.
    pub fn send_after(target: u64, delay_millis: i64) -> u64;
}
