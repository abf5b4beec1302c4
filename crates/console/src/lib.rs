//! The web console's files, inside the binary.
//!
//! `npm run build` makes them, in `console/dist`; this crate's build script takes them in, and
//! without them a page that says how to come by them. What compresses is kept in its packed forms
//! only. Headers and connections are left to `api`, which asks for files by their paths.

mod coding;
#[cfg(test)]
#[path = "../build/scan.rs"]
mod scan;

pub use coding::Coding;

use flate2::read::GzDecoder;
use std::borrow::Cow;
use std::io::Read;

include!(concat!(env!("OUT_DIR"), "/table.rs"));

/// The page of a build without the console.
#[allow(dead_code, reason = "a build with the console does without")]
const UNBUILT: Asset = Asset {
    path: "index.html",
    content_type: "text/html; charset=utf-8",
    tag: "unbuilt",
    plain: Some(include_bytes!("unbuilt.html")),
    brotli: None,
    gzip: None,
};

/// One file of the console.
#[derive(Debug)]
pub struct Asset {
    path: &'static str,
    content_type: &'static str,
    tag: &'static str,
    /// Left out where there is a gzip form.
    plain: Option<&'static [u8]>,
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

/// Whether the console is in this binary, or only the page that says how to build it.
#[must_use]
pub fn is_built() -> bool {
    BUILT
}

/// The file at a path, which is relative to the page; the page itself is at the empty path too.
#[must_use]
pub fn asset(path: &str) -> Option<&'static Asset> {
    let path = if path.is_empty() { "index.html" } else { path };
    let at = ASSETS.binary_search_by(|asset| asset.path.cmp(path)).ok()?;
    ASSETS.get(at)
}

/// The paths of all files, sorted.
pub fn paths() -> impl Iterator<Item = &'static str> {
    ASSETS.iter().map(|asset| asset.path)
}

impl Asset {
    /// The media type, with the character set of what is text.
    #[must_use]
    pub fn content_type(&self) -> &'static str {
        self.content_type
    }

    /// Whether the name changes with the content, so that a copy stays good for ever.
    #[must_use]
    pub fn is_immutable(&self) -> bool {
        self.path.starts_with("assets/")
    }

    /// The form for a client with this `Accept-Encoding` (all its lines, joined by commas).
    #[must_use]
    pub fn coding(&self, accepted: &str) -> Coding {
        let there: Vec<Coding> =
            [self.brotli.map(|_| Coding::Brotli), self.gzip.map(|_| Coding::Gzip), Some(Coding::Identity)]
                .into_iter()
                .flatten()
                .collect();
        coding::choose(accepted, &there)
    }

    /// The entity tag of a form, with its quotes. Forms differ in their bytes, so in their tags.
    #[must_use]
    pub fn etag(&self, coding: Coding) -> String {
        match coding.name() {
            Some(name) => format!("\"{}-{name}\"", self.tag),
            None => format!("\"{}\"", self.tag),
        }
    }

    /// The bytes of a form; one that is not there is the plain one.
    #[must_use]
    pub fn bytes(&self, coding: Coding) -> Cow<'static, [u8]> {
        let kept = match coding {
            Coding::Brotli => self.brotli.or(self.plain),
            Coding::Gzip => self.gzip.or(self.plain),
            Coding::Identity => self.plain,
        };
        match (kept, self.gzip) {
            (Some(bytes), _) => Cow::Borrowed(bytes),
            (None, Some(packed)) => Cow::Owned(unpacked(packed)),
            (None, None) => Cow::Borrowed(b""),
        }
    }
}

fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut bytes).expect("the build script has unpacked it already");
    bytes
}

#[cfg(test)]
mod tests;
