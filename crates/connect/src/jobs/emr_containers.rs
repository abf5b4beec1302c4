//! EMR on EKS: runs of jobs, and virtual clusters that are deleted. The task's output is what the
//! describing operation answers.

use super::job::{Again, Call, Job, Missing, Progress, Work, as_answered, as_given, by_state, filled, never};
use serde_json::{Value, json};

const RUN: Job = Job {
    service: "emr-containers",
    action: "startJobRun",
    model: "emrcontainers",
    operation: "startJobRun",
    again: Again::Token("ClientToken"),
    pause_max_s: 15,
    request: as_given,
    shown: as_answered,
    look: |work| run(work, "describeJobRun"),
    read: |_, answer| by_state(answer, "/JobRun/State", &["COMPLETED"], &["FAILED", "CANCELLED"]),
    missing: Missing::Fails,
    stop: |work| Vec::from_iter(run(work, "cancelJobRun")),
};

const DELETION: Job = Job {
    action: "deleteVirtualCluster",
    operation: "deleteVirtualCluster",
    again: Again::Once,
    // A deletion that is made again after a crash may find nothing any more.
    shown: |request, answer| filled(answer, "Id", json!(request.get("Id"))),
    look: |work| Call::new("describeVirtualCluster", json!({"Id": work.asked("/Id")?})),
    read: |_, answer| deleted(answer),
    missing: Missing::Ends,
    stop: never,
    ..RUN
};

pub(super) const JOBS: &[Job] = &[RUN, DELETION];

fn run(work: &Work<'_>, operation: &'static str) -> Option<Call> {
    let cluster = work.answered("/VirtualClusterId").or_else(|| work.asked("/VirtualClusterId"))?;
    Call::new(operation, json!({"Id": work.answered("/Id")?, "VirtualClusterId": cluster}))
}

fn deleted(answer: Value) -> Progress {
    by_state(answer, "/VirtualCluster/State", &["TERMINATED"], &["ARRESTED"])
}

#[cfg(test)]
mod tests {
    use super::super::fake::{Fake, check, check_stop};
    use expect_test::expect;
    use serde_json::json;

    const RESOURCE: &str = "emr-containers:startJobRun.sync";
    const INPUT: &str = r#"{"VirtualClusterId":"v"}"#;

    fn fake(states: &[&str]) -> Fake {
        let started = json!({"Id": "r", "VirtualClusterId": "v"});
        states.iter().fold(Fake::new().on("startJobRun", started), |fake, state| {
            fake.on("describeJobRun", json!({"JobRun": {"Id": "r", "State": state}}))
        })
    }

    #[test]
    fn a_run_ends() {
        check(
            RESOURCE,
            INPUT,
            fake(&["PENDING", "SUBMITTED", "RUNNING", "COMPLETED"]),
            &expect![[r#"
            emrcontainers:startJobRun {"VirtualClusterId":"v","ClientToken":"00000000-0000-4000-8000-00000000abcd"}
            gives {"Id":"r","VirtualClusterId":"v"}
            emrcontainers:describeJobRun {"Id":"r","VirtualClusterId":"v"}
            emrcontainers:describeJobRun {"Id":"r","VirtualClusterId":"v"}
            emrcontainers:describeJobRun {"Id":"r","VirtualClusterId":"v"}
            emrcontainers:describeJobRun {"Id":"r","VirtualClusterId":"v"}
            after 6 s gives {"JobRun":{"Id":"r","State":"COMPLETED"}}
        "#]],
        );
        check(
            RESOURCE,
            INPUT,
            fake(&["FAILED"]),
            &expect![[r#"
            emrcontainers:startJobRun {"VirtualClusterId":"v","ClientToken":"00000000-0000-4000-8000-00000000abcd"}
            gives {"Id":"r","VirtualClusterId":"v"}
            emrcontainers:describeJobRun {"Id":"r","VirtualClusterId":"v"}
            after 0 s fails with States.TaskFailed: {"JobRun":{"Id":"r","State":"FAILED"}}
        "#]],
        );
        check(
            RESOURCE,
            INPUT,
            fake(&["CANCEL_PENDING", "CANCELLED"]),
            &expect![[r#"
            emrcontainers:startJobRun {"VirtualClusterId":"v","ClientToken":"00000000-0000-4000-8000-00000000abcd"}
            gives {"Id":"r","VirtualClusterId":"v"}
            emrcontainers:describeJobRun {"Id":"r","VirtualClusterId":"v"}
            emrcontainers:describeJobRun {"Id":"r","VirtualClusterId":"v"}
            after 1 s fails with States.TaskFailed: {"JobRun":{"Id":"r","State":"CANCELLED"}}
        "#]],
        );
    }

    #[test]
    fn a_run_is_called_off() {
        check_stop(
            RESOURCE,
            INPUT,
            fake(&[]).on("cancelJobRun", json!({})),
            &expect![[r#"
            emrcontainers:startJobRun {"VirtualClusterId":"v","ClientToken":"00000000-0000-4000-8000-00000000abcd"}
            emrcontainers:cancelJobRun {"Id":"r","VirtualClusterId":"v"}
        "#]],
        );
    }

    #[test]
    fn a_virtual_cluster_is_deleted() {
        let state = |state| json!({"VirtualCluster": {"Id": "v", "State": state}});
        let fake = |end| {
            let fake = Fake::new().on("deleteVirtualCluster", json!({"Id": "v"}));
            fake.on("describeVirtualCluster", state("TERMINATING")).on("describeVirtualCluster", state(end))
        };
        let resource = "emr-containers:deleteVirtualCluster.sync";
        check(
            resource,
            r#"{"Id":"v"}"#,
            fake("TERMINATED"),
            &expect![[r#"
            emrcontainers:deleteVirtualCluster {"Id":"v"}
            gives {"Id":"v"}
            emrcontainers:describeVirtualCluster {"Id":"v"}
            emrcontainers:describeVirtualCluster {"Id":"v"}
            after 1 s gives {"VirtualCluster":{"Id":"v","State":"TERMINATED"}}
        "#]],
        );
        check(
            resource,
            r#"{"Id":"v"}"#,
            fake("ARRESTED"),
            &expect![[r#"
            emrcontainers:deleteVirtualCluster {"Id":"v"}
            gives {"Id":"v"}
            emrcontainers:describeVirtualCluster {"Id":"v"}
            emrcontainers:describeVirtualCluster {"Id":"v"}
            after 1 s fails with States.TaskFailed: {"VirtualCluster":{"Id":"v","State":"ARRESTED"}}
        "#]],
        );
    }
}
