//! Makes the module that the chapter on other languages loads.

use std::env;
use std::fs;
use std::path::Path;

fn main() {
    let source = "../../examples/wat/counter.wat";
    println!("cargo::rerun-if-changed={source}");
    let bytes = wat::parse_file(source).expect("examples/wat/counter.wat is a module");
    let folder = env::var_os("OUT_DIR").expect("cargo says where to write");
    fs::write(Path::new(&folder).join("counter.wasm"), bytes).expect("the folder can be written");
}
