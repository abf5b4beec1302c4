//! Texts: borrowed from a document or the expression, or made and shared.

use crate::error::Outcome;
use crate::meter::{CELL_BYTES, Charge, Meter};
use std::borrow::Borrow;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

/// A text.
#[derive(Clone, Debug)]
pub(crate) enum Text<'v> {
    Borrowed(&'v str),
    Made(Rc<Made>),
}

/// A text that the evaluation made.
#[derive(Debug)]
pub(crate) struct Made {
    text: Box<str>,
    _charge: Charge,
}

impl Text<'_> {
    /// A text that the evaluation made.
    pub(crate) fn made(text: String, meter: &Rc<Meter>) -> Outcome<Self> {
        meter.scan(text.len())?;
        let charge = Charge::new(meter, text.len() as u64 + CELL_BYTES)?;
        Ok(Text::Made(Rc::new(Made { text: text.into_boxed_str(), _charge: charge })))
    }

    #[inline]
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Text::Borrowed(text) => text,
            Text::Made(made) => &made.text,
        }
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text<'_> {}

impl Hash for Text<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl Borrow<str> for Text<'_> {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}
