//! What the generated shapes say of their members, and how that is checked:
//! lengths, words, ranges and patterns of AWS's public model. Some lengths are
//! settings of the server, whose defaults are the model's.

use super::Call;
use super::decode::{Text, decode};
use super::error::ApiError;
use super::validate::Violations;
use serde::Deserialize;
use stateline_base::Limits;
use std::ops::RangeInclusive;

/// A shape that knows what its members must be.
pub(crate) trait Constrained {
    /// Reports members that are not what they must be.
    fn constrain(&self, found: &mut Finder<'_>);
}

/// Collects violations of one request.
pub(crate) struct Finder<'a> {
    violations: Violations,
    /// What stands before a member's name: `tags.1.member.`.
    path: String,
    limits: &'a Limits,
}

/// What a text must be.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    length: Option<Length>,
    words: &'static [&'static str],
    pattern: Option<(Pattern, &'static str)>,
    hidden: bool,
}

/// How long a text may be.
#[derive(Clone, Debug)]
pub(crate) enum Length {
    /// So many characters.
    Chars(RangeInclusive<usize>),
    /// As many bytes as the limit for inputs and outputs says.
    Payload,
    /// As many bytes as the limit for definitions says, and not none.
    Definition,
    /// As many characters as the limit for errors' names says.
    Error,
    /// As many characters as the limit for causes says.
    Cause,
}

/// The patterns of the model. There are few, and each is a plain rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// Letters, digits, `_`, `-` and `.`, not only digits.
    CharacterRestrictedName,
    /// Printable ASCII without spaces.
    ClientToken,
    /// ASCII.
    TraceHeader,
}

impl Pattern {
    fn matches(self, text: &str) -> bool {
        match self {
            Pattern::CharacterRestrictedName => {
                let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
                text.bytes().all(allowed) && text.bytes().any(|byte| !byte.is_ascii_digit())
            }
            Pattern::ClientToken => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()),
            Pattern::TraceHeader => text.is_ascii(),
        }
    }
}

impl Rule {
    /// A text of some length.
    pub(crate) const fn length(length: Length) -> Self {
        Rule { length: Some(length), words: &[], pattern: None, hidden: false }
    }

    /// One of some words.
    pub(crate) const fn one_of(words: &'static [&'static str]) -> Self {
        Rule { length: None, words, pattern: None, hidden: false }
    }

    /// It also matches a pattern, whose text is the message's.
    pub(crate) const fn pattern(mut self, pattern: Pattern, text: &'static str) -> Self {
        self.pattern = Some((pattern, text));
        self
    }

    /// Messages do not repeat it.
    pub(crate) const fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }
}

impl Finder<'_> {
    /// A member that must be there.
    pub(crate) fn required(&mut self, member: &str, is_there: bool) {
        if !is_there {
            self.violations.missing(&self.place(member));
        }
    }

    /// A text.
    pub(crate) fn text(&mut self, member: &str, text: Option<&Text<'_>>, rule: &Rule) {
        let Some(text) = text else { return };
        if let Some(constraint) = self.broken(text, rule) {
            let place = self.place(member);
            self.violations.add(&place, (!rule.hidden).then_some(&**text), &constraint);
        }
    }

    /// Texts in a list.
    pub(crate) fn texts(&mut self, member: &str, texts: Option<&[Text<'_>]>, rule: &Rule) {
        for (at, text) in texts.into_iter().flatten().enumerate() {
            self.text(&format!("{member}.{}.member", at + 1), Some(text), rule);
        }
    }

    /// A whole number.
    pub(crate) fn number(&mut self, member: &str, number: Option<i64>, range: RangeInclusive<i64>) {
        let place = self.place(member);
        self.violations.ranged(&place, number, range);
    }

    /// A number with a fraction.
    pub(crate) fn fraction(&mut self, member: &str, number: Option<f64>, range: RangeInclusive<f64>) {
        let Some(number) = number else { return };
        let constraint = if number < *range.start() {
            format!("have value greater than or equal to {}", range.start())
        } else if number > *range.end() {
            format!("have value less than or equal to {}", range.end())
        } else {
            return;
        };
        let place = self.place(member);
        self.violations.add(&place, Some(number.to_string().as_str()), &constraint);
    }

    /// The members of a structure.
    pub(crate) fn structure(&mut self, member: &str, structure: Option<&impl Constrained>) {
        let Some(structure) = structure else { return };
        let outside = self.path.len();
        self.path.push_str(member);
        self.path.push('.');
        structure.constrain(self);
        self.path.truncate(outside);
    }

    /// The members of structures in a list, and how many they are.
    pub(crate) fn structures<T: Constrained>(
        &mut self,
        member: &str,
        list: Option<&[T]>,
        count: RangeInclusive<usize>,
    ) {
        let Some(list) = list else { return };
        let constraint = if list.len() < *count.start() {
            Some(format!("have length greater than or equal to {}", count.start()))
        } else if list.len() > *count.end() {
            Some(format!("have length less than or equal to {}", count.end()))
        } else {
            None
        };
        if let Some(constraint) = constraint {
            let place = self.place(member);
            self.violations.add(&place, None, &constraint);
        }
        for (at, item) in list.iter().enumerate() {
            self.structure(&format!("{member}.{}.member", at + 1), Some(item));
        }
    }

    fn place(&self, member: &str) -> String {
        format!("{}{member}", self.path)
    }

    /// What a text breaks, in AWS's words.
    fn broken(&self, text: &str, rule: &Rule) -> Option<String> {
        if !rule.words.is_empty() {
            let known = rule.words.contains(&text);
            return (!known).then(|| format!("satisfy enum value set: [{}]", rule.words.join(", ")));
        }
        if let Some(constraint) = rule.length.as_ref().and_then(|length| self.too_long_or_short(text, length))
        {
            return Some(constraint);
        }
        let (pattern, source) = rule.pattern?;
        (!pattern.matches(text)).then(|| format!("satisfy regular expression pattern: {source}"))
    }

    fn too_long_or_short(&self, text: &str, length: &Length) -> Option<String> {
        let limits = self.limits;
        let (length, least, most) = match length {
            // Counting characters is left out where the bytes settle it.
            Length::Chars(range) if text.len() <= *range.end() => (text.len(), *range.start(), *range.end()),
            Length::Chars(range) => (text.chars().count(), *range.start(), *range.end()),
            Length::Payload => (text.len(), 0, limits.payload_bytes_max),
            Length::Definition => (text.len(), 1, limits.definition_bytes_max),
            Length::Error => (text.chars().count(), 0, limits.error_chars_max),
            Length::Cause => (text.chars().count(), 0, limits.cause_chars_max),
        };
        if length < least {
            Some(format!("have length greater than or equal to {least}"))
        } else if length > most {
            Some(format!("have length less than or equal to {most}"))
        } else {
            None
        }
    }
}

/// Reads a request and checks it against its shape.
pub(super) fn read<'a, T: Deserialize<'a> + Constrained>(call: &Call<'a>) -> Result<T, ApiError> {
    read_within(call.body, &call.api.service().limits())
}

/// The same without a call, for tests too.
pub(super) fn read_within<'a, T: Deserialize<'a> + Constrained>(
    body: &'a [u8],
    limits: &Limits,
) -> Result<T, ApiError> {
    let request: T = decode(body)?;
    let mut finder = Finder { violations: Violations::default(), path: String::new(), limits };
    request.constrain(&mut finder);
    finder.violations.finish()?;
    Ok(request)
}

/// A text that has been checked to be there.
pub(super) fn text<'t>(member: Option<&'t Text<'_>>) -> &'t str {
    member.map_or("", |text| text)
}

/// Items of a page; absent and 0 stand for the default. The number has been checked.
pub(super) fn page_size(number: Option<i64>) -> usize {
    const DEFAULT: usize = 100;
    number.and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0).unwrap_or(DEFAULT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shapes;
    use expect_test::{Expect, expect};

    fn check<'a, T: Deserialize<'a> + Constrained>(body: &'a str, expected: &Expect) {
        let outcome = read_within::<T>(body.as_bytes(), &Limits::default());
        expected.assert_eq(&outcome.map_or_else(|error| error.to_string(), |_| "fine".to_owned()));
    }

    #[test]
    fn members_are_checked_as_the_model_says() {
        check::<shapes::CreateActivity<'_>>(r#"{"name": "a", "tags": []}"#, &expect!["fine"]);
        check::<shapes::CreateActivity<'_>>(
            "{}",
            &expect![
                "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null"
            ],
        );
        check::<shapes::CreateActivity<'_>>(
            r#"{"name": "", "tags": [{"key": "k"}, {"key": ""}], "encryptionConfiguration": {"kmsDataKeyReusePeriodSeconds": 1}}"#,
            &expect![
                "4 validation errors detected: Value '' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'tags.2.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '1' at 'encryptionConfiguration.kmsDataKeyReusePeriodSeconds' failed to satisfy constraint: Member must have value greater than or equal to 60; Value null at 'encryptionConfiguration.type' failed to satisfy constraint: Member must not be null"
            ],
        );
        check::<shapes::UntagResource<'_>>(
            r#"{"resourceArn": "r", "tagKeys": ["a", ""]}"#,
            &expect![
                "1 validation error detected: Value '' at 'tagKeys.2.member' failed to satisfy constraint: Member must have length greater than or equal to 1"
            ],
        );
        check::<shapes::SendTaskSuccess<'_>>(
            &format!(r#"{{"taskToken": "t", "output": "{}"}}"#, "x".repeat(262_145)),
            &expect![
                "1 validation error detected: Value at 'output' failed to satisfy constraint: Member must have length less than or equal to 262144"
            ],
        );
        check::<shapes::UpdateMapRun<'_>>(
            r#"{"mapRunArn": "m", "maxConcurrency": -1, "toleratedFailurePercentage": 100.5}"#,
            &expect![
                "2 validation errors detected: Value '-1' at 'maxConcurrency' failed to satisfy constraint: Member must have value greater than or equal to 0; Value '100.5' at 'toleratedFailurePercentage' failed to satisfy constraint: Member must have value less than or equal to 100"
            ],
        );
        check::<shapes::TestState<'_>>(
            r#"{"definition": "{}", "inspectionLevel": "debug", "mock": {"fieldValidationMode": "X"}}"#,
            &expect![
                "2 validation errors detected: Value 'debug' at 'inspectionLevel' failed to satisfy constraint: Member must satisfy enum value set: [INFO, DEBUG, TRACE]; Value 'X' at 'mock.fieldValidationMode' failed to satisfy constraint: Member must satisfy enum value set: [STRICT, PRESENT, NONE]"
            ],
        );
    }

    #[test]
    fn names_of_aliases_are_not_only_digits() {
        let alias = |name: &str| {
            format!(
                r#"{{"name": "{name}", "routingConfiguration": [{{"stateMachineVersionArn": "v", "weight": 100}}]}}"#
            )
        };
        check::<shapes::CreateStateMachineAlias<'_>>(&alias("prod.1_a-b"), &expect!["fine"]);
        check::<shapes::CreateStateMachineAlias<'_>>(
            &alias("123"),
            &expect![[
                r"1 validation error detected: Value '123' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$"
            ]],
        );
        check::<shapes::CreateStateMachineAlias<'_>>(
            &alias("a b"),
            &expect![[
                r"1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$"
            ]],
        );
        check::<shapes::CreateStateMachineAlias<'_>>(
            r#"{"name": "a", "routingConfiguration": []}"#,
            &expect![
                "1 validation error detected: Value at 'routingConfiguration' failed to satisfy constraint: Member must have length greater than or equal to 1"
            ],
        );
    }
}
