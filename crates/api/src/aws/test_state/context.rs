//! The Context object that a test gives, and what stands in it by itself.

use super::subject::Subject;
use super::{Pattern, TaskResource, object, refused};
use crate::aws::error::ApiError;
use serde_json::{Map, Value, json};
use stateline_base::Payload;
use std::sync::Arc;

/// What the members that are not given are made of. The engine makes those of every execution.
pub(super) struct Defaults<'t> {
    pub(super) subject: &'t Subject,
    pub(super) input: &'t Payload,
    /// A token that nobody knows.
    pub(super) token: Arc<str>,
}

/// What a member must be.
#[derive(Clone, Copy)]
enum Type {
    Text,
    Number,
    Any,
}

use Type::{Any, Number, Text};

/// The members that may be given, and theirs.
const MEMBERS: [(&str, &[(&str, Type)]); 4] = [
    (
        "Execution",
        &[
            ("Id", Text),
            ("Input", Any),
            ("Name", Text),
            ("RoleArn", Text),
            ("StartTime", Text),
            ("RedriveCount", Number),
            ("RedriveTime", Text),
        ],
    ),
    ("State", &[("EnteredTime", Text), ("Name", Text), ("RetryCount", Number)]),
    ("StateMachine", &[("Id", Text), ("Name", Text)]),
    ("Task", &[("Token", Text)]),
];

/// The members that stand instead of the engine's.
pub(super) fn read(text: Option<&str>, defaults: &Defaults<'_>) -> Result<Map<String, Value>, ApiError> {
    let has_token = has_token(defaults.subject);
    let mut context = match text {
        None => Map::new(),
        Some(text) => object(text).ok_or_else(|| invalid("must be a valid JSON object"))?,
    };
    for (member, value) in &context {
        check(member, value, has_token)?;
    }
    if has_token && !context.contains_key("Task") {
        context.insert("Task".to_owned(), json!({"Token": &*defaults.token}));
    }
    if defaults.subject.is_in_map() {
        let item = json!({"Index": 0, "Value": defaults.input.value()});
        context.insert("Map".to_owned(), json!({"Item": item}));
    }
    Ok(context)
}

/// Jobs and callbacks have a token.
fn has_token(subject: &Subject) -> bool {
    match subject.resource() {
        Some(TaskResource::Integration { pattern, .. }) => *pattern != Pattern::RequestResponse,
        _ => false,
    }
}

fn check(member: &str, value: &Value, has_token: bool) -> Result<(), ApiError> {
    if member == "Map" {
        return Err(invalid("'Map' field is not supported when mocking a Context object"));
    }
    if member == "Task" && !has_token {
        return Err(invalid("'Task' field is only supported for .sync and .waitForTaskToken integrations"));
    }
    let not_allowed = |name: &str| invalid(&format!("Field '{name}' is not allowed"));
    let (_, fields) =
        MEMBERS.iter().find(|(known, _)| *known == member).ok_or_else(|| not_allowed(member))?;
    let given = value.as_object().ok_or_else(|| invalid(&format!("{member} must be an object")))?;
    for (name, value) in given {
        let (_, wanted) = fields.iter().find(|(known, _)| known == name).ok_or_else(|| not_allowed(name))?;
        let what = match wanted {
            Text if !value.is_string() => "a string",
            Number if !value.is_number() => "a number",
            _ => continue,
        };
        return Err(invalid(&format!("{member}.{name} must be {what}")));
    }
    Ok(())
}

fn invalid(what: &str) -> ApiError {
    refused(format!("Invalid Context object provided: {what}"))
}
