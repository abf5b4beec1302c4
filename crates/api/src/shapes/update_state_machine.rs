//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use super::structures::{EncryptionConfiguration, LoggingConfiguration, TracingConfiguration};
use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `UpdateStateMachine`.
    UpdateStateMachine {
        /// A `Arn`. Required.
        state_machine_arn: Text<'a> = "stateMachineArn",
        /// A `Definition`.
        definition: Text<'a> = "definition",
        /// A `Arn`.
        role_arn: Text<'a> = "roleArn",
        /// A `LoggingConfiguration`.
        logging_configuration: LoggingConfiguration<'a> = "loggingConfiguration",
        /// A `TracingConfiguration`.
        tracing_configuration: TracingConfiguration<'a> = "tracingConfiguration",
        /// A flag.
        publish: bool = "publish",
        /// A `VersionDescription`.
        version_description: Text<'a> = "versionDescription",
        /// A `EncryptionConfiguration`.
        encryption_configuration: EncryptionConfiguration<'a> = "encryptionConfiguration",
    }
}

impl Constrained for UpdateStateMachine<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("stateMachineArn", self.state_machine_arn.is_some());
        found.text("stateMachineArn", self.state_machine_arn.as_ref(), &Rule::length(Length::Chars(1..=256)));
        found.text("definition", self.definition.as_ref(), &Rule::length(Length::Definition).hidden());
        found.text("roleArn", self.role_arn.as_ref(), &Rule::length(Length::Chars(1..=256)));
        found.structure("loggingConfiguration", self.logging_configuration.as_ref());
        found.structure("tracingConfiguration", self.tracing_configuration.as_ref());
        found.text(
            "versionDescription",
            self.version_description.as_ref(),
            &Rule::length(Length::Chars(0..=256)).hidden(),
        );
        found.structure("encryptionConfiguration", self.encryption_configuration.as_ref());
    }
}
