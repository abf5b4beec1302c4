//! Takes the files that `npm run build` left in `console/dist` into the crate, as a sorted table.

mod scan;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    match table() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "cargo tells build scripts in the environment where things are")]
fn table() -> Result<(), String> {
    let variable = |name| std::env::var_os(name).ok_or_else(|| format!("cargo did not set {name}"));
    let dist = Path::new(&variable("CARGO_MANIFEST_DIR")?).join("../../console/dist");
    // Cargo builds the crate anew each time when a watched folder is not there, so it is made. In a
    // source tree that cannot be written that is the price.
    drop(std::fs::create_dir_all(&dist));
    println!("cargo::rerun-if-changed={}", dist.display());
    println!("cargo::rerun-if-changed=build");
    let files = scan::files(&dist)?;
    let out = PathBuf::from(variable("OUT_DIR")?).join("table.rs");
    std::fs::write(&out, source(&files)).map_err(|error| format!("{}: {error}", out.display()))
}

/// The table as Rust; without files it has the page that says how to come by them.
fn source(files: &[scan::File]) -> String {
    let built = !files.is_empty();
    let mut text =
        format!("const BUILT: bool = {built};\n\nstatic ASSETS: [Asset; {}] = [\n", files.len().max(1));
    for file in files {
        let form = |packed: &Option<PathBuf>| match packed {
            Some(path) => format!("Some(include_bytes!({:?}))", path.display().to_string()),
            None => "None".to_owned(),
        };
        let scan::File { path, content_type, tag, .. } = file;
        let (plain, brotli, gzip) = (form(&file.plain), form(&file.brotli), form(&file.gzip));
        writeln!(
            text,
            "    Asset {{ path: {path:?}, content_type: {content_type:?}, tag: {tag:?},\n        \
             plain: {plain},\n        brotli: {brotli},\n        gzip: {gzip} }},"
        )
        .expect("a text takes every write");
    }
    if !built {
        text.push_str("    UNBUILT,\n");
    }
    text.push_str("];\n");
    text
}
