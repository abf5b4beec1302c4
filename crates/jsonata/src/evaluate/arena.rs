//! A place for the programs that `$eval` parses, which must outlive the values that
//! borrow from them.

use crate::syntax::Program;
use std::cell::{Cell, OnceCell};

/// The most programs that one evaluation may parse.
const PROGRAMS_MAX: usize = 4096;

/// Programs that stay where they are until the evaluation is over.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    places: OnceCell<Box<[OnceCell<Program>]>>,
    count: Cell<usize>,
}

impl Arena {
    /// Keeps a program; `None` when there is no place left.
    pub(crate) fn keep(&self, program: Program) -> Option<&Program> {
        let places = self.places.get_or_init(|| (0..PROGRAMS_MAX).map(|_| OnceCell::new()).collect());
        let place = places.get(self.count.get())?;
        self.count.set(self.count.get() + 1);
        Some(place.get_or_init(|| program))
    }
}
