//! What is wrong with a definition, said once for everybody: the API answers
//! with it, the command line prints it, the editor underlines it.
//!
//! `message` and `location` are AWS's words wherever a recording shows them;
//! what we have to add stands in `help`. Finding the mistakes is `check`'s work.

use crate::Span;
use std::fmt::Write as _;

/// AWS's diagnostic codes (reference 02, section 11), and two of our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// The text is not JSON.
    InvalidJsonDescription,
    /// Ours: the text is not YAML, or has what JSON has not.
    InvalidYaml,
    /// A structure or a value is wrong.
    SchemaValidationFailed,
    /// No state of a `States` object ends it.
    MissingEndState,
    /// `Next`, `Default` or `StartAt` names no state here; also a state that nothing leads to.
    MissingTransitionTarget,
    /// A state's name stands twice in the definition.
    DuplicateStateName,
    /// A state's name is empty or too long.
    InvalidStateName,
    /// Objects and arrays are nested more deeply than we go.
    TooDeeplyNested,
    /// A warning: a template's value looks like a path, but its key lacks `.$`.
    NoDollar,
    /// A warning: a value looks like a path, but the field's name does not end in `Path`.
    NoPath,
    /// A warning: the `Result` of a Pass state looks as if it should be evaluated.
    PassResultIsStatic,
    /// Ours, a warning: a key stands twice in one object; the last one counts.
    DuplicateKey,
    /// The text between `{%` and `%}` is not JSONata.
    InvalidJsonataExpression,
    /// JSONata that refers to what Step Functions does not have.
    UnsupportedJsonataExpression,
    /// An inner scope assigns a variable of an outer one.
    DuplicateVariableName,
    /// A warning: a variable is read that nothing assigns where it could be seen.
    PossiblyUndefinedVariable,
    /// The label of a distributed Map is empty, too long or has wrong characters.
    InvalidLabelName,
    /// Two distributed Maps have one label.
    DuplicateLabelName,
    /// Ours, a warning: a field has no effect where it stands.
    NoEffect,
}

impl Code {
    /// The code as it goes over the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Code::InvalidJsonDescription => "INVALID_JSON_DESCRIPTION",
            Code::InvalidYaml => "INVALID_YAML",
            Code::SchemaValidationFailed => "SCHEMA_VALIDATION_FAILED",
            Code::MissingEndState => "MISSING_END_STATE",
            Code::MissingTransitionTarget => "MISSING_TRANSITION_TARGET",
            Code::DuplicateStateName => "DUPLICATE_STATE_NAME",
            Code::InvalidStateName => "INVALID_STATE_NAME",
            Code::TooDeeplyNested => "TOO_DEEPLY_NESTED",
            Code::NoDollar => "NO_DOLLAR",
            Code::NoPath => "NO_PATH",
            Code::PassResultIsStatic => "PASS_RESULT_IS_STATIC",
            Code::DuplicateKey => "DUPLICATE_KEY",
            Code::InvalidJsonataExpression => "INVALID_JSONATA_EXPRESSION",
            Code::UnsupportedJsonataExpression => "UNSUPPORTED_JSONATA_EXPRESSION",
            Code::DuplicateVariableName => "DUPLICATE_VARIABLE_NAME",
            Code::PossiblyUndefinedVariable => "POSSIBLY_UNDEFINED_VARIABLE",
            Code::InvalidLabelName => "INVALID_LABEL_NAME",
            Code::DuplicateLabelName => "DUPLICATE_LABEL_NAME",
            Code::NoEffect => "NO_EFFECT",
        }
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Severity {
    /// No state machine can be made of the definition.
    Error,
    /// It runs, but perhaps not as meant.
    Warning,
}

impl Severity {
    /// As it goes over the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
        }
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of mistake.
    pub code: Code,
    /// Whether the definition can be used all the same.
    pub severity: Severity,
    /// AWS's words, without the place.
    pub message: String,
    /// `/States/X/Field`, `/` for the whole definition, the parser's position for
    /// text that is not JSON; empty where AWS gives no place.
    pub location: String,
    /// Where in the text.
    pub span: Span,
    /// What we add: why, or what to write instead.
    pub help: Option<String>,
}

impl Diagnostic {
    /// Whether it keeps the definition from being used.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// The findings AWS would report of these, in its order.
///
/// AWS's parser stops at the first syntax error and checks nothing after it.
#[must_use]
pub fn aws_reports(diagnostics: &[Diagnostic]) -> Vec<&Diagnostic> {
    let syntax =
        diagnostics.iter().find(|found| found.is_error() && found.code == Code::InvalidJsonDescription);
    if let Some(first) = syntax {
        return vec![first];
    }
    diagnostics.iter().collect()
}

/// The message of AWS's `InvalidDefinition`: every error, joined by commas in one
/// pair of quotes. AWS prints `null` for a place it does not have.
#[must_use]
pub fn aws_text(diagnostics: &[Diagnostic]) -> String {
    let mut text = String::from("Invalid State Machine Definition: '");
    let mut between = "";
    for found in aws_reports(diagnostics).into_iter().filter(|found| found.is_error()) {
        let location = if found.location.is_empty() { "null" } else { &found.location };
        // Writing to a String does not fail.
        let _ = write!(text, "{between}{}: {} at {location}", found.code.as_str(), found.message);
        between = ", ";
    }
    text.push('\'');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(code: Code, message: &str, location: &str) -> Diagnostic {
        let severity = Severity::Error;
        Diagnostic {
            code,
            severity,
            message: message.into(),
            location: location.into(),
            span: Span::default(),
            help: None,
        }
    }

    #[test]
    fn several_errors_share_one_pair_of_quotes() {
        let target =
            found(Code::MissingTransitionTarget, "Missing 'Next' target: pass3", "/States/pass1/Next");
        let end = found(Code::MissingEndState, "Workflow has no terminal state", "");
        let warning = Diagnostic { severity: Severity::Warning, ..found(Code::NoPath, "seems", "/States/x") };
        assert_eq!(
            aws_text(&[target, warning, end]),
            "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: pass3 at \
             /States/pass1/Next, MISSING_END_STATE: Workflow has no terminal state at null'"
        );
    }

    #[test]
    fn a_syntax_error_hides_the_rest() {
        let syntax = found(Code::InvalidJsonDescription, "Unrecognized token", "[Source]");
        let schema = found(Code::SchemaValidationFailed, "wrong", "/");
        assert_eq!(aws_reports(&[syntax.clone(), schema.clone(), syntax.clone()]), [&syntax]);
        assert_eq!(aws_reports(std::slice::from_ref(&schema)), [&schema]);
    }
}
