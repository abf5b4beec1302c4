//! The optimised integrations of AWS: which services, which of their actions, and
//! which patterns each action has (reference 04, section 2). What is not in here
//! AWS refuses when the state machine is made; `aws-sdk:*` takes what the services' models have.

use crate::{Pattern, TaskResource};
use stateline_models::Service;

/// Which patterns an action has besides request-response, which every one has.
#[derive(Clone, Copy)]
pub(crate) struct Patterns {
    sync: bool,
    sync2: bool,
    token: bool,
}

impl Patterns {
    /// What stands behind the dot.
    pub(crate) fn names(self) -> Vec<&'static str> {
        let all = [(self.sync, "sync"), (self.sync2, "sync:2"), (self.token, "waitForTaskToken")];
        all.into_iter().filter(|(has, _)| *has).map(|(_, name)| name).collect()
    }
}

const PLAIN: Patterns = Patterns { sync: false, sync2: false, token: false };
const SYNC: Patterns = Patterns { sync: true, ..PLAIN };
const TOKEN: Patterns = Patterns { token: true, ..PLAIN };
const SYNC_TOKEN: Patterns = Patterns { sync: true, ..TOKEN };
const ALL: Patterns = Patterns { sync: true, sync2: true, token: true };

/// Service, its actions, their patterns. A service stands in several rows.
pub(crate) const OPTIMISED: &[(&str, &[&str], Patterns)] = &[
    ("lambda", &["invoke"], TOKEN),
    ("states", &["startExecution"], ALL),
    ("dynamodb", &["getItem", "putItem", "updateItem", "deleteItem"], PLAIN),
    ("sns", &["publish"], TOKEN),
    ("sqs", &["sendMessage"], TOKEN),
    ("events", &["putEvents"], TOKEN),
    ("ecs", &["runTask"], SYNC_TOKEN),
    ("batch", &["submitJob"], SYNC),
    ("glue", &["startJobRun"], SYNC),
    ("databrew", &["startJobRun"], SYNC),
    ("athena", &["startQueryExecution"], SYNC),
    ("athena", &["stopQueryExecution", "getQueryExecution", "getQueryResults"], PLAIN),
    ("codebuild", &["startBuild", "startBuildBatch", "retryBuildBatch"], SYNC),
    (
        "codebuild",
        &[
            "stopBuild",
            "stopBuildBatch",
            "deleteBuildBatch",
            "batchDeleteBuilds",
            "batchGetReports",
            "batchGetBuildBatches",
        ],
        PLAIN,
    ),
    ("elasticmapreduce", &["createCluster", "terminateCluster", "addStep"], SYNC),
    (
        "elasticmapreduce",
        &[
            "cancelStep",
            "setClusterTerminationProtection",
            "modifyInstanceFleetByName",
            "modifyInstanceGroupByName",
        ],
        PLAIN,
    ),
    ("emr-containers", &["createVirtualCluster"], PLAIN),
    ("emr-containers", &["deleteVirtualCluster", "startJobRun"], SYNC),
    (
        "emr-serverless",
        &[
            "createApplication",
            "startApplication",
            "stopApplication",
            "deleteApplication",
            "startJobRun",
            "cancelJobRun",
        ],
        SYNC,
    ),
    (
        "eks",
        &[
            "createCluster",
            "deleteCluster",
            "createNodegroup",
            "deleteNodegroup",
            "createFargateProfile",
            "deleteFargateProfile",
        ],
        SYNC,
    ),
    ("eks", &["runJob"], SYNC_TOKEN),
    ("eks", &["call"], TOKEN),
    (
        "sagemaker",
        &[
            "createTrainingJob",
            "createTransformJob",
            "createProcessingJob",
            "createHyperParameterTuningJob",
            "createLabelingJob",
        ],
        SYNC,
    ),
    ("sagemaker", &["createModel", "createEndpointConfig", "createEndpoint", "updateEndpoint"], PLAIN),
    ("bedrock", &["invokeModel"], TOKEN),
    ("bedrock", &["createModelCustomizationJob"], SYNC),
    ("bedrockagentcore", &["invokeHarness"], PLAIN),
    ("mediaconvert", &["createJob"], SYNC),
    ("apigateway", &["invoke"], TOKEN),
    ("http", &["invoke"], PLAIN),
];

/// Whether AWS takes the resource. Functions and activities are not looked up.
pub(crate) fn is_known(resource: &TaskResource) -> bool {
    let TaskResource::Integration { service, action, pattern, .. } = resource else { return true };
    let name = action.split('.').next().unwrap_or_default();
    if let Some(service) = service.strip_prefix("aws-sdk:") {
        let sync = matches!(pattern, Pattern::Sync | Pattern::Sync2);
        let known = Service::shared(service);
        let operation = known.as_ref().and_then(|service| service.operation(name));
        let is_spoken_to = known.as_ref().is_some_and(|service| service.obstacle().is_none());
        // One that streams has no answer to wait for (reference 04, section 6).
        return !sync && is_spoken_to && operation.is_some_and(|operation| !operation.has_event_stream());
    }
    let mut rows =
        OPTIMISED.iter().filter(|(known, actions, _)| *known == &**service && actions.contains(&name));
    rows.next().is_some_and(|(_, _, patterns)| match pattern {
        Pattern::RequestResponse => true,
        Pattern::Sync => patterns.sync,
        Pattern::Sync2 => patterns.sync2,
        Pattern::WaitForTaskToken => patterns.token,
    })
}

/// What could be written in place of an integration that AWS does not know.
pub(super) fn advice(arn: &str) -> Option<String> {
    let rest = arn.split_once(":states:::")?.1;
    let (service, action) = rest.split_once(':')?;
    if service == "aws-sdk" {
        return Some(sdk_advice(action));
    }
    let actions: Vec<&str> = OPTIMISED
        .iter()
        .filter(|(known, _, _)| *known == service)
        .flat_map(|(_, actions, _)| *actions)
        .copied()
        .collect();
    if actions.is_empty() {
        return Some(
            "for any service and action of AWS write arn:aws:states:::aws-sdk:<service>:<action>".to_owned(),
        );
    }
    let name = action.split('.').next().unwrap_or_default();
    if actions.contains(&name) {
        return Some(format!("{service}:{name} does not have this integration pattern"));
    }
    let actions = actions.join(", ");
    Some(format!(
        "{service} has {actions}; for any other action write arn:aws:states:::aws-sdk:{service}:{name}"
    ))
}

/// What is wrong with `<service>:<action>` behind `aws-sdk`.
fn sdk_advice(rest: &str) -> String {
    let (name, action) = rest.split_once(':').unwrap_or((rest, ""));
    let (action, pattern) = action.split_once('.').unwrap_or((action, ""));
    let Some(service) = Service::shared(name) else {
        return format!(
            "there is no service '{name}'; names are as the SDK for Java 2 has them, in small letters"
        );
    };
    if let Some(obstacle) = service.obstacle() {
        return format!("{name} cannot be called: it {obstacle}");
    }
    match service.operation(action) {
        None => format!("{name} has no action '{action}'; actions begin with a small letter, as in getItem"),
        Some(operation) if operation.has_event_stream() => {
            format!("{name}:{action} streams its answer, which Step Functions cannot wait for")
        }
        Some(_) => format!("aws-sdk integrations do not have the pattern '.{pattern}'"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rest: &str, known: bool) {
        let resource = TaskResource::parse(&format!("arn:aws:states:::{rest}"));
        assert_eq!(resource.is_some_and(|resource| is_known(&resource)), known, "{rest}");
    }

    #[test]
    fn actions_and_their_patterns_are_known() {
        for rest in [
            "lambda:invoke",
            "lambda:invoke.waitForTaskToken",
            "states:startExecution.sync:2",
            "ecs:runTask.sync",
        ] {
            check(rest, true);
        }
        for rest in [
            "aws-sdk:s3:listBuckets",
            "aws-sdk:s3:listBuckets.waitForTaskToken",
            "http:invoke",
            "dynamodb:getItem",
        ] {
            check(rest, true);
        }
        for rest in [
            "lambda:invoke.sync",
            "dynamodb:query",
            "ecs:runTask.sync:2",
            "s3:getObject",
            "aws-sdk:getItem",
            "x:y",
        ] {
            check(rest, false);
        }
        for rest in
            ["aws-sdk:s3:listBuckets.sync", "http:invoke.waitForTaskToken", "lambda:Invoke", "aws-sdk::x"]
        {
            check(rest, false);
        }
    }

    #[test]
    fn services_that_cannot_be_spoken_to_are_refused_with_the_reason() {
        for (rest, reason) in [
            ("aws-sdk:codecatalyst:listSpaces", "bearer"),
            ("aws-sdk:simpledb:listDomains", "signature version 2"),
            ("aws-sdk:importexport:listJobs", "signature version 2"),
            ("aws-sdk:eventbridgev2:listRules", "CBOR"),
        ] {
            check(rest, false);
            let advice = advice(&format!("arn:aws:states:::{rest}")).expect("it says why");
            let name = rest.split(':').nth(1).expect("a service");
            assert!(advice.starts_with(&format!("{name} cannot be called: it ")), "{advice}");
            assert!(advice.contains(reason), "{advice}");
        }
    }

    #[test]
    fn advice_names_what_there_is() {
        let advice = |rest: &str| advice(&format!("arn:aws:states:::{rest}"));
        assert!(advice("dynamodb:query").is_some_and(|text| text.ends_with("aws-sdk:dynamodb:query")));
        assert!(advice("lambda:invoke.sync").is_some_and(|text| text.contains("pattern")));
        assert!(advice("nope:query").is_some_and(|text| text.contains("aws-sdk")));
        assert_eq!(super::advice("arn:aws:s3:::bucket"), None);
    }
}
