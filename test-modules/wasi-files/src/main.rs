//! What a program's standard library can do with files, and what it must not reach.
//!
//! `wasi-files FOLDER` works in a folder that is empty at the beginning, and prints a line for each
//! check: `ok NAME` or `FAIL NAME: why`. Built for the machine itself it prints the same.
//!
//! `wasi-files FOLDER escapes` tries to get out of the preopened folder that holds FOLDER, in which
//! there are links that lead out. `wasi-files FOLDER devices` and `device-nodes` open what
//! is no file.
//!
//! The exit code is 0 when all is well, else 1.

mod content;
mod escapes;
mod folders;
mod links;

use std::path::PathBuf;

/// What a check found: nothing, or what was not as it must be.
pub type Outcome = Result<(), Box<dyn std::error::Error>>;

/// A check has a name and a folder of its own, which exists and is empty.
pub type Check = (&'static str, fn(&std::path::Path) -> Outcome);

/// Fails unless it holds.
#[macro_export]
macro_rules! must {
    ($condition:expr) => {
        if !$condition {
            return Err(concat!("not so: ", stringify!($condition)).into());
        }
    };
    ($left:expr, $right:expr) => {{
        let (left, right) = (&$left, &$right);
        if *left != *right {
            return Err(format!("{}: {left:?}, expected {right:?}", stringify!($left)).into());
        }
    }};
}

/// Fails unless it is an error of this kind.
#[macro_export]
macro_rules! must_fail {
    ($result:expr, $($kind:ident)|+) => {
        match $result {
            Ok(_) => return Err(concat!("no error: ", stringify!($result)).into()),
            Err(error) => {
                let kinds = [$(std::io::ErrorKind::$kind),+];
                if !kinds.contains(&error.kind()) {
                    return Err(format!(
                        "{}: {error} ({:?}), expected {kinds:?}",
                        stringify!($result),
                        error.kind()
                    )
                    .into());
                }
            }
        }
    };
    ($result:expr) => {
        if $result.is_ok() {
            return Err(concat!("no error: ", stringify!($result)).into());
        }
    };
}

fn run(folder: &std::path::Path, checks: &[Check], own_folders: bool) -> u32 {
    let mut failed = 0;
    for (name, check) in checks {
        let place = if own_folders {
            folder.join(name)
        } else {
            folder.to_path_buf()
        };
        let outcome = if own_folders {
            std::fs::create_dir(&place).map_err(Into::into)
        } else {
            Ok(())
        };
        match outcome.and_then(|()| check(&place)) {
            Ok(()) => println!("ok {name}"),
            Err(error) => {
                println!("FAIL {name}: {error}");
                failed += 1;
            }
        }
    }
    failed
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let failed = match words.as_slice() {
        [folder] => {
            let folder = PathBuf::from(folder);
            run(&folder, content::CHECKS, true)
                + run(&folder, folders::CHECKS, true)
                + run(&folder, links::CHECKS, true)
        }
        [folder, "escapes"] => run(&PathBuf::from(folder), escapes::ESCAPES, false),
        [folder, "device-nodes"] => run(&PathBuf::from(folder), escapes::DEVICE_NODES, false),
        [folder, "devices"] => run(&PathBuf::from(folder), escapes::DEVICES, false),
        _ => {
            eprintln!("usage: wasi-files FOLDER [escapes|devices|device-nodes]");
            std::process::exit(2);
        }
    };
    std::process::exit(i32::from(failed > 0));
}
