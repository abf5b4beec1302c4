//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use crate::aws::constrain::{Constrained, Finder, Length, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `ListExecutions`.
    ListExecutions {
        /// A `Arn`.
        state_machine_arn: Text<'a> = "stateMachineArn",
        /// A word of `ExecutionStatus`.
        status_filter: Text<'a> = "statusFilter",
        /// A whole number.
        max_results: i64 = "maxResults",
        /// A `ListExecutionsPageToken`.
        next_token: Text<'a> = "nextToken",
        /// A `LongArn`.
        map_run_arn: Text<'a> = "mapRunArn",
        /// A word of `ExecutionRedriveFilter`.
        redrive_filter: Text<'a> = "redriveFilter",
    }
}

impl Constrained for ListExecutions<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.text("stateMachineArn", self.state_machine_arn.as_ref(), &Rule::length(Length::Chars(1..=256)));
        found.text(
            "statusFilter",
            self.status_filter.as_ref(),
            &Rule::one_of(&["SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING"]),
        );
        found.number("maxResults", self.max_results, 0..=1000);
        found.text("nextToken", self.next_token.as_ref(), &Rule::length(Length::Chars(1..=3096)));
        found.text("mapRunArn", self.map_run_arn.as_ref(), &Rule::length(Length::Chars(1..=2000)));
        found.text(
            "redriveFilter",
            self.redrive_filter.as_ref(),
            &Rule::one_of(&["REDRIVEN", "NOT_REDRIVEN"]),
        );
    }
}
