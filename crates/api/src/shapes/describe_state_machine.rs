//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `DescribeStateMachine`.
    DescribeStateMachine {
        /// A `Arn`. Required.
        state_machine_arn: Text<'a> = "stateMachineArn",
        /// A word of `IncludedData`.
        included_data: Text<'a> = "includedData",
    }
}

impl Constrained for DescribeStateMachine<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("stateMachineArn", self.state_machine_arn.is_some());
        found.text("stateMachineArn", self.state_machine_arn.as_ref(), &Rule::length(Length::Chars(1..=256)));
        found.text(
            "includedData",
            self.included_data.as_ref(),
            &Rule::one_of(&["ALL_DATA", "METADATA_ONLY"]),
        );
    }
}
