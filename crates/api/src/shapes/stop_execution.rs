//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `StopExecution`.
    StopExecution {
        /// A `Arn`. Required.
        execution_arn: Text<'a> = "executionArn",
        /// A `SensitiveError`.
        error: Text<'a> = "error",
        /// A `SensitiveCause`.
        cause: Text<'a> = "cause",
    }
}

impl Constrained for StopExecution<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("executionArn", self.execution_arn.is_some());
        found.text("executionArn", self.execution_arn.as_ref(), &Rule::length(Length::Chars(1..=256)));
        found.text("error", self.error.as_ref(), &Rule::length(Length::Error).hidden());
        found.text("cause", self.cause.as_ref(), &Rule::length(Length::Cause).hidden());
    }
}
