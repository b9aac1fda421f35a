//! `lunatic::metrics`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "lunatic::metrics")]
unsafe extern "C" {
    /// Adds to a counter.
    pub fn counter(name: *const u8, name_length: usize, value: i64);

    /// Subtracts from a gauge.
    pub fn decrement_gauge(name: *const u8, name_length: usize, value: f64);

    /// Sets a gauge.
    pub fn gauge(name: *const u8, name_length: usize, value: f64);

    /// Records a value in a histogram.
    pub fn histogram(name: *const u8, name_length: usize, value: f64);

    /// Adds 1 to a counter.
    pub fn increment_counter(name: *const u8, name_length: usize);

    /// Adds to a gauge.
    pub fn increment_gauge(name: *const u8, name_length: usize, value: f64);
}
