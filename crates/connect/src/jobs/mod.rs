//! Jobs of AWS's services: what `.sync` submits, looks after until it is done, and calls off when
//! nobody waits for it any more. One file a service says how; what is common to all is in
//! [`run`]. The services themselves are reached through [`Services`].
//!
//! Where no document of AWS says how a job's end becomes the task's output, the file says so.

#[cfg(test)]
mod against_models;
mod athena;
mod batch;
mod bedrock;
mod codebuild;
mod databrew;
mod ecs;
mod eks;
mod emr;
mod emr_containers;
mod emr_serverless;
#[cfg(test)]
mod fake;
mod glue;
mod job;
mod mediaconvert;
mod pace;
mod run;
mod sagemaker;
mod silence;

pub(crate) use ecs::not_placed;
pub(crate) use job::{Job, aborted};
pub(crate) use pace::Pace;
pub(crate) use run::{give_up, special, submit, watch};
pub(crate) use silence::Silence;

use serde_json::Value;
use stateline_asl::{Pattern, TaskResource};
use stateline_base::Failure;
use std::future::Future;
use std::pin::Pin;

/// The future of an answer.
pub(crate) type Asked<'a> = Pin<Box<dyn Future<Output = Result<Value, Refusal>> + Send + 'a>>;

/// Calls operations of services by their models, on behalf of one attempt.
pub(crate) trait Services: Send + Sync {
    /// Calls once. `model` is spelt as after `aws-sdk:` (`emr`, `emrserverless`), `operation` as after
    /// it (`describeJobs`). Members are spelt as in optimised integrations: the first letter raised,
    /// dates as milliseconds of the epoch.
    fn ask<'a>(&'a self, model: &'a str, operation: &'a str, parameters: Value) -> Asked<'a>;
}

/// Why a service did not do what it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// What a task fails with, named as its integration names it (`Batch.ClientException`).
    pub failure: Failure,
    /// The service's code (`ThrottlingException`); none when there was no answer or it had none.
    pub code: Option<String>,
    /// Whether the same question may be answered later.
    pub passes: bool,
}

/// Codes that say "later", whatever their status: those that the SDKs try again after.
const LATER: [&str; 17] = [
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "InternalServerError",
    "InternalServerException",
    "InternalServiceException",
    "OperationTimeoutException",
    "PriorRequestNotComplete",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestTimeout",
    "RequestTimeoutException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];
/// Codes that speak of whoever asks, whose credentials are renewed or mended while the job goes on.
const NAMELESS: [&str; 5] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "RequestExpired",
    "UnrecognizedClientException",
];

impl Refusal {
    /// A service's answer. The question may be answered later when there were too many, after a fault
    /// of the service's own, and when it does not know who asks.
    pub fn answered(failure: Failure, status: u16, code: Option<String>) -> Self {
        let says = |code: &str| LATER.contains(&code) || NAMELESS.contains(&code);
        let passes = matches!(status, 429 | 500..) || code.as_deref().is_some_and(says);
        Refusal { failure, code, passes }
    }

    /// There is no answer that says anything.
    pub fn unanswered(failure: Failure, passes: bool) -> Self {
        Refusal { failure, code: None, passes }
    }

    /// Whether the service does not know what it was asked about.
    pub fn is_missing(&self) -> bool {
        self.code.as_deref().is_some_and(|code| code.contains("NotFound"))
    }
}

/// The job that a resource asks for, with its pattern: `batch`, `submitJob.sync`.
pub(crate) fn find(service: &str, action: &str) -> Option<&'static Job> {
    let action = action.strip_suffix(".sync")?;
    row(service, action)
}

/// The job that a task waits for, if it is one.
pub(crate) fn of(resource: &TaskResource) -> Option<&'static Job> {
    match resource {
        TaskResource::Integration { service, action, pattern: Pattern::Sync, .. } => find(service, action),
        _ => None,
    }
}

fn row(service: &str, action: &str) -> Option<&'static Job> {
    all().find(|job| job.service == service && job.action == action)
}

/// Every job there is.
fn all() -> impl Iterator<Item = &'static Job> {
    let services: [&[Job]; 13] = [
        athena::JOBS,
        batch::JOBS,
        bedrock::JOBS,
        codebuild::JOBS,
        databrew::JOBS,
        ecs::JOBS,
        eks::JOBS,
        emr::JOBS,
        emr_containers::JOBS,
        emr_serverless::JOBS,
        glue::JOBS,
        mediaconvert::JOBS,
        sagemaker::JOBS,
    ];
    services.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::job::Again;
    use super::*;
    use proptest::prelude::*;
    use serde_json::Map;
    use stateline_models::Service;

    /// Members that some row looks at.
    const MEMBERS: [&str; 17] = [
        "Application",
        "ApplicationId",
        "Builds",
        "Cluster",
        "ClusterId",
        "Containers",
        "ExitCode",
        "Failures",
        "Id",
        "Jobs",
        "JobRun",
        "JobRunState",
        "LastStatus",
        "State",
        "Status",
        "StepIds",
        "Tasks",
    ];

    fn documents() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i8>().prop_map(Value::from),
            "(STOPPED|SUCCEEDED|FAILED|DELETING|x)".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            let member = (prop::sample::select(&MEMBERS[..]).prop_map(str::to_owned), inner.clone());
            prop_oneof![
                prop::collection::vec(inner, 0..3).prop_map(Value::from),
                prop::collection::vec(member, 0..4)
                    .prop_map(|members| Value::Object(Map::from_iter(members))),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_answer_of_a_service_breaks_a_row(request in documents(), answer in documents(), look in documents()) {
            for job in all() {
                let shown = (job.shown)(&request, answer.clone());
                let work = job::Work { request: &request, answer: &shown, execution: "e" };
                (job.request)(request.as_object().cloned().unwrap_or_default()).ok();
                (job.look)(&work);
                (job.read)(&work, look.clone());
                (job.stop)(&work);
            }
            not_placed(&answer);
        }
    }

    #[test]
    fn every_row_names_operations_that_its_service_has() {
        for job in all() {
            let model = Service::find(job.model).expect("the model is there");
            assert!(model.has(job.operation), "{} {}", job.model, job.operation);
            if let Again::Token(member) = job.again {
                let operation = model.operation(job.operation).expect("the operation is there");
                let shape = operation.input().expect("it takes something");
                assert!(shape.member(member).is_some(), "{} {member}", job.operation);
            }
        }
    }

    #[test]
    fn the_runtime_repeats_what_is_one_job_when_it_is_submitted_twice() {
        for job in all() {
            let arn = format!("arn:aws:states:::{}:{}.sync", job.service, job.action);
            let resource = TaskResource::parse(&arn).expect("a resource");
            assert_eq!(stateline_runtime::is_repeatable(&resource), job.again != Again::Twice, "{arn}");
        }
    }

    #[test]
    fn lives_of_jobs_may_be_led_on_any_thread() {
        fn is_send<T: Send>(_: &T) {}
        let services = fake::Fake::new();
        let attempt = crate::test_attempt::attempt("arn:aws:states:::batch:submitJob.sync", "{}");
        let submitted = stateline_base::Payload::from(Value::Null);
        is_send(&submit(&services, &attempt));
        is_send(&watch(&services, &attempt, &submitted));
        is_send(&give_up(&services, &attempt, &submitted));
        is_send(&special(&services, "elasticmapreduce", "cancelStep", &attempt));
    }

    #[test]
    fn resources_are_jobs_only_with_their_pattern() {
        let is_job = |rest: &str| {
            TaskResource::parse(&format!("arn:aws:states:::{rest}")).is_some_and(|it| of(&it).is_some())
        };
        assert!(is_job("batch:submitJob.sync"));
        for rest in
            ["batch:submitJob", "states:startExecution.sync", "eks:runJob.sync", "batch:cancelJob.sync"]
        {
            assert!(!is_job(rest), "{rest}");
        }
    }

    #[test]
    fn refusals_that_pass_are_told_from_those_that_stay() {
        let refusal = |status, code: Option<&str>| {
            Refusal::answered(Failure::named("X"), status, code.map(str::to_owned))
        };
        for code in ["ThrottlingException", "ThrottledException", "SlowDown", "RequestTimeout"] {
            assert!(refusal(400, Some(code)).passes, "{code}");
        }
        assert!(refusal(400, Some("ExpiredTokenException")).passes);
        assert!(refusal(403, Some("UnrecognizedClientException")).passes);
        assert!(refusal(503, None).passes);
        assert!(!refusal(400, Some("ValidationException")).passes);
        assert!(refusal(404, Some("ResourceNotFoundException")).is_missing());
        assert!(!refusal(403, Some("AccessDeniedException")).is_missing());
    }
}
