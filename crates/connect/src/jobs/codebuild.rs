//! CodeBuild: builds and batches of builds. The task's output has the description under the name that
//! the service's own answers give it (`Build`, `BuildBatch`), as AWS's examples read it.
//!
//! CodeBuild's idempotency tokens are good for five minutes only, so a build that was out in a crash
//! is not asked for again.

use super::job::{Again, Call, Job, Missing, Progress, Work, as_answered, as_given, by_state, taken};
use serde_json::{Value, json};

const BUILD: Job = Job {
    service: "codebuild",
    action: "startBuild",
    model: "codebuild",
    operation: "startBuild",
    again: Again::Twice,
    pause_max_s: 10,
    request: as_given,
    shown: as_answered,
    look: |work| Call::new("batchGetBuilds", json!({"Ids": [work.answered("/Build/Id")?]})),
    read: |_, answer| read(answer, "/Builds/0", "Build", "/Build/BuildStatus"),
    missing: Missing::Fails,
    stop: |work| Vec::from_iter(stop("stopBuild", work.answered("/Build/Id"))),
};

const BATCH: Job = Job {
    look: |work| Call::new("batchGetBuildBatches", json!({"Ids": [batch(work)?]})),
    read: |_, answer| read(answer, "/BuildBatches/0", "BuildBatch", "/BuildBatch/BuildBatchStatus"),
    stop: |work| Vec::from_iter(stop("stopBuildBatch", batch(work))),
    ..BUILD
};

pub(super) const JOBS: &[Job] = &[
    BUILD,
    Job { action: "startBuildBatch", operation: "startBuildBatch", ..BATCH },
    Job { action: "retryBuildBatch", operation: "retryBuildBatch", ..BATCH },
];

fn batch(work: &Work<'_>) -> Option<Value> {
    work.answered("/BuildBatch/Id")
}

fn stop(operation: &'static str, id: Option<Value>) -> Option<Call> {
    Call::new(operation, json!({"Id": id?}))
}

fn read(answer: Value, pointer: &str, member: &str, state: &str) -> Progress {
    let Some(build) = taken(answer, pointer) else { return Progress::Gone };
    let bad = ["FAILED", "FAULT", "TIMED_OUT", "STOPPED"];
    by_state(json!({member: build}), state, &["SUCCEEDED"], &bad)
}

#[cfg(test)]
mod tests {
    use super::super::fake::{Fake, check, check_stop};
    use expect_test::expect;
    use serde_json::json;

    const INPUT: &str = r#"{"ProjectName":"p"}"#;

    fn build(states: &[&str]) -> Fake {
        let started = json!({"Build": {"Id": "p:1", "BuildStatus": "IN_PROGRESS"}});
        states.iter().fold(Fake::new().on("startBuild", started), |fake, state| {
            fake.on(
                "batchGetBuilds",
                json!({"Builds": [{"Id": "p:1", "BuildStatus": state}], "BuildsNotFound": []}),
            )
        })
    }

    fn batch(operation: &'static str, states: &[&str]) -> Fake {
        let started = json!({"BuildBatch": {"Id": "p:2", "BuildBatchStatus": "IN_PROGRESS"}});
        states.iter().fold(Fake::new().on(operation, started), |fake, state| {
            fake.on(
                "batchGetBuildBatches",
                json!({"BuildBatches": [{"Id": "p:2", "BuildBatchStatus": state}]}),
            )
        })
    }

    #[test]
    fn a_build_ends() {
        let resource = "codebuild:startBuild.sync";
        check(
            resource,
            INPUT,
            build(&["IN_PROGRESS", "SUCCEEDED"]),
            &expect![[r#"
            codebuild:startBuild {"ProjectName":"p"}
            gives {"Build":{"Id":"p:1","BuildStatus":"IN_PROGRESS"}}
            codebuild:batchGetBuilds {"Ids":["p:1"]}
            codebuild:batchGetBuilds {"Ids":["p:1"]}
            after 1 s gives {"Build":{"Id":"p:1","BuildStatus":"SUCCEEDED"}}
        "#]],
        );
        check(
            resource,
            INPUT,
            build(&["TIMED_OUT"]),
            &expect![[r#"
            codebuild:startBuild {"ProjectName":"p"}
            gives {"Build":{"Id":"p:1","BuildStatus":"IN_PROGRESS"}}
            codebuild:batchGetBuilds {"Ids":["p:1"]}
            after 0 s fails with States.TaskFailed: {"Build":{"Id":"p:1","BuildStatus":"TIMED_OUT"}}
        "#]],
        );
        let gone = build(&[]).on("batchGetBuilds", json!({"Builds": [], "BuildsNotFound": ["p:1"]}));
        check(
            resource,
            INPUT,
            gone,
            &expect![[r#"
                codebuild:startBuild {"ProjectName":"p"}
                gives {"Build":{"Id":"p:1","BuildStatus":"IN_PROGRESS"}}
                codebuild:batchGetBuilds {"Ids":["p:1"]}
                codebuild:batchGetBuilds {"Ids":["p:1"]}
                codebuild:batchGetBuilds {"Ids":["p:1"]}
                after 16 s fails with States.TaskFailed: The job is gone: batchGetBuilds of codebuild does not know {"Ids":["p:1"]} any more
            "#]],
        );
    }

    #[test]
    fn a_batch_of_builds_ends() {
        let fake = batch("startBuildBatch", &["IN_PROGRESS", "SUCCEEDED"]);
        check(
            "codebuild:startBuildBatch.sync",
            INPUT,
            fake,
            &expect![[r#"
            codebuild:startBuildBatch {"ProjectName":"p"}
            gives {"BuildBatch":{"Id":"p:2","BuildBatchStatus":"IN_PROGRESS"}}
            codebuild:batchGetBuildBatches {"Ids":["p:2"]}
            codebuild:batchGetBuildBatches {"Ids":["p:2"]}
            after 1 s gives {"BuildBatch":{"Id":"p:2","BuildBatchStatus":"SUCCEEDED"}}
        "#]],
        );
        let fake = batch("retryBuildBatch", &["FAULT"]);
        check(
            "codebuild:retryBuildBatch.sync",
            r#"{"Id":"p:2"}"#,
            fake,
            &expect![[r#"
            codebuild:retryBuildBatch {"Id":"p:2"}
            gives {"BuildBatch":{"Id":"p:2","BuildBatchStatus":"IN_PROGRESS"}}
            codebuild:batchGetBuildBatches {"Ids":["p:2"]}
            after 0 s fails with States.TaskFailed: {"BuildBatch":{"Id":"p:2","BuildBatchStatus":"FAULT"}}
        "#]],
        );
    }

    #[test]
    fn builds_are_called_off() {
        let fake = build(&[]).on("stopBuild", json!({}));
        check_stop(
            "codebuild:startBuild.sync",
            INPUT,
            fake,
            &expect![[r#"
            codebuild:startBuild {"ProjectName":"p"}
            codebuild:stopBuild {"Id":"p:1"}
        "#]],
        );
        let fake = batch("retryBuildBatch", &[]).on("stopBuildBatch", json!({}));
        check_stop(
            "codebuild:retryBuildBatch.sync",
            r#"{"Id":"p:2"}"#,
            fake,
            &expect![[r#"
            codebuild:retryBuildBatch {"Id":"p:2"}
            codebuild:stopBuildBatch {"Id":"p:2"}
        "#]],
        );
    }
}
