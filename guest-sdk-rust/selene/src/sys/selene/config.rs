//! `selene::config`
//!
//! Made from the annotations of the import classes by `GuestBindingsTest`.

#[link(wasm_import_module = "selene::config")]
unsafe extern "C" {
    /// Allows 0 connecting to, or 1 listening on, what a rule says: `HOST`, `HOST:PORT` or
    /// `HOST:FIRST-LAST`, where the host is `*`, a name, `*.NAME`, an address or ADDRESS/PREFIX.
    /// The first rule replaces what was inherited. 0: added. 1: the rule is none, an error id was
    /// written. At most 256 rules.
    pub fn allow_network(
        config: u64,
        direction: i32,
        rule: *const u8,
        rule_length: usize,
        error_out: *mut u64,
    ) -> i32;

    /// A new configuration; returns its id, or -1 when the caller may not create configurations.
    /// Inherit 0: it permits nothing, not even the network, and has the default limits. 1: it has
    /// all that the caller has, folders, variables and arguments included.
    pub fn create(inherit: i32) -> i64;

    /// Takes the network away; rules may follow.
    pub fn deny_network(config: u64);

    /// The limit of a resource, numbered as in `set_limit`, at most the caller's own; -1 for none.
    pub fn get_limit(config: u64, resource: i32) -> i64;

    /// 1 if both the configuration and the caller have a permission, numbered as in
    /// `set_permission`, else 0.
    pub fn get_permission(config: u64, permission: i32) -> i32;

    /// Sets the limit of a resource, -1 for none: 0 memory in bytes, 1 fuel in instructions,
    /// rounded up to 100,000, 2 stack in bytes, 3 messages and 4 bytes in the mailbox, 5 processes
    /// of the subtree, 6 handles.
    pub fn set_limit(config: u64, resource: i32, limit: i64);

    /// Sets whether the process may 0 compile modules, 1 create configurations, 2 spawn, 3 use
    /// databases; not 0 is yes.
    pub fn set_permission(config: u64, permission: i32, allowed: i32);
}
