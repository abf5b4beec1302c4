//! Addresses that workflows and connections name: https, or http where nothing leaves the machine.

use hyper::Uri;
use std::net::IpAddr;

/// An address that a request may go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    text: String,
    scheme: &'static str,
}

impl Endpoint {
    /// Understands an address.
    ///
    /// # Errors
    /// What would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let uri: Uri = text.parse().map_err(|error| format!("'{text}' is no address: {error}"))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(format!("'{text}' is no address; write https://host/path"));
        };
        if authority.host().is_empty() {
            return Err(format!("'{text}' has no host"));
        }
        if authority.as_str().contains('@') || text.contains('#') {
            return Err("an address has no user and no fragment here".to_owned());
        }
        let scheme = match scheme {
            "https" => "https",
            "http" if is_loopback(authority.host()) => "http",
            "http" => {
                return Err(format!("'{text}' must begin with https://; http is for this machine only"));
            }
            _ => return Err(format!("'{text}' must begin with https://")),
        };
        Ok(Endpoint { text: text.to_owned(), scheme })
    }

    /// Without its query, which may have secrets in it: what a failure's cause shows.
    pub fn place(&self) -> &str {
        self.text.split('?').next().unwrap_or_default()
    }

    /// `https` or `http`.
    pub fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// Whether it brings query parameters of its own.
    pub fn has_query(&self) -> bool {
        self.text.contains('?')
    }

    /// The address with a query that is encoded already.
    pub fn with_query(&self, query: &str) -> String {
        match (query, self.has_query()) {
            ("", _) => self.text.clone(),
            (query, false) => format!("{}?{query}", self.text),
            (query, true) => format!("{}&{query}", self.text),
        }
    }
}

/// Whether a host, as it stands in an address, is this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(text: &str, expected: &Expect) {
        let found = match Endpoint::parse(text) {
            Ok(endpoint) => endpoint.scheme().to_owned(),
            Err(reason) => reason,
        };
        expected.assert_eq(&found);
    }

    #[test]
    fn only_this_machine_is_reached_without_tls() {
        check("https://api.example.com/v1", &expect!["https"]);
        check("http://127.0.0.1:9/v1", &expect!["http"]);
        check("http://localhost:9", &expect!["http"]);
        check("http://[::1]:9/", &expect!["http"]);
        check(
            "http://api.example.com/v1",
            &expect!["'http://api.example.com/v1' must begin with https://; http is for this machine only"],
        );
        check(
            "http://localhost.example.com/",
            &expect![
                "'http://localhost.example.com/' must begin with https://; http is for this machine only"
            ],
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        check("api.example.com", &expect!["'api.example.com' is no address; write https://host/path"]);
        check("https://:80/", &expect!["'https://:80/' has no host"]);
        check("/v1", &expect!["'/v1' is no address; write https://host/path"]);
        check("ftp://example.com/", &expect!["'ftp://example.com/' must begin with https://"]);
        check("https://a b/", &expect!["'https://a b/' is no address: invalid uri character"]);
        check("https://me:pw@example.com/", &expect!["an address has no user and no fragment here"]);
        check("https://example.com/#top", &expect!["an address has no user and no fragment here"]);
    }

    #[test]
    fn queries_are_appended() {
        let with = |text: &str, query: &str| Endpoint::parse(text).expect("an address").with_query(query);
        assert_eq!(with("https://a/b", ""), "https://a/b");
        assert_eq!(with("https://a/b", "c=d"), "https://a/b?c=d");
        assert_eq!(with("https://a/b?x=y", "c=d"), "https://a/b?x=y&c=d");
        assert_eq!(Endpoint::parse("https://a/b?key=hush").expect("an address").place(), "https://a/b");
    }
}
