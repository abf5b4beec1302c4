//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `DeleteActivity`.
    DeleteActivity {
        /// A `Arn`. Required.
        activity_arn: Text<'a> = "activityArn",
    }
}

impl Constrained for DeleteActivity<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("activityArn", self.activity_arn.is_some());
        found.text("activityArn", self.activity_arn.as_ref(), &Rule::length(Length::Chars(1..=256)));
    }
}
