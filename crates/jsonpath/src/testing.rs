//! A fixed scope for the unit tests of this crate.

use std::cell::Cell;

use serde_json::Value;

use crate::Scope;

/// Documents given once; the random draws count upwards from a given number.
pub(crate) struct Fixed {
    input: Value,
    context: Value,
    variables: Value,
    draw: Cell<u64>,
}

impl Fixed {
    pub(crate) fn new(input: Value, context: Value, variables: Value) -> Self {
        Self { input, context, variables, draw: Cell::new(0x0123_4567_89ab_cdef) }
    }
}

impl Scope for Fixed {
    fn input(&self) -> &Value {
        &self.input
    }

    fn context(&self) -> &Value {
        &self.context
    }

    fn variable(&self, name: &str) -> Option<&Value> {
        self.variables.get(name)
    }

    fn random(&self) -> u64 {
        let draw = self.draw.get();
        self.draw.set(draw.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1));
        draw
    }
}
