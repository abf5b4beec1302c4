//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `SendTaskFailure`.
    SendTaskFailure {
        /// A `TaskToken`. Required.
        task_token: Text<'a> = "taskToken",
        /// A `SensitiveError`.
        error: Text<'a> = "error",
        /// A `SensitiveCause`.
        cause: Text<'a> = "cause",
    }
}

impl Constrained for SendTaskFailure<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("taskToken", self.task_token.is_some());
        found.text("taskToken", self.task_token.as_ref(), &Rule::length(Length::Chars(1..=2048)).hidden());
        found.text("error", self.error.as_ref(), &Rule::length(Length::Error).hidden());
        found.text("cause", self.cause.as_ref(), &Rule::length(Length::Cause).hidden());
    }
}
