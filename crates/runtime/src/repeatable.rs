//! Which jobs are submitted again when a crash left it unknown whether they had been: those that two
//! requests make only one of. Everything else that was out in a crash is in doubt, which the engine
//! tells the workflow. Used at recovery; the connectors hold up the other end and test that they do.

use stateline_asl::{Pattern, TaskResource};

/// Services and actions whose `.sync` form is repeatable.
const JOBS: [(&str, &[&str]); 10] = [
    // By a token that follows from the attempt, which is the same in both requests.
    ("athena", &["startQueryExecution"]),
    ("bedrock", &["createModelCustomizationJob"]),
    // For the 24 hours that ECS keeps its tokens.
    ("ecs", &["runTask"]),
    ("mediaconvert", &["createJob"]),
    ("emr-containers", &["startJobRun", "deleteVirtualCluster"]),
    // By tokens too; and what goes away, starts or stops, does so once.
    (
        "emr-serverless",
        &[
            "createApplication",
            "startJobRun",
            "startApplication",
            "stopApplication",
            "deleteApplication",
            "cancelJobRun",
        ],
    ),
    (
        "eks",
        &[
            "createCluster",
            "createNodegroup",
            "createFargateProfile",
            "deleteCluster",
            "deleteNodegroup",
            "deleteFargateProfile",
        ],
    ),
    ("elasticmapreduce", &["terminateCluster"]),
    // By the name, of which the service takes one only.
    (
        "sagemaker",
        &[
            "createTrainingJob",
            "createTransformJob",
            "createProcessingJob",
            "createHyperParameterTuningJob",
            "createLabelingJob",
        ],
    ),
    ("states", &["startExecution"]),
];

/// Whether two requests for a job make one job.
#[must_use]
pub fn is_repeatable(resource: &TaskResource) -> bool {
    let TaskResource::Integration { service, action, pattern: Pattern::Sync | Pattern::Sync2, .. } = resource
    else {
        return false;
    };
    let action = action.split('.').next().unwrap_or_default();
    JOBS.iter().any(|(known, actions)| *known == &**service && actions.contains(&action))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rest: &str, repeatable: bool) {
        let resource = TaskResource::parse(&format!("arn:aws:states:::{rest}")).expect("a resource");
        assert_eq!(is_repeatable(&resource), repeatable, "{rest}");
    }

    #[test]
    fn only_jobs_that_are_one_are_repeated() {
        check("states:startExecution.sync:2", true);
        check("ecs:runTask.sync", true);
        check("eks:deleteCluster.sync", true);
        // Without a job's end to wait for, nobody looks whether there are two.
        check("ecs:runTask", false);
        check("ecs:runTask.waitForTaskToken", false);
        check("states:startExecution", false);
        for action in
            ["batch:submitJob", "glue:startJobRun", "codebuild:startBuild", "elasticmapreduce:addStep"]
        {
            check(&format!("{action}.sync"), false);
        }
    }
}
