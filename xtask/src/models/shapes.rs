//! The shapes of a model as lines of the table, numbered as they are met.

use serde_json::{Map, Value};
use std::collections::{HashMap, VecDeque};

/// Lists and maps that hold nothing but each other end here; no model of today has any.
const NESTED_MAX: u8 = 8;

/// What a reference to a shape may say about it, over what the shape says of itself.
const TRAITS: [&str; 12] = [
    "locationName",
    "queryName",
    "flattened",
    "location",
    "streaming",
    "timestampFormat",
    "xmlNamespace",
    "xmlAttribute",
    "eventstream",
    "jsonvalue",
    "hostLabel",
    "idempotencyToken",
];

pub(super) struct Encoder<'m> {
    shapes: &'m Map<String, Value>,
    lines: Vec<String>,
    /// Shapes with a line of their own, by name.
    numbers: HashMap<&'m str, usize>,
    /// Lines that stand for several shapes.
    same: HashMap<String, usize>,
    /// Structures whose lines are still to be written.
    open: VecDeque<&'m str>,
}

/// What is said of a shape where it is named.
type Said<'v> = HashMap<&'static str, &'v Value>;

impl<'m> Encoder<'m> {
    pub(super) fn new(shapes: &'m Map<String, Value>) -> Self {
        Encoder {
            shapes,
            lines: Vec::new(),
            numbers: HashMap::new(),
            same: HashMap::new(),
            open: VecDeque::new(),
        }
    }

    /// The code of what an operation takes or gives; `-` for nothing.
    pub(super) fn code_or_none(&mut self, reference: &Value) -> String {
        let shapes = self.shapes;
        let name = reference["shape"].as_str().and_then(|name| shapes.get_key_value(name));
        name.map_or_else(|| "-".to_owned(), |(name, _)| self.structure(name).to_string())
    }

    /// The number of a structure's line.
    pub(super) fn structure(&mut self, name: &'m str) -> usize {
        let (lines, open) = (&mut self.lines, &mut self.open);
        *self.numbers.entry(name).or_insert_with(|| {
            open.push_back(name);
            lines.push(String::new());
            lines.len() - 1
        })
    }

    /// What a reference and its shape say together.
    pub(super) fn merged<'v>(&self, reference: &'v Value) -> Said<'v>
    where
        'm: 'v,
    {
        let shape = reference["shape"].as_str().and_then(|name| self.shapes.get(name));
        let said = |name: &'static str| {
            let here = reference.get(name).or_else(|| shape?.get(name))?;
            Some((name, here))
        };
        TRAITS.into_iter().filter_map(said).collect()
    }

    /// The code of a shape, wherever it is named.
    fn code(&mut self, reference: &'m Value, nested: u8) -> String {
        let name = reference["shape"].as_str().unwrap_or_default();
        let Some(shape) = self.shapes.get(name) else { return "d".to_owned() };
        if shape["document"].as_bool() == Some(true) || nested > NESTED_MAX {
            return "d".to_owned();
        }
        let said = self.merged(reference);
        let flattened = said.get("flattened").is_some_and(|flattened| **flattened == true);
        let bounds = bounds(shape);
        match shape["type"].as_str().unwrap_or_default() {
            "structure" => self.structure(name).to_string(),
            "list" => {
                let element = self.wire_name(&shape["member"], "n");
                let marks = marks([flattened.then(|| "f".to_owned()), element]);
                format!("[{marks}{}", self.code(&shape["member"], nested + 1))
            }
            "map" => {
                let (key, value) = (self.wire_name(&shape["key"], "k"), self.wire_name(&shape["value"], "v"));
                let marks = marks([flattened.then(|| "f".to_owned()), key, value]);
                format!("<{marks}{}", self.code(&shape["value"], nested + 1))
            }
            "string" => match shape["enum"].as_array() {
                None => format!("s{bounds}"),
                Some(words) => {
                    let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
                    self.line(format!("s\t{}", words.join("\t")))
                }
            },
            "integer" | "long" => format!("i{bounds}"),
            "float" | "double" => format!("f{bounds}"),
            "boolean" => "b".to_owned(),
            "timestamp" => match said.get("timestampFormat").and_then(|format| format.as_str()) {
                Some("iso8601") => "ti".to_owned(),
                Some("unixTimestamp") => "tu".to_owned(),
                Some("rfc822") => "tr".to_owned(),
                _ => "t".to_owned(),
            },
            "blob" => format!("x{bounds}"),
            _ => "d".to_owned(),
        }
    }

    /// The name that elements, keys or values have on the wire, if they have one of their own.
    fn wire_name(&self, reference: &Value, key: &str) -> Option<String> {
        let name = self.merged(reference).get("locationName").and_then(|name| name.as_str())?;
        Some(format!("{key}={name}"))
    }

    fn line(&mut self, line: String) -> String {
        let lines = &mut self.lines;
        let number = self.same.entry(line).or_insert_with_key(|line| {
            lines.push(line.clone());
            lines.len() - 1
        });
        number.to_string()
    }

    /// Writes the lines of all structures that were named.
    pub(super) fn finish(mut self) -> Vec<String> {
        while let Some(name) = self.open.pop_front() {
            let shapes = self.shapes;
            let Some((shape, number)) = shapes.get(name).zip(self.numbers.get(name).copied()) else {
                continue;
            };
            let required: Vec<&str> =
                shape["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let mut members = Vec::new();
            for (member, reference) in shape["members"].as_object().into_iter().flatten() {
                let mark = if required.contains(&member.as_str()) { '!' } else { ' ' };
                let mut line = format!("{member}{mark}{}", self.code(reference, 0));
                for said in traits(&self.merged(reference)) {
                    line.push(' ');
                    line += &said;
                }
                members.push(line);
            }
            let payload = shape["payload"].as_str().map(|payload| format!("p={payload}"));
            let marks = marks([payload]);
            if let Some(line) = self.lines.get_mut(number) {
                *line = format!("{{{marks}{}", members.join("\t"));
            }
        }
        self.lines
    }
}

/// What stands behind a member's code, or behind an operation for its input.
pub(super) fn traits(said: &Said<'_>) -> Vec<String> {
    let text = |name: &str| said.get(name).and_then(|value| value.as_str());
    let is = |name: &str| said.get(name).is_some_and(|value| **value == true);
    let mut traits = Vec::new();
    let mut add = |trait_: Option<String>| traits.extend(trait_);
    add(text("location").map(|location| format!("@{location}")));
    add(text("locationName").map(|name| format!("n={name}")));
    add(text("queryName").map(|name| format!("q={name}")));
    let mark = |name: &str, mark: &str| is(name).then(|| mark.to_owned());
    add(mark("xmlAttribute", "a"));
    add(mark("idempotencyToken", "i"));
    add(mark("hostLabel", "l"));
    add(mark("streaming", "s"));
    add(mark("eventstream", "e"));
    // Elsewhere such a text is a text like others.
    add(mark("jsonvalue", "j").filter(|_| text("location") == Some("header")));
    add(said.get("xmlNamespace").map(|namespace| match (namespace["prefix"].as_str(), &namespace["uri"]) {
        (Some(prefix), uri) => format!("X={prefix},{}", uri.as_str().unwrap_or_default()),
        (None, Value::String(uri)) => format!("x={uri}"),
        (None, _) => format!("x={}", namespace.as_str().unwrap_or_default()),
    }));
    traits
}

/// `(f,n=item)`; nothing where there are none.
fn marks<const N: usize>(marks: [Option<String>; N]) -> String {
    let marks: Vec<String> = marks.into_iter().flatten().collect();
    if marks.is_empty() { String::new() } else { format!("({})", marks.join(",")) }
}

/// `128~10240`; nothing where there are none.
fn bounds(shape: &Value) -> String {
    match (&shape["min"], &shape["max"]) {
        (Value::Null, Value::Null) => String::new(),
        (min, max) => {
            let shown = |bound: &Value| if bound.is_null() { String::new() } else { bound.to_string() };
            format!("{}~{}", shown(min), shown(max))
        }
    }
}
