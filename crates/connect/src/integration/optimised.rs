//! The optimised integrations that are calls of a service (reference 04, section 2): whose model they
//! follow, and whose words their errors have.

use super::behalf::OnBehalf;
use super::{bedrock, events, metadata};
use crate::aws::{Aws, Call, Called, Fault, Style};
use crate::jobs;
use serde_json::{Value, json};
use stateline_asl::{Pattern, TaskResource, optimised_model, optimised_prefix};
use stateline_base::Failure;
use stateline_protocols::Spelling;
use stateline_runtime::Attempt;

/// An optimised service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Optimised {
    /// As in a resource.
    name: &'static str,
    /// What the first Java SDK calls it.
    product: &'static str,
}

const fn row(name: &'static str, product: &'static str) -> Optimised {
    Optimised { name, product }
}

const SERVICES: &[Optimised] = &[
    row("athena", "AmazonAthena"),
    row("batch", "AWSBatch"),
    row("bedrock", "AmazonBedrock"),
    row("codebuild", "AWSCodeBuild"),
    row("databrew", "AWSGlueDataBrew"),
    row("dynamodb", "AmazonDynamoDBv2"),
    row("ecs", "AmazonECS"),
    row("eks", "AmazonEKS"),
    row("elasticmapreduce", "AmazonElasticMapReduce"),
    row("emr-containers", "AmazonEMRContainers"),
    row("emr-serverless", "AWSEMRServerless"),
    row("events", "AmazonEventBridge"),
    row("glue", "AWSGlue"),
    row("mediaconvert", "AWSMediaConvert"),
    row("sagemaker", "AmazonSageMaker"),
    row("sns", "AmazonSNS"),
    row("sqs", "AmazonSQS"),
];

/// The optimised service that follows a model.
pub(super) fn of_model(model: &str) -> Option<&'static Optimised> {
    SERVICES.iter().find(|service| service.model() == model)
}

/// An optimised service by its name in resources.
pub(crate) fn find(name: &str) -> Option<&'static Optimised> {
    SERVICES.iter().find(|service| service.name == name)
}

impl Optimised {
    /// Its model, as after `aws-sdk:`; the language knows it, because it checks parameters by it.
    pub fn model(&self) -> &'static str {
        optimised_model(self.name).expect("each row has its model, which a test looks at")
    }

    /// Whose words its errors have.
    pub fn style(&self) -> Style<'static> {
        let prefix = optimised_prefix(self.name).expect("each row has its prefix, which a test looks at");
        Style::Optimised { prefix, product: self.product }
    }
}

/// Calls an optimised service and shapes its answer.
///
/// # Errors
/// What the task fails with.
pub(super) async fn call(
    aws: &Aws,
    attempt: &Attempt,
    service: &str,
    action: &str,
) -> Result<Value, Failure> {
    let Some(service) = find(service) else {
        return Err(Failure::runtime(format!("{service} is no optimised integration")));
    };
    if (service.name, action) == ("bedrock", "invokeModel") {
        return bedrock::invoke_model(aws, attempt).await;
    }
    if let Some(result) = jobs::special(&OnBehalf { aws, attempt }, service.name, action, attempt).await {
        return result;
    }
    let called = ask(aws, attempt, service, action).await?;
    if let Some(failure) = jobs::not_placed(&called.result).filter(|_| waits(attempt)) {
        return Err(failure);
    }
    match service.name {
        "events" => events::result(called.result),
        _ => Ok(with_metadata(called)),
    }
}

/// Whether somebody has to come back with the task's token.
fn waits(attempt: &Attempt) -> bool {
    matches!(&attempt.resource, TaskResource::Integration { pattern: Pattern::WaitForTaskToken, .. })
}

/// One call of the service's own operation.
async fn ask(aws: &Aws, attempt: &Attempt, service: &Optimised, action: &str) -> Result<Called, Failure> {
    let mut parameters = attempt.input.value().clone();
    if service.name == "events" {
        events::prepare(&mut parameters, attempt);
    }
    let call = Call {
        service: service.model(),
        action,
        parameters: &parameters,
        spelling: Spelling::Optimised,
        behalf: attempt.into(),
    };
    aws.call(&call).await.map_err(|fault: Fault| fault.failure(service.style(), attempt.input.value()))
}

/// The answer with what is told of the exchange, in the order of the members' names (recorded).
pub(super) fn with_metadata(called: Called) -> Value {
    let headers: Vec<(String, String)> = called
        .answer
        .listed_headers()
        .into_iter()
        .map(|(name, value)| (metadata::header_name(&name), value))
        .collect();
    let http = metadata::http_metadata(called.answer.status, &headers);
    let response = json!({"RequestId": called.request_id});
    let mut result = called.result;
    if let Value::Object(members) = &mut result {
        members.insert("SdkHttpMetadata".to_owned(), http);
        members.insert("SdkResponseMetadata".to_owned(), response);
        members.sort_keys();
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_service_has_a_model() {
        for service in SERVICES {
            assert!(matches!(service.style(), Style::Optimised { prefix, .. } if !prefix.is_empty()));
            assert_eq!(of_model(service.model()).map(|found| found.name), Some(service.name));
        }
    }
}
