//! What optimised integrations tell of the exchange beside the answer: `SdkHttpMetadata` and
//! `SdkResponseMetadata`, as recorded on AWS.

use serde_json::{Map, Value, json};

/// Status and headers, these twice: once each with all values, once with one value and in the order
/// of their names. `headers` are spelt as AWS spells them, see [`header_name`].
pub(crate) fn http_metadata(status: u16, headers: &[(String, String)]) -> Value {
    let mut all = Map::new();
    for (name, value) in headers {
        if let Value::Array(values) = all.entry(name.as_str()).or_insert_with(|| json!([])) {
            values.push(json!(value));
        }
    }
    let mut sorted: Vec<&(String, String)> = headers.iter().collect();
    sorted.sort_by_key(|(name, _)| name.to_ascii_lowercase());
    let single: Map<String, Value> =
        sorted.into_iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    json!({"AllHttpHeaders": all, "HttpHeaders": single, "HttpStatusCode": status})
}

/// AWS's spelling of a header's name, from the lower case that HTTP libraries give.
pub(crate) fn header_name(lower: &str) -> String {
    match lower {
        "x-amz-apigw-id" => lower.to_owned(),
        "x-amzn-requestid" => "x-amzn-RequestId".to_owned(),
        "x-amzn-remapped-content-length" => "x-amzn-Remapped-Content-Length".to_owned(),
        "x-amzn-errortype" => "x-amzn-ErrorType".to_owned(),
        _ => lower.split('-').map(capitalised).collect::<Vec<_>>().join("-"),
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) => first.to_ascii_uppercase().to_string() + chars.as_str(),
        None => String::new(),
    }
}
