//! Errors that services answer with, in the spellings of all protocols.

use serde_json::{Map, Value};
use stateline_models::{Form, Location, Operation, Protocol, Service, names};

use crate::answer::{Reading, Spelling};
use crate::xml::{self, Element};

/// What a service answered instead of a result.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceFault {
    /// The status of the answer.
    pub status: u16,
    /// The error's code as it is on the wire: `NoSuchKey`. Nothing where the answer has none.
    pub code: Option<String>,
    /// The exception that the SDK for Java has for it: `NoSuchKeyException`. Nothing for a code that
    /// the service's model does not have.
    pub exception: Option<String>,
    /// What the service says.
    pub message: Option<String>,
    /// The id that the service gave the request.
    pub request_id: Option<String>,
    /// The second id that S3 gives.
    pub extended_request_id: Option<String>,
    /// The members of a modelled error, spelt as for `aws-sdk`; otherwise an empty object.
    pub members: Value,
    /// The answer could not be read: it is the client that fails, and `message` says why.
    pub unreadable: bool,
}

/// The id that a service gave a request, from its answer's headers.
#[must_use]
pub fn request_id(headers: &[(String, String)]) -> Option<String> {
    let names = ["x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id"];
    names.into_iter().find_map(|name| header(headers, name)).map(str::to_owned)
}

pub(crate) fn header<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    let found = headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str())
}

/// An answer as it came.
#[derive(Clone, Copy)]
pub(crate) struct Raw<'r> {
    pub(crate) status: u16,
    pub(crate) headers: &'r [(String, String)],
    pub(crate) body: &'r [u8],
}

impl Raw<'_> {
    fn blank(&self) -> ServiceFault {
        ServiceFault {
            status: self.status,
            request_id: request_id(self.headers),
            extended_request_id: header(self.headers, "x-amz-id-2").map(str::to_owned),
            members: Value::Object(Map::new()),
            ..ServiceFault::default()
        }
    }

    /// The fault of an answer that is not what the model says.
    pub(crate) fn unreadable(&self, why: &str) -> Box<ServiceFault> {
        let message = format!("Unable to unmarshall response: {why}");
        Box::new(ServiceFault { message: Some(message), unreadable: true, ..self.blank() })
    }
}

/// Reads an error. Whatever the body is, there is a fault in the end.
pub(crate) fn read(service: &Service, operation: &Operation<'_>, raw: Raw<'_>) -> Box<ServiceFault> {
    let mut fault = Box::new(raw.blank());
    match service.protocol() {
        Protocol::Query | Protocol::Ec2 | Protocol::RestXml => {
            if let Ok(root) = xml::read(raw.body) {
                read_xml(service, &root, raw, &mut fault);
            }
        }
        Protocol::Json10 | Protocol::Json11 | Protocol::RestJson | Protocol::Cbor => {
            read_json(service, raw, &mut fault);
        }
    }
    if fault.code.is_none() && fault.message.is_none() {
        from_status(service, operation, raw.status, &mut fault);
    }
    fault
}

/// S3 answers to HEAD have no body; the status alone tells the exception.
fn from_status(service: &Service, operation: &Operation<'_>, status: u16, fault: &mut ServiceFault) {
    if service.service_id() == "S3" && status == 404 {
        let exception = match operation.name() {
            "HeadObject" => "NoSuchKeyException",
            "HeadBucket" => "NoSuchBucketException",
            _ => return,
        };
        fault.exception = Some(exception.to_owned());
    }
}

/// `<Error>`, `<ErrorResponse><Error>` and `<Response><Errors><Error>`.
fn read_xml(service: &Service, root: &Element, raw: Raw<'_>, fault: &mut ServiceFault) {
    let error = match root.name.as_str() {
        "Error" => Some(root),
        _ => root.child("Error").or_else(|| root.child("Errors")?.child("Error")),
    };
    let text = |element: &Element, name: &str| element.child(name).map(|child| child.text.trim().to_owned());
    let id = |element: &Element| {
        ["RequestId", "RequestID", "requestId", "requestID"].into_iter().find_map(|name| text(element, name))
    };
    fault.request_id = fault.request_id.take().or_else(|| id(root)).or_else(|| error.and_then(id));
    let Some(error) = error else { return };
    fault.code = text(error, "Code").filter(|code| !code.is_empty());
    fault.message = error.child("Message").or_else(|| error.child("message")).map(|child| child.text.clone());
    if fault.extended_request_id.is_none() {
        fault.extended_request_id = text(error, "HostId");
    }
    let Some(shape) = fault.code.as_deref().and_then(|code| service.error(code)) else { return };
    fault.exception = Some(shape.exception());
    let mut reading = Reading::new(Spelling::Sdk);
    if let Ok(members) = reading.xml(shape.shape, &[error]) {
        fault.members = with_headers(&mut reading, &shape.shape.form(), members, raw);
    }
}

fn read_json(service: &Service, raw: Raw<'_>, fault: &mut ServiceFault) {
    let body: Value = serde_json::from_slice(raw.body).unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    fault.message = ["message", "Message", "errorMessage"].into_iter().find_map(text);
    let in_header = header(raw.headers, "x-amzn-errortype").map(str::to_owned);
    let names = match service.protocol() {
        Protocol::RestJson => ["code", "Code", "__type"],
        _ => ["__type", "code", "Code"],
    };
    let code = in_header.or_else(|| names.into_iter().find_map(text)).map(|code| bare(&code));
    let Some(code) = code.filter(|code| !code.is_empty()) else { return };
    if let Some(shape) = service.error(&code) {
        fault.exception = Some(shape.exception());
        let mut reading = Reading::new(Spelling::Sdk);
        if let Ok(members) = reading.json(shape.shape, &body, "$") {
            fault.members = with_headers(&mut reading, &shape.shape.form(), members, raw);
        }
    }
    // Services that spoke query before keep their old codes.
    let old = header(raw.headers, "x-amzn-query-error").and_then(|error| error.split_once(';'));
    fault.code = Some(match old {
        Some((old, _)) if service.is_query_compatible() && !old.is_empty() => old.to_owned(),
        _ => code,
    });
}

/// `com.amazonaws.sqs#QueueDoesNotExist:http://…` is `QueueDoesNotExist`.
fn bare(code: &str) -> String {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default().trim().to_owned()
}

/// The members of an error that stand in headers.
fn with_headers<'a>(reading: &mut Reading<'a>, form: &Form<'a>, members: Value, raw: Raw<'_>) -> Value {
    let (Form::Structure(structure), Value::Object(mut members)) = (form, members) else {
        return Value::Object(Map::new());
    };
    for member in structure.members.iter().filter(|member| member.location == Some(Location::Header)) {
        let value = header(raw.headers, member.wire_name());
        if let Some(Ok(value)) = value.map(|value| reading.header(member, value)) {
            members.insert(names::sdk(member.name), value);
        }
    }
    Value::Object(members)
}
