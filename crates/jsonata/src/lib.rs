//! JSONata expressions as Step Functions evaluates them (JSONata 2.0.6).

use serde_json::Value;
use std::sync::Arc;

/// A parsed expression.
#[derive(Clone, Debug)]
pub struct Expression {
    text: Arc<str>,
    references: Arc<References>,
}

/// What an expression refers to.
#[derive(Clone, Debug, Default)]
pub struct References {
    /// Variables.
    pub variables: Vec<VariableReference>,
    /// The input document.
    pub input: Vec<InputReference>,
}

/// A variable.
#[derive(Clone, Debug)]
pub struct VariableReference {
    /// Name.
    pub name: Arc<str>,
    /// Path.
    pub path: Vec<Arc<str>>,
    /// Bytes.
    pub offset: usize,
}

/// The input.
#[derive(Clone, Debug)]
pub struct InputReference {
    /// As written.
    pub text: String,
    /// Bytes.
    pub offset: usize,
}

/// Not JSONata.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// `S0201`.
    pub code: &'static str,
    /// Words.
    pub message: String,
    /// Bytes.
    pub offset: usize,
}

/// Scope.
pub trait Scope {
    /// Input.
    fn input(&self) -> Option<&Value> {
        None
    }
    /// Variable.
    fn variable(&self, name: &str) -> Option<Bound<'_>>;
    /// Bits.
    fn random(&self) -> u64;
    /// Now.
    fn now_millis(&self) -> i64;
}

/// A variable's value.
#[derive(Clone, Copy, Debug)]
pub enum Bound<'a> {
    /// A value.
    Value(&'a Value),
    /// Members.
    Members(&'a [(&'a str, &'a Value)]),
}

/// Budget.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Steps.
    pub steps: u64,
    /// Depth.
    pub depth: u32,
    /// Bytes.
    pub bytes: u64,
}

/// Failure.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EvaluationError {
    /// Thrown.
    #[error("{code}: {message}")]
    Thrown {
        /// Code.
        code: Arc<str>,
        /// Words.
        message: String,
    },
    /// Function.
    #[error("function")]
    Function,
    /// Time.
    #[error("time")]
    Time,
    /// Memory.
    #[error("memory")]
    Memory,
    /// Stack.
    #[error("stack")]
    Stack,
}

impl Expression {
    /// Parse.
    ///
    /// # Errors
    /// Syntax.
    pub fn parse(text: &str) -> Result<Expression, SyntaxError> {
        Ok(Expression { text: text.into(), references: Arc::new(References::default()) })
    }
    /// Text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
    /// References.
    #[must_use]
    pub fn references(&self) -> &References {
        &self.references
    }
    /// Evaluate.
    ///
    /// # Errors
    /// Failure.
    pub fn evaluate<'a>(
        &'a self,
        _scope: &'a dyn Scope,
        _budget: Budget,
    ) -> Result<Option<Value>, EvaluationError> {
        Err(EvaluationError::Function)
    }
}
