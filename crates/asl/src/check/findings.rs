//! Collects what the checks find, in the order in which AWS reports it: first
//! what is wrong with single fields, then what is wrong with the graph.

use super::hints;
use crate::{Code, Diagnostic, Severity, Span};

/// Errors kept, and warnings kept, of each sort. A text of a megabyte may have a
/// hundred thousand mistakes; nobody reads on here.
const KEPT_MAX: usize = 1_000;
/// Names that are looked up for what they were meant to be, which costs more than to check them.
const LOOKED_UP_MAX: usize = 100;

/// All findings so far.
#[derive(Default)]
pub(super) struct Findings {
    fields: Kept,
    graph: Kept,
    looked_up: usize,
}

/// Findings of one sort, bounded.
#[derive(Default)]
struct Kept {
    list: Vec<Diagnostic>,
    errors: usize,
    /// The latest one that there was no room for.
    dropped: Option<Diagnostic>,
}

impl Findings {
    /// An error of structure or value: `SCHEMA_VALIDATION_FAILED`.
    pub(super) fn error(
        &mut self,
        message: impl Into<String>,
        location: impl Into<String>,
        span: Span,
    ) -> &mut Diagnostic {
        self.field(Code::SchemaValidationFailed, Severity::Error, message, location, span)
    }

    /// A warning about a field.
    pub(super) fn warning(
        &mut self,
        code: Code,
        message: impl Into<String>,
        location: impl Into<String>,
        span: Span,
    ) -> &mut Diagnostic {
        self.field(code, Severity::Warning, message, location, span)
    }

    /// A finding about a field, whatever its code.
    pub(super) fn field(
        &mut self,
        code: Code,
        severity: Severity,
        message: impl Into<String>,
        location: impl Into<String>,
        span: Span,
    ) -> &mut Diagnostic {
        self.fields.push(Diagnostic {
            code,
            severity,
            message: message.into(),
            location: location.into(),
            span,
            help: None,
        })
    }

    /// A finding about names, transitions and ends.
    pub(super) fn graph(
        &mut self,
        code: Code,
        severity: Severity,
        message: impl Into<String>,
        location: impl Into<String>,
        span: Span,
    ) -> &mut Diagnostic {
        self.graph.push(Diagnostic {
            code,
            severity,
            message: message.into(),
            location: location.into(),
            span,
            help: None,
        })
    }

    /// What a misspelt name may have been meant to be.
    pub(super) fn nearest<'n>(
        &mut self,
        name: &str,
        candidates: impl Iterator<Item = &'n str>,
    ) -> Option<String> {
        self.looked_up += 1;
        if self.looked_up > LOOKED_UP_MAX { None } else { hints::nearest(name, candidates) }
    }

    /// All of them: fields in the order of the text, then the graph.
    pub(super) fn into_diagnostics(self) -> Vec<Diagnostic> {
        let mut all = self.fields.list;
        all.sort_by_key(|found| found.span.start);
        all.extend(self.graph.list);
        all
    }
}

impl Diagnostic {
    /// Adds our own explanation.
    pub(super) fn help(&mut self, text: impl Into<String>) {
        self.help = Some(text.into());
    }

    /// Adds our own explanation if there is one.
    pub(super) fn help_if(&mut self, text: Option<String>) {
        if text.is_some() {
            self.help = text;
        }
    }
}

impl Kept {
    /// Keeps a finding while there is room for its severity, so that warnings never
    /// crowd out an error.
    fn push(&mut self, found: Diagnostic) -> &mut Diagnostic {
        let error = found.is_error();
        let kept = if error { self.errors } else { self.list.len() - self.errors };
        if kept >= KEPT_MAX {
            return self.dropped.insert(found);
        }
        self.errors += usize::from(error);
        self.list.push(found);
        self.list.last_mut().expect("an element was pushed the line before")
    }
}
