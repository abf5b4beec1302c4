//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `DescribeMapRun`.
    DescribeMapRun {
        /// A `LongArn`. Required.
        map_run_arn: Text<'a> = "mapRunArn",
    }
}

impl Constrained for DescribeMapRun<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("mapRunArn", self.map_run_arn.is_some());
        found.text("mapRunArn", self.map_run_arn.as_ref(), &Rule::length(Length::Chars(1..=2000)));
    }
}
