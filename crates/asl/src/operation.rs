//! Which operation of which service's model an integration asks for (reference 04, sections 2 and 6).

use crate::TaskResource;

/// An operation of a service, by the names of `stateline-models`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceOperation<'a> {
    /// The service's model: `dynamodb`, `emr`.
    pub service: &'a str,
    /// The operation, with a small first letter: `getItem`.
    pub operation: &'a str,
}

/// The optimised services that are called by their models, the models' names, and what their errors begin
/// with.
const OPTIMISED: &[(&str, &str, &str)] = &[
    ("athena", "athena", "Athena"),
    ("batch", "batch", "Batch"),
    ("bedrock", "bedrock", "Bedrock"),
    ("codebuild", "codebuild", "CodeBuild"),
    ("databrew", "databrew", "DataBrew"),
    ("dynamodb", "dynamodb", "DynamoDB"),
    ("ecs", "ecs", "ECS"),
    ("eks", "eks", "EKS"),
    ("elasticmapreduce", "emr", "ElasticMapReduce"),
    ("emr-containers", "emrcontainers", "EMRContainers"),
    ("emr-serverless", "emrserverless", "EMRServerless"),
    ("events", "eventbridge", "EventBridge"),
    ("glue", "glue", "Glue"),
    ("mediaconvert", "mediaconvert", "MediaConvert"),
    ("sagemaker", "sagemaker", "SageMaker"),
    ("sns", "sns", "SNS"),
    ("sqs", "sqs", "SQS"),
];

/// Actions with parameters of their own, which are no operation's.
const OWN: &[(&str, &str)] = &[("bedrock", "invokeModel"), ("eks", "call"), ("eks", "runJob")];

impl TaskResource {
    /// The operation that the task asks for with the parameters as they are; `None` for functions,
    /// activities and integrations that are no plain call of an operation.
    #[must_use]
    pub fn operation(&self) -> Option<ServiceOperation<'_>> {
        let TaskResource::Integration { service, action, .. } = self else { return None };
        let operation = action.split('.').next()?;
        if let Some(service) = service.strip_prefix("aws-sdk:") {
            return Some(ServiceOperation { service, operation });
        }
        let is_own = service.as_ref() == "elasticmapreduce" || OWN.contains(&(service, operation));
        let model = optimised_model(service).filter(|_| !is_own)?;
        Some(ServiceOperation { service: model, operation })
    }
}

/// The model of an optimised service that is called by one: `emr` for `elasticmapreduce`.
#[must_use]
pub fn optimised_model(service: &str) -> Option<&'static str> {
    OPTIMISED.iter().find(|(name, ..)| *name == service).map(|(_, model, _)| *model)
}

/// What the errors of an optimised service that is called by its model begin with: `DynamoDB`.
#[must_use]
pub fn optimised_prefix(service: &str) -> Option<&'static str> {
    OPTIMISED.iter().find(|(name, ..)| *name == service).map(|(.., prefix)| *prefix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use stateline_models::Service;

    fn operation(rest: &str) -> Option<String> {
        let resource = TaskResource::parse(&format!("arn:aws:states:::{rest}")).expect("a resource");
        resource.operation().map(|ServiceOperation { service, operation }| format!("{service} {operation}"))
    }

    #[test]
    fn integrations_are_operations_of_models() {
        let is = |text: &str| Some(text.to_owned());
        assert_eq!(operation("aws-sdk:sfn:startExecution.waitForTaskToken"), is("sfn startExecution"));
        assert_eq!(operation("emr-serverless:startJobRun.sync"), is("emrserverless startJobRun"));
        assert_eq!(operation("events:putEvents"), is("eventbridge putEvents"));
        for rest in
            ["lambda:invoke", "elasticmapreduce:addStep", "eks:call", "http:invoke", "bedrock:invokeModel"]
        {
            assert_eq!(operation(rest), None, "{rest}");
        }
    }

    #[test]
    fn models_are_there() {
        assert!(OPTIMISED.iter().all(|(_, model, _)| Service::names().any(|name| name == *model)));
    }
}
