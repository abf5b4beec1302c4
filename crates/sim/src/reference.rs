//! The same execution without a service around it: the engine alone, calls that
//! come back at once, no faults. Where chance and faults had no part in how an
//! execution ended, it must have ended like this.

use crate::calls;
use stateline_asl::program::{Kind, StateIndex};
use stateline_base::{Limits, Payload, Timestamp};
use stateline_engine::{
    Decision, Effect, Ending, Execution, Input, RECORDS_PER_DECISION_MAX, Setting, advance, start,
};
use stateline_journal::{AttemptId, Event, Record};
use stateline_runtime::{Attempt, Definition, Outcome};
use std::collections::BTreeMap;

/// Inputs after which an execution must have ended.
const INPUTS_MAX: usize = 10_000;

/// Runs the execution of a history again from its start. Its ending, and how many calls it made.
pub(crate) fn run(
    seed: u64,
    definition: &Definition,
    limits: &Limits,
    records: &[Record],
) -> Option<(Ending, usize)> {
    let Event::ExecutionStarted(started) = &records.first()?.event else { return None };
    let setting = Setting { program: &definition.program, limits, records_max: RECORDS_PER_DECISION_MAX };
    let mut at = records.first()?.at;
    let (mut x, decision) = start(setting, (**started).clone(), at);
    let mut world = World { seed, definition, due: BTreeMap::new(), calls: 0 };
    world.take(&x, decision, at);
    for _ in 0..INPUTS_MAX {
        if let Some(ending) = x.ending {
            return Some((ending, world.calls));
        }
        let wake = x.wake()?;
        let (now, input) = match world.due.first_key_value() {
            Some((&(due, _), _)) if due <= wake => {
                let ((due, attempt), outcome) = world.due.pop_first()?;
                (due, input_of(attempt, outcome))
            }
            _ => (wake, Input::Tick),
        };
        at = at.max(now);
        if let Ok(decision) = advance(setting, &mut x, input, at) {
            world.take(&x, decision, at);
        }
    }
    None
}

/// The calls that are out.
struct World<'a> {
    seed: u64,
    definition: &'a Definition,
    /// What comes back when.
    due: BTreeMap<(Timestamp, AttemptId), Outcome>,
    calls: usize,
}

impl World<'_> {
    fn take(&mut self, x: &Execution, decision: Decision, at: Timestamp) {
        for effect in decision.effects {
            match effect {
                Effect::Invoke { attempt, state, parameters, deadline } => {
                    self.calls += 1;
                    let call = self.call(x, state, parameters, deadline);
                    if let Some(outcome) = call.and_then(|call| calls::outcome(self.seed, &call)) {
                        self.due.insert((at.plus_millis(1), attempt), outcome);
                    }
                }
                Effect::Cancel { attempt } => self.due.retain(|(_, other), _| *other != attempt),
                Effect::Continue => {}
            }
        }
    }

    fn call(
        &self,
        x: &Execution,
        state: StateIndex,
        input: Payload,
        deadline: Option<Timestamp>,
    ) -> Option<Attempt> {
        let state = self.definition.program.state(state);
        let Kind::Task(task) = &state.kind else { return None };
        Some(Attempt {
            execution_arn: x.started.execution_arn.clone(),
            state: state.name.clone(),
            request_id: "".into(),
            resource: task.resource.clone(),
            input,
            deadline,
            region: "us-east-1".into(),
            account: "000000000000".into(),
        })
    }
}

fn input_of(attempt: AttemptId, outcome: Outcome) -> Input {
    match outcome {
        Outcome::Succeeded(output) => Input::TaskSucceeded { attempt, output },
        Outcome::Failed(failure) => Input::TaskFailed { attempt, failure },
    }
}
