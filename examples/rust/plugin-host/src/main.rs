//! A host for plugins that nobody trusts.
//!
//! ```text
//! plugin-host [ADDRESS [FOLDER]]
//! ```
//!
//! prints `listening on ADDRESS`. Clients are for example `nc`; each line they type is answered by one:
//!
//! ```text
//! PLUGIN FUNCTION TEXT
//! ```
//!
//! loads `FOLDER/PLUGIN.wasm` when it is asked for the first time, runs the function that it exports, and answers `= RESULT`, or
//! `! REASON` why there is none.
//!
//! What it shows:
//!
//! - **Modules at run time** ([`Library`]), in any language: what they have to know is [`Question`].
//! - **Limits.** Each question is answered by a process of its own, with a little memory, a little fuel, and a permission for nothing:
//!   no network, no files, no processes ([`ask`]). One that loops, eats memory, or waits for ever ends alone.
//! - **Failures as values.** Why a plugin ended is an exit reason, and the client is told.
//! - **Memory that nobody can spoil.** A plugin has no memory from one question to the next, and none in common with anybody.

use plugin_host::{Question, Text};
use selene::net::{TcpListener, TcpStream};
use selene::supervisor::{Child, Supervisor};
use selene::{
    CallError, Context, LinkMode, Mailbox, Module, Process, ProcessConfig, ReplyTo, Server, Spawn,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::time::Duration;

/// A longer line ends the connection.
const LONGEST_LINE: u64 = 64 * 1024;
const LARGEST_PLUGIN: u64 = 16 << 20;
/// What a plugin may have for one answer.
const MEMORY: u64 = 8 << 20;
/// In units of 100,000 instructions.
const FUEL: u64 = 100;
const TIME: Duration = Duration::from_secs(2);

#[selene::main]
fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:0".into());
    let folder = arguments.next().unwrap_or_else(|| ".".into());
    let listener = TcpListener::bind(address)?;
    let processes = Supervisor::start_link(folder, |folder, tree| {
        tree.intensity(10, Duration::from_secs(10));
        tree.child(Child::server::<Library>("library", folder));
    })?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        if let Err(error) = accept(&listener, processes) {
            eprintln!("plugin-host: a client was not served: {error}");
            // What there is too little of, sockets or processes, may be there again soon.
            selene::sleep(Duration::from_millis(100));
        }
    }
}

fn accept(listener: &TcpListener, processes: Supervisor) -> Result<(), Box<dyn Error>> {
    let (stream, _) = listener.accept()?;
    let spawn = Spawn::new().link(LinkMode::Child);
    spawn.process((stream, processes), serve)?;
    Ok(())
}

fn serve((mut stream, processes): (TcpStream, Supervisor), _: Mailbox<()>) {
    let mut input = BufReader::new(stream.duplicate());
    loop {
        let mut line = String::new();
        let read = (&mut input).take(LONGEST_LINE).read_line(&mut line);
        if read.is_err() || !line.ends_with('\n') {
            return;
        }
        let answer = match obey(processes, line.trim_end()) {
            Ok(text) => format!("= {text}"),
            Err(reason) => format!("! {reason}"),
        };
        // A plugin's texts may be anything; an answer is one line.
        let answer = answer.replace(['\r', '\n'], " ") + "\n";
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn obey(processes: Supervisor, line: &str) -> Result<String, Box<dyn Error>> {
    let mut words = line.splitn(3, ' ');
    let (Some(plugin), Some(function)) = (words.next(), words.next()) else {
        return Err("PLUGIN FUNCTION TEXT".into());
    };
    let text = words.next().unwrap_or_default();
    let library: Process<Get> = processes.child("library")?.ok_or("there is no library")?;
    let module = library.call(|reply| Get(plugin.into(), reply))??;
    ask(&module, function, text)
}

/// Runs a function of a plugin in a process of its own, and waits for its answer.
fn ask(module: &Module, function: &str, text: &str) -> Result<String, Box<dyn Error>> {
    // Nothing is permitted that is not said here.
    let limits = ProcessConfig::new()?
        .max_memory(MEMORY)
        .max_fuel(FUEL)
        .max_mailbox(10);
    let plugin = Spawn::new().config(&limits).link(LinkMode::Child);
    let process = plugin.function(module, function, &[])?.process();
    let question = |reply| Question {
        reply,
        text: text.into(),
    };
    let answer = Process::from_id(process).call_timeout(question, TIME);
    // Whatever it would do next, nobody wants it.
    process.kill();
    match answer {
        Ok(Text(answer)) => Ok(answer),
        Err(CallError::Died(reason)) => Err(reason.into()),
        Err(error) => Err(error.into()),
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Get(String, ReplyTo<Result<Module, String>>);

/// The plugins that were asked for, in the one process that reads files and compiles.
struct Library {
    folder: String,
    modules: HashMap<String, Module>,
}

impl Server for Library {
    type Argument = String;
    type Message = Get;

    fn init(folder: String, _: &mut Context<Library>) -> Result<Library, Box<dyn Error>> {
        let modules = HashMap::new();
        Ok(Library { folder, modules })
    }

    fn handle(&mut self, Get(name, reply): Get, _: &mut Context<Library>) {
        let module = self.get(&name);
        reply.send(module.map_err(|error| format!("the plugin {name}: {error}")));
    }
}

impl Library {
    fn get(&mut self, name: &str) -> Result<Module, Box<dyn Error>> {
        if let Some(module) = self.modules.get(name) {
            return Ok(module.clone());
        }
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return Err("a name has letters, digits and dashes".into());
        }
        let mut bytes = Vec::new();
        let file = std::fs::File::open(format!("{}/{name}.wasm", self.folder))?;
        file.take(LARGEST_PLUGIN).read_to_end(&mut bytes)?;
        let module = Module::load(&bytes)?;
        self.modules.insert(name.into(), module.clone());
        Ok(module)
    }
}
