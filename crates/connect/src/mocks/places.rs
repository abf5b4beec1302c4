//! Ways through a document, for messages that say where a mistake is.

use super::file::MockFileError;
use serde_json::{Map, Value};

/// A value's place in a file.
pub(super) struct Place<'a> {
    path: &'a str,
    way: String,
}

impl<'a> Place<'a> {
    /// The whole document.
    pub(super) fn top(path: &'a str) -> Self {
        Place { path, way: String::new() }
    }

    /// A member of this place's object.
    pub(super) fn at(&self, member: &str) -> Place<'a> {
        let plain = !member.is_empty() && member.chars().all(|c| c.is_alphanumeric() || c == '_');
        let way = match (plain, self.way.is_empty()) {
            (true, true) => member.to_owned(),
            (true, false) => format!("{}.{member}", self.way),
            (false, _) => format!("{}[\"{member}\"]", self.way),
        };
        Place { path: self.path, way }
    }

    /// The error that something is not right here.
    pub(super) fn wrong(&self, what: &str) -> MockFileError {
        let place = if self.way.is_empty() { "the top" } else { &self.way };
        MockFileError::Wrong { path: self.path.to_owned(), place: place.to_owned(), what: what.to_owned() }
    }

    /// The value as an object.
    pub(super) fn object<'v>(&self, value: &'v Value) -> Result<&'v Map<String, Value>, MockFileError> {
        value
            .as_object()
            .ok_or_else(|| self.wrong(&format!("{} stands where an object must be", kind(value))))
    }

    /// The value as an object that has no other members than these.
    pub(super) fn members<'v>(
        &self,
        value: &'v Value,
        known: &[&str],
    ) -> Result<&'v Map<String, Value>, MockFileError> {
        let members = self.object(value)?;
        match members.keys().find(|name| !known.contains(&name.as_str())) {
            None => Ok(members),
            Some(other) => {
                let known = known.join(" and ");
                Err(self.at(other).wrong(&format!("it is not known here; what may stand here is {known}")))
            }
        }
    }

    /// The value as a text.
    pub(super) fn text<'v>(&self, value: &'v Value) -> Result<&'v str, MockFileError> {
        value.as_str().ok_or_else(|| self.wrong(&format!("{} stands where a text must be", kind(value))))
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
