//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use super::structures::Tag;
use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `TagResource`.
    TagResource {
        /// A `Arn`. Required.
        resource_arn: Text<'a> = "resourceArn",
        /// Each a `Tag`. Required.
        tags: Vec<Tag<'a>> = "tags",
    }
}

impl Constrained for TagResource<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("resourceArn", self.resource_arn.is_some());
        found.text("resourceArn", self.resource_arn.as_ref(), &Rule::length(Length::Chars(1..=256)));
        found.required("tags", self.tags.is_some());
        found.structures("tags", self.tags.as_deref(), 0..=usize::MAX);
    }
}
