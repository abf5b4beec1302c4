//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use crate::aws::constrain::{Constrained, Finder, Length, Pattern, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `RedriveExecution`.
    RedriveExecution {
        /// A `Arn`. Required.
        execution_arn: Text<'a> = "executionArn",
        /// A `ClientToken`.
        client_token: Text<'a> = "clientToken",
    }
}

impl Constrained for RedriveExecution<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("executionArn", self.execution_arn.is_some());
        found.text("executionArn", self.execution_arn.as_ref(), &Rule::length(Length::Chars(1..=256)));
        found.text(
            "clientToken",
            self.client_token.as_ref(),
            &Rule::length(Length::Chars(1..=64)).pattern(Pattern::ClientToken, "[!-~]+"),
        );
    }
}
