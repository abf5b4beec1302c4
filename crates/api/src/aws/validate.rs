//! Violations of requests' constraints, with AWS's words. They are collected and
//! reported together, as AWS reports them. What the constraints are, the
//! generated shapes say.

use super::error::ApiError;
use std::ops::RangeInclusive;

/// Violations found so far.
#[derive(Debug, Default)]
pub(crate) struct Violations(Vec<String>);

impl Violations {
    /// All violations as one error, if there are any.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        match self.0.len() {
            0 => Ok(()),
            1 => Err(ApiError::Validation(format!("1 validation error detected: {}", self.0.join("; ")))),
            count => Err(ApiError::Validation(format!(
                "{count} validation errors detected: {}",
                self.0.join("; ")
            ))),
        }
    }

    /// A member that breaks a constraint; AWS does not repeat the value of some.
    pub(crate) fn add(&mut self, member: &str, value: Option<&str>, constraint: &str) {
        let value = value.map_or_else(String::new, |value| format!(" '{value}'"));
        self.0.push(format!(
            "Value{value} at '{member}' failed to satisfy constraint: Member must {constraint}"
        ));
    }

    /// Reports a member that must be there.
    pub(crate) fn missing(&mut self, member: &str) {
        self.0
            .push(format!("Value null at '{member}' failed to satisfy constraint: Member must not be null"));
    }

    /// A number within a range.
    pub(crate) fn ranged(&mut self, member: &str, number: Option<i64>, range: RangeInclusive<i64>) {
        let Some(value) = number else { return };
        let constraint = if value < *range.start() {
            format!("have value greater than or equal to {}", range.start())
        } else if value > *range.end() {
            format!("have value less than or equal to {}", range.end())
        } else {
            return;
        };
        self.add(member, Some(&value.to_string()), &constraint);
    }

    /// A trace header: short and ASCII.
    pub(crate) fn trace_header(&mut self, text: &str) {
        if text.len() > TRACE_HEADER_CHARS_MAX {
            let constraint = format!("have length less than or equal to {TRACE_HEADER_CHARS_MAX}");
            self.add("traceHeader", Some(text), &constraint);
        }
        if !text.is_ascii() {
            self.add("traceHeader", Some(text), r"satisfy regular expression pattern: \p{ASCII}*");
        }
    }
}

/// Characters of a trace header that comes as a header of HTTP.
const TRACE_HEADER_CHARS_MAX: usize = 256;

/// Refuses a name with characters that names may not have (reference 02, section 2).
pub(crate) fn check_name(name: &str) -> Result<(), ApiError> {
    if name.chars().any(is_forbidden) { Err(ApiError::InvalidName(name.to_owned())) } else { Ok(()) }
}

fn is_forbidden(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || "<>{}[]?*\"#%\\^|~`$&,;:/".contains(c)
        || matches!(c, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(fill: impl FnOnce(&mut Violations), expected: &Expect) {
        let mut violations = Violations::default();
        fill(&mut violations);
        expected
            .assert_eq(&violations.finish().map_or_else(|error| error.to_string(), |()| "fine".to_owned()));
    }

    #[test]
    fn constraints_have_aws_words() {
        check(
            |v| v.ranged("maxResults", Some(1001), 0..=1000),
            &expect![
                "1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000"
            ],
        );
        check(
            |v| v.ranged("maxResults", Some(-1), 0..=1000),
            &expect![
                "1 validation error detected: Value '-1' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 0"
            ],
        );
        check(|v| v.ranged("maxResults", Some(1000), 0..=1000), &expect!["fine"]);
        check(
            |v| v.trace_header("Root=ä"),
            &expect![[
                r#"1 validation error detected: Value 'Root=ä' at 'traceHeader' failed to satisfy constraint: Member must satisfy regular expression pattern: \p{ASCII}*"#
            ]],
        );
        check(
            |v| {
                v.missing("name");
                v.missing("roleArn");
            },
            &expect![
                "2 validation errors detected: Value null at 'name' failed to satisfy constraint: Member must not be null; Value null at 'roleArn' failed to satisfy constraint: Member must not be null"
            ],
        );
    }

    #[test]
    fn names_are_checked_as_aws_does() {
        for name in
            ["a", "activity-name.1", "activity-name_123", "ä", "名前", "ACTIVITY_NAME_ABC", "a+b=c@d!'()"]
        {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
        for c in "<>{}[]?*\"#%\\^|~`$&,;:/ \t\n\u{1f}\u{7f}\u{9f}\u{fffe}\u{ffff}\u{3000}".chars() {
            let name = format!("activity{c}name");
            let error = check_name(&name).expect_err("the character is forbidden");
            assert_eq!((error.name(), error.to_string()), ("InvalidName", format!("Invalid Name: '{name}'")));
        }
    }
}
