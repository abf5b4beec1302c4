//! What lies in a folder that `npm run build` filled: files, and beside them what they are packed.
//!
//! The build script calls it; the crate has it for its tests.

use flate2::read::GzDecoder;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_128;

/// The page that everything else belongs to.
const PAGE: &str = "index.html";

/// One file of the console.
#[derive(Debug, PartialEq, Eq)]
pub struct File {
    /// Path below the folder, with `/` between its parts.
    pub path: String,
    /// As HTTP names it.
    pub content_type: &'static str,
    /// A hash of the content, in hexadecimal digits.
    pub tag: String,
    /// The file itself, where it must be kept: not when there is a gzip form to unpack.
    pub plain: Option<PathBuf>,
    /// The brotli form.
    pub brotli: Option<PathBuf>,
    /// The gzip form.
    pub gzip: Option<PathBuf>,
}

/// All files below `dist`, sorted by path; none when the page is not there.
///
/// # Errors
/// A sentence about a file that cannot be read, has no known type, or is packed as something else.
pub fn files(dist: &Path) -> Result<Vec<File>, String> {
    if !dist.join(PAGE).is_file() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    collect(dist, "", &mut names)?;
    names.sort();
    let packed = |name: &String| name.ends_with(".br") || name.ends_with(".gz");
    names.iter().filter(|name| !packed(name)).map(|name| file(dist, name, &names)).collect()
}

fn collect(folder: &Path, prefix: &str, names: &mut Vec<String>) -> Result<(), String> {
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(told)? {
        let entry = entry.map_err(told)?;
        let name = entry.file_name().into_string().map_err(|name| format!("{name:?} is not UTF-8"))?;
        let path = format!("{prefix}{name}");
        if entry.file_type().map_err(told)?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), names)?;
        } else {
            names.push(path);
        }
    }
    Ok(())
}

/// `names` are sorted.
fn file(dist: &Path, name: &str, names: &[String]) -> Result<File, String> {
    let path = dist.join(name);
    let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let form = |ending: &str| {
        let name = format!("{name}.{ending}");
        names.binary_search(&name).is_ok().then(|| dist.join(name))
    };
    let gzip = form("gz");
    if let Some(gzip) = &gzip {
        check(gzip, &bytes)?;
    }
    Ok(File {
        path: name.to_owned(),
        content_type: content_type(name)?,
        tag: format!("{:032x}", xxh3_128(&bytes)),
        plain: gzip.is_none().then_some(path),
        brotli: form("br"),
        gzip,
    })
}

/// A packed form that an earlier build left behind would be served for ever.
fn check(gzip: &Path, wanted: &[u8]) -> Result<(), String> {
    let mut bytes = Vec::new();
    let opened = fs::File::open(gzip).and_then(|file| GzDecoder::new(file).read_to_end(&mut bytes));
    match opened {
        Ok(_) if bytes == wanted => Ok(()),
        Ok(_) => Err(format!("{} holds another file; build the console anew: npm run build", gzip.display())),
        Err(error) => Err(format!("{}: {error}", gzip.display())),
    }
}

/// A browser that is told not to guess needs the type of every file.
fn content_type(name: &str) -> Result<&'static str, String> {
    Ok(match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("txt") => "text/plain; charset=utf-8",
        Some("wasm") => "application/wasm",
        _ => return Err(format!("{name} has no known type; name it in crates/console/build/scan.rs")),
    })
}
