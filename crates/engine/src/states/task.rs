//! Task: has something outside done, and deals with what comes back.

use crate::advance::in_state;
use crate::data_flow;
use crate::decider::{Decider, Effect};
use crate::execution::{Activity, Hold};
use crate::expression::{self, Seen};
use crate::retry::Raised;
use crate::scope::Scope;
use serde_json::Value;
use stateline_asl::program::{Jsonata, Kind, Number, State, StateIndex, Task};
use stateline_asl::{Pattern, TaskResource};
use stateline_base::limits::SECONDS_MAX;
use stateline_base::{Failure, Payload, error_name};
use stateline_journal::{Event, FrameId, TaskClock};
use std::sync::Arc;

/// What a task is called with.
struct Request {
    parameters: Payload,
    timeout_seconds: Option<u64>,
    heartbeat_seconds: Option<u64>,
    role_arn: Option<Arc<str>>,
}

pub(crate) fn enter(decider: &mut Decider<'_>, frame: FrameId, task: &Task) {
    let request = check_activity(decider, frame, task).and_then(|()| request(decider, frame, task));
    let request = match request {
        Ok(request) => request,
        Err(raised) => return decider.fail(frame, raised),
    };
    let (attempt, state) = (decider.x.last_attempt + 1, decider.frame(frame).state);
    decider.emit(
        frame,
        Event::TaskScheduled {
            frame,
            state,
            attempt,
            parameters: request.parameters,
            timeout_seconds: request.timeout_seconds,
            heartbeat_seconds: request.heartbeat_seconds,
            role_arn: request.role_arn,
        },
    );
    if !decider.x.is_open() {
        return;
    }
    match &task.resource {
        // Its clocks run from when a worker takes it.
        TaskResource::Activity { arn } => decider.effect(Effect::Offer { attempt, activity: arn.clone() }),
        _ => start_clock(decider, frame, request.timeout_seconds, request.heartbeat_seconds),
    }
}

/// `TaskStarted` is durable before the call leaves, so that a restart knows that it may have left.
fn start_clock(decider: &mut Decider<'_>, frame: FrameId, timeout: Option<u64>, heartbeat: Option<u64>) {
    let state = decider.frame(frame).state;
    let clock = clock(decider, timeout, heartbeat.filter(|_| has_token(decider.state(frame))));
    decider.emit(frame, Event::TaskStarted { frame, state, clock });
    if !decider.x.is_open() {
        return;
    }
    if let Activity::Running { attempt, parameters, .. } = &decider.frame(frame).activity {
        let (attempt, parameters) = (*attempt, parameters.clone());
        let deadline = clock.deadline;
        decider.effect(Effect::Invoke { attempt, state: StateIndex(state), parameters, deadline });
    }
}

/// Clocks that run from now on.
fn clock(decider: &Decider<'_>, timeout: Option<u64>, heartbeat: Option<u64>) -> TaskClock {
    let due = |seconds: u64| decider.at.plus_seconds(seconds);
    TaskClock { deadline: timeout.map(due), heartbeat: heartbeat.map(due) }
}

/// A worker took an activity's task.
pub(crate) fn taken(decider: &mut Decider<'_>, frame: FrameId, worker: Option<Arc<str>>) {
    let visitor = decider.frame(frame);
    let Activity::Scheduled { timeout_seconds, heartbeat_seconds, .. } = &visitor.activity else { return };
    let (state, timeout, heartbeat) = (visitor.state, *timeout_seconds, *heartbeat_seconds);
    let clock = clock(decider, timeout, heartbeat);
    decider.emit(frame, Event::ActivityStarted { frame, state, clock, worker });
}

/// Whoever has the token is alive. Without `HeartbeatSeconds` there is nothing to remember.
pub(crate) fn heartbeat(decider: &mut Decider<'_>, frame: FrameId) {
    let Activity::Running { clock, heartbeat_seconds, .. } = &decider.frame(frame).activity else { return };
    if let (Some(due), Some(seconds)) = (clock.heartbeat, heartbeat_seconds) {
        let until = decider.at.plus_seconds(*seconds);
        // One that moves the time by less is not written down: however fast somebody sends them, the
        // journal grows by ten records in `HeartbeatSeconds` at most.
        let step = i64::try_from(seconds.saturating_mul(100)).unwrap_or(i64::MAX);
        if until.since_millis(due) >= step {
            decider.emit(frame, Event::HeartbeatRecorded { frame, until });
        }
    }
}

/// Whether a state's task has a token. Only somebody who holds it can send a heartbeat (reference
/// 01, section 5.2); everywhere else `HeartbeatSeconds` is shown in history and has no effect.
pub(crate) fn has_token(state: &State) -> bool {
    let Kind::Task(task) = &state.kind else { return false };
    match &task.resource {
        TaskResource::Function { .. } => false,
        TaskResource::Integration { pattern, .. } => *pattern != Pattern::RequestResponse,
        TaskResource::Activity { .. } => true,
    }
}

/// A task of an activity that is gone would wait for ever.
fn check_activity(decider: &Decider<'_>, frame: FrameId, task: &Task) -> Result<(), Raised> {
    match &task.resource {
        TaskResource::Activity { arn }
            if !decider.setting.outside.activity_exists(arn) && !is_mocked(decider, frame) =>
        {
            Err(Raised::plain(Failure::runtime(format!("The activity {arn} does not exist."))))
        }
        _ => Ok(()),
    }
}

/// Whether a mock does the work of the state's task.
fn is_mocked(decider: &Decider<'_>, frame: FrameId) -> bool {
    let test = decider.x.test.as_ref();
    let machine_arn = &decider.x.started.machine_arn;
    test.is_some_and(|test| {
        decider.setting.outside.is_mocked(machine_arn, &test.case, &decider.state(frame).name)
    })
}

fn request(decider: &Decider<'_>, frame: FrameId, task: &Task) -> Result<Request, Raised> {
    let input = data_flow::effective_input(decider, frame)?;
    let timeout_seconds = seconds(decider, frame, "TimeoutSecondsPath", task.timeout.as_ref(), &input)?;
    let heartbeat_seconds = seconds(decider, frame, "HeartbeatSecondsPath", task.heartbeat.as_ref(), &input)?;
    let parameters = data_flow::request(decider, frame, task.parameters.as_ref(), &input)?;
    let parameters = data_flow::within_limit(decider, frame, parameters)?;
    let role_arn = match &task.credentials {
        None => None,
        Some(template) => {
            let credentials = data_flow::shape(decider, frame, Some(template), &input)?;
            credentials.value().get("RoleArn").and_then(Value::as_str).map(Arc::from)
        }
    };
    Ok(Request { parameters, timeout_seconds, heartbeat_seconds, role_arn })
}

fn seconds(
    decider: &Decider<'_>,
    frame: FrameId,
    field: &str,
    number: Option<&Number>,
    input: &Payload,
) -> Result<Option<u64>, Raised> {
    let query = match number {
        None => return Ok(None),
        Some(Number::Fixed(seconds)) => return Ok(Some(*seconds)),
        Some(Number::Jsonata(jsonata)) => return positive(decider, frame, jsonata).map(Some),
        Some(Number::Path(query)) => query,
    };
    let scope = Scope::new(decider, frame, input);
    let found = query
        .read(&scope)
        .map_err(|miss| in_state(decider, frame, &format!("Invalid path '{}' : {miss}", query.text())))?;
    match found.as_u64() {
        Some(seconds) if seconds > 0 => Ok(Some(seconds)),
        _ => {
            let text = format!(
                "The {field} parameter does not reference a positive integer: {} == {found}",
                query.text()
            );
            Err(in_state(decider, frame, &text))
        }
    }
}

/// Seconds that an expression gives.
fn positive(decider: &Decider<'_>, frame: FrameId, jsonata: &Jsonata) -> Result<u64, Raised> {
    match expression::whole_number(decider, frame, jsonata, Seen::default())? {
        0 => {
            let text = format!("{} must be a positive integer.", expression::field_name(jsonata));
            Err(expression::senseless(decider, frame, jsonata, &text))
        }
        seconds => Ok(seconds.min(SECONDS_MAX)),
    }
}

/// A call came back with a result: the task's own, or the service's word that it has taken the request.
pub(crate) fn succeeded(decider: &mut Decider<'_>, frame: FrameId, output: &Payload) {
    let is_call = matches!(&decider.frame(frame).activity, Activity::Running { hold: Hold::Call, .. });
    match pattern(decider.state(frame)) {
        Some(pattern) if is_call && pattern != Pattern::RequestResponse => {
            submitted(decider, frame, pattern, output);
        }
        // Nobody waits for the answer to a request whose task ends with its token; a mock's is its end.
        Some(Pattern::WaitForTaskToken) if decider.x.test.is_none() => {}
        _ => completed(decider, frame, output),
    }
}

/// How a Task state's integration ends; `None` for functions and activities.
fn pattern(state: &State) -> Option<Pattern> {
    let Kind::Task(task) = &state.kind else { return None };
    match &task.resource {
        TaskResource::Integration { pattern, .. } => Some(*pattern),
        TaskResource::Function { .. } | TaskResource::Activity { .. } => None,
    }
}

/// The service has taken the request; the task goes on without it, or with its job.
fn submitted(decider: &mut Decider<'_>, frame: FrameId, pattern: Pattern, output: &Payload) {
    let state = decider.frame(frame).state;
    decider.emit(frame, Event::TaskSubmitted { frame, state, output: output.clone() });
    // In a test a mock may return the token: it is asked as a job would be.
    let is_watched = pattern != Pattern::WaitForTaskToken || decider.x.test.is_some();
    if !is_watched || !decider.x.is_open() {
        return;
    }
    if let Activity::Running { attempt, parameters, .. } = &decider.frame(frame).activity {
        let (attempt, parameters) = (*attempt, parameters.clone());
        let submitted = output.clone();
        decider.effect(Effect::Watch { attempt, state: StateIndex(state), parameters, submitted });
    }
}

/// The task has a result.
pub(crate) fn completed(decider: &mut Decider<'_>, frame: FrameId, output: &Payload) {
    let Kind::Task(task) = &decider.state(frame).kind else {
        unreachable!("only Task states have attempts");
    };
    if output.bytes_len() > decider.setting.limits.payload_bytes_max {
        return failed(decider, frame, data_flow::too_large(task.resource.arn()));
    }
    let state = decider.frame(frame).state;
    decider.emit(frame, Event::TaskSucceeded { frame, state, output: output.clone() });
    if !decider.x.is_open() {
        return;
    }
    let selector = task.result_selector.as_ref();
    match data_flow::with_result(decider, frame, output, selector, &task.result_path) {
        Ok(left) => decider.exit(frame, left, task.transition),
        Err(raised) => decider.fail(frame, raised),
    }
}

/// An attempt came back with an error.
pub(crate) fn failed(decider: &mut Decider<'_>, frame: FrameId, failure: Failure) {
    let (state, failure) = (decider.frame(frame).state, failure.clipped(decider.setting.limits));
    decider.emit(frame, Event::TaskFailed { frame, state, failure: failure.clone() });
    if decider.x.is_open() {
        decider.fail(frame, Raised::by_task(failure));
    }
}

/// Whether the attempt took effect is unknown. It is not made again on our own account:
/// the author's Retry decides (in-doubt rule).
///
/// A task that ends with its token goes on waiting for that: whoever got the token may return it.
pub(crate) fn lost(decider: &mut Decider<'_>, frame: FrameId) {
    if pattern(decider.state(frame)) == Some(Pattern::WaitForTaskToken) {
        return decider.emit(frame, Event::SubmitLost { frame });
    }
    let cause = "The server stopped after this task's request was sent and before its outcome was recorded, \
                 so it is unknown whether the task was carried out. Add a Retry for States.TaskFailed to have it tried again.";
    failed(decider, frame, Failure::new(error_name::TASK_FAILED, cause));
}

/// `TimeoutSeconds` or `HeartbeatSeconds` is over.
pub(crate) fn timed_out(decider: &mut Decider<'_>, frame: FrameId) {
    let Activity::Running { attempt, clock, .. } = &decider.frame(frame).activity else { return };
    // Whichever was due first: a late look must not turn a missed heartbeat into a timeout.
    let heartbeat = clock.heartbeat.is_some_and(|beat| clock.deadline.is_none_or(|deadline| beat < deadline));
    let attempt = *attempt;
    let state = decider.frame(frame).state;
    let failure = Failure::named(error_name::TIMEOUT);
    decider.effect(Effect::Cancel { attempt });
    decider.emit(frame, Event::TaskTimedOut { frame, state, failure: failure.clone(), heartbeat });
    if decider.x.is_open() {
        decider.fail(frame, Raised { heartbeat, ..Raised::by_task(failure) });
    }
}
