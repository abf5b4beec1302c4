//! AWS's words for parameters that cannot be used, and the checks that lead to them.

use serde_json::{Map, Value};

/// AWS's words for a parameter that is not there.
pub(crate) fn missing_field(field: &str) -> String {
    format!("The field '{field}' is required but was missing")
}

/// AWS's words for a parameter that must not be there.
pub(crate) fn unsupported_field(field: &str) -> String {
    format!("The field '{field}' is not supported by Step Functions")
}

/// AWS's words for a parameter that is of another kind.
pub(crate) fn invalid_field(field: &str) -> String {
    format!("The value of the field '{field}' has an invalid format")
}

/// AWS's words for a parameter that must be a text.
fn no_text(field: &str) -> String {
    format!("The value for the field '{field}' must be a STRING")
}

/// Takes out a parameter that must be there and be a text.
pub(crate) fn text(parameters: &mut Map<String, Value>, field: &str) -> Result<String, String> {
    match parameters.shift_remove(field) {
        Some(Value::String(text)) => Ok(text),
        None | Some(Value::Null) => Err(missing_field(field)),
        Some(_) => Err(no_text(field)),
    }
}

/// Refuses what is left over.
pub(crate) fn nothing_else(parameters: &Map<String, Value>) -> Result<(), String> {
    parameters.keys().next().map_or(Ok(()), |field| Err(unsupported_field(field)))
}
