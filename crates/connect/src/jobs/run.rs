//! The life of a job: submitted, looked at until it is done, called off.

use super::job::{Again, Call, Job, Missing, Progress, Work};
use super::pace::Pace;
use super::silence::Silence;
use super::{Refusal, Services, emr, of, row};
use crate::parameters::{NO_OBJECT, refused};
use serde_json::{Map, Value};
use stateline_base::{Failure, Payload, error_name};
use stateline_runtime::{Attempt, Outcome};

/// How often in a row a service may say that it does not know a job, or refuse to tell, before that
/// is believed: what was just submitted is not always known at once.
const DOUBTS_MAX: u32 = 3;
/// How often a job is called off when the service is busy.
const STOPS_MAX: u32 = 5;
/// States of what goes away, starts or stops because it was asked to.
const UNDER_WAY: [&str; 5] = ["CANCELLING", "DELETING", "STARTING", "STOPPING", "TERMINATING"];
/// What the SDK adds to answers, which descriptions of jobs do not show.
const METADATA: [&str; 2] = ["SdkHttpMetadata", "SdkResponseMetadata"];

/// Submits a job; what succeeds is what `TaskSubmitted` shows.
pub(crate) async fn submit(services: &dyn Services, attempt: &Attempt) -> Outcome {
    let Some(job) = of(&attempt.resource) else { return Outcome::Failed(no_job(attempt)) };
    match submitted(services, job, attempt).await {
        Ok(answer) => Outcome::Succeeded(Payload::from(answer)),
        Err(failure) => Outcome::Failed(failure),
    }
}

async fn submitted(services: &dyn Services, job: &Job, attempt: &Attempt) -> Result<Value, Failure> {
    let mut request = request(job, attempt)?;
    if let (Again::Token(member), Some(members)) = (job.again, request.as_object_mut()) {
        let token = members.entry(member).or_insert(Value::Null);
        if token.is_null() {
            *token = Value::from(&*attempt.request_id);
        }
    }
    let given = attempt.input.value();
    let answer = match services.ask(job.model, job.operation, request).await {
        Ok(answer) => (job.shown)(given, answer),
        Err(refusal) if attempt.repeated => existing(services, job, attempt, refusal).await?,
        Err(refusal) => return Err(refusal.failure),
    };
    if let Some(failure) = super::not_placed(&answer).filter(|_| job.service == "ecs") {
        // The tasks that did start would go on with nobody waiting for them.
        let submitted = Payload::from(answer);
        give_up(services, attempt, &submitted).await;
        return Err(failure);
    }
    Ok(answer)
}

/// The operation's parameters.
fn request(job: &Job, attempt: &Attempt) -> Result<Value, Failure> {
    (job.request)(parameters(attempt)?).map_err(|reason| refused(attempt.input.text(), &reason))
}

/// The task's parameters.
pub(super) fn parameters(attempt: &Attempt) -> Result<Map<String, Value>, Failure> {
    match attempt.input.value() {
        Value::Object(members) => Ok(members.clone()),
        _ => Err(refused(attempt.input.text(), NO_OBJECT)),
    }
}

fn no_job(attempt: &Attempt) -> Failure {
    Failure::new(error_name::TASK_FAILED, format!("{} starts no job", attempt.resource.arn()))
}

/// What the refusal of a job that was perhaps submitted before the crash means: that it is there, if a
/// look at it says so. Otherwise it was refused for another reason, and that is what the task fails with.
async fn existing(
    services: &dyn Services,
    job: &Job,
    attempt: &Attempt,
    refusal: Refusal,
) -> Result<Value, Failure> {
    let given = attempt.input.value();
    let shown = (job.shown)(given, Value::Object(Map::new()));
    let work = Work { request: given, answer: &shown, execution: &attempt.execution_arn };
    let is_due = match job.again {
        Again::Once => true,
        Again::Name(_, code) => refusal.code.as_deref() == Some(code),
        Again::Token(_) | Again::Twice => false,
    };
    let (true, Some(look)) = (is_due, (job.look)(&work)) else { return Err(refusal.failure) };
    let looked = services.ask(job.model, look.operation, look.parameters).await.map(plain);
    let found = match (job.again, looked) {
        (Again::Name(..), Ok(description)) => agrees(given, &description).then_some(description),
        (_, Err(missing)) => (job.missing == Missing::Ends && missing.is_missing()).then_some(shown),
        (_, Ok(description)) => match (job.read)(&work, description) {
            Progress::Done(_) => Some(shown),
            Progress::Running(description) => is_under_way(&description).then_some(shown),
            Progress::Failed(_) | Progress::Gone => None,
        },
    };
    found.ok_or(refusal.failure)
}

/// Whether a description says that something goes away, starts or stops.
fn is_under_way(description: &Value) -> bool {
    let says = |(name, value): (&String, &Value)| match value {
        Value::String(text) => {
            matches!(name.as_str(), "State" | "Status") && UNDER_WAY.contains(&text.as_str())
        }
        other => is_under_way(other),
    };
    description.as_object().is_some_and(|members| members.iter().any(says))
}

/// Whether a description says of every parameter that it shows what the task said.
fn agrees(given: &Value, described: &Value) -> bool {
    match (given, described) {
        (Value::Object(given), Value::Object(described)) => given
            .iter()
            .all(|(name, value)| described.get(name).is_none_or(|described| agrees(value, described))),
        (Value::Array(given), Value::Array(described)) => {
            given.len() == described.len()
                && given.iter().zip(described).all(|(given, described)| agrees(given, described))
        }
        (given, described) => given == described,
    }
}

/// Looks at a job until it is done.
pub(crate) async fn watch(services: &dyn Services, attempt: &Attempt, submitted: &Payload) -> Outcome {
    let Some(job) = of(&attempt.resource) else { return Outcome::Failed(no_job(attempt)) };
    let work = work(attempt, submitted);
    let Some(look) = (job.look)(&work) else { return Outcome::Failed(nameless(job, submitted)) };
    let mut pace = Pace::new(&attempt.request_id, job.pause_max_s);
    let mut silence = Silence::default();
    let mut doubts = 0;
    let mut last = None;
    loop {
        tokio::time::sleep(pace.next()).await;
        let (failure, is_there) = match services.ask(job.model, look.operation, look.parameters.clone()).await
        {
            Ok(answer) => match (job.read)(&work, plain(answer)) {
                Progress::Running(description) => {
                    (doubts, last) = (0, Some(description));
                    silence.ends();
                    pace.answered();
                    continue;
                }
                Progress::Done(output) => return Outcome::Succeeded(Payload::from(output)),
                Progress::Failed(description) => return Outcome::Failed(failed(&description)),
                Progress::Gone => (gone(job, &look), false),
            },
            Err(refusal) if refusal.passes => {
                silence.goes_on(attempt.resource.arn(), &refusal.failure);
                pace.busy();
                continue;
            }
            Err(refusal) if refusal.is_missing() && job.missing == Missing::Ends => {
                let output = last.unwrap_or_else(|| plain(submitted.value().clone()));
                return Outcome::Succeeded(Payload::from(output));
            }
            Err(refusal) => (refusal.failure.clone(), !refusal.is_missing()),
        };
        doubts += 1;
        if doubts == DOUBTS_MAX {
            if is_there {
                // It goes on, as far as anybody knows, and nobody will wait for it.
                give_up(services, attempt, submitted).await;
            }
            return Outcome::Failed(failure);
        }
        silence.ends();
        pace.doubted();
    }
}

fn work<'a>(attempt: &'a Attempt, submitted: &'a Payload) -> Work<'a> {
    Work { request: attempt.input.value(), answer: submitted.value(), execution: &attempt.execution_arn }
}

/// A description without what the SDK adds.
fn plain(mut answer: Value) -> Value {
    if let Some(members) = answer.as_object_mut() {
        members.retain(|name, _| !METADATA.contains(&name.as_str()));
    }
    answer
}

fn failed(description: &Value) -> Failure {
    Failure::new(error_name::TASK_FAILED, description.to_string())
}

fn gone(job: &Job, look: &Call) -> Failure {
    let cause = format!(
        "The job is gone: {} of {} does not know {} any more",
        look.operation, job.service, look.parameters
    );
    Failure::new(error_name::TASK_FAILED, cause)
}

fn nameless(job: &Job, submitted: &Payload) -> Failure {
    let cause = format!(
        "The job cannot be found again: the answer of {} does not name it: {}",
        job.operation,
        submitted.text()
    );
    Failure::new(error_name::TASK_FAILED, cause)
}

/// Nobody waits for a job any more: it is called off, as far as that can be.
pub(crate) async fn give_up(services: &dyn Services, attempt: &Attempt, submitted: &Payload) {
    let Some(job) = of(&attempt.resource) else { return };
    for stop in (job.stop)(&work(attempt, submitted)) {
        if let Err(refusal) = insist(services, job, attempt, &stop).await {
            let cause = refusal.failure.cause;
            tracing::warn!(job = %stop.parameters, cause = cause.as_deref(), "a job that nobody waits for goes on");
        }
    }
}

/// Asks again while the service is busy.
async fn insist(services: &dyn Services, job: &Job, attempt: &Attempt, stop: &Call) -> Result<(), Refusal> {
    let mut pace = Pace::new(&attempt.request_id, job.pause_max_s);
    let mut tried = 1;
    loop {
        let Err(refusal) = services.ask(job.model, stop.operation, stop.parameters.clone()).await else {
            return Ok(());
        };
        if tried == STOPS_MAX || !refusal.passes {
            return Err(refusal);
        }
        tokio::time::sleep(pace.next()).await;
        pace.busy();
        tried += 1;
    }
}

/// The request-response actions that are no plain calls of their service: EMR's, and those of EMR
/// Serverless that answer nothing on their own. `None` for all others.
pub(crate) async fn special(
    services: &dyn Services,
    service: &str,
    action: &str,
    attempt: &Attempt,
) -> Option<Result<Value, Failure>> {
    if !matches!(service, "elasticmapreduce" | "emr-serverless") {
        return None;
    }
    let Some(job) = row(service, action) else {
        return emr::special(services, action, attempt).await;
    };
    let request = match request(job, attempt) {
        Ok(request) => request,
        Err(failure) => return Some(Err(failure)),
    };
    let answer = services.ask(job.model, job.operation, request).await;
    Some(answer.map(|answer| (job.shown)(attempt.input.value(), answer)).map_err(|refusal| refusal.failure))
}
