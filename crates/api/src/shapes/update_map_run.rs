//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `UpdateMapRun`.
    UpdateMapRun {
        /// A `LongArn`. Required.
        map_run_arn: Text<'a> = "mapRunArn",
        /// A whole number.
        max_concurrency: i64 = "maxConcurrency",
        /// A percentage.
        tolerated_failure_percentage: f64 = "toleratedFailurePercentage",
        /// A whole number.
        tolerated_failure_count: i64 = "toleratedFailureCount",
    }
}

impl Constrained for UpdateMapRun<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("mapRunArn", self.map_run_arn.is_some());
        found.text("mapRunArn", self.map_run_arn.as_ref(), &Rule::length(Length::Chars(1..=2000)));
        found.number("maxConcurrency", self.max_concurrency, 0..=i64::MAX);
        found.fraction("toleratedFailurePercentage", self.tolerated_failure_percentage, 0.0..=100.0);
        found.number("toleratedFailureCount", self.tolerated_failure_count, 0..=i64::MAX);
    }
}
