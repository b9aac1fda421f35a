//! The smallest HTTP server: one route, a short text, no log. For benchmarks.
//!
//! `http-hello [ADDRESS]`, by default 127.0.0.1:3000.

use submillisecond::{router, Application};

fn hello() -> &'static str {
    "Hello, world!"
}

fn main() -> std::io::Result<()> {
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    Application::new(router! {
        GET "/" => hello
    })
    .serve(address)
}
