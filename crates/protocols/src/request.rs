//! Requests: one function for all protocols, and what single services want besides.

use serde_json::Value;
use stateline_models::{Form, Member, Operation, Protocol, Service, Structure, names};

use crate::parameters::{self, BadParameters, Node, Problem, ProblemKind};
use crate::query::Dialect;
use crate::{checksum, json, query, rest, xml};

/// A request as far as it does not depend on where it goes and who sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path, percent-encoded; it begins with a slash.
    pub path: String,
    /// The query, percent-encoded, without its question mark; empty for none.
    pub query: String,
    /// Headers, each name once. Header names have the service's spelling.
    pub headers: Vec<(String, String)>,
    /// The body; empty for none.
    pub body: Vec<u8>,
    /// What stands before the service's own host: `sync-`, `123456789012.`.
    pub host_prefix: Option<String>,
    /// Whether the request is signed.
    pub signed: bool,
    /// Whether the signature covers the body.
    pub signs_body: bool,
    /// Members that the model requires and that are not there, on every level; one that is null is
    /// there. The service would refuse the request.
    pub missing: Vec<Problem>,
}

/// Makes a request of a task's parameters. Members are spelt as Step Functions does, in either of its
/// spellings; keys of maps are left alone. The token stands in for an idempotency token that the
/// author left out, so a repeated attempt must give the same.
///
/// # Errors
/// Where parameters do not fit the operation, with the path of each. A missing member is an error
/// only where it is part of the address.
pub fn request(
    service: &Service,
    operation: &Operation<'_>,
    parameters: &Value,
    token: &str,
) -> Result<Request, BadParameters> {
    refuse_streams(service, operation)?;
    let nothing = Value::Object(serde_json::Map::new());
    let parameters = if parameters.is_null() { &nothing } else { parameters };
    let Some(shape) = operation.input() else { return without_input(service, operation, parameters) };
    let Form::Structure(structure) = shape.form() else {
        return Err(whole("parameters that this release cannot read"));
    };
    let (mut members, mut missing) = parameters::read(shape, parameters)?;
    for member in structure.members.iter().filter(|member| member.wire.idempotency_token) {
        if !members.iter().any(|(given, _)| given.name == member.name) {
            members.push((*member, Node::Text(token.to_owned())));
            let path = format!("$.{}", names::raised(member.name));
            missing.retain(|lacking| lacking.path != path);
        }
    }
    prepare(service, operation.name(), &structure, &mut members);
    let mut request = blank(operation);
    request.missing = missing;
    if let Some(template) = operation.host_prefix() {
        request.host_prefix = Some(rest::host_prefix(template, &members)?);
    }
    fill(service, operation, &structure, &members, &mut request)?;
    finish(service, operation, &members, &mut request)?;
    Ok(request)
}

fn whole(what: &'static str) -> BadParameters {
    let kind = ProblemKind::Invalid(what);
    BadParameters { problems: vec![Problem { path: "$".to_owned(), field: String::new(), kind }] }
}

/// Step Functions supports no event streams.
fn refuse_streams(service: &Service, operation: &Operation<'_>) -> Result<(), BadParameters> {
    if operation.has_event_stream() {
        return Err(whole("those of another action: this one streams events, which is not supported"));
    }
    if service.protocol() == Protocol::Cbor {
        return Err(whole("those of another service: this one speaks only CBOR, which is not supported"));
    }
    Ok(())
}

fn blank(operation: &Operation<'_>) -> Request {
    Request {
        method: operation.method().to_owned(),
        path: "/".to_owned(),
        query: String::new(),
        headers: Vec::new(),
        body: Vec::new(),
        host_prefix: None,
        signed: !operation.is_unsigned(),
        signs_body: !operation.has_unsigned_body(),
        missing: Vec::new(),
    }
}

/// Operations that take nothing; whatever is given is one too many.
fn without_input(
    service: &Service,
    operation: &Operation<'_>,
    parameters: &Value,
) -> Result<Request, BadParameters> {
    let Value::Object(given) = parameters else { return Err(whole("an object")) };
    let unsupported = |name: &String| Problem {
        path: format!("$.{name}"),
        field: name.clone(),
        kind: ProblemKind::Unsupported,
    };
    let problems: Vec<Problem> = given.keys().map(unsupported).collect();
    if !problems.is_empty() {
        return Err(BadParameters { problems });
    }
    let mut request = blank(operation);
    request.host_prefix = operation.host_prefix().map(str::to_owned);
    fill(service, operation, &Structure::default(), &[], &mut request)?;
    finish(service, operation, &[], &mut request)?;
    Ok(request)
}

fn fill(
    service: &Service,
    operation: &Operation<'_>,
    structure: &Structure<'_>,
    members: &[(Member<'_>, Node<'_>)],
    request: &mut Request,
) -> Result<(), BadParameters> {
    let action = operation.name();
    match service.protocol() {
        Protocol::Json10 | Protocol::Json11 => {
            let is_old = service.protocol() == Protocol::Json10;
            let target = format!("{}.{action}", service.target_prefix());
            request.set("X-Amz-Target", target);
            let version = if is_old { "1.0" } else { "1.1" };
            request.set("Content-Type", format!("application/x-amz-json-{version}"));
            if service.is_query_compatible() {
                request.set("x-amzn-query-mode", "true".to_owned());
            }
            request.body = json::object(members).into_bytes();
        }
        Protocol::Query | Protocol::Ec2 => {
            let dialect = if service.protocol() == Protocol::Ec2 { Dialect::Ec2 } else { Dialect::Query };
            let content = "application/x-www-form-urlencoded; charset=utf-8";
            request.set("Content-Type", content.to_owned());
            request.body = query::form(dialect, action, service.api_version(), members).into_bytes();
        }
        Protocol::RestJson | Protocol::RestXml | Protocol::Cbor => {
            let (path, query) = rest::path(operation.path(), members)?;
            request.path = path;
            request.query = rest::query(query, members);
            request.headers = rest::headers(members)?;
            // The length is the body's, whatever the author says.
            request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("Content-Length"));
            if service.protocol() == Protocol::RestXml {
                fill_xml(operation, structure, members, request);
            } else {
                fill_json(structure, members, request);
            }
            content_of_stream(structure, members, request);
        }
    }
    Ok(())
}

/// The payload of a structure that has one, if it is given.
fn payload<'m, 'a>(
    structure: &Structure<'_>,
    members: &'m [(Member<'a>, Node<'a>)],
) -> Option<&'m (Member<'a>, Node<'a>)> {
    members.iter().find(|(member, _)| structure.payload == Some(member.name))
}

fn in_body<'a>(members: &[(Member<'a>, Node<'a>)]) -> Vec<(Member<'a>, Node<'a>)> {
    members.iter().filter(|(member, _)| member.location.is_none()).cloned().collect()
}

fn fill_json(structure: &Structure<'_>, members: &[(Member<'_>, Node<'_>)], request: &mut Request) {
    let is_raw = structure
        .payload()
        .is_some_and(|member| matches!(member.shape.form(), Form::Blob(_) | Form::Text(..)));
    request.body = match payload(structure, members) {
        Some((_, Node::Blob(bytes))) if is_raw => bytes.clone(),
        Some((_, Node::Text(text))) if is_raw => text.clone().into_bytes(),
        Some((_, node)) => json::body(node).into_bytes(),
        None if is_raw => Vec::new(),
        None if structure.payload.is_some() => b"{}".to_vec(),
        None => {
            let has_body = structure.members.iter().any(|member| member.location.is_none());
            if has_body { json::object(&in_body(members)).into_bytes() } else { Vec::new() }
        }
    };
    if !is_raw && !request.body.is_empty() && request.header("Content-Type").is_none() {
        request.set("Content-Type", "application/json".to_owned());
    }
}

fn fill_xml(
    operation: &Operation<'_>,
    structure: &Structure<'_>,
    members: &[(Member<'_>, Node<'_>)],
    request: &mut Request,
) {
    request.body = match payload(structure, members) {
        Some((_, Node::Blob(bytes))) => bytes.clone(),
        Some((_, Node::Text(text))) => text.clone().into_bytes(),
        Some((member, Node::Structure(inside))) => {
            xml::body(member.wire_name(), &member.wire, inside).into_bytes()
        }
        Some(_) => Vec::new(),
        None if structure.payload.is_some() => Vec::new(),
        None => {
            let inside = in_body(members);
            let root = operation.input_wire();
            let name = root.name.map_or_else(|| format!("{}Request", operation.name()), str::to_owned);
            if inside.is_empty() { Vec::new() } else { xml::body(&name, &root, &inside).into_bytes() }
        }
    };
}

/// A streamed body is a text to the SDK that Step Functions calls with, and is sent as such.
fn content_of_stream(structure: &Structure<'_>, members: &[(Member<'_>, Node<'_>)], request: &mut Request) {
    let is_stream = payload(structure, members).is_some_and(|(member, _)| member.wire.streaming);
    if is_stream && request.header("Content-Type").is_none() {
        request.set("Content-Type", "text/plain; charset=UTF-8".to_owned());
    }
}

/// What the SDKs change in single services' parameters.
fn prepare<'a>(
    service: &Service,
    action: &str,
    structure: &Structure<'a>,
    members: &mut Vec<(Member<'a>, Node<'a>)>,
) {
    match service.service_id() {
        // "/hostedzone/Z1" is what answers have; requests have "Z1".
        "Route 53" => {
            for (member, node) in members {
                if let Node::Text(text) = node
                    && is_route53_id(action, member.name)
                    && let Some((_, id)) = text.rsplit_once('/')
                {
                    *text = id.to_owned();
                }
            }
        }
        // A hyphen is the caller's own account.
        "Glacier" if !members.iter().any(|(member, _)| member.name == "accountId") => {
            let own = structure.members.iter().find(|member| member.name == "accountId");
            members.extend(own.map(|member| (*member, Node::Text("-".to_owned()))));
        }
        _ => {}
    }
}

/// Hosted zones, changes and delegation sets; other resources have ids of other kinds.
fn is_route53_id(action: &str, member: &str) -> bool {
    match member {
        "HostedZoneId" | "HostedZoneIdMarker" | "DelegationSetId" => true,
        "Id" => action == "GetChange" || action.contains("HostedZone") || action.contains("DelegationSet"),
        _ => false,
    }
}

/// Headers that single services want, and the checksum of the body.
fn finish(
    service: &Service,
    operation: &Operation<'_>,
    members: &[(Member<'_>, Node<'_>)],
    request: &mut Request,
) -> Result<(), BadParameters> {
    if operation.discovers_endpoints() {
        request.set("x-amz-api-version", service.api_version().to_owned());
    }
    match (service.service_id(), operation.name()) {
        ("API Gateway", _) if request.header("Accept").is_none() => {
            request.set("Accept", "application/json".to_owned());
        }
        ("Glacier", name) => {
            request.set("x-amz-glacier-version", service.api_version().to_owned());
            if matches!(name, "UploadArchive" | "UploadMultipartPart") {
                request.set_default("x-amz-content-sha256", checksum::sha256_hex(&request.body));
                request.set_default("x-amz-sha256-tree-hash", checksum::tree_hash(&request.body));
            }
        }
        // Line ends that the author wrote would be read as one kind of line end.
        ("S3", "DeleteObjects" | "PutBucketLifecycleConfiguration") => {
            let body = String::from_utf8_lossy(&request.body);
            request.body = body.replace('\r', "&#xD;").replace('\n', "&#xA;").into_bytes();
        }
        ("CloudSearch Domain", "Search") if !request.query.is_empty() => {
            request.method = "POST".to_owned();
            request.set("Content-Type", "application/x-www-form-urlencoded".to_owned());
            request.body = std::mem::take(&mut request.query).into_bytes();
        }
        _ => {}
    }
    add_checksum(operation, members, request)
}

fn add_checksum(
    operation: &Operation<'_>,
    members: &[(Member<'_>, Node<'_>)],
    request: &mut Request,
) -> Result<(), BadParameters> {
    let facts = operation.checksum();
    let has_one = |(name, _): &(String, String)| name.to_ascii_lowercase().starts_with("x-amz-checksum-");
    if request.headers.iter().any(has_one) || !(facts.required || facts.algorithm.is_some()) {
        return Ok(());
    }
    let chosen = members.iter().find_map(|(member, node)| match node {
        Node::Text(text) if Some(member.name) == facts.algorithm => Some((member, text)),
        _ => None,
    });
    let algorithm = chosen.map_or(checksum::DEFAULT, |(_, text)| text.as_str());
    let Some(sum) = checksum::of(algorithm, &request.body) else {
        let name = chosen.map_or("ChecksumAlgorithm", |(member, _)| member.name);
        let what = "CRC32, CRC32C, CRC64NVME, SHA1, SHA256, SHA512 or MD5";
        return Err(BadParameters::of_member(name, ProblemKind::Invalid(what)));
    };
    request.set(&format!("x-amz-checksum-{}", algorithm.to_ascii_lowercase()), sum);
    if chosen.is_none()
        && let Some(Form::Structure(structure)) = operation.input().map(|shape| shape.form())
        && let Some(member) = structure.members.iter().find(|member| Some(member.name) == facts.algorithm)
        && let Some(name) = member.wire.name
    {
        request.set(name, checksum::DEFAULT.to_owned());
    }
    Ok(())
}

impl Request {
    /// A header's value; the case of its name does not matter.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    fn set(&mut self, name: &str, value: String) {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value));
    }

    fn set_default(&mut self, name: &str, value: String) {
        if self.header(name).is_none() {
            self.set(name, value);
        }
    }
}
