//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use super::structures::RoutingConfigurationListItem;
use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `UpdateStateMachineAlias`.
    UpdateStateMachineAlias {
        /// A `Arn`. Required.
        state_machine_alias_arn: Text<'a> = "stateMachineAliasArn",
        /// A `AliasDescription`.
        description: Text<'a> = "description",
        /// Each a `RoutingConfigurationListItem`.
        routing_configuration: Vec<RoutingConfigurationListItem<'a>> = "routingConfiguration",
    }
}

impl Constrained for UpdateStateMachineAlias<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("stateMachineAliasArn", self.state_machine_alias_arn.is_some());
        found.text(
            "stateMachineAliasArn",
            self.state_machine_alias_arn.as_ref(),
            &Rule::length(Length::Chars(1..=256)),
        );
        found.text("description", self.description.as_ref(), &Rule::length(Length::Chars(0..=256)).hidden());
        found.structures("routingConfiguration", self.routing_configuration.as_deref(), 1..=2);
    }
}
