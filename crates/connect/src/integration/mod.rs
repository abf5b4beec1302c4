//! What tasks have AWS's services do: `aws-sdk:<service>:<action>` as it is, and the optimised
//! integrations, each with what is its own (reference 04).

mod bedrock;
pub(crate) mod behalf;
mod events;
pub(crate) mod metadata;
mod optimised;

use crate::aws::{Aws, Call, Fault, Style};
use serde_json::Value;
use stateline_asl::TaskResource;
use stateline_base::{Failure, Payload};
use stateline_models::Service;
use stateline_protocols::Spelling;
use stateline_runtime::{Attempt, Outcome};

/// Whether a task's service is called by this module.
pub(crate) fn is_service(service: &str) -> bool {
    service.starts_with("aws-sdk:") || optimised::find(service).is_some()
}

/// Calls a service once.
pub(crate) async fn call(aws: &Aws, attempt: &Attempt) -> Outcome {
    let TaskResource::Integration { service, action, .. } = &attempt.resource else {
        return Outcome::Failed(Failure::runtime(format!("{} is no service", attempt.resource.arn())));
    };
    let action = action.split('.').next().unwrap_or_default();
    let result = match service.strip_prefix("aws-sdk:") {
        Some(service) => sdk(aws, attempt, service, action).await,
        None => optimised::call(aws, attempt, service, action).await,
    };
    match result {
        Ok(value) => Outcome::Succeeded(Payload::from(value)),
        Err(failure) => Outcome::Failed(failure),
    }
}

/// Any action of any service, as it is.
async fn sdk(aws: &Aws, attempt: &Attempt, service: &str, action: &str) -> Result<Value, Failure> {
    let parameters = attempt.input.value();
    let call = Call { service, action, parameters, spelling: Spelling::Sdk, behalf: attempt.into() };
    let called = aws.call(&call).await;
    called.map(|called| called.result).map_err(|fault| sdk_failure(service, &fault, attempt))
}

fn sdk_failure(service: &str, fault: &Fault, attempt: &Attempt) -> Failure {
    let known = Service::shared(service);
    let client = known.as_ref().map_or(service, |service| service.client_name());
    fault.failure(Style::Sdk { client }, attempt.input.value())
}
