//! AWS's words for what is wrong with a parameter, for all who say it.

/// The parameters are no object.
pub const NO_OBJECT: &str = "The parameters must be an object";

/// A parameter is not there.
#[must_use]
pub fn missing_field(field: &str) -> String {
    format!("The field '{field}' is required but was missing")
}

/// A parameter must not be there.
#[must_use]
pub fn unsupported_field(field: &str) -> String {
    format!("The field '{field}' is not supported by Step Functions")
}

/// A parameter is of another kind.
#[must_use]
pub fn invalid_field(field: &str) -> String {
    format!("The value of the field '{field}' has an invalid format")
}
