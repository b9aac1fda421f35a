//! `selene::version`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "selene::version")]
unsafe extern "C" {
    /// Does nothing. Who needs version 1.0 of the selene imports imports this: a virtual machine
    /// without that version refuses the module when it is loaded.
    #[link_name = "1.0"]
    pub fn needs_1_0();

    /// As `1.0`, for what needs version 1.1. Since 1.1.
    #[link_name = "1.1"]
    pub fn needs_1_1();

    /// 1
    pub fn major() -> i32;

    /// 1
    pub fn minor() -> i32;
}
