//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `ListStateMachineAliases`.
    ListStateMachineAliases {
        /// A `Arn`. Required.
        state_machine_arn: Text<'a> = "stateMachineArn",
        /// A `PageToken`.
        next_token: Text<'a> = "nextToken",
        /// A whole number.
        max_results: i64 = "maxResults",
    }
}

impl Constrained for ListStateMachineAliases<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("stateMachineArn", self.state_machine_arn.is_some());
        found.text("stateMachineArn", self.state_machine_arn.as_ref(), &Rule::length(Length::Chars(1..=256)));
        found.text("nextToken", self.next_token.as_ref(), &Rule::length(Length::Chars(1..=1024)));
        found.number("maxResults", self.max_results, 0..=1000);
    }
}
