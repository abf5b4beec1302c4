//! Filters, `[?(…)]`: what they may say, how they are read, when they hold.
//!
//! `parse` builds a [`Condition`], `operand` knows the values that are compared
//! and Jayway's ideas of equality, `operator` the comparisons, `decimal` exact
//! numbers, `pattern` regular expressions and `literal` lenient JSON. Called by
//! the path compiler and by the evaluator; reads paths through the latter.

mod decimal;
pub(crate) mod literal;
mod operand;
mod operator;
mod parse;
mod pattern;

use serde_json::Value;

use crate::evaluate::Meter;
use crate::fault::Fault;
use operand::Operand;
use operator::Operator;
pub(crate) use parse::compile;

/// A compiled filter.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    Any(Vec<Condition>),
    All(Vec<Condition>),
    Not(Box<Condition>),
    Compare { left: Operand, operator: Operator, right: Operand },
}

impl Condition {
    /// Whether the filter accepts `item` of `document`.
    pub(crate) fn holds(&self, item: &Value, document: &Value, meter: &Meter) -> Result<bool, Fault> {
        match self {
            Self::Any(parts) => {
                for part in parts {
                    if part.holds(item, document, meter)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::All(parts) => {
                for part in parts {
                    if !part.holds(item, document, meter)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Self::Not(part) => Ok(!part.holds(item, document, meter)?),
            Self::Compare { left, operator, right } => {
                let left = left.value(item, document, meter)?;
                let right = right.value(item, document, meter)?;
                operator.holds(&left, &right)
            }
        }
    }
}
