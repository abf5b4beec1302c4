//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `ValidateStateMachineDefinition`.
    ValidateStateMachineDefinition {
        /// A `Definition`. Required.
        definition: Text<'a> = "definition",
        /// A word of `StateMachineType`.
        kind: Text<'a> = "type",
        /// A word of `ValidateStateMachineDefinitionSeverity`.
        severity: Text<'a> = "severity",
        /// A whole number.
        max_results: i64 = "maxResults",
    }
}

impl Constrained for ValidateStateMachineDefinition<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("definition", self.definition.is_some());
        found.text("definition", self.definition.as_ref(), &Rule::length(Length::Definition).hidden());
        found.text("type", self.kind.as_ref(), &Rule::one_of(&["STANDARD", "EXPRESS"]));
        found.text("severity", self.severity.as_ref(), &Rule::one_of(&["ERROR", "WARNING"]));
        found.number("maxResults", self.max_results, 0..=100);
    }
}
