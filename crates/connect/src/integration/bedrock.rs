//! `bedrock:invokeModel`: the model's answer parsed, and large requests and answers kept in S3
//! (`Input.S3Uri`, `Output.S3Uri`).

use crate::aws::{Aws, Behalf, Call, Called, Fault, Style};
use crate::parameters::invalid_field;
use bytes::Bytes;
use serde_json::{Map, Value, json};
use stateline_base::Failure;
use stateline_protocols::Spelling;
use stateline_runtime::Attempt;

const STYLE: Style<'static> = Style::Optimised { prefix: "Bedrock", product: "AmazonBedrockRuntime" };
/// Members of the optimised integration that are no parameters of the operation.
const PLACES: [&str; 2] = ["Input", "Output"];

/// Invokes a model once.
///
/// # Errors
/// What the task fails with.
pub(super) async fn invoke_model(aws: &Aws, attempt: &Attempt) -> Result<Value, Failure> {
    let given = attempt.input.value();
    let place =
        |member: &str| place_of(given, member).map_err(|reason| unusable(&reason).failure(STYLE, given));
    let (input, output) = (place("Input")?, place("Output")?);
    let mut parameters = given.as_object().cloned().unwrap_or_default();
    parameters.retain(|name, _| !PLACES.contains(&name.as_str()));
    if input.is_some() && parameters.contains_key("Body") {
        return Err(unusable("The fields 'Body' and 'Input' cannot both be specified").failure(STYLE, given));
    }
    let parameters = with_content_type(parameters);
    let call = Call {
        service: "bedrockruntime",
        action: "invokeModel",
        parameters: &parameters,
        spelling: Spelling::Optimised,
        behalf: attempt.into(),
    };
    let failed = |fault: Fault| fault.failure(STYLE, given);
    let called = match input {
        None => aws.call(&call).await,
        Some(place) => {
            let body = read(aws, &place, attempt.into()).await.map_err(failed)?;
            aws.call_with(&call, body).await
        }
    };
    let called = called.map_err(failed)?;
    let content_type = called.answer.header("content-type").unwrap_or("application/json").to_owned();
    match output {
        None => Ok(json!({"Body": body_of(&called), "ContentType": content_type})),
        Some(place) => {
            let written = write(aws, &place, &content_type, called.answer.body, attempt.into()).await;
            written.map_err(failed)?;
            Ok(json!({"ContentType": content_type}))
        }
    }
}

/// JSON in and out, where the author does not say otherwise.
fn with_content_type(mut parameters: Map<String, Value>) -> Value {
    for member in ["ContentType", "Accept"] {
        parameters.entry(member).or_insert_with(|| json!("application/json"));
    }
    Value::Object(parameters)
}

/// The answer as JSON; what is none is a text.
fn body_of(called: &Called) -> Value {
    let body = &called.answer.body;
    serde_json::from_slice(body).unwrap_or_else(|_| Value::from(String::from_utf8_lossy(body)))
}

fn unusable(reason: &str) -> Fault {
    Fault::Parameters(format!("[{reason}]"))
}

/// An object by `S3Uri`.
struct Place {
    bucket: String,
    key: String,
}

fn place_of(parameters: &Value, member: &str) -> Result<Option<Place>, String> {
    let Some(place) = parameters.get(member) else { return Ok(None) };
    let uri = place.get("S3Uri").and_then(Value::as_str).and_then(|uri| uri.strip_prefix("s3://"));
    match uri
        .and_then(|uri| uri.split_once('/'))
        .filter(|(bucket, key)| !bucket.is_empty() && !key.is_empty())
    {
        Some((bucket, key)) => Ok(Some(Place { bucket: bucket.to_owned(), key: key.to_owned() })),
        None => Err(invalid_field(member)),
    }
}

async fn read(aws: &Aws, place: &Place, behalf: Behalf<'_>) -> Result<Bytes, Fault> {
    let parameters = json!({"Bucket": place.bucket, "Key": place.key});
    let call =
        Call { service: "s3", action: "getObject", parameters: &parameters, spelling: Spelling::Sdk, behalf };
    aws.call(&call).await.map(|called| called.answer.body)
}

async fn write(
    aws: &Aws,
    place: &Place,
    content_type: &str,
    body: Bytes,
    behalf: Behalf<'_>,
) -> Result<(), Fault> {
    let parameters = json!({"Bucket": place.bucket, "Key": place.key, "ContentType": content_type});
    let call =
        Call { service: "s3", action: "putObject", parameters: &parameters, spelling: Spelling::Sdk, behalf };
    aws.call_with(&call, body).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_objects_by_their_uri() {
        let place = |text: &str| {
            let found = place_of(&json!({"Input": {"S3Uri": text}}), "Input");
            found.map(|place| place.map(|Place { bucket, key }| format!("{bucket} {key}")))
        };
        assert_eq!(place("s3://b/a/b.json"), Ok(Some("b a/b.json".to_owned())));
        for wrong in ["s3://b", "s3:///k", "https://b/k", ""] {
            assert_eq!(place(wrong), Err("The value of the field 'Input' has an invalid format".to_owned()));
        }
        assert!(place_of(&json!({}), "Input").is_ok_and(|place| place.is_none()));
    }
}
