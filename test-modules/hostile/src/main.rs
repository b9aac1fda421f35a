//! Guests that try to harm the virtual machine.
//!
//! Every attack is an export, to be run as a process of its own; expected.tsv says with which
//! arguments and limits, and how it must end. `hostile NAME [NUMBERS]` runs one of them in a linked
//! process and prints whether it ended; that is for people, who may stop it by Ctrl-C.

mod arguments;
mod compute;
mod floods;
mod handles;
mod memory;
mod pointers;
mod surroundings;

/// A number on its way to an attack that takes one.
fn number(text: &str) -> i32 {
    match text.parse() {
        Ok(number) => number,
        Err(_) => {
            eprintln!("not a number: {text}");
            std::process::exit(2)
        }
    }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = words.split_first() else {
        eprintln!("usage: hostile ATTACK [NUMBERS]   see expected.tsv");
        std::process::exit(2);
    };
    let numbers: Vec<i32> = rest.iter().map(|text| number(text)).collect();
    unsafe { imports::process::die_when_link_dies(0) };
    let child = imports::spawn_link(1, name, &numbers);
    unsafe { imports::process::monitor(child) };
    println!("{name}: {:?}", imports::receive(&[], imports::FOREVER));
}
