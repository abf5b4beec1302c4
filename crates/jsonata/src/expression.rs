//! Expressions: parsed once, evaluated as often as needed.

use crate::builtin;
use crate::error::{EvaluationError, SyntaxError};
use crate::evaluate::{Arena, Dialect, Evaluator};
use crate::scope::{Budget, Scope};
use crate::syntax::{self, Names, Program, References};
use crate::value::to_document;
use serde_json::Value;
use std::sync::Arc;

/// A parsed expression; cheap to clone.
#[derive(Clone, Debug)]
pub struct Expression {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    text: String,
    dialect: Dialect,
    program: Program,
    references: References,
}

impl Expression {
    /// Parses an expression of Step Functions, without its `{%` and `%}`: JSONata
    /// 2.0.6 without `$eval` and with six more functions.
    ///
    /// # Errors
    /// Where jsonata.js refuses the text, and for one that is nested more than a
    /// thousand levels deep.
    pub fn parse(text: &str) -> Result<Expression, SyntaxError> {
        Expression::of(text, Dialect::StepFunctions)
    }

    /// Parses an expression of jsonata.js 2.0.6 itself, with which its own test-suite
    /// can be run.
    ///
    /// # Errors
    /// As [`Expression::parse`].
    pub fn parse_reference(text: &str) -> Result<Expression, SyntaxError> {
        Expression::of(text, Dialect::Reference)
    }

    fn of(text: &str, dialect: Dialect) -> Result<Expression, SyntaxError> {
        let program = syntax::parse(text, Names::default())?;
        let references = syntax::references(&program, &|name| builtin::find(name, dialect).is_some());
        Ok(Expression { inner: Arc::new(Inner { text: text.to_owned(), dialect, program, references }) })
    }

    /// The text that was parsed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// What the expression refers to.
    #[must_use]
    pub fn references(&self) -> &References {
        &self.inner.references
    }

    /// Evaluates the expression; `Ok(None)` is undefined. The same scope and budget
    /// give the same answer, for ever.
    ///
    /// Whole numbers up to 2^53 come back as integers, others as floats. What is not
    /// finite comes back as the text `"Infinity"`, `"-Infinity"` or `"NaN"`, as Step
    /// Functions has it, and in the reference's dialect as null.
    ///
    /// # Errors
    /// See [`EvaluationError`].
    pub fn evaluate<'a>(
        &'a self,
        scope: &'a dyn Scope,
        budget: Budget,
    ) -> Result<Option<Value>, EvaluationError> {
        self.evaluate_counting(scope, budget).0
    }

    /// The same, and how many steps it took, for whoever has more expressions than time.
    pub fn evaluate_counting<'a>(
        &'a self,
        scope: &'a dyn Scope,
        budget: Budget,
    ) -> (Result<Option<Value>, EvaluationError>, u64) {
        let arena = Arena::default();
        let (outcome, left) = evaluate_in(&self.inner, scope, budget, &arena);
        (outcome, budget.steps.saturating_sub(left))
    }
}

/// The outcome, and the steps that are left.
fn evaluate_in<'v>(
    inner: &'v Inner,
    scope: &'v dyn Scope,
    budget: Budget,
    arena: &'v Arena,
) -> (Result<Option<Value>, EvaluationError>, u64) {
    let evaluator = Evaluator::new(&inner.program, inner.dialect, scope, budget, arena);
    let lenient = inner.dialect == Dialect::Reference;
    let mut left = None;
    let outcome = evaluator.run(&inner.program).and_then(|value| {
        // The result is a copy and may take as much as the values it is copied from.
        let meter = evaluator.meter.anew();
        let document = to_document(&value, &meter, lenient);
        left = Some(meter.steps_left());
        document
    });
    let left = left.unwrap_or_else(|| evaluator.meter.steps_left());
    (outcome.map_err(|raised| EvaluationError::from(*raised)), left)
}
