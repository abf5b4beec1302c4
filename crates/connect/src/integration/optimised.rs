//! The optimised integrations that are calls of a service (reference 04, section 2): whose model they
//! follow, and whose words their errors have.

use super::{documents, events, metadata};
use crate::aws::{Aws, Call, Called, Fault, Style};
use serde_json::{Value, json};
use stateline_base::Failure;
use stateline_models::Service;
use stateline_protocols::Spelling;
use stateline_runtime::Attempt;

/// An optimised service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Optimised {
    /// As in a resource.
    name: &'static str,
    /// Its model, as after `aws-sdk:`.
    pub model: &'static str,
    /// What its errors begin with.
    prefix: &'static str,
    /// What the first Java SDK calls it.
    product: &'static str,
}

const fn row(
    name: &'static str,
    model: &'static str,
    prefix: &'static str,
    product: &'static str,
) -> Optimised {
    Optimised { name, model, prefix, product }
}

const SERVICES: &[Optimised] = &[
    row("athena", "athena", "Athena", "AmazonAthena"),
    row("batch", "batch", "Batch", "AWSBatch"),
    row("bedrock", "bedrock", "Bedrock", "AmazonBedrock"),
    row("bedrockagentcore", "bedrockagentcore", "BedrockAgentCore", "AmazonBedrockAgentCore"),
    row("codebuild", "codebuild", "CodeBuild", "AWSCodeBuild"),
    row("databrew", "databrew", "DataBrew", "AWSGlueDataBrew"),
    row("dynamodb", "dynamodb", "DynamoDB", "AmazonDynamoDBv2"),
    row("ecs", "ecs", "ECS", "AmazonECS"),
    row("eks", "eks", "EKS", "AmazonEKS"),
    row("elasticmapreduce", "emr", "ElasticMapReduce", "AmazonElasticMapReduce"),
    row("emr-containers", "emrcontainers", "EMRContainers", "AmazonEMRContainers"),
    row("emr-serverless", "emrserverless", "EMRServerless", "AWSEMRServerless"),
    row("events", "eventbridge", "EventBridge", "AmazonEventBridge"),
    row("glue", "glue", "Glue", "AWSGlue"),
    row("mediaconvert", "mediaconvert", "MediaConvert", "AWSMediaConvert"),
    row("sagemaker", "sagemaker", "SageMaker", "AmazonSageMaker"),
    row("sns", "sns", "SNS", "AmazonSNS"),
    row("sqs", "sqs", "SQS", "AmazonSQS"),
];

/// An optimised service by its name in resources.
pub(crate) fn find(name: &str) -> Option<&'static Optimised> {
    SERVICES.iter().find(|service| service.name == name)
}

impl Optimised {
    /// The operation that an action stands for: most have its name.
    pub fn operation<'a>(&self, action: &'a str) -> &'a str {
        match (self.name, action) {
            ("elasticmapreduce", "addStep") => "addJobFlowSteps",
            ("elasticmapreduce", "createCluster") => "runJobFlow",
            ("elasticmapreduce", "terminateCluster") => "terminateJobFlows",
            ("elasticmapreduce", "cancelStep") => "cancelSteps",
            ("elasticmapreduce", "setClusterTerminationProtection") => "setTerminationProtection",
            ("elasticmapreduce", "modifyInstanceFleetByName") => "modifyInstanceFleet",
            ("elasticmapreduce", "modifyInstanceGroupByName") => "modifyInstanceGroups",
            _ => action,
        }
    }

    /// Whose words its errors have.
    pub fn style(&self) -> Style<'static> {
        Style::Optimised { prefix: self.prefix, product: self.product }
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
    let called = ask(aws, attempt, service, service.operation(action), attempt.input.value()).await?;
    match service.name {
        "events" => events::result(called.result),
        _ => Ok(with_metadata(called)),
    }
}

/// One call of the service's own operation; members that take texts may be given as JSON.
async fn ask(
    aws: &Aws,
    attempt: &Attempt,
    service: &Optimised,
    operation: &str,
    parameters: &Value,
) -> Result<Called, Failure> {
    let model = Service::shared(service.model);
    let known = model.as_ref().and_then(|model| model.operation(operation));
    let mut parameters = match known {
        Some(operation) => documents::written(&operation, parameters),
        None => parameters.clone(),
    };
    if service.name == "events" {
        events::prepare(&mut parameters, attempt);
    }
    let call = Call {
        service: service.model,
        action: operation,
        parameters: &parameters,
        spelling: Spelling::Optimised,
        behalf: attempt.into(),
    };
    aws.call(&call).await.map_err(|fault: Fault| fault.failure(service.style(), attempt.input.value()))
}

/// The answer with what is told of the exchange, in the order of the members' names (recorded).
fn with_metadata(called: Called) -> Value {
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
