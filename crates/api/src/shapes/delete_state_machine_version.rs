//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `DeleteStateMachineVersion`.
    DeleteStateMachineVersion {
        /// A `LongArn`. Required.
        state_machine_version_arn: Text<'a> = "stateMachineVersionArn",
    }
}

impl Constrained for DeleteStateMachineVersion<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("stateMachineVersionArn", self.state_machine_version_arn.is_some());
        found.text(
            "stateMachineVersionArn",
            self.state_machine_version_arn.as_ref(),
            &Rule::length(Length::Chars(1..=2000)),
        );
    }
}
