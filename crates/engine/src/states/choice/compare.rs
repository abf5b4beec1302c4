//! The 39 comparison operators. A value of another type makes a comparison false, never an error.

use crate::advance::in_state;
use crate::decider::Decider;
use crate::retry::Raised;
use crate::scope::Scope;
use serde_json::{Number, Value};
use stateline_asl::program::{Comparison, Operand, Operator, Relation, TypeTest};
use stateline_base::Timestamp;
use stateline_journal::FrameId;
use stateline_jsonpath::Query;
use std::cmp::Ordering;
use std::sync::Arc;

/// One data test.
pub(super) fn test(
    decider: &Decider<'_>,
    frame: FrameId,
    comparison: &Comparison,
    scope: &Scope<'_>,
) -> Result<bool, Raised> {
    let found = comparison.variable.read(scope);
    if let Operator::Is(TypeTest::Present, wanted) = comparison.operator {
        return Ok(found.is_ok() == wanted);
    }
    let value = found.map_err(|_| invalid_path(decider, frame, &comparison.variable))?;
    let read = |query: &Query| match query.read(scope) {
        Ok(found) => Ok(found.into_owned()),
        Err(_) => Err(invalid_path(decider, frame, query)),
    };
    match &comparison.operator {
        Operator::String(relation, operand) => {
            let expected = operand_of(operand, |text: &Arc<str>| Value::from(&**text), read)?;
            Ok(order(value.as_str(), expected.as_str(), *relation, |a, b| {
                a.encode_utf16().cmp(b.encode_utf16())
            }))
        }
        Operator::StringMatches(pattern) => match value.as_str() {
            Some(text) => matches(pattern, text).map_err(|text| in_state(decider, frame, &text)),
            None => Ok(false),
        },
        Operator::Numeric(relation, operand) => {
            let expected = operand_of(operand, |number: &Number| Value::Number(number.clone()), read)?;
            Ok(match (&*value, &expected) {
                (Value::Number(a), Value::Number(b)) => {
                    compare_numbers(a, b).is_some_and(|found| suits(found, *relation))
                }
                _ => false,
            })
        }
        Operator::Boolean(operand) => {
            let expected = operand_of(operand, |flag: &bool| Value::Bool(*flag), read)?;
            Ok(matches!((&*value, &expected), (Value::Bool(a), Value::Bool(b)) if a == b))
        }
        Operator::Timestamp(relation, operand) => {
            let expected = match operand {
                Operand::Value(instant) => Some(*instant),
                Operand::Path(query) => instant(&read(query)?),
            };
            Ok(order(instant(&value), expected, *relation, Ord::cmp))
        }
        Operator::Is(test, wanted) => Ok(is(*test, &value) == *wanted),
    }
}

fn invalid_path(decider: &Decider<'_>, frame: FrameId, query: &Query) -> Raised {
    let text = format!(
        "Invalid path '{}': The choice state's condition path references an invalid value.",
        query.text()
    );
    in_state(decider, frame, &text)
}

fn operand_of<T>(
    operand: &Operand<T>,
    constant: impl Fn(&T) -> Value,
    read: impl Fn(&Query) -> Result<Value, Raised>,
) -> Result<Value, Raised> {
    match operand {
        Operand::Value(value) => Ok(constant(value)),
        Operand::Path(query) => read(query),
    }
}

/// Compares when both sides are of the operator's type.
fn order<T>(a: Option<T>, b: Option<T>, relation: Relation, compare: impl Fn(&T, &T) -> Ordering) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => suits(compare(&a, &b), relation),
        _ => false,
    }
}

fn suits(found: Ordering, relation: Relation) -> bool {
    match relation {
        Relation::Equals => found.is_eq(),
        Relation::Less => found.is_lt(),
        Relation::Greater => found.is_gt(),
        Relation::LessOrEqual => found.is_le(),
        Relation::GreaterOrEqual => found.is_ge(),
    }
}

/// Whole numbers are compared exactly, others as floating point.
fn compare_numbers(a: &Number, b: &Number) -> Option<Ordering> {
    match (whole(a), whole(b)) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
    }
}

fn whole(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}

fn instant(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

fn is(test: TypeTest, value: &Value) -> bool {
    match test {
        TypeTest::Null => value.is_null(),
        TypeTest::Present => true,
        TypeTest::Numeric => value.is_number(),
        TypeTest::String => value.is_string(),
        TypeTest::Boolean => value.is_boolean(),
        TypeTest::Timestamp => instant(value).is_some(),
    }
}

/// `*` stands for any run of characters, `\*` for a star, `\\` for a backslash.
///
/// The texts between the stars are found one after the other, each at its first place.
fn matches(pattern: &str, text: &str) -> Result<bool, String> {
    let pieces = pieces(pattern)?;
    let (first, rest) = pieces.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let Some((last, middle)) = rest.split_last() else { return Ok(first == text) };
    let Some(text) = text.strip_prefix(first) else { return Ok(false) };
    let Some(mut text) = text.strip_suffix(last.as_str()) else { return Ok(false) };
    for piece in middle {
        match text.find(piece.as_str()) {
            Some(at) => text = text.get(at + piece.len()..).unwrap_or_default(),
            None => return Ok(false),
        }
    }
    Ok(true)
}

/// The texts between the stars of a pattern; there is one more of them than there are stars.
fn pieces(pattern: &str) -> Result<Vec<String>, String> {
    let (mut pieces, mut piece) = (Vec::new(), String::new());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '*' => pieces.push(std::mem::take(&mut piece)),
            '\\' => match chars.next() {
                Some(escaped @ ('*' | '\\')) => piece.push(escaped),
                _ => {
                    return Err(format!(
                        "Invalid StringMatches pattern '{pattern}': a backslash must be followed by '*' or '\\'."
                    ));
                }
            },
            other => piece.push(other),
        }
    }
    pieces.push(piece);
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let table = [
            ("log-*.txt", "log-2024.txt", true),
            ("log-*.txt", "log-.txt", true),
            ("log-*.txt", "log-2024.csv", false),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("a*b*c", "aXbYbZc", true),
            (r"a\*b", "a*b", true),
            (r"a\*b", "aXb", false),
            (r"a\\b", r"a\b", true),
            ("**a", "bba", true),
            ("ab*ba", "aba", false),
            ("a*a*a", "aa", false),
        ];
        for (pattern, text, expected) in table {
            assert_eq!(matches(pattern, text), Ok(expected), "{pattern} on {text}");
        }
        assert!(matches(r"a\b", "ab").is_err());
    }

    #[test]
    fn numbers_of_both_kinds_compare() {
        let n = |text: &str| text.parse::<Number>().expect("a number");
        assert_eq!(compare_numbers(&n("1"), &n("1.0")), Some(Ordering::Equal));
        assert_eq!(compare_numbers(&n("9007199254740993"), &n("9007199254740992")), Some(Ordering::Greater));
        assert_eq!(compare_numbers(&n("-1"), &n("18446744073709551615")), Some(Ordering::Less));
    }
}
