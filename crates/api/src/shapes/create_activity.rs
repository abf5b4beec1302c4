//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use super::structures::{EncryptionConfiguration, Tag};
use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `CreateActivity`.
    CreateActivity {
        /// A `Name`. Required.
        name: Text<'a> = "name",
        /// Each a `Tag`.
        tags: Vec<Tag<'a>> = "tags",
        /// A `EncryptionConfiguration`.
        encryption_configuration: EncryptionConfiguration<'a> = "encryptionConfiguration",
    }
}

impl Constrained for CreateActivity<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("name", self.name.is_some());
        found.text("name", self.name.as_ref(), &Rule::length(Length::Chars(1..=80)));
        found.structures("tags", self.tags.as_deref(), 0..=usize::MAX);
        found.structure("encryptionConfiguration", self.encryption_configuration.as_ref());
    }
}
