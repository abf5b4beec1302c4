//! The parameters of `eks:call` and `eks:runJob`, checked.

use super::api::{Body, Request};
use crate::parameters::{
    NO_OBJECT, invalid_field, missing_field, nothing_else, take_text, unsupported_field,
};
use bytes::Bytes;
use hyper::Method;
use serde_json::{Map, Value};

/// The content types that an API server takes for a patch: a list of operations, or a document to merge.
const JSON_PATCH: &str = "application/json-patch+json";
const MERGE_PATCH: &str = "application/merge-patch+json";

/// Which cluster, where, and whom to trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub name: String,
    /// Base64 of PEM.
    pub authority: String,
    pub endpoint: String,
}

/// What `eks:runJob` is to run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RunJob {
    pub namespace: String,
    pub job: Value,
    /// How the logs are wanted, if they are.
    pub logs: Option<LogOptions>,
}

/// How logs are fetched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LogOptions {
    /// As texts, even if they are JSON.
    pub raw: bool,
    pub query: Vec<(String, String)>,
}

fn members(parameters: &Value) -> Result<Map<String, Value>, String> {
    parameters.as_object().cloned().ok_or_else(|| NO_OBJECT.to_owned())
}

fn target(members: &mut Map<String, Value>) -> Result<Target, String> {
    let name = take_text(members, "ClusterName")?;
    let authority = take_text(members, "CertificateAuthority")?;
    Ok(Target { name, authority, endpoint: take_text(members, "Endpoint")? })
}

/// The parameters of `eks:call`.
pub(super) fn call(parameters: &Value) -> Result<(Target, Request), String> {
    let mut members = members(parameters)?;
    let target = target(&mut members)?;
    let method = match take_text(&mut members, "Method")?.as_str() {
        "GET" => Method::GET,
        "POST" => Method::POST,
        "PUT" => Method::PUT,
        "DELETE" => Method::DELETE,
        "HEAD" => Method::HEAD,
        "PATCH" => Method::PATCH,
        _ => return Err(invalid_field("Method")),
    };
    let path = take_text(&mut members, "Path")?;
    if !path.starts_with('/') || path.contains(['?', '#']) {
        return Err(invalid_field("Path"));
    }
    let query = query(members.shift_remove("QueryParameters"), "QueryParameters")?;
    let body = members.shift_remove("RequestBody").filter(|body| !body.is_null());
    nothing_else(&members)?;
    let body = body.map(|body| self::body(&method, &body));
    Ok((target, Request { method, path, query, body }))
}

/// A text is sent as it stands, anything else as JSON.
fn body(method: &Method, body: &Value) -> Body {
    let content_type = match (method, body) {
        (&Method::PATCH, Value::Array(_)) => JSON_PATCH,
        (&Method::PATCH, Value::String(text)) if text.trim_start().starts_with('[') => JSON_PATCH,
        (&Method::PATCH, _) => MERGE_PATCH,
        _ => "application/json",
    };
    let bytes = match body {
        Value::String(text) => Bytes::copy_from_slice(text.as_bytes()),
        other => Bytes::from(other.to_string()),
    };
    Body { content_type, bytes }
}

/// A map of texts to lists of texts.
fn query(given: Option<Value>, field: &str) -> Result<Vec<(String, String)>, String> {
    let lists = match given {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Object(lists)) => lists,
        Some(_) => return Err(invalid_field(field)),
    };
    let mut query = Vec::new();
    for (name, values) in lists {
        let invalid = || invalid_field(&format!("{field}.{name}"));
        for value in values.as_array().ok_or_else(invalid)? {
            query.push((name.clone(), value.as_str().ok_or_else(invalid)?.to_owned()));
        }
    }
    Ok(query)
}

/// The parameters of `eks:runJob`.
pub(super) fn run_job(parameters: &Value) -> Result<(Target, RunJob), String> {
    let mut members = members(parameters)?;
    let target = target(&mut members)?;
    let job = match members.shift_remove("Job") {
        Some(job @ Value::Object(_)) => job,
        Some(Value::String(text)) => {
            let job = serde_json::from_str(&text).ok().filter(Value::is_object);
            job.ok_or_else(|| invalid_field("Job"))?
        }
        None | Some(Value::Null) => return Err(missing_field("Job")),
        Some(_) => return Err(invalid_field("Job")),
    };
    let namespace = match members.get("Namespace") {
        None | Some(Value::Null) => "default".to_owned(),
        Some(_) => take_text(&mut members, "Namespace")?,
    };
    members.shift_remove("Namespace");
    if !is_label(&namespace) {
        return Err(invalid_field("Namespace"));
    }
    let logs = log_options(members.shift_remove("LogOptions"))?;
    nothing_else(&members)?;
    Ok((target, RunJob { namespace, job, logs }))
}

/// Whether a text is a name in Kubernetes' sense, as far as a path needs it.
pub(super) fn is_label(name: &str) -> bool {
    let is_letter =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-.".contains(letter);
    !name.is_empty() && !name.starts_with('.') && name.chars().all(is_letter)
}

fn log_options(given: Option<Value>) -> Result<Option<LogOptions>, String> {
    let mut members = match given {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(members)) => members,
        Some(_) => return Err(invalid_field("LogOptions")),
    };
    let mut flag = |field: &str| match members.shift_remove(field) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(flag)) => Ok(flag),
        Some(_) => Err(invalid_field(&format!("LogOptions.{field}"))),
    };
    let (wanted, raw) = (flag("RetrieveLogs")?, flag("RawLogs")?);
    let query = query(members.shift_remove("LogParameters"), "LogOptions.LogParameters")?;
    if let Some(field) = members.keys().next() {
        return Err(unsupported_field(&format!("LogOptions.{field}")));
    }
    Ok(wanted.then_some(LogOptions { raw, query }))
}

impl RunJob {
    /// The request that has the cluster take the Job.
    pub fn creation(&self) -> Request {
        Request {
            method: Method::POST,
            path: format!("/apis/batch/v1/namespaces/{}/jobs", self.namespace),
            query: Vec::new(),
            body: Some(body(&Method::POST, &self.job)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const CLUSTER: &str = r#""ClusterName":"c","CertificateAuthority":"a","Endpoint":"https://e""#;

    fn parsed(rest: &str) -> Value {
        serde_json::from_str(&format!("{{{CLUSTER}{rest}}}")).expect("JSON")
    }

    #[test]
    fn calls_are_checked() {
        let refused = |rest: &str| call(&parsed(rest)).err();
        let invalid = |field: &str| Some(invalid_field(field));
        assert_eq!(call(&json!({"ClusterName": "c"})).err(), Some(missing_field("CertificateAuthority")));
        assert_eq!(refused(r#","Path":"/""#), Some(missing_field("Method")));
        assert_eq!(refused(r#","Method":"TRACE","Path":"/""#), invalid("Method"));
        assert_eq!(refused(r#","Method":"GET","Path":"api?x=y""#), invalid("Path"));
        let query = r#","Method":"GET","Path":"/","QueryParameters":{"a":"b"}"#;
        assert_eq!(refused(query), invalid("QueryParameters.a"));
        assert_eq!(refused(r#","Method":"GET","Path":"/","Colour":1"#), Some(unsupported_field("Colour")));
        let good = r#","Method":"GET","Path":"/api","QueryParameters":{"a":["b","c"]}"#;
        let (target, request) = call(&parsed(good)).expect("good parameters");
        assert_eq!((target.name.as_str(), request.path.as_str()), ("c", "/api"));
        let pair = |value: &str| ("a".to_owned(), value.to_owned());
        assert_eq!(request.query, [pair("b"), pair("c")]);
    }

    #[test]
    fn bodies_are_sent_as_what_they_are() {
        let sent = |method: &str, given: &str| {
            let rest = format!(r#","Method":"{method}","Path":"/","RequestBody":{given}"#);
            let (_, request) = call(&parsed(&rest)).expect("good parameters");
            request.body.map(|body| (body.content_type, String::from_utf8_lossy(&body.bytes).into_owned()))
        };
        let some = |content_type, text: &str| Some((content_type, text.to_owned()));
        assert_eq!(sent("POST", r#"{"a":1}"#), some("application/json", r#"{"a":1}"#));
        assert_eq!(sent("POST", r#""{ }""#), some("application/json", "{ }"));
        assert_eq!(sent("PATCH", r#"{"a":1}"#), some(MERGE_PATCH, r#"{"a":1}"#));
        assert_eq!(sent("PATCH", "[]"), some(JSON_PATCH, "[]"));
        assert_eq!(sent("GET", "null"), None);
    }

    #[test]
    fn jobs_are_checked() {
        let refused = |rest: &str| run_job(&parsed(rest)).err();
        assert_eq!(refused(""), Some(missing_field("Job")));
        assert_eq!(refused(r#","Job":"not JSON""#), Some(invalid_field("Job")));
        assert_eq!(refused(r#","Job":{},"Namespace":"../x""#), Some(invalid_field("Namespace")));
        assert_eq!(
            run_job(&parsed(r#","Job":{},"Namespace":null"#)).map(|(_, job)| job.namespace),
            Ok("default".to_owned())
        );
        let options = r#","Job":{},"LogOptions":{"RetrieveLogs":"yes"}"#;
        assert_eq!(refused(options), Some(invalid_field("LogOptions.RetrieveLogs")));
        let options = r#","Job":{},"LogOptions":{"Tail":1}"#;
        assert_eq!(refused(options), Some(unsupported_field("LogOptions.Tail")));
        let good = r#","Job":"{\"kind\":\"Job\"}","LogOptions":{"RetrieveLogs":true,"LogParameters":{"tailLines":["6"]}}"#;
        let (_, job) = run_job(&parsed(good)).expect("good parameters");
        let logs = LogOptions { raw: false, query: vec![("tailLines".to_owned(), "6".to_owned())] };
        assert_eq!(
            job,
            RunJob { namespace: "default".to_owned(), job: json!({"kind": "Job"}), logs: Some(logs) }
        );
        let (_, silent) =
            run_job(&parsed(r#","Job":{},"LogOptions":{"RawLogs":true}"#)).expect("good parameters");
        assert_eq!(silent.logs, None);
    }
}
