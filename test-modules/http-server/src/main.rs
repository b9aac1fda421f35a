//! An HTTP server on `submillisecond`: what a web application of Lunatic's world looks like.
//!
//! `http-server [ADDRESS]`, by default 127.0.0.1:3000.
//!
//! ```text
//! GET  /               a greeting
//! GET  /hello/:name    a greeting by name
//! POST /echo           the body, as it came
//! POST /sum            {"numbers":[1,2]} is answered by {"count":2,"sum":3}
//! GET  /letters/:count a text of this many letters
//! GET  /panic          a handler that panics: status 500, and the server goes on
//! ```

use serde::{Deserialize, Serialize};
use submillisecond::params::Params;
use submillisecond::{router, Application, Json};

/// A body of more than this many letters is cut off.
const MOST_LETTERS: usize = 16 << 20;

#[derive(Deserialize)]
struct Numbers {
    numbers: Vec<i64>,
}

#[derive(Serialize)]
struct Sum {
    count: usize,
    sum: i64,
}

fn hello() -> &'static str {
    "Hello, world!\n"
}

fn hello_name(params: Params) -> String {
    format!("Hello, {}!\n", params.get("name").unwrap_or("nobody"))
}

fn echo(body: Vec<u8>) -> Vec<u8> {
    body
}

fn sum(Json(Numbers { numbers }): Json<Numbers>) -> Json<Sum> {
    Json(Sum {
        count: numbers.len(),
        sum: numbers.iter().fold(0, |sum, each| sum.wrapping_add(*each)),
    })
}

fn letters(params: Params) -> String {
    let alphabet = "abcdefghijklmnopqrstuvwxyz";
    let count = params
        .get("count")
        .and_then(|count| count.parse::<usize>().ok())
        .unwrap_or(0);
    alphabet
        .chars()
        .cycle()
        .take(count.min(MOST_LETTERS))
        .collect()
}

fn panics() -> &'static str {
    panic!("this handler always panics")
}

fn main() -> std::io::Result<()> {
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    Application::new(router! {
        GET "/" => hello
        GET "/hello/:name" => hello_name
        POST "/echo" => echo
        POST "/sum" => sum
        GET "/letters/:count" => letters
        GET "/panic" => panics
    })
    .serve(address)
}
