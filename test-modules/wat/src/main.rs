//! Assembles every `.wat` of a folder to a `.wasm` of another: `wat-modules FROM TO`. A file that is
//! up to date is left alone.

use std::path::Path;
use std::{env, fs, process};

fn assemble(from: &Path, to: &Path) -> Result<u32, String> {
    fs::create_dir_all(to).map_err(|error| format!("{}: {error}", to.display()))?;
    let entries = fs::read_dir(from).map_err(|error| format!("{}: {error}", from.display()))?;
    let mut written = 0;
    for entry in entries {
        let source = entry.map_err(|error| error.to_string())?.path();
        if source
            .extension()
            .is_none_or(|extension| extension != "wat")
        {
            continue;
        }
        let bytes = wat::parse_file(&source).map_err(|error| error.to_string())?;
        let target = to.join(
            source
                .with_extension("wasm")
                .file_name()
                .unwrap_or_default(),
        );
        if fs::read(&target).is_ok_and(|present| present == bytes) {
            continue;
        }
        fs::write(&target, bytes).map_err(|error| format!("{}: {error}", target.display()))?;
        written += 1;
    }
    Ok(written)
}

fn main() {
    let folders: Vec<String> = env::args().skip(1).collect();
    let [from, to] = folders.as_slice() else {
        eprintln!("usage: wat-modules FROM TO");
        process::exit(2);
    };
    if let Err(message) = assemble(Path::new(from), Path::new(to)) {
        eprintln!("{message}");
        process::exit(1);
    }
}
