//! The registry.

use crate::mailbox::assert_traps;
use crate::parts::halves;
use imports::{address, address_mut, process, receive, registry, spawn, this, Received, FOREVER};

fn put(name: &str, node: u64, id: u64) {
    unsafe { registry::put(address(name), name.len() as u32, node, id) }
}

fn get(name: &str) -> Option<(u64, u64)> {
    let mut node = 111_u64;
    let mut id = 222_u64;
    let status = unsafe {
        let (node_out, id_out) = (address_mut(&mut node), address_mut(&mut id));
        registry::get(address(name), name.len() as u32, node_out, id_out)
    };
    match status {
        0 => Some((node, id)),
        1 => {
            assert_eq!((node, id), (111, 222), "nothing is written");
            None
        }
        other => panic!("{other}"),
    }
}

fn remove(name: &str) {
    unsafe { registry::remove(address(name), name.len() as u32) }
}

fn get_or_spawn(name: &str, function: &str) -> (u32, u64, u64) {
    let parent = halves(this());
    let records = imports::Spawn {
        function,
        arguments: &parent,
        link: 0,
        config: -1,
    }
    .records();
    let mut node = 111_u64;
    let mut id = 222_u64;
    let status = unsafe {
        process::get_or_spawn(
            address(name),
            name.len() as u32,
            0,
            -1,
            -1,
            address(function),
            function.len() as u32,
            address(records.as_slice()),
            records.len() as u32,
            address_mut(&mut node),
            address_mut(&mut id),
        )
    };
    (status, node, id)
}

crate::checks! {
    /// Put, get, overwrite, remove.
    fn names_are_kept() {
        assert_eq!(get("kept"), None);
        put("kept", 0, this());
        assert_eq!(get("kept"), Some((0, this())));
        assert_eq!(get("kep"), None);
        let other = spawn("part_end_on_message", &[]);
        put("kept", 0, other);
        assert_eq!(get("kept"), Some((0, other)));
        remove("kept");
        remove("kept");
        assert_eq!(get("kept"), None);
        put("", 0, this());
        put("näme/☾", 0, this());
        assert_eq!(get(""), Some((0, this())));
        assert_eq!(get("näme/☾"), Some((0, this())));
        remove("");
        remove("näme/☾");
        unsafe { process::kill(other) };
    }

    /// The first call spawns, the second finds.
    fn get_or_spawn_spawns_once() {
        let (status, node, id) = get_or_spawn("once", "part_named");
        assert_eq!((status, node), (0, 0));
        assert_eq!(receive(&[], FOREVER), Received::Data(0, id));
        assert_eq!(get("once"), Some((0, id)));
        assert_eq!(get_or_spawn("once", "part_named"), (2, 0, id));
        assert_eq!(receive(&[], 20), Received::TimedOut);
        remove("once");
        unsafe { process::kill(id) };
    }

    /// A name goes with its process. (Lunatic keeps it.)
    fn selene_names_end_with_their_process() {
        let named = spawn("part_end_on_message", &[]);
        put("mortal", 0, named);
        unsafe { process::kill(named) };
        while get("mortal").is_some() {
            unsafe { process::sleep_ms(1) };
        }
        let (status, _, id) = get_or_spawn("mortal", "part_named");
        assert_eq!(status, 0);
        assert_eq!(receive(&[], FOREVER), Received::Data(0, id));
        unsafe { process::kill(id) };
    }

    /// A name is text.
    fn names_must_be_text() {
        assert_traps(|_| unsafe {
            let name = [0xff_u8, 0xfe];
            registry::put(address(&name), 2, 0, imports::this());
            1
        });
    }
}
