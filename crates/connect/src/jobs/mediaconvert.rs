//! MediaConvert: jobs. The task's output is what `GetJob` answers.

use super::job::{Again, Call, Job, Missing, Progress, Work, as_answered, as_given, by_state};
use serde_json::{Value, json};

pub(super) const JOBS: &[Job] = &[Job {
    service: "mediaconvert",
    action: "createJob",
    model: "mediaconvert",
    operation: "createJob",
    again: Again::Token("ClientRequestToken"),
    pause_max_s: 10,
    request: as_given,
    shown: as_answered,
    look: |work| about(work, "getJob"),
    read,
    missing: Missing::Fails,
    stop: |work| Vec::from_iter(about(work, "cancelJob")),
}];

fn about(work: &Work<'_>, operation: &'static str) -> Option<Call> {
    Call::new(operation, json!({"Id": work.answered("/Job/Id")?}))
}

fn read(_: &Work<'_>, answer: Value) -> Progress {
    by_state(answer, "/Job/Status", &["COMPLETE"], &["CANCELED", "ERROR"])
}

#[cfg(test)]
mod tests {
    use super::super::fake::{Fake, check, check_stop};
    use expect_test::expect;
    use serde_json::json;

    const RESOURCE: &str = "mediaconvert:createJob.sync";
    const INPUT: &str = r#"{"Role":"r","Settings":{},"ClientRequestToken":"mine"}"#;

    fn fake(states: &[&str]) -> Fake {
        let job = |state: &str| json!({"Job": {"Id": "1-a", "Status": state}});
        let fake = Fake::new().on("createJob", job("SUBMITTED"));
        states.iter().fold(fake, |fake, state| fake.on("getJob", job(state)))
    }

    #[test]
    fn a_job_ends() {
        check(
            RESOURCE,
            INPUT,
            fake(&["PROGRESSING", "COMPLETE"]),
            &expect![[r#"
            mediaconvert:createJob {"Role":"r","Settings":{},"ClientRequestToken":"mine"}
            gives {"Job":{"Id":"1-a","Status":"SUBMITTED"}}
            mediaconvert:getJob {"Id":"1-a"}
            mediaconvert:getJob {"Id":"1-a"}
            after 1 s gives {"Job":{"Id":"1-a","Status":"COMPLETE"}}
        "#]],
        );
        check(
            RESOURCE,
            INPUT,
            fake(&["ERROR"]),
            &expect![[r#"
            mediaconvert:createJob {"Role":"r","Settings":{},"ClientRequestToken":"mine"}
            gives {"Job":{"Id":"1-a","Status":"SUBMITTED"}}
            mediaconvert:getJob {"Id":"1-a"}
            after 0 s fails with States.TaskFailed: {"Job":{"Id":"1-a","Status":"ERROR"}}
        "#]],
        );
        check(
            RESOURCE,
            INPUT,
            fake(&["CANCELED"]),
            &expect![[r#"
            mediaconvert:createJob {"Role":"r","Settings":{},"ClientRequestToken":"mine"}
            gives {"Job":{"Id":"1-a","Status":"SUBMITTED"}}
            mediaconvert:getJob {"Id":"1-a"}
            after 0 s fails with States.TaskFailed: {"Job":{"Id":"1-a","Status":"CANCELED"}}
        "#]],
        );
    }

    #[test]
    fn a_job_is_called_off() {
        check_stop(
            RESOURCE,
            INPUT,
            fake(&[]).on("cancelJob", json!({})),
            &expect![[r#"
            mediaconvert:createJob {"Role":"r","Settings":{},"ClientRequestToken":"mine"}
            mediaconvert:cancelJob {"Id":"1-a"}
        "#]],
        );
    }
}
