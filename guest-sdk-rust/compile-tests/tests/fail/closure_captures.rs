use selene::Mailbox;

#[selene::main]
fn main() {
    let greeting = String::from("hello");
    selene::spawn((), |(), _: Mailbox<()>| println!("{greeting}"));
}
