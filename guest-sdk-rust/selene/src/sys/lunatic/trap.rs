//! `lunatic::trap`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "lunatic::trap")]
unsafe extern "C" {
    /// Calls the guest's export `_lunatic_catch_trap(function, argument)` and returns its result; 0
    /// when anything in there trapped. A kill is not caught. Traps when there is no such export.
    #[link_name = "catch"]
    pub fn catch_trap(function: i32, argument: i32) -> i32;
}
