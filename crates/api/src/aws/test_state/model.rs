//! Mocked results of service integrations against the model of the service that would have answered.

use super::{Pattern, TaskResource};
use serde_json::Value;
use stateline_models::{Mismatch, Mode, Service};
use std::borrow::Cow;

/// A service as its own integrations name it, and as `aws-sdk` integrations do. Those that are not
/// here have one name.
const SERVICES: [(&str, &str); 5] = [
    ("states", "sfn"),
    ("events", "eventbridge"),
    ("elasticmapreduce", "emr"),
    ("emr-containers", "emrcontainers"),
    ("emr-serverless", "emrserverless"),
];

/// What is asked until a job is done: the answer of `.sync` tasks.
const POLLS: [(&str, &[&str], &str); 21] = [
    ("states", &["startExecution"], "describeExecution"),
    ("athena", &["startQueryExecution"], "getQueryExecution"),
    ("batch", &["submitJob"], "describeJobs"),
    ("bedrock", &["createModelCustomizationJob"], "getModelCustomizationJob"),
    ("codebuild", &["startBuild"], "batchGetBuilds"),
    ("codebuild", &["startBuildBatch", "retryBuildBatch"], "batchGetBuildBatches"),
    ("databrew", &["startJobRun"], "describeJobRun"),
    ("ecs", &["runTask"], "describeTasks"),
    ("eks", &["createCluster", "deleteCluster"], "describeCluster"),
    ("eks", &["createNodegroup", "deleteNodegroup"], "describeNodegroup"),
    ("eks", &["createFargateProfile", "deleteFargateProfile"], "describeFargateProfile"),
    ("elasticmapreduce", &["createCluster", "terminateCluster"], "describeCluster"),
    ("elasticmapreduce", &["addStep"], "describeStep"),
    ("emr-containers", &["startJobRun"], "describeJobRun"),
    ("emr-containers", &["deleteVirtualCluster"], "describeVirtualCluster"),
    (
        "emr-serverless",
        &["createApplication", "startApplication", "stopApplication", "deleteApplication"],
        "getApplication",
    ),
    ("emr-serverless", &["startJobRun", "cancelJobRun"], "getJobRun"),
    ("glue", &["startJobRun"], "getJobRun"),
    ("mediaconvert", &["createJob"], "getJob"),
    ("sagemaker", &["createProcessingJob"], "describeProcessingJob"),
    ("sagemaker", &["createLabelingJob"], "describeLabelingJob"),
];

/// The other jobs of SageMaker are asked after by the same rule: `createXJob`, `describeXJob`.
fn poll(service: &str, action: &str) -> Option<String> {
    let row = POLLS.iter().find(|(known, actions, _)| *known == service && actions.contains(&action));
    match (row, action.strip_prefix("create")) {
        (Some((_, _, poll)), _) => Some((*poll).to_owned()),
        (None, Some(job)) if service == "sagemaker" => Some(format!("describe{job}")),
        (None, _) => None,
    }
}

/// Checks a task's result. Where no model tells what it looks like, anything goes: functions,
/// activities, callbacks, HTTP and APIs of others.
pub(super) fn check(resource: &TaskResource, result: &Value, mode: Mode) -> Result<(), Mismatch> {
    let TaskResource::Integration { service, action, pattern, .. } = resource else { return Ok(()) };
    let action = action.split('.').next().unwrap_or_default();
    let (name, action, result) = match (service.strip_prefix("aws-sdk:"), pattern) {
        // Whoever holds the token gives the result.
        (_, Pattern::WaitForTaskToken) => return Ok(()),
        (Some(name), _) => (name, Cow::Borrowed(action), Cow::Borrowed(result)),
        (None, Pattern::RequestResponse) => {
            let name = if &**service == "bedrock" && action == "invokeModel" {
                "bedrockruntime"
            } else {
                named(service)
            };
            (name, Cow::Borrowed(action), parsed(service, action, false, result))
        }
        (None, Pattern::Sync | Pattern::Sync2) => {
            let Some(poll) = poll(service, action) else { return Ok(()) };
            let result = parsed(service, action, *pattern == Pattern::Sync2, result);
            (named(service), Cow::Owned(poll), result)
        }
    };
    let Some(service) = Service::find(name) else { return Ok(()) };
    service.response(&action).map_or(Ok(()), |shape| shape.check(&result, mode))
}

fn named(service: &str) -> &str {
    SERVICES.iter().find(|(known, _)| *known == service).map_or(service, |(_, name)| name)
}

/// A result without the members that its integration makes JSON of, where the service has text.
fn parsed<'r>(service: &str, action: &str, sync2: bool, result: &'r Value) -> Cow<'r, Value> {
    let members: &[&str] = match (service, action) {
        ("lambda", "invoke") => &["Payload"],
        ("bedrock", "invokeModel") => &["Body"],
        ("states", "startExecution") if sync2 => &["Input", "Output"],
        _ => return Cow::Borrowed(result),
    };
    let Value::Object(given) = result else { return Cow::Borrowed(result) };
    let kept = given.iter().filter(|(name, _)| !members.contains(&name.as_str()));
    Cow::Owned(Value::Object(kept.map(|(name, value)| (name.clone(), value.clone())).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(resource: &str, result: &Value) -> String {
        let resource = TaskResource::parse(&format!("arn:aws:states:::{resource}")).expect("a resource");
        check(&resource, result, Mode::Strict).map_or_else(|wrong| wrong.to_string(), |()| "fits".to_owned())
    }

    #[test]
    fn results_are_checked_against_the_service_that_answers() {
        assert_eq!(said("states:startExecution", &json!({})), "Required field 'ExecutionArn' is missing");
        assert_eq!(
            said("states:startExecution.sync", &json!({})),
            "Required field 'ExecutionArn' is missing"
        );
        let described = json!({"ExecutionArn": "e", "StateMachineArn": "m", "Status": "SUCCEEDED", "StartDate": "d", "Output": {}});
        assert_eq!(said("states:startExecution.sync:2", &described), "fits");
        assert_eq!(said("states:startExecution.sync", &described), "Field 'Output' must be a string");
        assert_eq!(
            said("lambda:invoke", &json!({"Payload": {"a": 1}, "StatusCode": "200"})),
            "Field 'StatusCode' must be a number"
        );
        assert_eq!(
            said("elasticmapreduce:createCluster.sync", &json!({"Cluster": 1})),
            "Field 'Cluster' must be an object"
        );
        assert_eq!(
            said("sagemaker:createTransformJob.sync", &json!({})),
            "Required field 'TransformJobName' is missing"
        );
        assert_eq!(
            said("aws-sdk:sfn:startExecution", &json!({})),
            "Required field 'ExecutionArn' is missing"
        );
    }

    #[test]
    fn where_no_model_is_anything_goes() {
        for resource in [
            "sqs:sendMessage.waitForTaskToken",
            "http:invoke",
            "apigateway:invoke",
            "eks:call",
            "eks:runJob.sync",
            "aws-sdk:nothing:known",
            "aws-sdk:s3:unknown",
            "aws-sdk:s3:putBucketPolicy",
        ] {
            assert_eq!(said(resource, &json!(["anything"])), "fits", "{resource}");
        }
    }

    /// Every `TaskSucceeded` below a value, as resource and output.
    fn answers(value: &Value, found: &mut Vec<(String, Value)>) {
        if let Some(details) = value.get("taskSucceededEventDetails") {
            let part = |name: &str| details[name].as_str().unwrap_or_default().to_owned();
            let output = match &details["output"] {
                Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
                other => other.clone(),
            };
            found.push((format!("{}:{}", part("resourceType"), part("resource")), output));
        }
        match value {
            Value::Object(members) => members.values().for_each(|value| answers(value, found)),
            Value::Array(items) => items.iter().for_each(|value| answers(value, found)),
            _ => {}
        }
    }

    /// Every answer of a service below a folder.
    fn recorded(folder: std::path::PathBuf) -> Vec<(String, Value)> {
        let (mut folders, mut found) = (vec![folder], Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "json") {
                    let text = std::fs::read_to_string(&path).expect("a text");
                    answers(&serde_json::from_str(&text).expect("JSON"), &mut found);
                }
            }
        }
        // A text came from whoever held the job's token.
        found.retain(|(_, output)| !output.is_string());
        found
    }

    #[test]
    fn what_aws_really_answered_fits() {
        let folder =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance/cases");
        if !folder.is_dir() {
            println!("skipped: no recordings at {}", folder.display());
            return;
        }
        let found = recorded(folder);
        for (resource, output) in &found {
            assert_eq!(said(resource, output), "fits", "{resource} {output}");
        }
        // A walk that finds next to nothing has proved nothing; there were 60 when this was written.
        assert!(found.len() >= 50, "only {} recorded answers were found", found.len());
    }

    #[test]
    fn every_service_and_poll_is_in_the_table() {
        for (service, actions, poll) in POLLS {
            let model = Service::find(named(service)).expect("the service is known");
            assert!(model.has(poll), "{service} {actions:?} {poll}");
        }
        assert!(SERVICES.iter().all(|(_, name)| Service::find(name).is_some()));
    }
}
