//! Glue DataBrew: runs of jobs. The task's output is what `DescribeJobRun` answers.

use super::job::{Again, Call, Job, Missing, Progress, Work, as_answered, as_given, by_state};
use serde_json::{Value, json};

pub(super) const JOBS: &[Job] = &[Job {
    service: "databrew",
    action: "startJobRun",
    model: "databrew",
    operation: "startJobRun",
    again: Again::Twice,
    pause_max_s: 15,
    request: as_given,
    shown: as_answered,
    look: |work| about(work, "describeJobRun"),
    read,
    missing: Missing::Fails,
    stop: |work| Vec::from_iter(about(work, "stopJobRun")),
}];

fn about(work: &Work<'_>, operation: &'static str) -> Option<Call> {
    Call::new(operation, json!({"Name": work.asked("/Name")?, "RunId": work.answered("/RunId")?}))
}

fn read(_: &Work<'_>, answer: Value) -> Progress {
    by_state(answer, "/State", &["SUCCEEDED"], &["FAILED", "STOPPED", "TIMEOUT"])
}

#[cfg(test)]
mod tests {
    use super::super::fake::{Fake, check, check_stop};
    use expect_test::expect;
    use serde_json::json;

    const RESOURCE: &str = "databrew:startJobRun.sync";
    const INPUT: &str = r#"{"Name":"n"}"#;

    fn fake(states: &[&str]) -> Fake {
        states.iter().fold(Fake::new().on("startJobRun", json!({"RunId": "r"})), |fake, state| {
            fake.on("describeJobRun", json!({"JobName": "n", "RunId": "r", "State": state}))
        })
    }

    #[test]
    fn a_run_ends() {
        check(
            RESOURCE,
            INPUT,
            fake(&["STARTING", "RUNNING", "SUCCEEDED"]),
            &expect![[r#"
            databrew:startJobRun {"Name":"n"}
            gives {"RunId":"r"}
            databrew:describeJobRun {"Name":"n","RunId":"r"}
            databrew:describeJobRun {"Name":"n","RunId":"r"}
            databrew:describeJobRun {"Name":"n","RunId":"r"}
            after 3 s gives {"JobName":"n","RunId":"r","State":"SUCCEEDED"}
        "#]],
        );
        check(
            RESOURCE,
            INPUT,
            fake(&["STOPPING", "STOPPED"]),
            &expect![[r#"
            databrew:startJobRun {"Name":"n"}
            gives {"RunId":"r"}
            databrew:describeJobRun {"Name":"n","RunId":"r"}
            databrew:describeJobRun {"Name":"n","RunId":"r"}
            after 1 s fails with States.TaskFailed: {"JobName":"n","RunId":"r","State":"STOPPED"}
        "#]],
        );
    }

    #[test]
    fn a_run_is_called_off() {
        check_stop(
            RESOURCE,
            INPUT,
            fake(&[]).on("stopJobRun", json!({"RunId": "r"})),
            &expect![[r#"
            databrew:startJobRun {"Name":"n"}
            databrew:stopJobRun {"Name":"n","RunId":"r"}
        "#]],
        );
    }
}
