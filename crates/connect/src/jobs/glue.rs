//! Glue: runs of jobs. The task's output is the run's description.

use super::job::{Again, Call, Job, Missing, Progress, Work, as_answered, as_given, by_state, taken};
use serde_json::{Value, json};

pub(super) const JOBS: &[Job] = &[Job {
    service: "glue",
    action: "startJobRun",
    model: "glue",
    operation: "startJobRun",
    again: Again::Twice,
    pause_max_s: 15,
    request: as_given,
    shown: as_answered,
    look: |work| {
        let (name, run) = names(work)?;
        Call::new("getJobRun", json!({"JobName": name, "RunId": run}))
    },
    read,
    missing: Missing::Fails,
    stop: |work| {
        let stop = |(name, run)| Call::new("batchStopJobRun", json!({"JobName": name, "JobRunIds": [run]}));
        Vec::from_iter(names(work).and_then(stop))
    },
}];

fn names(work: &Work<'_>) -> Option<(Value, Value)> {
    Some((work.asked("/JobName")?, work.answered("/JobRunId")?))
}

fn read(_: &Work<'_>, answer: Value) -> Progress {
    let Some(run) = taken(answer, "/JobRun") else { return Progress::Gone };
    by_state(run, "/JobRunState", &["SUCCEEDED"], &["FAILED", "STOPPED", "TIMEOUT", "ERROR", "EXPIRED"])
}

#[cfg(test)]
mod tests {
    use super::super::fake::{Fake, check, check_stop};
    use expect_test::expect;
    use serde_json::json;

    const RESOURCE: &str = "glue:startJobRun.sync";
    const INPUT: &str = r#"{"JobName":"n","Arguments":{"--x":"1"}}"#;

    fn fake(states: &[&str]) -> Fake {
        states.iter().fold(Fake::new().on("startJobRun", json!({"JobRunId": "r"})), |fake, state| {
            fake.on("getJobRun", json!({"JobRun": {"Id": "r", "JobName": "n", "JobRunState": state}}))
        })
    }

    #[test]
    fn a_run_ends() {
        check(
            RESOURCE,
            INPUT,
            fake(&["WAITING", "RUNNING", "SUCCEEDED"]),
            &expect![[r#"
            glue:startJobRun {"JobName":"n","Arguments":{"--x":"1"}}
            gives {"JobRunId":"r"}
            glue:getJobRun {"JobName":"n","RunId":"r"}
            glue:getJobRun {"JobName":"n","RunId":"r"}
            glue:getJobRun {"JobName":"n","RunId":"r"}
            after 3 s gives {"Id":"r","JobName":"n","JobRunState":"SUCCEEDED"}
        "#]],
        );
        for state in ["FAILED", "STOPPED", "TIMEOUT", "ERROR", "EXPIRED"] {
            let expected = format!(
                r#"fails with States.TaskFailed: {{"Id":"r","JobName":"n","JobRunState":"{state}"}}"#
            );
            assert!(super::super::fake::told(RESOURCE, INPUT, fake(&[state])).contains(&expected), "{state}");
        }
    }

    #[test]
    fn a_run_that_glue_does_not_know_is_gone() {
        let fake = fake(&["RUNNING"]).refuse("getJobRun", 400, "EntityNotFoundException");
        check(
            RESOURCE,
            INPUT,
            fake,
            &expect![[r#"
                glue:startJobRun {"JobName":"n","Arguments":{"--x":"1"}}
                gives {"JobRunId":"r"}
                glue:getJobRun {"JobName":"n","RunId":"r"}
                glue:getJobRun {"JobName":"n","RunId":"r"}
                glue:getJobRun {"JobName":"n","RunId":"r"}
                glue:getJobRun {"JobName":"n","RunId":"r"}
                after 18 s fails with Service.EntityNotFoundException: refused (Status Code: 400)
            "#]],
        );
    }

    #[test]
    fn a_run_is_called_off() {
        check_stop(
            RESOURCE,
            INPUT,
            fake(&[]).on("batchStopJobRun", json!({})),
            &expect![[r#"
            glue:startJobRun {"JobName":"n","Arguments":{"--x":"1"}}
            glue:batchStopJobRun {"JobName":"n","JobRunIds":["r"]}
        "#]],
        );
    }
}
