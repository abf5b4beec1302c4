//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `GetExecutionHistory`.
    GetExecutionHistory {
        /// A `Arn`. Required.
        execution_arn: Text<'a> = "executionArn",
        /// A whole number.
        max_results: i64 = "maxResults",
        /// A flag.
        reverse_order: bool = "reverseOrder",
        /// A `PageToken`.
        next_token: Text<'a> = "nextToken",
        /// A flag.
        include_execution_data: bool = "includeExecutionData",
    }
}

impl Constrained for GetExecutionHistory<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("executionArn", self.execution_arn.is_some());
        found.text("executionArn", self.execution_arn.as_ref(), &Rule::length(Length::Chars(1..=256)));
        found.number("maxResults", self.max_results, 0..=1000);
        found.text("nextToken", self.next_token.as_ref(), &Rule::length(Length::Chars(1..=1024)));
    }
}
