//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `DeleteStateMachineAlias`.
    DeleteStateMachineAlias {
        /// A `Arn`. Required.
        state_machine_alias_arn: Text<'a> = "stateMachineAliasArn",
    }
}

impl Constrained for DeleteStateMachineAlias<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("stateMachineAliasArn", self.state_machine_alias_arn.is_some());
        found.text(
            "stateMachineAliasArn",
            self.state_machine_alias_arn.as_ref(),
            &Rule::length(Length::Chars(1..=256)),
        );
    }
}
