//! What the attribute `#[selene::test]` understands.

use selene::Mailbox;

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
