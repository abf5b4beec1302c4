//! What `stateline doctor` looks at: whether a client on this machine would
//! reach a server, and what to change where it would not.
//!
//! `network` asks the server, `environment` looks at what SDKs read, `advice`
//! says what each SDK needs. Each check is one [`Finding`]; nothing is changed.

pub mod advice;
pub mod disk;
pub mod environment;
pub mod network;

use serde_json::{Value, json};

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// It works, or some of it does; the help says what to know.
    Warning,
    /// Clients will fail.
    Failed,
}

impl Verdict {
    /// For tables and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Ok => "ok",
            Verdict::Warning => "warning",
            Verdict::Failed => "failed",
        }
    }
}

/// One check and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A short name that scripts may look for.
    pub check: &'static str,
    /// How it ended.
    pub verdict: Verdict,
    /// What was found.
    pub text: String,
    /// What to do, where there is something to do.
    pub help: Option<String>,
}

impl Finding {
    /// As it should be.
    pub fn ok(check: &'static str, text: impl Into<String>) -> Self {
        Finding { check, verdict: Verdict::Ok, text: text.into(), help: None }
    }

    /// Worth knowing.
    pub fn warning(check: &'static str, text: impl Into<String>, help: impl Into<String>) -> Self {
        Finding { check, verdict: Verdict::Warning, text: text.into(), help: Some(help.into()) }
    }

    /// Not as it must be.
    pub fn failed(check: &'static str, text: impl Into<String>, help: impl Into<String>) -> Self {
        Finding { check, verdict: Verdict::Failed, text: text.into(), help: Some(help.into()) }
    }

    /// As JSON.
    pub fn json(&self) -> Value {
        let mut shown = json!({"check": self.check, "verdict": self.verdict.name(), "text": self.text});
        if let Some(help) = &self.help {
            shown["help"] = help.as_str().into();
        }
        shown
    }
}

/// An endpoint taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// As given, without a slash at the end.
    pub endpoint: String,
    /// Whether it is https.
    pub tls: bool,
    /// Name or address.
    pub host: String,
    /// The port, also where the endpoint names none.
    pub port: u16,
}

impl Target {
    /// Takes an endpoint apart; `None` when it is no http or https address.
    pub fn parse(endpoint: &str) -> Option<Self> {
        let uri: hyper::Uri = endpoint.parse().ok()?;
        let tls = match uri.scheme_str()? {
            "http" => false,
            "https" => true,
            _ => return None,
        };
        let host = uri.host()?.trim_matches(['[', ']']).to_owned();
        let port = uri.port_u16().unwrap_or(if tls { 443 } else { 80 });
        Some(Target { endpoint: endpoint.trim_end_matches('/').to_owned(), tls, host, port })
    }

    /// The host that SDKs make of it for StartSyncExecution and TestState.
    pub fn sync_host(&self) -> String {
        format!("sync-{}", self.host)
    }

    /// The endpoint with that host.
    pub fn sync_endpoint(&self) -> String {
        format!("{}://{}:{}", if self.tls { "https" } else { "http" }, self.sync_host(), self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_taken_apart() {
        let parse = |text| {
            Target::parse(text).map(|target| (target.host.clone(), target.port, target.sync_endpoint()))
        };
        let found = |host: &str, port, sync: &str| Some((host.to_owned(), port, sync.to_owned()));
        assert_eq!(parse("http://127.0.0.1:8083/"), found("127.0.0.1", 8083, "http://sync-127.0.0.1:8083"));
        assert_eq!(
            parse("https://states.example"),
            found("states.example", 443, "https://sync-states.example:443")
        );
        assert_eq!(parse("http://[::1]:1"), found("::1", 1, "http://sync-::1:1"));
        for wrong in ["localhost:8083", "ftp://x", "", "http://"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
