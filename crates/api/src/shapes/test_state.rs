//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use super::structures::{MockInput, TestStateConfiguration};
use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `TestState`.
    TestState {
        /// A `Definition`. Required.
        definition: Text<'a> = "definition",
        /// A `Arn`.
        role_arn: Text<'a> = "roleArn",
        /// A `SensitiveData`.
        input: Text<'a> = "input",
        /// A word of `InspectionLevel`.
        inspection_level: Text<'a> = "inspectionLevel",
        /// A flag.
        reveal_secrets: bool = "revealSecrets",
        /// A `SensitiveData`.
        variables: Text<'a> = "variables",
        /// A `TestStateStateName`.
        state_name: Text<'a> = "stateName",
        /// A `MockInput`.
        mock: MockInput<'a> = "mock",
        /// A `SensitiveData`.
        context: Text<'a> = "context",
        /// A `TestStateConfiguration`.
        state_configuration: TestStateConfiguration<'a> = "stateConfiguration",
    }
}

impl Constrained for TestState<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("definition", self.definition.is_some());
        found.text("definition", self.definition.as_ref(), &Rule::length(Length::Definition).hidden());
        found.text("roleArn", self.role_arn.as_ref(), &Rule::length(Length::Chars(1..=256)));
        found.text("input", self.input.as_ref(), &Rule::length(Length::Payload).hidden());
        found.text(
            "inspectionLevel",
            self.inspection_level.as_ref(),
            &Rule::one_of(&["INFO", "DEBUG", "TRACE"]),
        );
        found.text("variables", self.variables.as_ref(), &Rule::length(Length::Payload).hidden());
        found.text("stateName", self.state_name.as_ref(), &Rule::length(Length::Chars(1..=80)).hidden());
        found.structure("mock", self.mock.as_ref());
        found.text("context", self.context.as_ref(), &Rule::length(Length::Payload).hidden());
        found.structure("stateConfiguration", self.state_configuration.as_ref());
    }
}
