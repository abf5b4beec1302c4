//! This server as a service that its own workflows call: `states:startExecution`
//! with its jobs, and every operation as `aws-sdk:sfn:…`.
//!
//! Requests take the way of any client's, through the API, so that they are
//! checked and answered the same.

mod convert;
mod nested;

pub(crate) use nested::{is_job_of, stop};

use crate::aws::Behalf;
use convert::{Style, failure, request_of, result_of};
use serde_json::Value;
use stateline_asl::{Pattern, TaskResource};
use stateline_base::{Failure, Payload, error_name};
use stateline_runtime::{Attempt, Outcome};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::watch;

/// The server's own API, as the connectors see it.
pub trait OwnService: Send + Sync {
    /// Has one operation carried out, on behalf of an account in a region.
    fn request(&self, request: OwnRequest) -> OwnFuture;
}

/// The future of an answer.
pub type OwnFuture = Pin<Box<dyn Future<Output = OwnAnswer> + Send>>;

/// One request to the own API.
#[derive(Clone, Debug)]
pub struct OwnRequest {
    /// `StartExecution`.
    pub operation: String,
    /// The request's members, in the API's own spelling.
    pub body: Value,
    /// In whose region.
    pub region: String,
    /// In whose account.
    pub account: String,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct OwnAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The answer's members, or those of an error.
    pub body: Value,
    /// `x-amzn-RequestId`.
    pub request_id: String,
}

/// Where the own API will be once the server is up.
pub(crate) type Own = watch::Receiver<Option<Weak<dyn OwnService>>>;

/// How long an execution that is found at a start waits for the API.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whether a task calls this server.
pub(crate) fn is_own(service: &str) -> bool {
    matches!(service, "states" | "aws-sdk:sfn")
}

/// Calls the own API.
pub(crate) async fn call(own: Own, attempt: &Attempt) -> Outcome {
    let TaskResource::Integration { service, action, .. } = &attempt.resource else {
        return Outcome::Failed(Failure::new(error_name::TASK_FAILED, "only integrations call this server"));
    };
    let name = action.split('.').next().unwrap_or_default();
    if &**service == "states" {
        return nested::start(own, attempt).await;
    }
    let operation = convert::capitalised(name);
    let body = match request_of(&operation, attempt.input.value()) {
        Ok(body) => body,
        Err(failure) => return Outcome::Failed(failure),
    };
    match ask(own, attempt, &operation, body).await {
        Ok(answer) if answer.status == 200 => {
            Outcome::Succeeded(Payload::from(result_of(answer.body, convert::Dates::Text)))
        }
        Ok(answer) => Outcome::Failed(failure(&answer, Style::Sdk)),
        Err(failure) => Outcome::Failed(failure),
    }
}

/// Waits for the job of a nested execution.
pub(crate) async fn watch_job(own: Own, attempt: &Attempt, submitted: &Payload) -> Outcome {
    let parsed = matches!(attempt.resource, TaskResource::Integration { pattern: Pattern::Sync2, .. });
    nested::wait(own, attempt, submitted, parsed).await
}

/// One request on behalf of an attempt.
async fn ask(own: Own, attempt: &Attempt, operation: &str, body: Value) -> Result<OwnAnswer, Failure> {
    let gone = || Failure::new(error_name::TASK_FAILED, "The server's own API is not there to be called");
    let service = served(own).await.ok_or_else(gone)?;
    let request = OwnRequest {
        operation: operation.to_owned(),
        body,
        region: attempt.region.to_string(),
        account: Behalf::from(attempt).account().to_owned(),
    };
    Ok(service.request(request).await)
}

/// The own API, once it is up.
async fn served(mut own: Own) -> Option<Arc<dyn OwnService>> {
    let up = tokio::time::timeout(PATIENCE, own.wait_for(Option::is_some)).await;
    up.ok()?.ok()?.as_ref().and_then(Weak::upgrade)
}
