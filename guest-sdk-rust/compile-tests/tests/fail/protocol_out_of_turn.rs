use selene::protocol::{Channel, End, Receive, Send};

type Ask = Send<String, Receive<u32, End>>;

fn ask(channel: Channel<Ask>) {
    let (answer, end) = channel.receive();
    println!("{answer}");
    end.close();
}

fn main() {
    let _ = ask;
}
