//! Made by `cargo xtask shapes` from AWS's public model of the API; the next run writes it anew.

use crate::aws::constrain::{Constrained, Finder, Length, Pattern, Rule};
use crate::aws::decode::{Text, shape};

shape! {
    /// The request of `StartExecution`.
    StartExecution {
        /// A `Arn`. Required.
        state_machine_arn: Text<'a> = "stateMachineArn",
        /// A `Name`.
        name: Text<'a> = "name",
        /// A `SensitiveData`.
        input: Text<'a> = "input",
        /// A `TraceHeader`.
        trace_header: Text<'a> = "traceHeader",
    }
}

impl Constrained for StartExecution<'_> {
    fn constrain(&self, found: &mut Finder<'_>) {
        found.required("stateMachineArn", self.state_machine_arn.is_some());
        found.text("stateMachineArn", self.state_machine_arn.as_ref(), &Rule::length(Length::Chars(1..=256)));
        found.text("name", self.name.as_ref(), &Rule::length(Length::Chars(1..=80)));
        found.text("input", self.input.as_ref(), &Rule::length(Length::Payload).hidden());
        found.text(
            "traceHeader",
            self.trace_header.as_ref(),
            &Rule::length(Length::Chars(0..=256)).pattern(Pattern::TraceHeader, "\\p{ASCII}*"),
        );
    }
}
