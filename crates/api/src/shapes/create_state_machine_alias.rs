//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use super::structures::RoutingConfigurationListItem;
use crate::aws::constrain::{Constrained, Finder, Length, Pattern, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `CreateStateMachineAlias`.
    CreateStateMachineAlias {
        /// A `AliasDescription`.
        description: Text<'a> = "description",
        /// A `CharacterRestrictedName`. Required.
        name: Text<'a> = "name",
        /// Each a `RoutingConfigurationListItem`. Required.
        routing_configuration: Vec<RoutingConfigurationListItem<'a>> = "routingConfiguration",
    }
}

impl Constrained for CreateStateMachineAlias<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.text("description", self.description.as_ref(), &Rule::length(Length::Chars(0..=256)).hidden());
        found.required("name", self.name.is_some());
        found.text(
            "name",
            self.name.as_ref(),
            &Rule::length(Length::Chars(1..=80))
                .pattern(Pattern::CharacterRestrictedName, "^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$"),
        );
        found.required("routingConfiguration", self.routing_configuration.is_some());
        found.structures("routingConfiguration", self.routing_configuration.as_deref(), 1..=2);
    }
}
