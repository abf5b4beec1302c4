//! Answers as tasks' results: PascalCase members in the order of the alphabet, absent ones left out,
//! a streamed body last.
//!
//! Bytes are text where they are UTF-8 and Base64 otherwise; keys of maps are left alone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map as Object, Number, Value};
use stateline_models::{Form, Forms, List, Location, Map, Member, Operation, Protocol, Service, Shape};
use stateline_models::{Structure, names};

use crate::fault::{self, Raw, ServiceFault, header};
use crate::time;
use crate::xml::{self, Element};

/// Whose spelling a result has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// `aws-sdk` integrations: members as the SDK for Java 2 has them (`DbInstances`), times as
    /// ISO 8601.
    Sdk,
    /// Integrations of their own: the service's spelling with the first letter raised, times as
    /// milliseconds since the epoch.
    Optimised,
}

/// Makes a task's result of an answer. The body must have been decompressed; its size is for the
/// caller to bound, its depth is bounded here.
///
/// # Errors
/// The service's error, or what makes the answer unreadable.
pub fn answer(
    service: &Service,
    operation: &Operation<'_>,
    status: u16,
    headers: &[(String, String)],
    body: &[u8],
    spelling: Spelling,
) -> Result<Value, Box<ServiceFault>> {
    let raw = Raw { status, headers, body };
    if status >= 300 {
        return Err(fault::read(service, operation, raw));
    }
    let read = match service.protocol() {
        Protocol::Json10 | Protocol::Json11 => json(operation, body, spelling),
        Protocol::Query | Protocol::Ec2 => query(operation, body, spelling),
        Protocol::RestJson | Protocol::RestXml => {
            if let Some(fault) = hidden_error(service, operation, raw) {
                return Err(fault);
            }
            rest(service, operation, raw, spelling)
        }
        Protocol::Cbor => Err("it is CBOR".to_owned()),
    };
    read.map_err(|why| raw.unreadable(&why))
}

fn nothing() -> Value {
    Value::Object(Object::new())
}

fn parsed(body: &[u8]) -> Result<Value, String> {
    if body.is_empty() {
        return Ok(nothing());
    }
    serde_json::from_slice(body).map_err(|error| format!("its body is no JSON: {error}"))
}

fn parsed_xml(body: &[u8]) -> Result<Element, String> {
    if body.is_empty() {
        return Ok(Element::default());
    }
    xml::read(body).map_err(|why| format!("its body is no XML: {why}"))
}

fn json(operation: &Operation<'_>, body: &[u8], spelling: Spelling) -> Result<Value, String> {
    match operation.output() {
        None => Ok(nothing()),
        Some(shape) => Reading::new(spelling).json(shape, &parsed(body)?, "$"),
    }
}

fn query(operation: &Operation<'_>, body: &[u8], spelling: Spelling) -> Result<Value, String> {
    let Some(shape) = operation.output() else { return Ok(nothing()) };
    let root = parsed_xml(body)?;
    let start = match operation.wrapper() {
        None => &root,
        Some(name) => root.child(name).ok_or_else(|| format!("its body has no {name}"))?,
    };
    Reading::new(spelling).xml(shape, &[start])
}

/// S3 may find out that a copy fails when it has answered 200 already: the body is the error then.
fn hidden_error(service: &Service, operation: &Operation<'_>, raw: Raw<'_>) -> Option<Box<ServiceFault>> {
    if service.service_id() != "S3" || has_raw_body(operation) {
        return None;
    }
    let root = xml::read(raw.body).ok().filter(|root| root.name == "Error")?;
    let fault = fault::read(service, operation, raw);
    (root.child("Code").is_some()).then_some(fault)
}

fn has_raw_body(operation: &Operation<'_>) -> bool {
    let Some(Form::Structure(structure)) = operation.output().map(|shape| shape.form()) else { return false };
    structure.payload().is_some_and(|member| is_raw(member))
}

fn is_raw(member: &Member<'_>) -> bool {
    matches!(member.shape.form(), Form::Blob(_) | Form::Text(..))
}

fn rest(
    service: &Service,
    operation: &Operation<'_>,
    raw: Raw<'_>,
    spelling: Spelling,
) -> Result<Value, String> {
    let Some(shape) = operation.output() else { return Ok(nothing()) };
    let Form::Structure(structure) = shape.form() else { return Ok(nothing()) };
    let mut reading = Reading::new(spelling);
    let mut members = outside_body(&mut reading, service, &structure, raw)?;
    let is_xml = service.protocol() == Protocol::RestXml;
    let mut last = None;
    match structure.payload() {
        Some(member) if is_raw(member) => {
            let body = (reading.name(member), bytes_as_text(raw.body));
            if member.wire.streaming { last = Some(body) } else { members.push(body) }
        }
        Some(_) if raw.body.is_empty() => {}
        Some(member) => {
            let value = if is_xml {
                reading.xml(member.shape, &[&parsed_xml(raw.body)?])?
            } else {
                reading.json(member.shape, &parsed(raw.body)?, "$")?
            };
            members.push((reading.name(member), value));
        }
        None if is_xml => {
            let root = parsed_xml(raw.body)?;
            members.extend(if is_location_of_bucket(service, operation) {
                reading.only_member(&structure, &root)
            } else {
                reading.xml_members(&structure, &root)?
            });
        }
        None => members.extend(reading.json_members(&structure, &parsed(raw.body)?, "$")?),
    }
    Ok(in_order(members, last))
}

/// The members that are not in the body.
fn outside_body<'a>(
    reading: &mut Reading<'a>,
    service: &Service,
    structure: &Structure<'a>,
    raw: Raw<'_>,
) -> Result<Vec<(String, Value)>, String> {
    let mut members = Vec::new();
    for member in &structure.members {
        let value = match member.location {
            Some(Location::Status) => Value::from(raw.status),
            Some(Location::Headers) => prefixed(member, raw.headers),
            Some(Location::Header) => match header(raw.headers, member.wire_name()) {
                Some(value) if service.service_id() == "S3" && member.name == "Expires" => {
                    // Owners of objects may say anything here: the SDK has it as text also.
                    members.push(("ExpiresString".to_owned(), value.into()));
                    let Ok(time) = reading.header(member, value) else { continue };
                    time
                }
                Some(value) => reading.header(member, value)?,
                None => continue,
            },
            _ => continue,
        };
        members.push((reading.name(member), value));
    }
    Ok(members)
}

/// The one answer whose root is the member itself.
fn is_location_of_bucket(service: &Service, operation: &Operation<'_>) -> bool {
    service.service_id() == "S3" && operation.name() == "GetBucketLocation"
}

/// The headers with a beginning, as a map; it is there also if none has it.
fn prefixed(member: &Member<'_>, headers: &[(String, String)]) -> Value {
    let prefix = member.wire.name.unwrap_or_default();
    let inside = headers.iter().filter_map(|(name, value)| {
        let (before, rest) = name.split_at_checked(prefix.len())?;
        before.eq_ignore_ascii_case(prefix).then(|| (rest.to_owned(), Value::from(value.as_str())))
    });
    Value::Object(inside.collect())
}

fn in_order(mut members: Vec<(String, Value)>, last: Option<(String, Value)>) -> Value {
    members.sort_by(|(one, _), (other, _)| one.cmp(other));
    Value::Object(members.into_iter().chain(last).collect())
}

fn bytes_as_text(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => STANDARD.encode(bytes).into(),
    }
}

/// Reads values of an answer as members of a result.
pub(crate) struct Reading<'a> {
    forms: Forms<'a>,
    spelling: Spelling,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(spelling: Spelling) -> Self {
        Reading { forms: Forms::default(), spelling }
    }

    fn name(&self, member: &Member<'_>) -> String {
        match self.spelling {
            Spelling::Sdk => names::sdk(member.name),
            Spelling::Optimised => names::raised(member.name),
        }
    }

    /// A value of a JSON body. Its depth has been bounded when it was parsed.
    pub(crate) fn json(&mut self, shape: Shape<'a>, value: &Value, path: &str) -> Result<Value, String> {
        let form = self.forms.of(shape);
        match (&*form, value) {
            (_, Value::Null) | (Form::Any, _) => Ok(value.clone()),
            (Form::Structure(structure), _) => Ok(in_order(self.json_members(structure, value, path)?, None)),
            (Form::List(list), Value::Array(items)) => {
                items.iter().map(|item| self.json(list.of, item, path)).collect()
            }
            (Form::Map(map), Value::Object(members)) => {
                let read =
                    members.iter().map(|(key, value)| Ok((key.clone(), self.json(map.of, value, key)?)));
                read.collect::<Result<Object<String, Value>, String>>().map(Value::Object)
            }
            (Form::Timestamp(_), Value::Number(number)) => self.time(&number.to_string(), path),
            (Form::Timestamp(_), Value::String(text)) => self.time(text, path),
            (Form::Blob(_), Value::String(text)) => blob(text, path),
            (Form::List(_), _) => Err(format!("{path} is no list")),
            (Form::Map(_), _) => Err(format!("{path} is no object")),
            (Form::Timestamp(_) | Form::Blob(_), _) => Err(format!("{path} is no text")),
            (_, Value::Array(_) | Value::Object(_)) => Err(format!("{path} is no single value")),
            // Services are trusted with numbers and texts: what they answer is passed on.
            _ => Ok(value.clone()),
        }
    }

    fn json_members(
        &mut self,
        structure: &Structure<'a>,
        value: &Value,
        path: &str,
    ) -> Result<Vec<(String, Value)>, String> {
        let Value::Object(given) = value else { return Err(format!("{path} is no object")) };
        let mut members = Vec::new();
        for member in structure.members.iter().filter(|member| !is_elsewhere(member)) {
            if let Some(value) = given.get(member.wire_name()).filter(|value| !value.is_null()) {
                members.push((self.name(member), self.json(member.shape, value, member.name)?));
            }
        }
        Ok(members)
    }

    /// A value of an XML body; flattened lists and maps have several elements.
    pub(crate) fn xml(&mut self, shape: Shape<'a>, elements: &[&Element]) -> Result<Value, String> {
        let form = self.forms.of(shape);
        let Some(first) = elements.first() else { return Ok(Value::Null) };
        match &*form {
            Form::Structure(structure) => Ok(in_order(self.xml_members(structure, first)?, None)),
            Form::List(list) => self.xml_list(list, elements),
            Form::Map(map) => self.xml_map(map, elements),
            form => self.text(form, &first.text, &first.name),
        }
    }

    fn xml_list(&mut self, list: &List<'a>, elements: &[&Element]) -> Result<Value, String> {
        let items: Vec<&Element> = if list.flattened {
            elements.to_vec()
        } else {
            elements.iter().flat_map(|element| &element.children).collect()
        };
        items.into_iter().map(|item| self.xml(list.of, &[item])).collect()
    }

    fn xml_map(&mut self, map: &Map<'a>, elements: &[&Element]) -> Result<Value, String> {
        let entries: Vec<&Element> = if map.flattened {
            elements.to_vec()
        } else {
            elements.iter().flat_map(|element| &element.children).collect()
        };
        let mut read = Object::new();
        for entry in entries {
            let key = entry.child(map.key.unwrap_or("key"));
            let value = entry.child(map.value.unwrap_or("value"));
            let (Some(key), Some(value)) = (key, value) else {
                return Err(format!("{} has an entry without key or value", entry.name));
            };
            read.insert(key.text.clone(), self.xml(map.of, &[value])?);
        }
        Ok(Value::Object(read))
    }

    fn xml_members(
        &mut self,
        structure: &Structure<'a>,
        element: &Element,
    ) -> Result<Vec<(String, Value)>, String> {
        let mut members = Vec::new();
        for member in structure.members.iter().filter(|member| !is_elsewhere(member)) {
            let form = self.forms.of(member.shape);
            let name = match &*form {
                Form::List(List { flattened: true, element: Some(name), .. }) => name,
                _ => member.wire_name(),
            };
            let found: Vec<&Element> = element.children.iter().filter(|child| child.name == name).collect();
            if !found.is_empty() {
                members.push((self.name(member), self.xml(member.shape, &found)?));
            } else if member.wire.xml_attribute {
                let local = name.rsplit(':').next().unwrap_or(name);
                let attribute = element.attributes.iter().find(|(known, _)| known == local);
                members.extend(attribute.map(|(_, value)| (self.name(member), value.as_str().into())));
            }
        }
        Ok(members)
    }

    fn only_member(&self, structure: &Structure<'_>, root: &Element) -> Vec<(String, Value)> {
        let member = structure.members.first().filter(|_| !root.text.is_empty());
        member.map(|member| (self.name(member), root.text.as_str().into())).into_iter().collect()
    }

    /// A member that stands in a header.
    pub(crate) fn header(&mut self, member: &Member<'a>, value: &str) -> Result<Value, String> {
        let form = self.forms.of(member.shape);
        match &*form {
            Form::List(list) => {
                let of = self.forms.of(list.of);
                value.split(',').map(|item| self.text(&of, item.trim(), member.name)).collect()
            }
            Form::Text(..) if member.wire.json_value => {
                let bytes = STANDARD.decode(value).map_err(|_| format!("{} is no Base64", member.name))?;
                Ok(bytes_as_text(&bytes))
            }
            form => self.text(form, value, member.name),
        }
    }

    /// A single value that came as text.
    fn text(&self, form: &Form<'_>, text: &str, name: &str) -> Result<Value, String> {
        match form {
            Form::Integer(_) => {
                text.trim().parse::<i64>().map(Value::from).map_err(|_| format!("{name} is no whole number"))
            }
            Form::Float(_) => match text.trim().parse::<f64>() {
                Ok(value) => Ok(Number::from_f64(value).map_or_else(|| text.into(), Value::Number)),
                Err(_) => Err(format!("{name} is no number")),
            },
            Form::Boolean => Ok(text.trim().eq_ignore_ascii_case("true").into()),
            Form::Timestamp(_) => self.time(text, name),
            Form::Blob(_) => blob(text, name),
            _ => Ok(text.into()),
        }
    }

    /// Seconds are known to a millisecond, as they are to the SDK.
    fn time(&self, text: &str, name: &str) -> Result<Value, String> {
        let read = time::read(text).ok_or_else(|| format!("{name} is no time"))?;
        let millis = read.as_microsecond().div_euclid(1_000);
        if self.spelling == Spelling::Optimised {
            return Ok(millis.into());
        }
        let is_seconds = time::of_seconds(text.trim()).is_some();
        let time = if is_seconds { jiff::Timestamp::from_millisecond(millis).unwrap_or(read) } else { read };
        Ok(time::as_instant(time).into())
    }
}

/// Whether a member is not in the body.
fn is_elsewhere(member: &Member<'_>) -> bool {
    matches!(member.location, Some(Location::Header | Location::Headers | Location::Status))
}

fn blob(text: &str, name: &str) -> Result<Value, String> {
    let packed: String = text.chars().filter(|char| !char.is_ascii_whitespace()).collect();
    let bytes = STANDARD.decode(packed).map_err(|_| format!("{name} is no Base64"))?;
    Ok(bytes_as_text(&bytes))
}
