//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `ListStateMachines`.
    ListStateMachines {
        /// A whole number.
        max_results: i64 = "maxResults",
        /// A `PageToken`.
        next_token: Text<'a> = "nextToken",
    }
}

impl Constrained for ListStateMachines<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.number("maxResults", self.max_results, 0..=1000);
        found.text("nextToken", self.next_token.as_ref(), &Rule::length(Length::Chars(1..=1024)));
    }
}
