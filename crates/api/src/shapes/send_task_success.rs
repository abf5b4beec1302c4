//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `SendTaskSuccess`.
    SendTaskSuccess {
        /// A `TaskToken`. Required.
        task_token: Text<'a> = "taskToken",
        /// A `SensitiveData`. Required.
        output: Text<'a> = "output",
    }
}

impl Constrained for SendTaskSuccess<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("taskToken", self.task_token.is_some());
        found.text("taskToken", self.task_token.as_ref(), &Rule::length(Length::Chars(1..=2048)).hidden());
        found.required("output", self.output.is_some());
        found.text("output", self.output.as_ref(), &Rule::length(Length::Payload).hidden());
    }
}
