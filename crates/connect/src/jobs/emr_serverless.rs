//! EMR Serverless: applications that come, go, start and stop, and runs of jobs in them. The task's
//! output is the description of the application or of the run. Operations that answer nothing have the
//! application's id as their answer.

use super::job::{
    Again, Call, Job, Missing, Progress, Work, as_answered, as_given, by_state, filled, never, taken,
};
use serde_json::{Value, json};

const CREATE: Job = Job {
    service: "emr-serverless",
    action: "createApplication",
    model: "emrserverless",
    operation: "createApplication",
    again: Again::Token("ClientToken"),
    pause_max_s: 15,
    request: as_given,
    shown: as_answered,
    look: |work| application(work, "getApplication"),
    // It may have been started by a job before it was looked at.
    read: |_, answer| {
        state(answer, &["CREATED", "STARTING", "STARTED", "STOPPING", "STOPPED"], &["TERMINATED"])
    },
    missing: Missing::Fails,
    stop: |work| Vec::from_iter(application(work, "deleteApplication")),
};

const START: Job = Job {
    action: "startApplication",
    operation: "startApplication",
    again: Again::Once,
    shown: named,
    read: |_, answer| state(answer, &["STARTED"], &["STOPPING", "STOPPED", "TERMINATED"]),
    stop: |work| Vec::from_iter(application(work, "stopApplication")),
    ..CREATE
};

const STOP: Job = Job {
    action: "stopApplication",
    operation: "stopApplication",
    read: |_, answer| state(answer, &["STOPPED"], &["TERMINATED"]),
    stop: never,
    ..START
};

const DELETE: Job = Job {
    action: "deleteApplication",
    operation: "deleteApplication",
    read: |_, answer| state(answer, &["TERMINATED"], &[]),
    missing: Missing::Ends,
    ..STOP
};

const RUN: Job = Job {
    action: "startJobRun",
    operation: "startJobRun",
    shown: as_answered,
    look: |work| run(work, "getJobRun"),
    read: |_, answer| run_state(answer, &["SUCCESS"], &["FAILED", "CANCELLED"]),
    stop: |work| Vec::from_iter(run(work, "cancelJobRun")),
    ..CREATE
};

const CANCEL: Job = Job {
    action: "cancelJobRun",
    operation: "cancelJobRun",
    again: Again::Once,
    read: |_, answer| run_state(answer, &["CANCELLED"], &["SUCCESS", "FAILED"]),
    stop: never,
    ..RUN
};

pub(super) const JOBS: &[Job] = &[CREATE, START, STOP, DELETE, RUN, CANCEL];

fn named(request: &Value, answer: Value) -> Value {
    filled(answer, "ApplicationId", json!(request.get("ApplicationId")))
}

fn id(work: &Work<'_>, pointer: &str) -> Option<Value> {
    work.answered(pointer).or_else(|| work.asked(pointer))
}

fn application(work: &Work<'_>, operation: &'static str) -> Option<Call> {
    Call::new(operation, json!({"ApplicationId": id(work, "/ApplicationId")?}))
}

fn run(work: &Work<'_>, operation: &'static str) -> Option<Call> {
    let application = id(work, "/ApplicationId")?;
    Call::new(operation, json!({"ApplicationId": application, "JobRunId": id(work, "/JobRunId")?}))
}

fn state(answer: Value, good: &[&str], bad: &[&str]) -> Progress {
    taken(answer, "/Application").map_or(Progress::Gone, |it| by_state(it, "/State", good, bad))
}

fn run_state(answer: Value, good: &[&str], bad: &[&str]) -> Progress {
    taken(answer, "/JobRun").map_or(Progress::Gone, |it| by_state(it, "/State", good, bad))
}

#[cfg(test)]
mod tests {
    use super::super::fake::{Fake, check, check_special, check_stop};
    use expect_test::expect;
    use serde_json::json;

    const APPLICATION: &str = r#"{"ApplicationId":"a"}"#;

    fn application(operation: &'static str, states: &[&str]) -> Fake {
        let answer = if operation == "createApplication" { json!({"ApplicationId": "a"}) } else { json!({}) };
        states.iter().fold(Fake::new().on(operation, answer), |fake, state| {
            fake.on("getApplication", json!({"Application": {"ApplicationId": "a", "State": state}}))
        })
    }

    fn run(operation: &'static str, states: &[&str]) -> Fake {
        let answer = json!({"ApplicationId": "a", "JobRunId": "r"});
        states.iter().fold(Fake::new().on(operation, answer), |fake, state| {
            fake.on("getJobRun", json!({"JobRun": {"JobRunId": "r", "State": state}}))
        })
    }

    #[test]
    fn an_application_comes_starts_stops_and_goes() {
        let fake = application("createApplication", &["CREATING", "CREATED"]);
        check(
            "emr-serverless:createApplication.sync",
            r#"{"Type":"SPARK"}"#,
            fake,
            &expect![[r#"
            emrserverless:createApplication {"Type":"SPARK","ClientToken":"00000000-0000-4000-8000-00000000abcd"}
            gives {"ApplicationId":"a"}
            emrserverless:getApplication {"ApplicationId":"a"}
            emrserverless:getApplication {"ApplicationId":"a"}
            after 1 s gives {"ApplicationId":"a","State":"CREATED"}
        "#]],
        );
        let fake = application("startApplication", &["STARTING", "STARTED"]);
        check(
            "emr-serverless:startApplication.sync",
            APPLICATION,
            fake,
            &expect![[r#"
            emrserverless:startApplication {"ApplicationId":"a"}
            gives {"ApplicationId":"a"}
            emrserverless:getApplication {"ApplicationId":"a"}
            emrserverless:getApplication {"ApplicationId":"a"}
            after 1 s gives {"ApplicationId":"a","State":"STARTED"}
        "#]],
        );
        let fake = application("stopApplication", &["STOPPING", "STOPPED"]);
        check(
            "emr-serverless:stopApplication.sync",
            APPLICATION,
            fake,
            &expect![[r#"
            emrserverless:stopApplication {"ApplicationId":"a"}
            gives {"ApplicationId":"a"}
            emrserverless:getApplication {"ApplicationId":"a"}
            emrserverless:getApplication {"ApplicationId":"a"}
            after 1 s gives {"ApplicationId":"a","State":"STOPPED"}
        "#]],
        );
        let fake = application("deleteApplication", &["TERMINATED"]);
        check(
            "emr-serverless:deleteApplication.sync",
            APPLICATION,
            fake,
            &expect![[r#"
            emrserverless:deleteApplication {"ApplicationId":"a"}
            gives {"ApplicationId":"a"}
            emrserverless:getApplication {"ApplicationId":"a"}
            after 0 s gives {"ApplicationId":"a","State":"TERMINATED"}
        "#]],
        );
    }

    #[test]
    fn an_application_that_stops_instead_of_starting_has_failed() {
        let fake = application("startApplication", &["STARTING", "STOPPED"]);
        check(
            "emr-serverless:startApplication.sync",
            APPLICATION,
            fake,
            &expect![[r#"
            emrserverless:startApplication {"ApplicationId":"a"}
            gives {"ApplicationId":"a"}
            emrserverless:getApplication {"ApplicationId":"a"}
            emrserverless:getApplication {"ApplicationId":"a"}
            after 1 s fails with States.TaskFailed: {"ApplicationId":"a","State":"STOPPED"}
        "#]],
        );
    }

    #[test]
    fn a_run_ends() {
        let (resource, input) = ("emr-serverless:startJobRun.sync", APPLICATION);
        check(
            resource,
            input,
            run("startJobRun", &["QUEUED", "RUNNING", "SUCCESS"]),
            &expect![[r#"
            emrserverless:startJobRun {"ApplicationId":"a","ClientToken":"00000000-0000-4000-8000-00000000abcd"}
            gives {"ApplicationId":"a","JobRunId":"r"}
            emrserverless:getJobRun {"ApplicationId":"a","JobRunId":"r"}
            emrserverless:getJobRun {"ApplicationId":"a","JobRunId":"r"}
            emrserverless:getJobRun {"ApplicationId":"a","JobRunId":"r"}
            after 3 s gives {"JobRunId":"r","State":"SUCCESS"}
        "#]],
        );
        check(
            resource,
            input,
            run("startJobRun", &["FAILED"]),
            &expect![[r#"
            emrserverless:startJobRun {"ApplicationId":"a","ClientToken":"00000000-0000-4000-8000-00000000abcd"}
            gives {"ApplicationId":"a","JobRunId":"r"}
            emrserverless:getJobRun {"ApplicationId":"a","JobRunId":"r"}
            after 0 s fails with States.TaskFailed: {"JobRunId":"r","State":"FAILED"}
        "#]],
        );
    }

    #[test]
    fn a_run_is_cancelled_unless_it_ends_before() {
        let (resource, input) =
            ("emr-serverless:cancelJobRun.sync", r#"{"ApplicationId":"a","JobRunId":"r"}"#);
        check(
            resource,
            input,
            run("cancelJobRun", &["CANCELLING", "CANCELLED"]),
            &expect![[r#"
            emrserverless:cancelJobRun {"ApplicationId":"a","JobRunId":"r"}
            gives {"ApplicationId":"a","JobRunId":"r"}
            emrserverless:getJobRun {"ApplicationId":"a","JobRunId":"r"}
            emrserverless:getJobRun {"ApplicationId":"a","JobRunId":"r"}
            after 1 s gives {"JobRunId":"r","State":"CANCELLED"}
        "#]],
        );
        check(
            resource,
            input,
            run("cancelJobRun", &["SUCCESS"]),
            &expect![[r#"
            emrserverless:cancelJobRun {"ApplicationId":"a","JobRunId":"r"}
            gives {"ApplicationId":"a","JobRunId":"r"}
            emrserverless:getJobRun {"ApplicationId":"a","JobRunId":"r"}
            after 0 s fails with States.TaskFailed: {"JobRunId":"r","State":"SUCCESS"}
        "#]],
        );
    }

    #[test]
    fn what_begins_is_called_off_and_what_ends_is_not() {
        let fake = application("createApplication", &[]).on("deleteApplication", json!({}));
        check_stop(
            "emr-serverless:createApplication.sync",
            "{}",
            fake,
            &expect![[r#"
            emrserverless:createApplication {"ClientToken":"00000000-0000-4000-8000-00000000abcd"}
            emrserverless:deleteApplication {"ApplicationId":"a"}
        "#]],
        );
        let fake = application("startApplication", &[]).on("stopApplication", json!({}));
        check_stop(
            "emr-serverless:startApplication.sync",
            APPLICATION,
            fake,
            &expect![[r#"
            emrserverless:startApplication {"ApplicationId":"a"}
            emrserverless:stopApplication {"ApplicationId":"a"}
        "#]],
        );
        let fake = run("startJobRun", &[]).on("cancelJobRun", json!({}));
        check_stop(
            "emr-serverless:startJobRun.sync",
            APPLICATION,
            fake,
            &expect![[r#"
            emrserverless:startJobRun {"ApplicationId":"a","ClientToken":"00000000-0000-4000-8000-00000000abcd"}
            emrserverless:cancelJobRun {"ApplicationId":"a","JobRunId":"r"}
        "#]],
        );
        let fake = application("stopApplication", &[]);
        check_stop(
            "emr-serverless:stopApplication.sync",
            APPLICATION,
            fake,
            &expect![[r#"
            emrserverless:stopApplication {"ApplicationId":"a"}
        "#]],
        );
    }

    #[test]
    fn without_waiting_the_answer_names_the_application() {
        let fake = Fake::new().on("startApplication", json!({"SdkResponseMetadata": {}}));
        check_special(
            "emr-serverless:startApplication",
            APPLICATION,
            fake,
            &expect![[r#"
            emrserverless:startApplication {"ApplicationId":"a"}
            gives {"SdkResponseMetadata":{},"ApplicationId":"a"}
        "#]],
        );
    }
}
