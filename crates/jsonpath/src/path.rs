//! A path over one document, as the rest of the project holds it.
//!
//! Text in, values out; the dialect is Jayway's, which is what AWS evaluates.
//! Where the document comes from is `query`'s concern. Called by `asl` for
//! fields that take a path and by `engine` through `Query`.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::error::{CompileError, ReadError};
use crate::token::Steps;
use crate::{compile, evaluate};

/// A compiled Jayway path over one document (`$.a[0]..b`). Cheap to clone.
#[derive(Clone)]
pub struct Path {
    inner: Arc<Inner>,
}

struct Inner {
    text: String,
    steps: Steps,
}

impl Path {
    /// Compiles a path.
    ///
    /// # Errors
    ///
    /// When the text is not a path, or nests or extends beyond this crate's bounds.
    pub fn compile(text: &str) -> Result<Self, CompileError> {
        let steps = compile::compile(text)?;
        Ok(Self { inner: Arc::new(Inner { text: text.to_owned(), steps }) })
    }

    /// The path as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// Leads to one place at most, so that reading gives what is there; other
    /// paths give a list, also when they find one thing or nothing.
    #[must_use]
    pub fn is_definite(&self) -> bool {
        self.inner.steps.is_definite()
    }

    /// Is exactly `$`.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.inner.text == "$"
    }

    /// Reads the path in a document. What a definite path finds is borrowed.
    ///
    /// # Errors
    ///
    /// [`ReadError::NotFound`] when a definite path leads nowhere, and
    /// [`ReadError::Failed`] when the path cannot be applied to the document.
    pub fn read<'a>(&self, document: &'a Value) -> Result<Cow<'a, Value>, ReadError> {
        Ok(evaluate::read_document(&self.inner.steps, document)?)
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Path({:?})", self.inner.text)
    }
}
