//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `UntagResource`.
    UntagResource {
        /// A `Arn`. Required.
        resource_arn: Text<'a> = "resourceArn",
        /// A `TagKey`. Required.
        tag_keys: Vec<Text<'a>> = "tagKeys",
    }
}

impl Constrained for UntagResource<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("resourceArn", self.resource_arn.is_some());
        found.text("resourceArn", self.resource_arn.as_ref(), &Rule::length(Length::Chars(1..=256)));
        found.required("tagKeys", self.tag_keys.is_some());
        found.texts("tagKeys", self.tag_keys.as_deref(), &Rule::length(Length::Chars(1..=128)));
    }
}
