use selene::Mailbox;

#[selene::main]
fn main(mailbox: Mailbox<&'static str>) {
    println!("{}", mailbox.receive());
}
