//! A task's parameters against the shape of an operation's input: what is read here can be written in
//! every protocol without a further look at the JSON.
//!
//! | member | takes |
//! |---|---|
//! | text | a text; an object or a list is taken as its JSON text |
//! | number | a number; a whole one where the model says so |
//! | blob | a text, as its bytes in UTF-8; anything else as its JSON text |
//! | streamed body | any JSON, as its JSON text: a text has its quotes there, as recorded of AWS |
//! | timestamp | ISO 8601, RFC 822, or seconds since the epoch |
//!
//! A member that is null is left out, and counts as given.

use jiff::Timestamp;
use serde_json::{Map as Object, Number, Value};
use stateline_models::{Form, Forms, List, Map, Member, Shape, Structure, TimeFormat, names};
use std::fmt;

use crate::{time, words};

/// Parameters nest no deeper than this; deeper ones are refused instead of filling the stack.
const DEPTH_MAX: usize = 128;

/// A value that fits its shape.
#[derive(Clone, Debug)]
pub(crate) enum Node<'a> {
    Structure(Vec<(Member<'a>, Node<'a>)>),
    List(List<'a>, Vec<Node<'a>>),
    Map(Map<'a>, Vec<(&'a str, Node<'a>)>),
    Text(String),
    Number(Number),
    /// `NaN`, `Infinity` or `-Infinity`, which JSON has no numbers for.
    NotFinite(&'a str),
    Boolean(bool),
    Timestamp(Timestamp, Option<TimeFormat>),
    Blob(Vec<u8>),
    Document(&'a Value),
}

/// Parameters that cannot be sent. `Display` says where and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct BadParameters {
    /// All that is wrong, in the order of the parameters.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong with parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: `$.Item.id`. Empty for the parameters as a whole.
    pub path: String,
    /// The last name of the path.
    pub field: String,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What is wrong with a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// The request cannot be made without it.
    Missing,
    /// It must be something else, which is told.
    Invalid(&'static str),
    /// The action does not have it.
    Unsupported,
}

impl BadParameters {
    /// What is wrong in the words of Step Functions: `[The field 'X' is required but was missing]`.
    #[must_use]
    pub fn words(&self) -> String {
        let words: Vec<String> = self.problems.iter().map(Problem::words).collect();
        format!("[{}]", words.join(", "))
    }
}

impl fmt::Display for BadParameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            write!(f, "{}{problem}", if index == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

impl Problem {
    /// The problem in the words of Step Functions.
    #[must_use]
    pub fn words(&self) -> String {
        let field = &self.field;
        match self.kind {
            ProblemKind::Invalid(what) if field.is_empty() => format!("The parameters must be {what}"),
            ProblemKind::Missing => words::missing_field(field),
            ProblemKind::Invalid(_) => words::invalid_field(field),
            ProblemKind::Unsupported => words::unsupported_field(field),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match self.kind {
            ProblemKind::Missing => write!(f, "{path} is required but was missing"),
            ProblemKind::Invalid(what) => write!(f, "{path} must be {what}"),
            ProblemKind::Unsupported => write!(f, "{path} is not a parameter of this action; remove it"),
        }
    }
}

/// The path to a value, as a list that lives on the stack.
#[derive(Clone, Copy)]
struct Path<'p> {
    above: Option<&'p Path<'p>>,
    step: Step<'p>,
    depth: usize,
}

#[derive(Clone, Copy)]
enum Step<'p> {
    Root,
    Name(&'p str),
    Index(usize),
}

impl<'p> Path<'p> {
    fn below(&'p self, step: Step<'p>) -> Path<'p> {
        Path { above: Some(self), step, depth: self.depth + 1 }
    }

    fn text(&self) -> String {
        let above = self.above.map(Path::text).unwrap_or_default();
        match self.step {
            Step::Root => "$".to_owned(),
            Step::Name(name) => format!("{above}.{name}"),
            Step::Index(index) => format!("{above}[{index}]"),
        }
    }

    fn field(&self) -> &'p str {
        match (self.step, self.above) {
            (Step::Name(name), _) => name,
            (Step::Index(_), Some(above)) => above.field(),
            _ => "",
        }
    }
}

/// Reads parameters, and gathers what is wrong with them.
pub(crate) struct Reader<'a> {
    forms: Forms<'a>,
    problems: Vec<Problem>,
    /// Members that the model requires and that are not there.
    missing: Vec<Problem>,
}

/// The members of an input, and those that are missing.
pub(crate) type Input<'a> = (Vec<(Member<'a>, Node<'a>)>, Vec<Problem>);

/// Reads the parameters of an operation.
pub(crate) fn read<'a>(shape: Shape<'a>, parameters: &'a Value) -> Result<Input<'a>, BadParameters> {
    let mut reader = Reader { forms: Forms::default(), problems: Vec::new(), missing: Vec::new() };
    let root = Path { above: None, step: Step::Root, depth: 0 };
    let node = reader.node(shape, parameters, &root);
    if !reader.problems.is_empty() {
        return Err(BadParameters { problems: reader.problems });
    }
    match node {
        Some(Node::Structure(members)) => Ok((members, reader.missing)),
        // An input is a structure in every model.
        _ => Err(BadParameters { problems: vec![problem(&root, ProblemKind::Invalid("an object"))] }),
    }
}

impl BadParameters {
    /// One problem with a member of the input itself.
    pub(crate) fn of_member(name: &str, kind: ProblemKind) -> Self {
        let field = names::raised(name);
        BadParameters { problems: vec![Problem { path: format!("$.{field}"), field, kind }] }
    }
}

fn problem(path: &Path<'_>, kind: ProblemKind) -> Problem {
    Problem { path: path.text(), field: path.field().to_owned(), kind }
}

impl<'a> Reader<'a> {
    fn refuse(&mut self, path: &Path<'_>, what: &'static str) -> Option<Node<'a>> {
        self.problems.push(problem(path, ProblemKind::Invalid(what)));
        None
    }

    fn node(&mut self, shape: Shape<'a>, value: &'a Value, path: &Path<'_>) -> Option<Node<'a>> {
        if path.depth > DEPTH_MAX {
            return self.refuse(path, "nested less deeply");
        }
        let form = self.forms.of(shape);
        match (&*form, value) {
            (Form::Any, _) => Some(Node::Document(value)),
            (Form::Structure(structure), Value::Object(given)) => self.structure(structure, given, path),
            (Form::List(list), Value::Array(items)) => {
                let read = items.iter().enumerate();
                let nodes: Vec<Node<'a>> = read
                    .filter_map(|(index, item)| self.node(list.of, item, &path.below(Step::Index(index))))
                    .collect();
                Some(Node::List(*list, nodes))
            }
            (Form::Map(map), Value::Object(given)) => {
                let read = given.iter().filter_map(|(key, value)| {
                    Some((key.as_str(), self.node(map.of, value, &path.below(Step::Name(key)))?))
                });
                let entries = read.collect();
                Some(Node::Map(*map, entries))
            }
            (Form::Text(..), Value::String(text)) => Some(Node::Text(text.clone())),
            (Form::Text(..), Value::Object(_) | Value::Array(_)) => Some(Node::Text(value.to_string())),
            (Form::Integer(_), Value::Number(number)) => match whole(number) {
                Some(number) => Some(Node::Number(number)),
                None => self.refuse(path, "a whole number"),
            },
            (Form::Float(_), Value::Number(number)) => Some(Node::Number(number.clone())),
            (Form::Float(_), Value::String(text)) => {
                match ["NaN", "Infinity", "-Infinity"].into_iter().find(|word| word == text) {
                    Some(word) => Some(Node::NotFinite(word)),
                    None => self.refuse(path, "a number"),
                }
            }
            (Form::Boolean, Value::Bool(value)) => Some(Node::Boolean(*value)),
            (Form::Timestamp(format), Value::String(_) | Value::Number(_)) => match time_of(value) {
                Some(time) => Some(Node::Timestamp(time, *format)),
                None => self.refuse(path, "a time, as ISO 8601 text or seconds since the epoch"),
            },
            (Form::Blob(_), Value::String(text)) => Some(Node::Blob(text.clone().into_bytes())),
            (Form::Blob(_), Value::Null) => self.refuse(path, "a string"),
            (Form::Blob(_), _) => Some(Node::Blob(value.to_string().into_bytes())),
            (form, _) => self.refuse(path, wanted(form)),
        }
    }

    fn structure(
        &mut self,
        structure: &Structure<'a>,
        given: &'a Object<String, Value>,
        path: &Path<'_>,
    ) -> Option<Node<'a>> {
        let mut members = Vec::new();
        for (name, value) in given {
            let here = path.below(Step::Name(name));
            let Some(member) = structure.member(name) else {
                self.problems.push(problem(&here, ProblemKind::Unsupported));
                continue;
            };
            if value.is_null() {
                continue;
            }
            let is_body = member.wire.streaming && structure.payload == Some(member.name);
            let node = if is_body {
                Some(Node::Blob(value.to_string().into_bytes()))
            } else if member.wire.json_value {
                Some(Node::Document(value))
            } else {
                self.node(member.shape, value, &here)
            };
            members.extend(node.map(|node| (*member, node)));
        }
        for member in structure.missing(given) {
            let name = names::raised(member.name);
            self.missing.push(problem(&path.below(Step::Name(&name)), ProblemKind::Missing));
        }
        Some(Node::Structure(members))
    }
}

fn wanted(form: &Form<'_>) -> &'static str {
    match form {
        Form::Structure(_) | Form::Map(_) => "an object",
        Form::List(_) => "an array",
        Form::Integer(_) => "a whole number",
        Form::Float(_) => "a number",
        Form::Boolean => "true or false",
        Form::Timestamp(_) => "a time, as ISO 8601 text or seconds since the epoch",
        Form::Text(..) | Form::Blob(_) | Form::Any => "a string",
    }
}

/// A whole number, also of one that is written `5.0`.
fn whole(number: &Number) -> Option<Number> {
    if number.is_i64() || number.is_u64() {
        return Some(number.clone());
    }
    let value = number.as_f64()?;
    // Doubles tell whole numbers apart up to here.
    if value.fract() != 0.0 || value.abs() > 9_007_199_254_740_992.0 {
        return None;
    }
    #[allow(clippy::cast_possible_truncation, reason = "it is whole and below 2^53")]
    let whole = value as i64;
    Some(whole.into())
}

fn time_of(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => time::read(text),
        Value::Number(number) => time::of_seconds(&number.to_string()),
        _ => None,
    }
}
