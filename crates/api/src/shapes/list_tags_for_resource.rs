//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `ListTagsForResource`.
    ListTagsForResource {
        /// A `Arn`. Required.
        resource_arn: Text<'a> = "resourceArn",
    }
}

impl Constrained for ListTagsForResource<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("resourceArn", self.resource_arn.is_some());
        found.text("resourceArn", self.resource_arn.as_ref(), &Rule::length(Length::Chars(1..=256)));
    }
}
