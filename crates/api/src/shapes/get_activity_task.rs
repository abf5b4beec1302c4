//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `GetActivityTask`.
    GetActivityTask {
        /// A `Arn`. Required.
        activity_arn: Text<'a> = "activityArn",
        /// A `Name`.
        worker_name: Text<'a> = "workerName",
    }
}

impl Constrained for GetActivityTask<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("activityArn", self.activity_arn.is_some());
        found.text("activityArn", self.activity_arn.as_ref(), &Rule::length(Length::Chars(1..=256)));
        found.text("workerName", self.worker_name.as_ref(), &Rule::length(Length::Chars(1..=80)));
    }
}
