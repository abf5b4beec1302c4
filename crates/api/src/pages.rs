//! The console's page and files, to GET: headers, conditional requests, packed forms. What the
//! files are is known to `stateline-console`; who may ask is judged in `fence`.

use crate::api::{Answer, answer_of};
use crate::fence::{self, Hosts};
use bytes::Bytes;
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH,
    VARY,
};
use hyper::http::request::Parts;
use hyper::{HeaderMap, StatusCode};
use stateline_console::Asset;
use std::borrow::Cow;

/// The console of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Console {
    /// Whether the page and its files are served.
    pub enabled: bool,
    /// By which names browsers may reach this server.
    pub hosts: Hosts,
}

impl Default for Console {
    fn default() -> Self {
        Console { enabled: true, hosts: Hosts::default() }
    }
}

/// What the page may do: everything it needs is its own, and nobody frames it. Styles stand in
/// elements, because a graph's nodes have their places there.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

/// What every file of the console is sent with.
const SECURITY: [(&str, &str); 6] = [
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// The answer to GET or HEAD of a path of the console; none when it has nothing there, or the
/// client wants something else than a page.
pub(crate) fn answer(console: &Console, head: &Parts) -> Option<Answer> {
    let path = head.uri.path().strip_prefix('/')?;
    let asset = stateline_console::asset(path).filter(|_| console.enabled)?;
    if path.is_empty() && !takes_html(&head.headers) {
        return None;
    }
    Some(match fence::unknown_host(&console.hosts, head) {
        Some(error) => {
            let text = Bytes::from(format!("{error}\n"));
            secured(answer_of("text/plain; charset=utf-8", StatusCode::MISDIRECTED_REQUEST, text))
        }
        None => file(asset, &head.headers),
    })
}

fn file(asset: &'static Asset, headers: &HeaderMap) -> Answer {
    let coding = asset.coding(&joined(headers, &ACCEPT_ENCODING));
    let etag = asset.etag(coding);
    let unchanged = names(&joined(headers, &IF_NONE_MATCH), &etag);
    let mut answer = if unchanged {
        answer_of(asset.content_type(), StatusCode::NOT_MODIFIED, Bytes::new())
    } else {
        let bytes = match asset.bytes(coding) {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        answer_of(asset.content_type(), StatusCode::OK, bytes)
    };
    let cached = if asset.is_immutable() { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cached));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    headers.extend(HeaderValue::try_from(etag).ok().map(|etag| (ETAG, etag)));
    if let Some(name) = coding.name().filter(|_| !unchanged) {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    secured(answer)
}

fn secured(mut answer: Answer) -> Answer {
    for (name, value) in SECURITY {
        answer.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    answer
}

/// All lines of a header as one.
fn joined(headers: &HeaderMap, name: &HeaderName) -> String {
    let lines: Vec<&str> = headers.get_all(name).iter().filter_map(|line| line.to_str().ok()).collect();
    lines.join(",")
}

/// Whether `If-None-Match` names a tag. Weak and strong ones are compared alike (RFC 9110, 13.1.2).
fn names(if_none_match: &str, etag: &str) -> bool {
    if_none_match.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

/// Whether a page is what the client came for: programs that ask for JSON are told where the API is.
fn takes_html(headers: &HeaderMap) -> bool {
    let accepted = joined(headers, &ACCEPT);
    accepted.is_empty()
        || accepted.split(',').any(|item| {
            let media_type = item.split(';').next().unwrap_or_default().trim();
            ["text/html", "text/*", "*/*"].iter().any(|known| media_type.eq_ignore_ascii_case(known))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_that_is_named_is_known() {
        for line in ["\"7-br\"", "W/\"7-br\"", "\"1\", \"7-br\"", "*", " \"7-br\" "] {
            assert!(names(line, "\"7-br\""), "{line}");
        }
        for line in ["", "7-br", "\"7\"", "\"7-gzip\", \"8\""] {
            assert!(!names(line, "\"7-br\""), "{line}");
        }
    }

    #[test]
    fn pages_are_for_those_who_take_pages() {
        let takes = |line: &'static str| {
            takes_html(&HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(line))]))
        };
        assert!(takes("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"));
        assert!(takes("*/*") && takes("Text/HTML;q=0.5") && takes_html(&HeaderMap::new()));
        assert!(!takes("application/json") && !takes("application/json, image/*"));
    }
}
