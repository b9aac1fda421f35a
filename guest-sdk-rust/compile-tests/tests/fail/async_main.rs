#[selene::main]
async fn main() {}
