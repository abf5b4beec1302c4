//! One model as the table's text: what the service is, its operations, its errors, and the shapes
//! that all of them are made of. `crates/models/src/service.rs` tells the form.

use super::naming;
use super::shapes::{Encoder, traits};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Protocols in the order in which one is chosen of several; botocore has the same.
const PROTOCOLS: [&str; 6] = ["json", "rest-json", "rest-xml", "smithy-rpc-v2-cbor", "query", "ec2"];

/// The text of a service, with its hosts as the ruleset has them; `None` for what is no model.
pub(super) fn service(model: &Value, client: &str, hosts: &[String]) -> Option<String> {
    let mut encoder = Encoder::new(model["shapes"].as_object()?);
    let operations: BTreeMap<&String, &Value> = model["operations"].as_object()?.iter().collect();
    let mut text = facts(&model["metadata"], client);
    for line in hosts {
        text += &format!("{line}\n");
    }
    text.push('\n');
    for (name, model) in operations {
        text += &operation(&mut encoder, name, model);
        text.push('\n');
    }
    text.push('\n');
    for line in errors(&mut encoder, model["shapes"].as_object()?) {
        text += &line;
        text.push('\n');
    }
    text.push('\n');
    for line in encoder.finish() {
        text += &line;
        text.push('\n');
    }
    Some(text)
}

/// What the service is, a fact a line.
fn facts(metadata: &Value, client: &str) -> String {
    let text = |name: &str| metadata[name].as_str().unwrap_or_default();
    let prefix = text("endpointPrefix");
    let signing = if text("signingName").is_empty() { prefix } else { text("signingName") };
    let is_bearer = |scheme: &Value| scheme == "smithy.api#httpBearerAuth";
    let bearer_only = metadata["auth"].as_array().is_some_and(|auth| auth.iter().all(is_bearer));
    let signature = match text("signatureVersion") {
        _ if bearer_only => "bearer",
        version @ ("bearer" | "v2") => version,
        // S3 has names of its own for it.
        _ => "v4",
    };
    let namespace = match &metadata["xmlNamespace"] {
        Value::Object(namespace) => namespace.get("uri").and_then(Value::as_str).unwrap_or_default(),
        other => other.as_str().unwrap_or_default(),
    };
    let query_compatible = if metadata["awsQueryCompatible"].is_null() { "" } else { "yes" };
    let facts = [
        ("protocol", protocol(metadata)),
        ("version", text("jsonVersion")),
        ("target", text("targetPrefix")),
        ("api", text("apiVersion")),
        ("xmlns", namespace),
        ("prefix", prefix),
        ("signing", signing),
        ("signature", signature),
        ("id", text("serviceId")),
        ("client", client),
        ("query-compatible", query_compatible),
    ];
    let told = facts.iter().filter(|(_, value)| !value.is_empty());
    told.map(|(name, value)| format!("{name} {value}\n")).collect()
}

/// The protocol that is spoken, of those that the service understands.
fn protocol(metadata: &Value) -> &str {
    let offered: Vec<&str> =
        metadata["protocols"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let chosen = PROTOCOLS.into_iter().find(|protocol| offered.contains(protocol));
    chosen.or_else(|| metadata["protocol"].as_str()).unwrap_or_default()
}

/// `GetItem\t0\t1`, and what differs from a plain POST to `/`.
fn operation(encoder: &mut Encoder<'_>, name: &str, model: &Value) -> String {
    let input = encoder.code_or_none(&model["input"]);
    let output = encoder.code_or_none(&model["output"]);
    let mut fields = vec![name.to_owned(), input, output];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut add = |key: &str, value: String| {
        if !value.is_empty() {
            fields.push(format!("{key}={value}"));
        }
    };
    add("m", text(&model["http"]["method"]).replace("POST", ""));
    let uri = text(&model["http"]["requestUri"]);
    add("u", if uri == "/" { String::new() } else { uri });
    add("h", text(&model["endpoint"]["hostPrefix"]));
    add("a", text(&model["authtype"]));
    add("w", text(&model["output"]["resultWrapper"]));
    add("c", text(&model["httpChecksum"]["requestAlgorithmMember"]));
    add("v", text(&model["httpChecksum"]["requestValidationModeMember"]));
    let required = [&model["httpChecksumRequired"], &model["httpChecksum"]["requestChecksumRequired"]];
    add("r", if required.iter().any(|fact| **fact == true) { "yes".to_owned() } else { String::new() });
    add("k", text(&model["hosts"]));
    add("d", if model["endpointoperation"] == true { "yes".to_owned() } else { String::new() });
    for line in traits(&encoder.merged(&model["input"])).iter().filter(|t| t.starts_with(['n', 'x', 'X'])) {
        fields.push(line.clone());
    }
    fields.join("\t")
}

/// `NoSuchKey\t17\t404\tcode\texception`: the shape of each error that the model has, its status, its
/// code where that is not the name, and its exception where that is not the name with its ending.
fn errors<'m>(encoder: &mut Encoder<'m>, shapes: &'m Map<String, Value>) -> Vec<String> {
    let errors: BTreeMap<&'m String, &'m Value> =
        shapes.iter().filter(|(_, shape)| shape["exception"] == true).collect();
    let line = |(name, shape): (&'m String, &'m Value)| {
        let status = shape["error"]["httpStatusCode"].as_u64().map(|status| status.to_string());
        let code = shape["error"]["code"].as_str().filter(|code| code != name).unwrap_or_default();
        let number = encoder.structure(name);
        let exception = naming::exception(name);
        let is_usual = exception == *name || exception == format!("{name}Exception");
        let exception = if is_usual { "" } else { &exception };
        let line = format!("{name}\t{number}\t{}\t{code}\t{exception}", status.unwrap_or_default());
        line.trim_end().to_owned()
    };
    errors.into_iter().map(line).collect()
}
