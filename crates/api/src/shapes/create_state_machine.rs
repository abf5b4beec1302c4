//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use super::structures::{EncryptionConfiguration, LoggingConfiguration, Tag, TracingConfiguration};
use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `CreateStateMachine`.
    CreateStateMachine {
        /// A `Name`. Required.
        name: Text<'a> = "name",
        /// A `Definition`. Required.
        definition: Text<'a> = "definition",
        /// A `Arn`. Required.
        role_arn: Text<'a> = "roleArn",
        /// A word of `StateMachineType`.
        kind: Text<'a> = "type",
        /// A `LoggingConfiguration`.
        logging_configuration: LoggingConfiguration<'a> = "loggingConfiguration",
        /// Each a `Tag`.
        tags: Vec<Tag<'a>> = "tags",
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

impl Constrained for CreateStateMachine<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("name", self.name.is_some());
        found.text("name", self.name.as_ref(), &Rule::length(Length::Chars(1..=80)));
        found.required("definition", self.definition.is_some());
        found.text("definition", self.definition.as_ref(), &Rule::length(Length::Definition).hidden());
        found.required("roleArn", self.role_arn.is_some());
        found.text("roleArn", self.role_arn.as_ref(), &Rule::length(Length::Chars(1..=256)));
        found.text("type", self.kind.as_ref(), &Rule::one_of(&["STANDARD", "EXPRESS"]));
        found.structure("loggingConfiguration", self.logging_configuration.as_ref());
        found.structures("tags", self.tags.as_deref(), 0..=usize::MAX);
        found.structure("tracingConfiguration", self.tracing_configuration.as_ref());
        found.text(
            "versionDescription",
            self.version_description.as_ref(),
            &Rule::length(Length::Chars(0..=256)).hidden(),
        );
        found.structure("encryptionConfiguration", self.encryption_configuration.as_ref());
    }
}
