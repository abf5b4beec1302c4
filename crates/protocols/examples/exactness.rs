//! Makes requests and reads answers from outside, so that they can be compared with another client's.
//!
//! Reads JSON lines and prints one for each. A line with `parameters` asks for a request, one with
//! `status` for an answer; `headers` are pairs, bodies are Base64:
//!
//! ```text
//! {"service": "s3", "operation": "getObject", "parameters": {…}, "token": "t"}
//! {"service": "s3", "operation": "getObject", "status": 200, "headers": [["a", "b"]], "body": "…", "spelling": "sdk"}
//! {"service": "s3", "region": "eu-west-1"}
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use stateline_models::Service;
use stateline_protocols::{Spelling, answer, request};
use std::collections::HashMap;
use std::io::{BufRead as _, Write as _};

fn main() {
    let mut services: HashMap<String, Option<Service>> = HashMap::new();
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let asked: Value = match line.map(|line| serde_json::from_str(&line)) {
            Ok(Ok(asked)) => asked,
            _ => json!({}),
        };
        let name = text(&asked, "service");
        let service = services.entry(name.to_owned()).or_insert_with(|| Service::find(name));
        let said = match service {
            Some(service) => told(service, &asked),
            None => json!({"error": format!("no service {name:?}")}),
        };
        if writeln!(out, "{said}").is_err() {
            return;
        }
    }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

fn told(service: &Service, asked: &Value) -> Value {
    if let Some(region) = asked["region"].as_str() {
        return service.host(region).map_or(
            Value::Null,
            |host| json!({"host": host.name, "region": host.signing_region, "name": host.signing_name}),
        );
    }
    let name = text(asked, "operation");
    let Some(operation) = service.operation(name) else {
        return json!({"error": format!("no operation {name:?}")});
    };
    if asked.get("status").is_none() {
        return match request(service, &operation, &asked["parameters"], text(asked, "token")) {
            Err(bad) => json!({"bad": bad.to_string(), "words": bad.words()}),
            Ok(request) => json!({
                "method": request.method,
                "path": request.path,
                "query": request.query,
                "headers": request.headers,
                "body": STANDARD.encode(request.body),
                "host_prefix": request.host_prefix,
                "signed": request.signed,
                "missing": request.missing.iter().map(|lacking| lacking.path.as_str()).collect::<Vec<_>>(),
            }),
        };
    }
    let headers: Vec<(String, String)> = serde_json::from_value(asked["headers"].clone()).unwrap_or_default();
    let body = STANDARD.decode(text(asked, "body")).unwrap_or_default();
    let status = asked["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or_default();
    let spelling = if text(asked, "spelling") == "optimised" { Spelling::Optimised } else { Spelling::Sdk };
    match answer(service, &operation, status, &headers, &body, spelling) {
        Ok(result) => json!({"result": result}),
        Err(fault) => json!({"fault": {
            "status": fault.status,
            "code": fault.code,
            "exception": fault.exception,
            "message": fault.message,
            "request_id": fault.request_id,
            "extended_request_id": fault.extended_request_id,
            "members": fault.members,
            "unreadable": fault.unreadable,
        }}),
    }
}
