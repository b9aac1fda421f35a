//! What the attributes `#[selene::test]` and `#[selene::export]` understand.

use selene::{Mailbox, Process, ProcessId, ReplyTo};

#[selene::test]
fn without_parameters() {}

#[selene::test]
fn with_a_mailbox(mailbox: Mailbox<String>) {
    mailbox.this().send("to myself".into());
    assert_eq!(mailbox.receive(), "to myself");
}

#[selene::test]
fn with_a_result() -> Result<(), std::num::ParseIntError> {
    assert_eq!("17".parse::<u8>()?, 17);
    Ok(())
}

#[selene::test]
#[should_panic(expected = "the test returned an error: Empty #1")]
fn errors_fail() -> Result<(), Empty> {
    Err(Empty)
}

#[derive(PartialEq)]
struct Empty;

impl std::fmt::Debug for Empty {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Empty #1")
    }
}

#[selene::test]
#[should_panic]
fn any_panic() {
    panic!("of any kind");
}

#[selene::test]
#[ignore]
fn ignored() {
    panic!("never run");
}

mod inner {
    #[selene::test]
    fn in_a_module() {
        let sum: u32 = selene::spawn((1, 2), |(a, b): (u32, u32), _: selene::Mailbox<()>| {
            assert_eq!(a + b, 3);
        })
        .id()
        .to_u64() as u32;
        assert!(sum > 0);
    }
}

#[selene::export]
fn doubler(mailbox: Mailbox<(u32, ReplyTo<u32>)>) {
    let (number, reply) = mailbox.receive();
    reply.send(2 * number);
}

/// One that is not called for its name alone.
#[selene::export]
fn r#match() {}

/// Spawns a function of this very module by the name of its export.
fn spawn_exported(name: &str) -> ProcessId {
    const NO_LINK: i64 = 0;
    const OWN: i64 = -1;
    let mut process = 0_u64;
    // SAFETY: the name and the place for the result live for the call.
    let status = unsafe {
        selene::sys::lunatic::process::spawn(
            NO_LINK,
            OWN,
            OWN,
            name.as_ptr(),
            name.len(),
            std::ptr::null(),
            0,
            &raw mut process,
        )
    };
    assert_eq!(status, 0);
    ProcessId::from_u64(process)
}

#[selene::test]
fn exported_functions_are_spawned_by_name() {
    let doubler: Process<(u32, ReplyTo<u32>)> = Process::from_id(spawn_exported("doubler"));
    assert_eq!(doubler.call(|reply| (21, reply)), Ok(42));
    let reason = spawn_exported("match").wait();
    assert!(
        matches!(
            reason,
            selene::ExitReason::Normal | selene::ExitReason::NoProcess
        ),
        "{reason}"
    );
}
