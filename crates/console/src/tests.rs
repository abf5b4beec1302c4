//! A folder becomes a table, and a file of it is given in the form that a client takes.

use super::*;
use expect_test::expect;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::path::Path;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

fn dist(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        std::fs::write(path, bytes).expect("a file");
    }
    folder
}

/// The table as a text: paths relative, hashes short.
fn scanned(folder: &Path) -> String {
    match scan::files(folder) {
        Err(message) => message.replace(&format!("{}/", folder.display()), ""),
        Ok(files) => files
            .iter()
            .map(|file| {
                let form = |name: &str, there: bool| if there { format!(" {name}") } else { String::new() };
                let forms = [
                    form("plain", file.plain.is_some()),
                    form("br", file.brotli.is_some()),
                    form("gz", file.gzip.is_some()),
                ];
                format!("{} {} {}{}\n", file.path, file.content_type, &file.tag[..4], forms.concat())
            })
            .collect(),
    }
}

#[test]
fn a_folder_becomes_a_table() {
    let page = b"<!doctype html>";
    let folder = dist(&[
        ("index.html", page),
        ("index.html.gz", &gzip(page)),
        ("index.html.br", b"packed"),
        ("icon.svg", b"<svg/>"),
        ("assets/a-1.js", b"1"),
        ("assets/a-1.js.br", b"packed"),
        ("assets/deep/i.woff2", b"w"),
    ]);
    expect![[r#"
        assets/a-1.js text/javascript; charset=utf-8 df3c plain br
        assets/deep/i.woff2 font/woff2 8b33 plain
        icon.svg image/svg+xml 11e8 plain
        index.html text/html; charset=utf-8 db34 br gz
    "#]]
    .assert_eq(&scanned(folder.path()));
}

#[test]
fn a_folder_without_the_page_is_no_console() {
    assert_eq!(scanned(dist(&[("icon.svg", b"<svg/>")]).path()), "");
    assert_eq!(scanned(Path::new("/nowhere/at/all")), "");
}

#[test]
fn what_cannot_be_served_stops_the_build() {
    expect!["a.xyz has no known type; name it in crates/console/build/scan.rs"]
        .assert_eq(&scanned(dist(&[("index.html", b""), ("a.xyz", b"")]).path()));
    expect!["index.html.gz holds another file; build the console anew: npm run build"]
        .assert_eq(&scanned(dist(&[("index.html", b"new"), ("index.html.gz", &gzip(b"old"))]).path()));
    let broken = scanned(dist(&[("index.html", b"new"), ("index.html.gz", b"no gzip")]).path());
    assert!(broken.starts_with("index.html.gz: "), "{broken}");
}

#[test]
fn a_file_is_given_in_the_form_that_is_asked_for() {
    let packed: &'static [u8] = gzip(b"hello hello").leak();
    let asset = Asset {
        path: "assets/a.js",
        content_type: "text/javascript",
        tag: "7",
        plain: None,
        brotli: Some(b"brotli"),
        gzip: Some(packed),
    };
    let check = |accepted: &str, coding: Coding, tag: &str, bytes: &[u8]| {
        assert_eq!(asset.coding(accepted), coding, "{accepted}");
        assert_eq!(asset.etag(coding), tag, "{accepted}");
        assert_eq!(*asset.bytes(coding), *bytes, "{accepted}");
    };
    check("gzip, br", Coding::Brotli, "\"7-br\"", b"brotli");
    check("gzip", Coding::Gzip, "\"7-gzip\"", packed);
    check("", Coding::Identity, "\"7\"", b"hello hello");
    assert!(asset.is_immutable());
    // A form that there is not is the plain one.
    assert_eq!(UNBUILT.coding("gzip, br"), Coding::Identity);
    assert_eq!(UNBUILT.bytes(Coding::Brotli), UNBUILT.bytes(Coding::Identity));
    assert!(!UNBUILT.is_immutable());
}

/// Whatever this build holds, it can be served.
#[test]
fn the_page_is_there() {
    let page = asset("").expect("there is always a page");
    assert_eq!(page.content_type(), "text/html; charset=utf-8");
    let text = page.bytes(Coding::Identity);
    let text = std::str::from_utf8(&text).expect("the page is text");
    assert!(text.starts_with("<!doctype html>"), "{text}");
    assert_eq!(text.contains("make build"), !is_built());
    assert!(asset("/").is_none() && asset("../Cargo.toml").is_none() && asset("assets").is_none());
    for path in paths() {
        let asset = asset(path).expect("a path of the table leads to a file");
        assert!(!asset.bytes(Coding::Identity).is_empty(), "{path}");
    }
}
