//! From the model to Rust: a struct for each operation's request, and what its members must be.

use super::model::Model;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const HEADING: &str =
    "//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.\n\n";

/// AWS's own order of an enum's words in its messages, where a recording shows another than the model's.
const RECORDED_ORDER: [(&str, &[&str]); 1] =
    [("ExecutionStatus", &["SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING"])];

/// Names and unformatted contents of all files.
pub fn files(model: &Model) -> Result<Vec<(String, String)>, String> {
    let mut nested = BTreeMap::new();
    let mut files = Vec::new();
    let mut index = format!("{HEADING}mod structures;\n");
    let mut uses = String::from("pub(crate) use structures::*;\n");
    for (operation, input) in model.operations() {
        let module = snake(operation);
        let structure = Structure::read(model, operation, input, &mut nested)?;
        let about = format!("The request of `{operation}`.");
        files.push((format!("{module}.rs"), file(&[(about, structure)])));
        let _ = writeln!(index, "mod {module};");
        let _ = writeln!(uses, "pub(crate) use {module}::{operation};");
    }
    let structures: Vec<(String, Structure)> = nested
        .into_iter()
        .filter_map(|(name, structure)| Some((format!("`{name}` of the model."), structure?)))
        .collect();
    files.push(("structures.rs".to_owned(), file(&structures)));
    files.push(("mod.rs".to_owned(), index + "\n" + &uses));
    Ok(files)
}

/// A structure of the model.
#[derive(Clone, Debug)]
struct Structure {
    name: String,
    members: Vec<Member>,
}

#[derive(Clone, Debug)]
struct Member {
    wire: String,
    /// As Rust has it.
    kind: String,
    required: bool,
    /// The call that checks it.
    check: Option<String>,
    about: String,
}

impl Structure {
    fn read(
        model: &Model,
        name: &str,
        shape: &str,
        nested: &mut BTreeMap<String, Option<Structure>>,
    ) -> Result<Structure, String> {
        let shape = model.shape(shape)?;
        let required: Vec<&str> = shape
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut members = Vec::new();
        for (wire, member) in shape.get("members").and_then(Value::as_object).into_iter().flatten() {
            let target = member.get("shape").and_then(Value::as_str).ok_or("a member without a shape")?;
            let required = required.contains(&wire.as_str());
            members.push(Member::read(model, wire, target, required, nested)?);
        }
        Ok(Structure { name: name.to_owned(), members })
    }
}

impl Member {
    fn read(
        model: &Model,
        wire: &str,
        target: &str,
        required: bool,
        nested: &mut BTreeMap<String, Option<Structure>>,
    ) -> Result<Member, String> {
        let shape = model.shape(target)?;
        let member = |kind: &str, check: Option<String>, about: String| Member {
            wire: wire.to_owned(),
            kind: kind.to_owned(),
            required,
            check,
            about,
        };
        let value = format!("self.{}", rust_name(wire));
        Ok(match shape.get("type").and_then(Value::as_str).unwrap_or_default() {
            "string" => {
                let rule = text_rule(target, shape);
                let about = text_about(target, shape);
                member(
                    "Text<'a>",
                    rule.map(|rule| format!("found.text({wire:?}, {value}.as_ref(), &{rule});")),
                    about,
                )
            }
            "integer" | "long" => {
                let range = range_of(shape, "i64");
                let check = range.as_ref().map(|range| format!("found.number({wire:?}, {value}, {range});"));
                member("i64", check, "A whole number.".to_owned())
            }
            "float" => {
                let check = format!("found.fraction({wire:?}, {value}, 0.0..=100.0);");
                member("f64", Some(check), "A percentage.".to_owned())
            }
            "boolean" => member("bool", None, "A flag.".to_owned()),
            "structure" => {
                read_nested(model, target, nested)?;
                let check = format!("found.structure({wire:?}, {value}.as_ref());");
                member(&format!("{target}<'a>"), Some(check), format!("A `{target}`."))
            }
            "list" => list(model, &member, (wire, &value), shape, nested)?,
            other => return Err(format!("{target} is a {other}, which this tool does not know")),
        })
    }
}

fn list(
    model: &Model,
    member: &dyn Fn(&str, Option<String>, String) -> Member,
    (wire, value): (&str, &str),
    shape: &Value,
    nested: &mut BTreeMap<String, Option<Structure>>,
) -> Result<Member, String> {
    let item = shape.get("member").and_then(|item| item.get("shape")).and_then(Value::as_str);
    let item = item.ok_or("a list without items")?;
    let item_shape = model.shape(item)?;
    let bounds = format!(
        "{}..={}",
        shape.get("min").and_then(Value::as_u64).unwrap_or(0),
        shape
            .get("max")
            .and_then(Value::as_u64)
            .map_or_else(|| "usize::MAX".to_owned(), |max| max.to_string())
    );
    if item_shape.get("type").and_then(Value::as_str) == Some("structure") {
        read_nested(model, item, nested)?;
        let check = format!("found.structures({wire:?}, {value}.as_deref(), {bounds});");
        return Ok(member(&format!("Vec<{item}<'a>>"), Some(check), format!("Each a `{item}`.")));
    }
    let rule = text_rule(item, item_shape).ok_or_else(|| format!("{item} has no rule"))?;
    let check = format!("found.texts({wire:?}, {value}.as_deref(), &{rule});");
    Ok(member("Vec<Text<'a>>", Some(check), text_about(item, item_shape)))
}

fn read_nested(
    model: &Model,
    name: &str,
    nested: &mut BTreeMap<String, Option<Structure>>,
) -> Result<(), String> {
    if !nested.contains_key(name) {
        // Noted before it is read, in case it holds itself.
        nested.insert(name.to_owned(), None);
        let structure = Structure::read(model, name, name, nested)?;
        nested.insert(name.to_owned(), Some(structure));
    }
    Ok(())
}

/// Which length counts: some are settings of the server, whose defaults are the model's.
fn length_of(target: &str, shape: &Value) -> Option<String> {
    let min = shape.get("min").and_then(Value::as_u64).unwrap_or(0);
    Some(match target {
        "SensitiveData" => "Length::Payload".to_owned(),
        "Definition" => "Length::Definition".to_owned(),
        "SensitiveError" => "Length::Error".to_owned(),
        "SensitiveCause" => "Length::Cause".to_owned(),
        _ => format!("Length::Chars({min}..={})", shape.get("max").and_then(Value::as_u64)?),
    })
}

/// The rule of a text; `None` when anything goes.
fn text_rule(target: &str, shape: &Value) -> Option<String> {
    let sensitive = shape.get("sensitive").and_then(Value::as_bool).unwrap_or_default();
    if let Some(words) = words(target, shape) {
        return Some(format!("Rule::one_of(&{words:?})"));
    }
    let mut rule = format!("Rule::length({})", length_of(target, shape)?);
    if let Some(pattern) = shape.get("pattern").and_then(Value::as_str) {
        let _ = write!(rule, ".pattern(Pattern::{target}, {pattern:?})");
    }
    if sensitive {
        rule.push_str(".hidden()");
    }
    Some(rule)
}

fn words<'a>(target: &str, shape: &'a Value) -> Option<Vec<&'a str>> {
    let listed: Vec<&str> = shape.get("enum")?.as_array()?.iter().filter_map(Value::as_str).collect();
    let Some((_, recorded)) = RECORDED_ORDER.iter().find(|(name, _)| *name == target) else {
        return Some(listed);
    };
    Some(recorded.iter().filter(|word| listed.contains(word)).copied().collect())
}

fn text_about(target: &str, shape: &Value) -> String {
    if shape.get("enum").is_some() { format!("A word of `{target}`.") } else { format!("A `{target}`.") }
}

fn range_of(shape: &Value, kind: &str) -> Option<String> {
    let (min, max) = (shape.get("min").and_then(Value::as_i64), shape.get("max").and_then(Value::as_i64));
    if min.is_none() && max.is_none() {
        return None;
    }
    let bound =
        |bound: Option<i64>, open: &str| bound.map_or_else(|| format!("{kind}::{open}"), |n| n.to_string());
    Some(format!("{}..={}", bound(min, "MIN"), bound(max, "MAX")))
}

/// A whole file.
fn file(structures: &[(String, Structure)]) -> String {
    let mut body = String::new();
    for (about, structure) in structures {
        write_structure(&mut body, about, structure);
    }
    let mut text = String::from(HEADING);
    let mut shared: Vec<String> = Vec::new();
    for (_, structure) in structures {
        for member in &structure.members {
            let inner = member.kind.trim_start_matches("Vec<").split(['<', '>']).next().unwrap_or_default();
            let known = ["Text", "i64", "f64", "bool"].contains(&inner)
                || structures.iter().any(|(_, other)| other.name == inner)
                || shared.iter().any(|name| name == inner);
            if !known {
                shared.push(inner.to_owned());
            }
        }
    }
    if !shared.is_empty() {
        let _ = writeln!(text, "use super::structures::{{{}}};", shared.join(", "));
    }
    let decode = if body.contains("Text<") { "{Text, shape}" } else { "shape" };
    let _ = writeln!(text, "use crate::aws::decode::{decode};");
    let used: Vec<&str> = ["Constrained", "Finder", "Length", "Pattern", "Rule"]
        .into_iter()
        .filter(|name| ["Constrained", "Finder"].contains(name) || body.contains(&format!("{name}::")))
        .collect();
    let _ = writeln!(text, "use crate::aws::constrain::{{{}}};\n", used.join(", "));
    text + &body
}

fn write_structure(out: &mut String, about: &str, structure: &Structure) {
    let Structure { name, members } = structure;
    let _ = writeln!(out, "shape! {{\n    /// {about}\n    {name} {{");
    for member in members {
        let required = if member.required { " Required." } else { "" };
        let _ = writeln!(out, "        /// {}{required}", member.about);
        let _ = writeln!(out, "        {}: {} = {:?},", rust_name(&member.wire), member.kind, member.wire);
    }
    out.push_str("    }\n}\n\n");
    let _ =
        writeln!(out, "impl Constrained for {name}<'_> {{\nfn constrain(&self, found: &mut Finder<'_>) {{");
    for member in members {
        if member.required {
            let _ = writeln!(
                out,
                "found.required({:?}, self.{}.is_some());",
                member.wire,
                rust_name(&member.wire)
            );
        }
        if let Some(check) = &member.check {
            let _ = writeln!(out, "{check}");
        }
    }
    if members.iter().all(|member| !member.required && member.check.is_none()) {
        out.push_str("// Anything goes.\nlet _ = found;\n");
    }
    out.push_str("}\n}\n\n");
}

/// `type` is a word of Rust's; the operations call it kind.
fn rust_name(wire: &str) -> String {
    if wire == "type" { "kind".to_owned() } else { snake(wire) }
}

/// `StateMachineArn` and `stateMachineArn` as `state_machine_arn`.
fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for (at, letter) in name.chars().enumerate() {
        if letter.is_ascii_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_rust() {
        assert_eq!(snake("CreateStateMachineAlias"), "create_state_machine_alias");
        assert_eq!(rust_name("stateMachineArn"), "state_machine_arn");
        assert_eq!(rust_name("type"), "kind");
    }

    #[test]
    fn rules_follow_the_model() {
        let shape = |json: &str| serde_json::from_str::<Value>(json).expect("the test's own JSON");
        assert_eq!(
            text_rule("Name", &shape(r#"{"min": 1, "max": 80}"#)).as_deref(),
            Some("Rule::length(Length::Chars(1..=80))")
        );
        assert_eq!(
            text_rule("SensitiveData", &shape(r#"{"max": 262144, "sensitive": true}"#)).as_deref(),
            Some("Rule::length(Length::Payload).hidden()")
        );
        assert_eq!(
            text_rule("LogLevel", &shape(r#"{"enum": ["ALL", "OFF"]}"#)).as_deref(),
            Some(r#"Rule::one_of(&["ALL", "OFF"])"#)
        );
        assert_eq!(text_rule("RevisionId", &shape("{}")), None);
        assert_eq!(range_of(&shape(r#"{"min": 0}"#), "i64").as_deref(), Some("0..=i64::MAX"));
    }
}
