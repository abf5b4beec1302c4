//! What a Choice rule asks: one of `And`, `Or`, `Not`, or a variable with exactly
//! one of 39 operators. JSONata rules have a `Condition` instead: a Boolean or an
//! expression.

use crate::check::fields::{Field, Fields, wrong_type};
use crate::check::jsonata::{self, Sees};
use crate::check::{Checker, Language, Site, allowed, hints, path};
use crate::program::{Comparison, Condition, Operand, Operator, Relation, TypeTest};
use crate::tree::NodeKind;
use stateline_base::Timestamp;
use stateline_jsonpath::Query;
use std::sync::Arc;

/// A rule has exactly one of these.
pub(crate) const KINDS: [&str; 5] = ["And", "Or", "Not", "Variable", "Condition"];
/// What a rule may have besides: a `Next` at the top level only.
pub(crate) const TOP: &[&str] = &["Next", "Assign", "Output", "Comment"];
pub(crate) const INNER: &[&str] = &["Comment"];

/// The comparison operators, in AWS's order of the types.
pub(crate) const OPERATORS: [&str; 39] = [
    "StringEquals",
    "StringEqualsPath",
    "StringLessThan",
    "StringLessThanPath",
    "StringGreaterThan",
    "StringGreaterThanPath",
    "StringLessThanEquals",
    "StringLessThanEqualsPath",
    "StringGreaterThanEquals",
    "StringGreaterThanEqualsPath",
    "StringMatches",
    "NumericEquals",
    "NumericEqualsPath",
    "NumericLessThan",
    "NumericLessThanPath",
    "NumericGreaterThan",
    "NumericGreaterThanPath",
    "NumericLessThanEquals",
    "NumericLessThanEqualsPath",
    "NumericGreaterThanEquals",
    "NumericGreaterThanEqualsPath",
    "BooleanEquals",
    "BooleanEqualsPath",
    "TimestampEquals",
    "TimestampEqualsPath",
    "TimestampLessThan",
    "TimestampLessThanPath",
    "TimestampGreaterThan",
    "TimestampGreaterThanPath",
    "TimestampLessThanEquals",
    "TimestampLessThanEqualsPath",
    "TimestampGreaterThanEquals",
    "TimestampGreaterThanEqualsPath",
    "IsNull",
    "IsPresent",
    "IsNumeric",
    "IsString",
    "IsBoolean",
    "IsTimestamp",
];

/// Checks a rule; `top` when it may go on to a state. The parser bounds the depth.
pub(super) fn check(
    c: &mut Checker<'_>,
    site: &Site<'_>,
    fields: &Fields<'_>,
    top: bool,
) -> Option<Condition> {
    fields.comment(&mut c.found);
    let besides = if top { TOP } else { INNER };
    let kinds: Vec<&str> = KINDS.into_iter().filter(|kind| fields.has(kind)).collect();
    let kind = match kinds[..] {
        [kind] => kind,
        _ => {
            if !fields.node.damaged {
                let message =
                    format!("The object must have only one of the following fields, [{}]", KINDS.join(", "));
                c.found.error(message, fields.place(), fields.span);
            }
            return None;
        }
    };
    let names: Vec<&str> = match kind {
        "Variable" => besides.iter().copied().chain(["Variable"]).chain(OPERATORS).collect(),
        _ => besides.iter().copied().chain([kind]).collect(),
    };
    allowed::only(fields, &names, Some(site.language), &mut c.found);
    match kind {
        "Condition" if site.language == Language::Jsonata => {
            let field = fields.get("Condition")?;
            if jsonata::is_meant(field.node) {
                let found = jsonata::expression(c, field.node, &field.location, Sees::Entry);
                return found.map(Condition::Jsonata);
            }
            field.boolean(&mut c.found).map(Condition::Constant)
        }
        // A kind of the other language has been reported.
        _ if site.language == Language::Jsonata => None,
        "And" => several(c, site, fields, "And").map(Condition::All),
        "Or" => several(c, site, fields, "Or").map(Condition::Any),
        "Not" => {
            let field = fields.get("Not")?;
            let inner = Fields::of(field.node, field.location, &mut c.found)?;
            check(c, site, &inner, false).map(|inner| Condition::Not(Box::new(inner)))
        }
        "Variable" => {
            let variable = fields.get("Variable").and_then(|field| variable(c, &field));
            let misspelt = allowed::has_unknown(fields, &names);
            let operator = operator(c, fields, misspelt);
            Some(Condition::Test(Comparison { variable: variable?, operator: operator? }))
        }
        _ => None,
    }
}

/// The rules of `And` or `Or`, at least one.
fn several(c: &mut Checker<'_>, site: &Site<'_>, fields: &Fields<'_>, name: &str) -> Option<Vec<Condition>> {
    let list = fields.full_list(name, &mut c.found)?;
    let mut conditions = Some(Vec::with_capacity(list.len()));
    for (node, location) in list {
        let inner = Fields::of(node, location, &mut c.found);
        match inner.and_then(|inner| check(c, site, &inner, false)) {
            Some(condition) => conditions.iter_mut().for_each(|all| all.push(condition.clone())),
            None => conditions = None,
        }
    }
    conditions
}

/// `Variable` and the operand of a `…Path` operator.
fn variable(c: &mut Checker<'_>, field: &Field<'_>) -> Option<Query> {
    let text = field.string(&mut c.found)?;
    match Query::compile(text) {
        Ok(query) => {
            path::read_from(c, &query, field);
            Some(query)
        }
        Err(error) => {
            let why = if text.starts_with('$') { "" } else { ": Reference path didn't start with '$'" };
            let message = format!("{}{why}", path::NOT_A_REFERENCE);
            c.found.error(message, &field.location, field.node.span).help(error.to_string());
            None
        }
    }
}

/// The one operator of a data test. With a misspelt field in the rule, which is
/// reported, its absence is no second mistake.
fn operator(c: &mut Checker<'_>, fields: &Fields<'_>, misspelt: bool) -> Option<Operator> {
    let present: Vec<&str> = OPERATORS.into_iter().filter(|name| fields.has(name)).collect();
    match present[..] {
        [name] => {
            let field = fields.get(name)?;
            compile(c, name, &field)
        }
        [] => {
            if !fields.node.damaged && !misspelt {
                let message = format!(
                    "This object should have only one of the following fields: [{}]",
                    OPERATORS.join(", ")
                );
                c.found
                    .error(message, fields.place(), fields.span)
                    .help("add a comparison operator, such as StringEquals");
            }
            None
        }
        _ => {
            fields.at_most_one(&present, &mut c.found);
            None
        }
    }
}

fn compile(c: &mut Checker<'_>, name: &str, field: &Field<'_>) -> Option<Operator> {
    let (plain, by_path) = name.strip_suffix("Path").map_or((name, false), |plain| (plain, true));
    if plain == "StringMatches" {
        return field.string(&mut c.found).map(|pattern| Operator::StringMatches(pattern.into()));
    }
    if let Some(test) = type_test(plain) {
        return field.boolean(&mut c.found).map(|truth| Operator::Is(test, truth));
    }
    let family =
        ["String", "Numeric", "Boolean", "Timestamp"].into_iter().find(|family| plain.starts_with(family))?;
    let relation = relation(plain.strip_prefix(family)?)?;
    if !by_path && family == "String" {
        hints::constant(field, &mut c.found);
    }
    Some(match family {
        "String" => Operator::String(relation, operand(c, field, by_path, text)?),
        "Numeric" => Operator::Numeric(relation, operand(c, field, by_path, number)?),
        "Boolean" => Operator::Boolean(operand(c, field, by_path, |c, field| field.boolean(&mut c.found))?),
        _ => Operator::Timestamp(relation, operand(c, field, by_path, timestamp)?),
    })
}

/// A constant, read by `constant`, or a path.
fn operand<'t, T>(
    c: &mut Checker<'_>,
    field: &Field<'t>,
    by_path: bool,
    constant: impl Fn(&mut Checker<'_>, &Field<'t>) -> Option<T>,
) -> Option<Operand<T>> {
    if by_path { variable(c, field).map(Operand::Path) } else { constant(c, field).map(Operand::Value) }
}

fn text(c: &mut Checker<'_>, field: &Field<'_>) -> Option<Arc<str>> {
    field.string(&mut c.found).map(Into::into)
}

fn number(c: &mut Checker<'_>, field: &Field<'_>) -> Option<serde_json::Number> {
    let number = match &field.node.kind {
        NodeKind::Number(text) => serde_json::from_str(text).ok(),
        _ => None,
    };
    if number.is_none() {
        wrong_type(field.node, &field.location, "NUMBER", &mut c.found);
    }
    number
}

fn timestamp(c: &mut Checker<'_>, field: &Field<'_>) -> Option<Timestamp> {
    let timestamp = field.string(&mut c.found)?.parse::<Timestamp>();
    if timestamp.is_err() {
        c.found
            .error("String does not match RFC3339 timestamp", &field.location, field.node.span)
            .help("write it as 2030-01-31T23:59:59Z, with a capital T and a zone");
    }
    timestamp.ok()
}

fn relation(name: &str) -> Option<Relation> {
    match name {
        "Equals" => Some(Relation::Equals),
        "LessThan" => Some(Relation::Less),
        "GreaterThan" => Some(Relation::Greater),
        "LessThanEquals" => Some(Relation::LessOrEqual),
        "GreaterThanEquals" => Some(Relation::GreaterOrEqual),
        _ => None,
    }
}

fn type_test(name: &str) -> Option<TypeTest> {
    match name {
        "IsNull" => Some(TypeTest::Null),
        "IsPresent" => Some(TypeTest::Present),
        "IsNumeric" => Some(TypeTest::Numeric),
        "IsString" => Some(TypeTest::String),
        "IsBoolean" => Some(TypeTest::Boolean),
        "IsTimestamp" => Some(TypeTest::Timestamp),
        _ => None,
    }
}
