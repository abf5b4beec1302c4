//! Choice rules, compiled: 39 comparison operators and three combinators.

use super::{Jsonata, StateIndex, Template};
use stateline_base::Timestamp;
use stateline_jsonpath::Query;
use std::sync::Arc;

/// A Choice state.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Tried in order; the first that holds wins.
    pub rules: Vec<ChoiceRule>,
    /// `Default`.
    pub default: Option<StateIndex>,
}

/// One element of `Choices`.
#[derive(Clone, Debug)]
pub struct ChoiceRule {
    /// What must hold.
    pub condition: Condition,
    /// The state that goes on.
    pub next: StateIndex,
    /// The rule's `Assign`, which stands for the state's when the rule holds.
    pub assign: Option<Template>,
    /// The rule's `Output` (JSONata), which stands for the state's when the rule holds.
    pub output: Option<Template>,
}

/// A Boolean expression over comparisons.
#[derive(Clone, Debug)]
pub enum Condition {
    /// `And`: all, evaluated left to right until one fails.
    All(Vec<Condition>),
    /// `Or`: any, evaluated left to right until one holds.
    Any(Vec<Condition>),
    /// `Not`.
    Not(Box<Condition>),
    /// A data test.
    Test(Comparison),
    /// JSONata: a `Condition` that is written down.
    Constant(bool),
    /// JSONata: a `Condition` that must give a Boolean.
    Jsonata(Jsonata),
}

/// `Variable` and exactly one operator with its operand.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// `Variable`.
    pub variable: Query,
    /// What is asked of it.
    pub operator: Operator,
}

/// An operator with its operand. A value of another type makes the comparison false.
#[derive(Clone, Debug)]
pub enum Operator {
    /// `StringEquals` … `StringGreaterThanEqualsPath`.
    String(Relation, Operand<Arc<str>>),
    /// `StringMatches`: the pattern as written, `*` any run, `\*` a star.
    StringMatches(Arc<str>),
    /// `NumericEquals` … `NumericGreaterThanEqualsPath`.
    Numeric(Relation, Operand<serde_json::Number>),
    /// `BooleanEquals`, `BooleanEqualsPath`.
    Boolean(Operand<bool>),
    /// `TimestampEquals` … `TimestampGreaterThanEqualsPath`.
    Timestamp(Relation, Operand<Timestamp>),
    /// `IsNull` … `IsTimestamp`; the flag is the operand.
    Is(TypeTest, bool),
}

/// The order that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `…Equals`.
    Equals,
    /// `…LessThan`.
    Less,
    /// `…GreaterThan`.
    Greater,
    /// `…LessThanEquals`.
    LessOrEqual,
    /// `…GreaterThanEquals`.
    GreaterOrEqual,
}

/// What the variable is compared with.
#[derive(Clone, Debug)]
pub enum Operand<T> {
    /// A constant of the definition.
    Value(T),
    /// The `…Path` form: a path on the effective input.
    Path(Query),
}

/// What a type test asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeTest {
    /// `IsNull`.
    Null,
    /// `IsPresent`: the only test that a missing path does not fail.
    Present,
    /// `IsNumeric`.
    Numeric,
    /// `IsString`.
    String,
    /// `IsBoolean`.
    Boolean,
    /// `IsTimestamp`.
    Timestamp,
}
