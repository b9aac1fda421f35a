//! Measures the virtual machine from inside. Each command warms up, repeats, and prints one line of
//! JSON with medians.

mod compute;
mod kernels;
mod kill;
mod live;
mod loops;
mod measure;
mod messages;
mod skynet;
mod spawn;

use lunatic::Mailbox;

const USAGE: &str = "usage: bench COMMAND [NUMBERS]
  spawn [COUNT]            spawn, first message, answer and exit, one after the other
  spawn-many [COUNT]       the same, COUNT at once
  pingpong [COUNT]         round trips between two processes
  ring [PROCESSES] [ROUNDS]
  fan-in [COUNT]           one sender, one receiver
  skynet [LEAVES]          a tree of processes, ten children each
  live [COUNT] [ROUNDS]    COUNT processes blocked in receive, until a line comes on stdin; then the
                           same ROUNDS times more, for the medians
  compute                  six kernels, as functions of normal size and as one giant function
  echo [SECONDS] [LOOPS] [PAUSE]   an echo pair beside endless loops, PAUSE ms between
  kill [COUNT]             kills of endless loops, each link heard once
  hello                    nothing but a line";

fn main_with(arguments: &[String]) -> Result<(), String> {
    let number = |index: usize, default: u32| match arguments.get(index) {
        None => Ok(default),
        Some(text) => text
            .parse::<u32>()
            .map_err(|_| format!("not a number: {text}")),
    };
    let command = arguments.first().map_or("", String::as_str);
    match command {
        "spawn" => spawn::sequential(number(1, 20_000)?),
        "spawn-many" => spawn::at_once(number(1, 10_000)?),
        "pingpong" => messages::ping_pong(number(1, 20_000)?),
        "ring" => messages::ring(number(1, 1_000)?, number(2, 20)?),
        "fan-in" => messages::fan_in(number(1, 200_000)?),
        "skynet" => skynet::run(number(1, 1_000_000)?),
        "live" => {
            let count = number(1, 5_000)?;
            live::run(count, number(2, if count > 200_000 { 2 } else { 5 })?);
        }
        "compute" => compute::run(),
        "echo" => loops::echo(number(1, 5)?, number(2, 20)?, number(3, 0)?),
        "kill" => kill::run(number(1, 1_000)?),
        "hello" => println!("{{\"benchmark\":\"hello\"}}"),
        _ => return Err(USAGE.to_owned()),
    }
    Ok(())
}

#[lunatic::main]
fn main(_: Mailbox<()>) {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Err(message) = main_with(&arguments) {
        eprintln!("{message}");
        std::process::exit(2);
    }
}
