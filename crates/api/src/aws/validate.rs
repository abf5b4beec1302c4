//! The constraints of request members, with AWS's words. Violations are
//! collected and reported together, as AWS reports them; each check answers with
//! the value, so that operations need no second look.

use super::decode::Text;
use super::error::ApiError;
use stateline_base::limits::NAME_CHARS_MAX;
use std::ops::RangeInclusive;

/// Characters of an ARN, and of the longer kind that versions and map runs have.
pub(crate) const ARN_CHARS: RangeInclusive<usize> = 1..=256;
/// The longer kind of ARNs.
pub(crate) const LONG_ARN_CHARS: RangeInclusive<usize> = 1..=2000;
/// Items of a page; 0 stands for the default.
pub(crate) const PAGE_SIZE: RangeInclusive<i64> = 0..=1000;
/// Items of a page when the caller does not say.
const PAGE_SIZE_DEFAULT: usize = 100;

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

    fn add(&mut self, member: &str, value: &str, constraint: &str) {
        self.0.push(format!(
            "Value '{value}' at '{member}' failed to satisfy constraint: Member must {constraint}"
        ));
    }

    /// Some members are secret: AWS does not repeat their values.
    fn add_hidden(&mut self, member: &str, constraint: &str) {
        self.0.push(format!("Value at '{member}' failed to satisfy constraint: Member must {constraint}"));
    }

    /// The text of a member that must be there; empty (and reported) when it is not.
    pub(crate) fn required<'t>(&mut self, member: &str, text: Option<&'t Text<'_>>) -> &'t str {
        match text {
            Some(text) => text,
            None => {
                self.missing(member);
                ""
            }
        }
    }

    /// Reports a member that must be there.
    pub(crate) fn missing(&mut self, member: &str) {
        self.0
            .push(format!("Value null at '{member}' failed to satisfy constraint: Member must not be null"));
    }

    /// The text of a member that must be there and whose count of characters is limited.
    pub(crate) fn required_sized<'t>(
        &mut self,
        member: &str,
        text: Option<&'t Text<'_>>,
        chars: RangeInclusive<usize>,
    ) -> &'t str {
        match text {
            Some(text) => self.sized(member, text, chars),
            None => self.required(member, None),
        }
    }

    /// Text whose count of characters is limited.
    pub(crate) fn sized<'t>(&mut self, member: &str, text: &'t str, chars: RangeInclusive<usize>) -> &'t str {
        if let Some(constraint) = length_constraint(text, &chars) {
            self.add(member, text, &constraint);
        }
        text
    }

    /// Text that may be absent and whose count of characters is limited.
    pub(crate) fn sized_if<'t>(
        &mut self,
        member: &str,
        text: Option<&'t Text<'_>>,
        chars: RangeInclusive<usize>,
    ) -> Option<&'t str> {
        text.map(|text| self.sized(member, text, chars))
    }

    /// Secret text whose count of characters is limited.
    pub(crate) fn sized_hidden(&mut self, member: &str, text: Option<&Text<'_>>, chars_max: usize) {
        if let Some(constraint) = text.and_then(|text| length_constraint(text, &(0..=chars_max))) {
            self.add_hidden(member, &constraint);
        }
    }

    /// Secret text whose bytes of UTF-8 are limited: inputs and definitions.
    pub(crate) fn bytes_hidden(&mut self, member: &str, text: &str, bytes_max: usize) {
        if text.len() > bytes_max {
            self.add_hidden(member, &format!("have length less than or equal to {bytes_max}"));
        }
    }

    /// A number within a range.
    pub(crate) fn ranged(
        &mut self,
        member: &str,
        number: Option<i64>,
        range: RangeInclusive<i64>,
    ) -> Option<i64> {
        let value = number?;
        if value < *range.start() {
            self.add(
                member,
                &value.to_string(),
                &format!("have value greater than or equal to {}", range.start()),
            );
        } else if value > *range.end() {
            self.add(
                member,
                &value.to_string(),
                &format!("have value less than or equal to {}", range.end()),
            );
        }
        number
    }

    /// How many items a page may have.
    pub(crate) fn page_size(&mut self, number: Option<i64>) -> usize {
        match self.ranged("maxResults", number, PAGE_SIZE) {
            None | Some(0) => PAGE_SIZE_DEFAULT,
            Some(size) => usize::try_from(size).unwrap_or(PAGE_SIZE_DEFAULT),
        }
    }

    /// One of a set of words. The set's order is the message's.
    pub(crate) fn one_of<T: Copy>(
        &mut self,
        member: &str,
        text: Option<&Text<'_>>,
        words: &[(&str, T)],
    ) -> Option<T> {
        let text = text?;
        let found = words.iter().find(|(word, _)| *word == &**text);
        if found.is_none() {
            let set: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.add(member, text, &format!("satisfy enum value set: [{}]", set.join(", ")));
        }
        found.map(|(_, value)| *value)
    }

    /// A name's length. Its characters are [`check_name`]'s part, because they have an error of their own.
    pub(crate) fn name<'t>(&mut self, text: &'t str) -> &'t str {
        self.sized("name", text, 1..=NAME_CHARS_MAX)
    }

    /// A trace header: short and ASCII.
    pub(crate) fn trace_header(&mut self, text: &str) {
        self.sized("traceHeader", text, 0..=256);
        if !text.is_ascii() {
            self.add("traceHeader", text, r"satisfy regular expression pattern: \p{ASCII}*");
        }
    }
}

/// What a text's length breaks. Counting characters is left out where the bytes settle it.
fn length_constraint(text: &str, chars: &RangeInclusive<usize>) -> Option<String> {
    if text.len() < *chars.start() {
        return Some(format!("have length greater than or equal to {}", chars.start()));
    }
    let too_long = text.len() > *chars.end() && text.chars().count() > *chars.end();
    too_long.then(|| format!("have length less than or equal to {}", chars.end()))
}

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
    use crate::aws::decode::decode;
    use expect_test::{Expect, expect};

    fn check(fill: impl FnOnce(&mut Violations), expected: &Expect) {
        let mut violations = Violations::default();
        fill(&mut violations);
        expected
            .assert_eq(&violations.finish().map_or_else(|error| error.to_string(), |()| "fine".to_owned()));
    }

    fn text(json: &str) -> Text<'_> {
        decode(json.as_bytes()).expect("the test's own text is JSON")
    }

    #[test]
    fn constraints_have_aws_words() {
        check(
            |v| _ = v.page_size(Some(1001)),
            &expect![
                "1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000"
            ],
        );
        check(
            |v| _ = v.page_size(Some(-1)),
            &expect![
                "1 validation error detected: Value '-1' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 0"
            ],
        );
        check(|v| _ = v.page_size(Some(1000)), &expect!["fine"]);
        check(
            |v| _ = v.required("executionArn", None),
            &expect![
                "1 validation error detected: Value null at 'executionArn' failed to satisfy constraint: Member must not be null"
            ],
        );
        check(
            |v| _ = v.sized("nextToken", "", 1..=9),
            &expect![
                "1 validation error detected: Value '' at 'nextToken' failed to satisfy constraint: Member must have length greater than or equal to 1"
            ],
        );
        check(|v| _ = v.sized("nextToken", "äöü", 1..=3), &expect!["fine"]);
        check(
            |v| _ = v.sized("nextToken", "äöüx", 1..=3),
            &expect![
                "1 validation error detected: Value 'äöüx' at 'nextToken' failed to satisfy constraint: Member must have length less than or equal to 3"
            ],
        );
        check(
            |v| v.bytes_hidden("input", "äö", 3),
            &expect![
                "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 3"
            ],
        );
        check(
            |v| v.trace_header("Root=ä"),
            &expect![[
                r#"1 validation error detected: Value 'Root=ä' at 'traceHeader' failed to satisfy constraint: Member must satisfy regular expression pattern: \p{ASCII}*"#
            ]],
        );
        let lower = text(r#""standard""#);
        check(
            |v| _ = v.one_of("type", Some(&lower), &[("STANDARD", 0), ("EXPRESS", 1)]),
            &expect![
                "1 validation error detected: Value 'standard' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [STANDARD, EXPRESS]"
            ],
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
    fn sizes_of_pages_have_a_default() {
        let mut violations = Violations::default();
        assert_eq!([None, Some(0), Some(7)].map(|size| violations.page_size(size)), [100, 100, 7]);
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
