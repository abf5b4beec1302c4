//! Keeps the pages of other sites away from this server: a browser would let them send requests to
//! it, and callers are not authenticated. Programs that are no browsers are never refused here.
//!
//! Two ways lead in. A page sends a request across sites; browsers say so in `Sec-Fetch-Site`. Or
//! its own name is made to lead to this machine after it was loaded (DNS rebinding); then the
//! browser takes it for a page of this server, and only the name in `Host` tells.

use crate::aws::ApiError;
use crate::own;
use hyper::header::{HOST, ORIGIN};
use hyper::http::request::Parts;
use hyper::{Method, Uri};
use std::net::IpAddr;

/// By which names browsers may reach a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hosts {
    /// By every name: the server can be reached from outside, so a name tells nothing.
    Any,
    /// By addresses, as `localhost` and names below it, and by these, without a port.
    Known(Vec<String>),
}

impl Default for Hosts {
    fn default() -> Self {
        Hosts::Known(Vec::new())
    }
}

/// Why a request is refused that would do something or tell something. Operations of AWS's are
/// called under many names (SDKs put `sync-` before the host), so the name only counts for browsers
/// there: they name the page's origin in a POST.
pub(crate) fn refusal(hosts: &Hosts, head: &Parts) -> Option<ApiError> {
    let own = own::is_own(head.uri.path());
    let acts = head.method == Method::POST;
    if own || acts {
        let site = head.headers.get("sec-fetch-site").map(|site| site.as_bytes());
        if let Some(site @ (b"cross-site" | b"same-site")) = site {
            return Some(ApiError::CrossSite(String::from_utf8_lossy(site).into_owned()));
        }
    }
    if own || (acts && head.headers.contains_key(ORIGIN)) { unknown_host(hosts, head) } else { None }
}

/// The error about a request that came under a name the server does not know.
pub(crate) fn unknown_host(hosts: &Hosts, head: &Parts) -> Option<ApiError> {
    let Hosts::Known(listed) = hosts else { return None };
    // HTTP/2 has the name in the request's address; whoever sends both is held to both.
    let line = head.headers.get(HOST).map(|line| String::from_utf8_lossy(line.as_bytes()));
    let names = [line.as_deref().map(name_of), Uri::host(&head.uri)];
    let unknown = names.into_iter().flatten().find(|name| !is_known(name, listed))?;
    Some(ApiError::UnknownHost(unknown.to_owned()))
}

/// The host without its port.
fn name_of(line: &str) -> &str {
    match line.rsplit_once(':') {
        // Between the brackets of an IPv6 address stand colons of its own.
        Some((name, port)) if !port.contains(']') => name,
        _ => line,
    }
}

fn is_known(name: &str, listed: &[String]) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(&name);
    address.parse::<IpAddr>().is_ok()
        || name == "localhost"
        || name.ends_with(".localhost")
        || listed.iter().any(|known| known.eq_ignore_ascii_case(&name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use hyper::Request;

    fn head(method: Method, uri: &str, headers: &[(&str, &str)]) -> Parts {
        let request =
            headers.iter().fold(Request::builder().method(method).uri(uri), |request, (name, value)| {
                request.header(*name, *value)
            });
        request.body(()).expect("a request").into_parts().0
    }

    #[test]
    fn names_are_known_or_not() {
        let hosts = Hosts::Known(vec!["ops.example.com".to_owned()]);
        let known = |host: &str| unknown_host(&hosts, &head(Method::GET, "/", &[("host", host)])).is_none();
        for host in [
            "127.0.0.1:8083",
            "[::1]:8083",
            "[::1]",
            "192.168.7.1",
            "localhost",
            "LOCALHOST:8083",
            "localhost.:80",
            "sync-states.localhost:8083",
            "ops.example.com",
            "Ops.Example.com:443",
        ] {
            assert!(known(host), "{host}");
        }
        for host in [
            "evil.example",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "xlocalhost",
            "x.ops.example.com",
            "",
            ":80",
        ] {
            assert!(!known(host), "{host}");
        }
        let nobody = head(Method::GET, "/", &[]);
        assert!(unknown_host(&hosts, &nobody).is_none(), "browsers always say a name");
        let both = head(Method::GET, "http://evil.example/", &[("host", "localhost")]);
        assert!(unknown_host(&hosts, &both).is_some());
        assert!(unknown_host(&Hosts::Any, &both).is_none());
    }

    #[test]
    fn what_browsers_may_not() {
        let check = |method: Method, path: &str, headers: &[(&str, &str)], expected: Expect| {
            let refused = refusal(&Hosts::default(), &head(method, path, headers));
            expected.assert_eq(&refused.map_or_else(|| "may".to_owned(), |error| error.to_string()));
        };
        let (evil, here) = (("host", "evil.example"), ("host", "127.0.0.1:8083"));
        let site = |site| ("sec-fetch-site", site);
        // Programs may call operations under any name.
        check(Method::POST, "/", &[("host", "sync-states.example")], expect!["may"]);
        check(
            Method::POST,
            "/",
            &[here, site("same-origin"), ("origin", "http://127.0.0.1:8083")],
            expect!["may"],
        );
        check(Method::GET, "/stateline/tasks", &[here, site("none")], expect!["may"]);
        check(Method::GET, "/health", &[evil, site("cross-site")], expect!["may"]);
        check(
            Method::POST,
            "/",
            &[here, site("cross-site")],
            expect![
                "a page of another site may not call this server (Sec-Fetch-Site: cross-site); its own console may, and programs that are no browsers"
            ],
        );
        check(
            Method::GET,
            "/stateline/tasks",
            &[here, site("same-site")],
            expect![
                "a page of another site may not call this server (Sec-Fetch-Site: same-site); its own console may, and programs that are no browsers"
            ],
        );
        check(
            Method::PUT,
            "/stateline/drafts/item",
            &[evil],
            expect![[
                r#"this server is not known as 'evil.example'; reach it by its address or as localhost, or list the name in stateline.toml: [console] hosts = ["evil.example"]"#
            ]],
        );
        check(
            Method::POST,
            "/",
            &[evil, ("origin", "http://evil.example")],
            expect![[
                r#"this server is not known as 'evil.example'; reach it by its address or as localhost, or list the name in stateline.toml: [console] hosts = ["evil.example"]"#
            ]],
        );
    }
}
