//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `DescribeStateMachineForExecution`.
    DescribeStateMachineForExecution {
        /// A `Arn`. Required.
        execution_arn: Text<'a> = "executionArn",
        /// A word of `IncludedData`.
        included_data: Text<'a> = "includedData",
    }
}

impl Constrained for DescribeStateMachineForExecution<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("executionArn", self.execution_arn.is_some());
        found.text("executionArn", self.execution_arn.as_ref(), &Rule::length(Length::Chars(1..=256)));
        found.text(
            "includedData",
            self.included_data.as_ref(),
            &Rule::one_of(&["ALL_DATA", "METADATA_ONLY"]),
        );
    }
}
