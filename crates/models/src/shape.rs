//! Shapes: what parameters, answers and errors are made of, and how each part is written on the wire.
//! `service.rs` tells the form of the lines that are read here.

use crate::check::{Check, Mismatch, Mode};
use crate::names::spellings;
use crate::service::Service;
use serde_json::{Map as Object, Value};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// The shape of parameters or of an answer, or of a part of them.
#[derive(Clone, Copy, Debug)]
pub struct Shape<'a> {
    pub(crate) service: &'a Service,
    /// Shapes of one service with the same code are the same shape.
    pub(crate) code: &'a str,
}

/// What a shape is.
#[derive(Debug)]
pub enum Form<'a> {
    /// An object whose members are known.
    Structure(Structure<'a>),
    /// A list.
    List(List<'a>),
    /// An object with keys of the author's.
    Map(Map<'a>),
    /// A text with the words it may be; no words stand for any.
    Text(Bounds, HashSet<&'a str>),
    /// A whole number.
    Integer(Bounds),
    /// A number.
    Float(Bounds),
    /// `true` or `false`.
    Boolean,
    /// A time, with the form that the model gives it; `None` is what the protocol does by itself.
    Timestamp(Option<TimeFormat>),
    /// Bytes.
    Blob(Bounds),
    /// Any JSON.
    Any,
}

/// What a list holds.
#[derive(Clone, Copy, Debug)]
pub struct List<'a> {
    /// The shape of the elements.
    pub of: Shape<'a>,
    /// Whether the elements stand on the wire without the list around them.
    pub flattened: bool,
    /// The elements' name on the wire, if the model gives one.
    pub element: Option<&'a str>,
}

/// What a map holds. Keys are texts.
#[derive(Clone, Copy, Debug)]
pub struct Map<'a> {
    /// The shape of the values.
    pub of: Shape<'a>,
    /// Whether the entries stand on the wire without the map around them.
    pub flattened: bool,
    /// The keys' name on the wire, if the model gives one.
    pub key: Option<&'a str>,
    /// The values' name on the wire, if the model gives one.
    pub value: Option<&'a str>,
}

/// How a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeFormat {
    /// `2024-01-01T00:00:00Z`
    Iso8601,
    /// Seconds since the epoch.
    UnixTimestamp,
    /// `Mon, 01 Jan 2024 00:00:00 GMT`
    Rfc822,
}

/// What a structure has. Members are found by any spelling of Step Functions.
#[derive(Debug, Default)]
pub struct Structure<'a> {
    /// The members, in the model's order.
    pub members: Vec<Member<'a>>,
    /// The member that is the body as a whole.
    pub payload: Option<&'a str>,
    by_spelling: HashMap<String, usize>,
}

/// A member of a structure.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// The name in the service's model.
    pub name: &'a str,
    /// What it is.
    pub shape: Shape<'a>,
    /// Whether requests must have it.
    pub required: bool,
    /// Where it stands; `None` is the body.
    pub location: Option<Location>,
    /// What else is said of it.
    pub wire: Wire<'a>,
}

/// The place of a member that is not in the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// One header.
    Header,
    /// Several headers with one beginning.
    Headers,
    /// The query of the address.
    Query,
    /// The path of the address.
    Uri,
    /// The status of an answer.
    Status,
}

/// How a member, or an operation's input, is written on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wire<'a> {
    /// Its name, where that is not the member's.
    pub name: Option<&'a str>,
    /// Its name in ec2's requests.
    pub query_name: Option<&'a str>,
    /// Its XML namespace: a prefix, which may be empty, and an address.
    pub namespace: Option<(&'a str, &'a str)>,
    /// It is an attribute of the element around it.
    pub xml_attribute: bool,
    /// A token is made for it when the caller gives none.
    pub idempotency_token: bool,
    /// It is a label of the host's name.
    pub host_label: bool,
    /// It is a stream of bytes.
    pub streaming: bool,
    /// It is a stream of events.
    pub event_stream: bool,
    /// It is JSON, as Base64 in a header.
    pub json_value: bool,
}

/// The least and the most of a number, or of a text's length.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bounds {
    /// The least.
    pub min: Option<f64>,
    /// The most.
    pub max: Option<f64>,
}

/// Shapes that were read. Values repeat a few shapes many times, so each is read once and then known:
/// a list of a hundred thousand elements costs no more than its length.
#[derive(Debug, Default)]
pub struct Forms<'a> {
    known: HashMap<&'a str, Rc<Form<'a>>>,
}

impl<'a> Forms<'a> {
    /// What a shape is. All shapes that are asked for must be of one service.
    pub fn of(&mut self, shape: Shape<'a>) -> Rc<Form<'a>> {
        self.known.entry(shape.code).or_insert_with(|| Rc::new(shape.form())).clone()
    }
}

impl<'a> Shape<'a> {
    /// Checks a value against the shape.
    ///
    /// # Errors
    /// The first [`Mismatch`].
    pub fn check(&self, value: &Value, mode: Mode) -> Result<(), Mismatch> {
        Check::new(mode).value(*self, value, None)
    }

    /// The shape of a structure's member, as Step Functions spells it.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<Shape<'a>> {
        match self.form() {
            Form::Structure(structure) => structure.member(name).map(|member| member.shape),
            _ => None,
        }
    }

    /// What stands for the shape in the table. Shapes of one service with the same code are the same.
    #[must_use]
    pub fn code(&self) -> &'a str {
        self.code
    }

    /// What the shape is. Code that this release cannot read stands for any value.
    #[must_use]
    pub fn form(&self) -> Form<'a> {
        let of = |code| Shape { service: self.service, code };
        let code = match self.code.as_bytes().first() {
            Some(b'0'..=b'9') => self.service.line(self.code).unwrap_or("d"),
            _ => self.code,
        };
        let (Some(kind), Some(rest)) = (code.get(..1), code.get(1..)) else { return Form::Any };
        let mut parts = rest.split('\t');
        match kind {
            "{" => Form::Structure(Structure::read(self.service, rest)),
            "[" => {
                let (marks, code) = Marks::read(rest);
                Form::List(List { of: of(code), flattened: marks.flattened, element: marks.name })
            }
            "<" => {
                let (Marks { flattened, key, value, .. }, code) = Marks::read(rest);
                Form::Map(Map { of: of(code), flattened, key, value })
            }
            "s" => Form::Text(bounds(parts.next()), parts.collect()),
            "t" => Form::Timestamp(match rest {
                "i" => Some(TimeFormat::Iso8601),
                "u" => Some(TimeFormat::UnixTimestamp),
                "r" => Some(TimeFormat::Rfc822),
                _ => None,
            }),
            "i" => Form::Integer(bounds(parts.next())),
            "f" => Form::Float(bounds(parts.next())),
            "b" => Form::Boolean,
            "x" => Form::Blob(bounds(parts.next())),
            _ => Form::Any,
        }
    }
}

impl<'a> Structure<'a> {
    fn read(service: &'a Service, text: &'a str) -> Self {
        let (marks, text) = Marks::read(text);
        let mut structure = Structure { payload: marks.payload, ..Structure::default() };
        for member in text.split('\t').filter_map(|part| Member::read(service, part)) {
            for spelt in spellings(member.name) {
                // Of two members that could be meant, it is the first.
                structure.by_spelling.entry(spelt).or_insert(structure.members.len());
            }
            structure.members.push(member);
        }
        structure
    }

    /// The member that a spelling of Step Functions means.
    #[must_use]
    pub fn member(&self, given: &str) -> Option<&Member<'a>> {
        self.members.get(*self.by_spelling.get(given)?)
    }

    /// The member that is the body as a whole.
    #[must_use]
    pub fn payload(&self) -> Option<&Member<'a>> {
        let payload = self.payload?;
        self.members.iter().find(|member| member.name == payload)
    }

    /// The members that must be there and are not, under none of their spellings.
    pub fn missing(&self, given: &Object<String, Value>) -> impl Iterator<Item = &Member<'a>> {
        let is_there = |member: &Member<'a>| spellings(member.name).any(|spelt| given.contains_key(&spelt));
        self.members.iter().filter(move |member| member.required && !is_there(member))
    }
}

impl<'a> Member<'a> {
    /// `Key!s1~ @uri n=Key`
    fn read(service: &'a Service, text: &'a str) -> Option<Self> {
        let (name, rest) = text.split_at_checked(text.find([' ', '!'])?)?;
        let mut parts = rest.get(1..)?.split(' ');
        let shape = Shape { service, code: parts.next()? };
        let mut member =
            Member { name, shape, required: rest.starts_with('!'), location: None, wire: Wire::default() };
        for part in parts {
            match part {
                "@header" => member.location = Some(Location::Header),
                "@headers" => member.location = Some(Location::Headers),
                "@querystring" => member.location = Some(Location::Query),
                "@uri" => member.location = Some(Location::Uri),
                "@statusCode" => member.location = Some(Location::Status),
                _ => member.wire.add(part),
            }
        }
        Some(member)
    }

    /// The name on the wire.
    #[must_use]
    pub fn wire_name(&self) -> &'a str {
        self.wire.name.unwrap_or(self.name)
    }
}

impl<'a> Wire<'a> {
    pub(crate) fn add(&mut self, part: &'a str) {
        match part.split_once('=') {
            Some(("n", name)) => self.name = Some(name),
            Some(("q", name)) => self.query_name = Some(name),
            Some(("x", uri)) => self.namespace = Some(("", uri)),
            Some(("X", both)) => self.namespace = both.split_once(','),
            Some(_) => {}
            None => match part {
                "a" => self.xml_attribute = true,
                "i" => self.idempotency_token = true,
                "l" => self.host_label = true,
                "s" => self.streaming = true,
                "e" => self.event_stream = true,
                "j" => self.json_value = true,
                _ => {}
            },
        }
    }
}

/// What stands in brackets before a list's element, a map's value or a structure's members.
#[derive(Default)]
struct Marks<'a> {
    flattened: bool,
    name: Option<&'a str>,
    key: Option<&'a str>,
    value: Option<&'a str>,
    payload: Option<&'a str>,
}

impl<'a> Marks<'a> {
    /// `(f,n=item)s` is the marks and the code behind them.
    fn read(text: &'a str) -> (Self, &'a str) {
        let mut marks = Marks::default();
        let Some((inside, rest)) = text.strip_prefix('(').and_then(|text| text.split_once(')')) else {
            return (marks, text);
        };
        for mark in inside.split(',') {
            match mark.split_once('=') {
                Some(("n", name)) => marks.name = Some(name),
                Some(("k", name)) => marks.key = Some(name),
                Some(("v", name)) => marks.value = Some(name),
                Some(("p", name)) => marks.payload = Some(name),
                _ => marks.flattened |= mark == "f",
            }
        }
        (marks, rest)
    }
}

/// `128~10240`, `1~`, `~5`, or nothing.
fn bounds(text: Option<&str>) -> Bounds {
    let (min, max) = text.and_then(|text| text.split_once('~')).unwrap_or_default();
    Bounds { min: min.parse().ok(), max: max.parse().ok() }
}
