//! Express executions: the same core without a journal.
//!
//! One async task drives one execution: it makes the calls itself and waits for
//! its own timers. Nothing is durable but, for an asynchronous one, its start:
//! after a crash it runs again from there (at least once). A synchronous one is
//! never run again (at most once).

use crate::catalog::Definition;
use crate::connector::{Connector, Outcome};
use crate::ports::Clock;
use crate::shards::call;
use stateline_base::{ExecutionId, Limits, Timestamp};
use stateline_engine::{
    Apart, Beginning, Decision, Effect, Execution, Input, Setting, TestCase, advance, start_with,
};
use stateline_journal::{AttemptId, Record, Started};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{AbortHandle, Id, JoinError, JoinSet};

/// What an Express execution needs to run.
#[derive(Clone)]
pub(crate) struct Driver {
    pub(crate) definition: Arc<Definition>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) connector: Arc<dyn Connector>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// Records of one decision, after which other tasks of the async runtime have their turn.
const RECORDS_PER_TURN_MAX: usize = 128;

/// Calls that are out, and which attempt each is.
#[derive(Default)]
struct Calls {
    set: JoinSet<Outcome>,
    attempts: HashMap<Id, AttemptId>,
    handles: HashMap<AttemptId, AbortHandle>,
}

impl Driver {
    /// Runs an execution to its end. Every record is shown to `watch` as it is decided.
    pub(crate) async fn run(
        &self,
        id: ExecutionId,
        started: Started,
        test: Option<TestCase>,
        at: Timestamp,
        mut watch: impl FnMut(&[Record]),
    ) -> Execution {
        let setting = Setting {
            program: &self.definition.program,
            limits: &self.limits,
            records_max: RECORDS_PER_TURN_MAX,
            outside: &Apart,
        };
        let (mut x, decision) = start_with(setting, started, Beginning { map_run: 0, test }, at);
        let mut calls = Calls::default();
        watch(&decision.records);
        let mut go_on = self.carry_out(id, &x, decision, &mut calls);
        while x.is_open() {
            let input = if go_on { Input::Continue } else { self.next_input(&x, &mut calls).await };
            // A late answer changes nothing.
            let Ok(decision) = advance(setting, &mut x, input, self.clock.now()) else { continue };
            watch(&decision.records);
            go_on = self.carry_out(id, &x, decision, &mut calls);
            if go_on {
                tokio::task::yield_now().await;
            }
        }
        x
    }

    /// Makes the calls of a decision; true when there is more to decide at once.
    fn carry_out(&self, id: ExecutionId, x: &Execution, decision: Decision, calls: &mut Calls) -> bool {
        let mut go_on = false;
        for effect in decision.effects {
            match effect {
                Effect::Invoke { attempt, state, parameters, deadline } => {
                    let call = call(id, x, &self.definition, (attempt, state), parameters, deadline);
                    let handle = calls.set.spawn(self.connector.call(call));
                    calls.attempts.insert(handle.id(), attempt);
                    calls.handles.insert(attempt, handle);
                }
                Effect::Cancel { attempt } => {
                    if let Some(handle) = calls.handles.remove(&attempt) {
                        handle.abort();
                    }
                }
                Effect::Continue => go_on = true,
                Effect::StartChild { .. }
                | Effect::StopChild { .. }
                | Effect::Offer { .. }
                | Effect::Watch { .. } => {
                    unreachable!(
                        "the checker lets no Express machine have distributed Maps, activities or jobs"
                    )
                }
            }
        }
        go_on
    }

    /// Waits for a call to come back or for the next timer.
    async fn next_input(&self, x: &Execution, calls: &mut Calls) -> Input {
        let wait = x.wake().map_or(0, |wake| wake.since_millis(self.clock.now()).max(0));
        let wait = Duration::from_millis(wait.unsigned_abs());
        if calls.set.is_empty() {
            pause(wait).await;
            return Input::Tick;
        }
        tokio::select! {
            ended = calls.set.join_next_with_id() => calls.input_of(ended),
            () = pause(wait) => Input::Tick,
        }
    }
}

impl Calls {
    fn input_of(&mut self, ended: Option<Result<(Id, Outcome), JoinError>>) -> Input {
        let (id, outcome) = match ended {
            Some(Ok((id, outcome))) => (id, Some(outcome)),
            Some(Err(error)) => (error.id(), None),
            None => return Input::Tick,
        };
        let Some(attempt) = self.attempts.remove(&id) else { return Input::Tick };
        self.handles.remove(&attempt);
        match outcome {
            Some(Outcome::Succeeded(output)) => Input::TaskSucceeded { attempt, output },
            Some(Outcome::Failed(failure)) => Input::TaskFailed { attempt, failure },
            // Called back, or the connector panicked: whichever it was, nothing will come.
            None => Input::AttemptLost { attempt },
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "an Express execution waits on the runtime's own timer")]
pub(crate) async fn pause(wait: Duration) {
    tokio::time::sleep(wait).await;
}
