//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `PublishStateMachineVersion`.
    PublishStateMachineVersion {
        /// A `Arn`. Required.
        state_machine_arn: Text<'a> = "stateMachineArn",
        /// A `RevisionId`.
        revision_id: Text<'a> = "revisionId",
        /// A `VersionDescription`.
        description: Text<'a> = "description",
    }
}

impl Constrained for PublishStateMachineVersion<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("stateMachineArn", self.state_machine_arn.is_some());
        found.text("stateMachineArn", self.state_machine_arn.as_ref(), &Rule::length(Length::Chars(1..=256)));
        found.text("description", self.description.as_ref(), &Rule::length(Length::Chars(0..=256)).hidden());
    }
}
