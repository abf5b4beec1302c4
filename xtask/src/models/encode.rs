//! One model as the table's text: its operations, and the shapes that their answers are made of.

use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap, VecDeque};

/// Lists and maps that hold nothing but each other end here; no model of today has any.
const NESTED_MAX: u8 = 8;

struct Encoder<'m> {
    shapes: &'m Map<String, Value>,
    lines: Vec<String>,
    /// Shapes with a line of their own, by name.
    numbers: HashMap<&'m str, usize>,
    /// Lines that stand for several shapes.
    same: HashMap<String, usize>,
    /// Structures whose lines are still to be written.
    open: VecDeque<&'m str>,
}

/// The text of a service; `None` for what is no model.
pub(super) fn service(model: &Value) -> Option<String> {
    let shapes = model["shapes"].as_object()?;
    let mut encoder = Encoder {
        shapes,
        lines: Vec::new(),
        numbers: HashMap::new(),
        same: HashMap::new(),
        open: VecDeque::new(),
    };
    let operations: BTreeMap<&String, &Value> = model["operations"].as_object()?.iter().collect();
    let mut text = String::new();
    for (name, operation) in operations {
        let code = match operation["output"]["shape"].as_str() {
            Some(shape) => encoder.code(shape, 0),
            None => "-".to_owned(),
        };
        text += &format!("{name}\t{code}\n");
    }
    encoder.finish();
    text.push('\n');
    for line in &encoder.lines {
        text += line;
        text.push('\n');
    }
    Some(text)
}

impl<'m> Encoder<'m> {
    /// The code of a shape, wherever it is named.
    fn code(&mut self, name: &'m str, nested: u8) -> String {
        let Some(shape) = self.shapes.get(name) else { return "d".to_owned() };
        if shape["document"].as_bool() == Some(true) || nested > NESTED_MAX {
            return "d".to_owned();
        }
        let bounds = bounds(shape);
        match shape["type"].as_str().unwrap_or_default() {
            "structure" => {
                let (lines, open) = (&mut self.lines, &mut self.open);
                let number = self.numbers.entry(name).or_insert_with(|| {
                    open.push_back(name);
                    lines.push(String::new());
                    lines.len() - 1
                });
                number.to_string()
            }
            "list" => {
                let member = shape["member"]["shape"].as_str().unwrap_or_default();
                format!("[{}", self.code(member, nested + 1))
            }
            "map" => {
                let value = shape["value"]["shape"].as_str().unwrap_or_default();
                format!("<{}", self.code(value, nested + 1))
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
            "timestamp" => "t".to_owned(),
            "blob" => format!("x{bounds}"),
            _ => "d".to_owned(),
        }
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
    fn finish(&mut self) {
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
                let code = self.code(reference["shape"].as_str().unwrap_or_default(), 0);
                members.push(format!("{member}{mark}{code}"));
            }
            if let Some(line) = self.lines.get_mut(number) {
                *line = format!("{{{}", members.join("\t"));
            }
        }
    }
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
