//! The parameters of `http:invoke`, checked: what the task asks for before its connection adds to it
//! (reference 04, section 7).

use super::connection::ConnectionArn;
use super::encode::{self, ArrayFormat};
use super::endpoint::Endpoint;
use super::headers;
use crate::parameters::{Parameters, unsupported_field};
use hyper::Method;
use serde_json::{Map, Value};
use stateline_base::Failure;
use stateline_runtime::Attempt;

const MEMBERS: [&str; 8] = [
    "ApiEndpoint",
    "Method",
    "Authentication",
    "InvocationConfig",
    "Headers",
    "QueryParameters",
    "RequestBody",
    "Transform",
];

/// The methods that both HTTP integrations know.
pub(super) const METHODS: [(&str, Method); 7] = [
    ("GET", Method::GET),
    ("POST", Method::POST),
    ("PUT", Method::PUT),
    ("DELETE", Method::DELETE),
    ("PATCH", Method::PATCH),
    ("OPTIONS", Method::OPTIONS),
    ("HEAD", Method::HEAD),
];

/// What a task asks for.
#[derive(Debug)]
pub(super) struct TaskRequest {
    pub endpoint: Endpoint,
    pub method: Method,
    pub connection: ConnectionArn,
    pub headers: Vec<(String, String)>,
    pub query: Vec<(String, String)>,
    pub body: Option<Value>,
    pub encoding: Encoding,
}

/// `Transform`: how a body that is no text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Json,
    Form(ArrayFormat),
}

impl TaskRequest {
    /// Reads the parameters of an attempt.
    ///
    /// # Errors
    /// `States.Runtime`, with the field that cannot be used.
    pub fn read(attempt: &Attempt) -> Result<Self, Failure> {
        let parameters = Parameters::of(attempt, &MEMBERS)?;
        let endpoint = Endpoint::parse(parameters.required("ApiEndpoint")?)
            .map_err(|reason| parameters.invalid("ApiEndpoint", &reason))?;
        if endpoint.has_query() {
            return Err(parameters.invalid("ApiEndpoint", "write what follows '?' into QueryParameters"));
        }
        let method = parameters.required("Method")?;
        Ok(TaskRequest {
            endpoint,
            method: parameters.one_of("Method", method, &METHODS)?,
            connection: connection(&parameters)?,
            headers: headers::of_task(&parameters)?,
            query: query(&parameters)?,
            body: parameters.get("RequestBody").cloned(),
            encoding: encoding(&parameters)?,
        })
    }
}

/// The connection stands in one of two places.
fn connection(parameters: &Parameters<'_>) -> Result<ConnectionArn, Failure> {
    let (place, holder) = match (parameters.get("InvocationConfig"), parameters.get("Authentication")) {
        (Some(holder), None) => ("InvocationConfig", holder),
        (None, Some(holder)) => ("Authentication", holder),
        (None, None) => return Err(parameters.missing("InvocationConfig")),
        (Some(_), Some(_)) => {
            return Err(parameters.refuse(
                "The fields 'Authentication' and 'InvocationConfig' exclude each other: leave out 'Authentication'",
            ));
        }
    };
    let holder = only(parameters, place, holder, &["ConnectionArn"])?;
    let field = format!("{place}.ConnectionArn");
    match holder.get("ConnectionArn") {
        None | Some(Value::Null) => Err(parameters.missing(&field)),
        Some(value) => value.as_str().and_then(ConnectionArn::parse).ok_or_else(|| {
            parameters.invalid(&field, "write arn:aws:events:<region>:<account>:connection/<name>/<id>")
        }),
    }
}

/// Members of an object as they are, of a list one after the other, or a text that is a query already.
fn query(parameters: &Parameters<'_>) -> Result<Vec<(String, String)>, Failure> {
    let invalid = || {
        let remedy = "give an object of texts, numbers, booleans and lists of these, a list of objects, or a text a=b&c=d";
        parameters.invalid("QueryParameters", remedy)
    };
    let mut pairs = Vec::new();
    match parameters.get("QueryParameters") {
        None => {}
        Some(Value::Object(members)) => add_members(members, &mut pairs).ok_or_else(invalid)?,
        Some(Value::String(text)) => add_text(text, &mut pairs),
        Some(Value::Array(items)) => {
            for item in items {
                match item {
                    Value::Object(members) => add_members(members, &mut pairs).ok_or_else(invalid)?,
                    Value::String(text) => add_text(text, &mut pairs),
                    _ => return Err(invalid()),
                }
            }
        }
        Some(_) => return Err(invalid()),
    }
    Ok(pairs)
}

fn add_members(members: &Map<String, Value>, pairs: &mut Vec<(String, String)>) -> Option<()> {
    for (name, value) in members {
        match value {
            Value::Array(items) if items.iter().all(is_plain) => {
                pairs.extend(items.iter().map(|item| (name.clone(), encode::text(item))));
            }
            value if is_plain(value) => pairs.push((name.clone(), encode::text(value))),
            _ => return None,
        }
    }
    Some(())
}

fn is_plain(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

/// Encoded once more at the end, so what is encoded already is taken apart first.
fn add_text(text: &str, pairs: &mut Vec<(String, String)>) {
    let plain = |part: &str| percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned();
    for part in text.trim_start_matches('?').split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        pairs.push((plain(name), plain(value)));
    }
}

fn encoding(parameters: &Parameters<'_>) -> Result<Encoding, Failure> {
    let Some(transform) = parameters.get("Transform") else { return Ok(Encoding::Json) };
    let transform =
        only(parameters, "Transform", transform, &["RequestBodyEncoding", "RequestEncodingOptions"])?;
    let word = |place: &str, holder: &Map<String, Value>, field: &str| match holder.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(word)) => Ok(Some(word.clone())),
        Some(_) => Err(parameters.invalid(&format!("{place}.{field}"), "give a text")),
    };
    let arrays = match transform.get("RequestEncodingOptions") {
        None | Some(Value::Null) => None,
        Some(options) => {
            let place = "Transform.RequestEncodingOptions";
            let options = only(parameters, place, options, &["ArrayFormat"])?;
            word(place, options, "ArrayFormat")?
        }
    };
    let formats = [
        ("INDICES", ArrayFormat::Indices),
        ("REPEAT", ArrayFormat::Repeat),
        ("COMMAS", ArrayFormat::Commas),
        ("BRACKETS", ArrayFormat::Brackets),
    ];
    let arrays = match arrays {
        Some(word) => parameters.one_of("Transform.RequestEncodingOptions.ArrayFormat", &word, &formats)?,
        None => ArrayFormat::default(),
    };
    let encodings = [("NONE", Encoding::Json), ("URL_ENCODED", Encoding::Form(arrays))];
    match word("Transform", transform, "RequestBodyEncoding")? {
        Some(word) => parameters.one_of("Transform.RequestBodyEncoding", &word, &encodings),
        None => Ok(Encoding::Json),
    }
}

/// The members of an object that has no others than these.
fn only<'a>(
    parameters: &Parameters<'_>,
    place: &str,
    value: &'a Value,
    known: &[&str],
) -> Result<&'a Map<String, Value>, Failure> {
    let Some(members) = value.as_object() else {
        return Err(parameters.invalid(place, &format!("give an object with {}", known.join(" and "))));
    };
    match members.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => {
            let known = known.join(" and ");
            let reason = unsupported_field(&format!("{place}.{key}"));
            Err(parameters.refuse(&format!("{reason}; there is {known}")))
        }
        None => Ok(members),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_attempt::attempt;
    use expect_test::{Expect, expect};

    const ARN: &str = "arn:aws:events:us-east-1:000000000000:connection/crm/1";

    /// Reads parameters with these members besides those that every request needs.
    fn read(members: &str) -> Result<TaskRequest, Failure> {
        let input = format!(
            r#"{{"ApiEndpoint":"https://a/b","Method":"GET","InvocationConfig":{{"ConnectionArn":"{ARN}"}}{members}}}"#
        );
        TaskRequest::read(&attempt("arn:aws:states:::http:invoke", &input))
    }

    fn reason(failure: &Failure) -> String {
        let cause = failure.cause.as_deref().unwrap_or_default();
        let reason =
            cause.split_once("could not be used to start the Task: ").map_or(cause, |(_, reason)| reason);
        format!("{}: {reason}", failure.name())
    }

    fn check_refused(input: &str, expected: &Expect) {
        let input = input.replace("ARN", ARN);
        let refused = TaskRequest::read(&attempt("arn:aws:states:::http:invoke", &input));
        expected.assert_eq(&reason(&refused.expect_err("it cannot be used")));
    }

    #[test]
    fn query_parameters_have_three_forms() {
        let query = |members: &str| {
            let read = read(&format!(r#","QueryParameters":{members}"#)).map_err(|failure| reason(&failure));
            read.map(|request| {
                encode::pairs(request.query.iter().map(|(name, value)| (name.as_str(), value.as_str())))
            })
        };
        assert_eq!(query(r#"{"a":"x y","b":[1,true],"c":null}"#).as_deref(), Ok("a=x%20y&b=1&b=true&c="));
        assert_eq!(query(r#""?a=x y&b=%20%26""#).as_deref(), Ok("a=x%20y&b=%20%26"));
        assert_eq!(query(r#"[{"a":1},"b=2"]"#).as_deref(), Ok("a=1&b=2"));
        assert!(query(r#"{"a":{}}"#).is_err() && query("7").is_err() && query("[7]").is_err());
    }

    #[test]
    fn transforms() {
        let encoding = |transform: &str| {
            read(&format!(r#","Transform":{transform}"#)).expect("good parameters").encoding
        };
        assert_eq!(encoding("{}"), Encoding::Json);
        assert_eq!(encoding(r#"{"RequestBodyEncoding":"NONE"}"#), Encoding::Json);
        assert_eq!(
            encoding(r#"{"RequestBodyEncoding":"URL_ENCODED"}"#),
            Encoding::Form(ArrayFormat::Indices)
        );
        assert_eq!(
            encoding(
                r#"{"RequestBodyEncoding":"URL_ENCODED","RequestEncodingOptions":{"ArrayFormat":"COMMAS"}}"#
            ),
            Encoding::Form(ArrayFormat::Commas)
        );
    }

    #[test]
    fn what_cannot_be_used_names_its_field() {
        check_refused(
            r#"{"Method":"GET"}"#,
            &expect!["States.Runtime: [The field 'ApiEndpoint' is required but was missing]"],
        );
        check_refused(
            r#"{"ApiEndpoint":"http://example.com/","Method":"GET"}"#,
            &expect![
                "States.Runtime: [The value of the field 'ApiEndpoint' has an invalid format: 'http://example.com/' must begin with https://; http is for this machine only]"
            ],
        );
        check_refused(
            r#"{"ApiEndpoint":"https://a/?b=c","Method":"GET"}"#,
            &expect![
                "States.Runtime: [The value of the field 'ApiEndpoint' has an invalid format: write what follows '?' into QueryParameters]"
            ],
        );
        check_refused(
            r#"{"ApiEndpoint":"https://a/","Method":"TRACE"}"#,
            &expect![
                "States.Runtime: [The value of the field 'Method' has an invalid format: 'TRACE' is none of GET, POST, PUT, DELETE, PATCH, OPTIONS, HEAD]"
            ],
        );
        check_refused(
            r#"{"ApiEndpoint":"https://a/","Method":"GET"}"#,
            &expect!["States.Runtime: [The field 'InvocationConfig' is required but was missing]"],
        );
        check_refused(
            r#"{"ApiEndpoint":"https://a/","Method":"GET","Authentication":{}}"#,
            &expect![
                "States.Runtime: [The field 'Authentication.ConnectionArn' is required but was missing]"
            ],
        );
        check_refused(
            r#"{"ApiEndpoint":"https://a/","Method":"GET","Authentication":{"ConnectionArn":"crm"}}"#,
            &expect![
                "States.Runtime: [The value of the field 'Authentication.ConnectionArn' has an invalid format: write arn:aws:events:<region>:<account>:connection/<name>/<id>]"
            ],
        );
        check_refused(
            r#"{"ApiEndpoint":"https://a/","Method":"GET","Authentication":{"ConnectionArn":"ARN"},"InvocationConfig":{"ConnectionArn":"ARN"}}"#,
            &expect![
                "States.Runtime: [The fields 'Authentication' and 'InvocationConfig' exclude each other: leave out 'Authentication']"
            ],
        );
        check_refused(
            r#"{"ApiEndpoint":"https://a/","Method":"GET","Body":{}}"#,
            &expect![
                "States.Runtime: [The field 'Body' is not supported by Step Functions; there are ApiEndpoint, Method, Authentication, InvocationConfig, Headers, QueryParameters, RequestBody, Transform]"
            ],
        );
        let failure = read(r#","Transform":{"RequestBodyEncoding":"XML"}"#).expect_err("it cannot be used");
        expect!["States.Runtime: [The value of the field 'Transform.RequestBodyEncoding' has an invalid format: 'XML' is none of NONE, URL_ENCODED]"].assert_eq(&reason(&failure));
        let failure = read(r#","Transform":{"Encoding":"XML"}"#).expect_err("it cannot be used");
        expect!["States.Runtime: [The field 'Transform.Encoding' is not supported by Step Functions; there is RequestBodyEncoding and RequestEncodingOptions]"].assert_eq(&reason(&failure));
    }
}
