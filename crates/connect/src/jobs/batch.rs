//! Batch: jobs, also those of arrays and of several nodes, whose own state says how all parts ended.
//! The task's output is the job's description.

use super::job::{Again, Call, Job, Missing, Progress, Work, as_answered, as_given, by_state, taken};
use serde_json::{Value, json};

pub(super) const JOBS: &[Job] = &[Job {
    service: "batch",
    action: "submitJob",
    model: "batch",
    operation: "submitJob",
    again: Again::Twice,
    pause_max_s: 10,
    request: as_given,
    shown: as_answered,
    look: |work| Call::new("describeJobs", json!({"Jobs": [work.answered("/JobId")?]})),
    read,
    missing: Missing::Fails,
    stop: |work| Vec::from_iter(terminate(work)),
}];

fn terminate(work: &Work<'_>) -> Option<Call> {
    Call::new("terminateJob", json!({"JobId": work.answered("/JobId")?, "Reason": work.reason()}))
}

fn read(_: &Work<'_>, answer: Value) -> Progress {
    match taken(answer, "/Jobs/0") {
        Some(job) => by_state(job, "/Status", &["SUCCEEDED"], &["FAILED"]),
        None => Progress::Gone,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fake::{Fake, check, check_stop};
    use expect_test::expect;
    use serde_json::{Value, json};

    const RESOURCE: &str = "batch:submitJob.sync";
    const INPUT: &str = r#"{"JobName":"n","JobQueue":"q","JobDefinition":"d","ArrayProperties":{"Size":2}}"#;

    fn job(status: &str) -> Value {
        json!({"Jobs": [{"JobId": "j", "JobName": "n", "Status": status, "StartedAt": 1_700_000_000_000_i64}]})
    }

    fn fake() -> Fake {
        let metadata = json!({"HttpStatusCode": 200});
        Fake::new().on("submitJob", json!({"JobId": "j", "JobName": "n", "SdkHttpMetadata": metadata}))
    }

    #[test]
    fn a_job_goes_through_its_states() {
        let states = ["SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED"];
        let fake = states.iter().fold(fake(), |fake, state| fake.on("describeJobs", job(state)));
        check(
            RESOURCE,
            INPUT,
            fake,
            &expect![[r#"
            batch:submitJob {"JobName":"n","JobQueue":"q","JobDefinition":"d","ArrayProperties":{"Size":2}}
            gives {"JobId":"j","JobName":"n","SdkHttpMetadata":{"HttpStatusCode":200}}
            batch:describeJobs {"Jobs":["j"]}
            batch:describeJobs {"Jobs":["j"]}
            batch:describeJobs {"Jobs":["j"]}
            batch:describeJobs {"Jobs":["j"]}
            batch:describeJobs {"Jobs":["j"]}
            batch:describeJobs {"Jobs":["j"]}
            after 16 s gives {"JobId":"j","JobName":"n","Status":"SUCCEEDED","StartedAt":1700000000000}
        "#]],
        );
    }

    #[test]
    fn a_failed_job_is_the_cause() {
        check(
            RESOURCE,
            INPUT,
            fake().on("describeJobs", job("FAILED")),
            &expect![[r#"
            batch:submitJob {"JobName":"n","JobQueue":"q","JobDefinition":"d","ArrayProperties":{"Size":2}}
            gives {"JobId":"j","JobName":"n","SdkHttpMetadata":{"HttpStatusCode":200}}
            batch:describeJobs {"Jobs":["j"]}
            after 0 s fails with States.TaskFailed: {"JobId":"j","JobName":"n","Status":"FAILED","StartedAt":1700000000000}
        "#]],
        );
    }

    #[test]
    fn a_job_that_is_refused_is_not_looked_at() {
        let fake = Fake::new().refuse("submitJob", 400, "ClientException");
        check(
            RESOURCE,
            INPUT,
            fake,
            &expect![[r#"
            batch:submitJob {"JobName":"n","JobQueue":"q","JobDefinition":"d","ArrayProperties":{"Size":2}}
            fails with Service.ClientException: refused (Status Code: 400)
        "#]],
        );
    }

    #[test]
    fn a_busy_service_is_waited_for() {
        let fake = fake()
            .refuse("describeJobs", 429, "TooManyRequestsException")
            .refuse("describeJobs", 500, "ServerException")
            .unreachable("describeJobs")
            .on("describeJobs", job("RUNNING"))
            .on("describeJobs", job("SUCCEEDED"));
        check(
            RESOURCE,
            INPUT,
            fake,
            &expect![[r#"
            batch:submitJob {"JobName":"n","JobQueue":"q","JobDefinition":"d","ArrayProperties":{"Size":2}}
            gives {"JobId":"j","JobName":"n","SdkHttpMetadata":{"HttpStatusCode":200}}
            batch:describeJobs {"Jobs":["j"]}
            batch:describeJobs {"Jobs":["j"]}
            batch:describeJobs {"Jobs":["j"]}
            batch:describeJobs {"Jobs":["j"]}
            batch:describeJobs {"Jobs":["j"]}
            after 20 s gives {"JobId":"j","JobName":"n","Status":"SUCCEEDED","StartedAt":1700000000000}
        "#]],
        );
    }

    #[test]
    fn a_job_that_is_not_known_yet_is_not_gone() {
        let nothing = json!({"Jobs": []});
        let fake = fake().on("describeJobs", nothing.clone()).on("describeJobs", job("SUCCEEDED"));
        check(
            RESOURCE,
            INPUT,
            fake,
            &expect![[r#"
                batch:submitJob {"JobName":"n","JobQueue":"q","JobDefinition":"d","ArrayProperties":{"Size":2}}
                gives {"JobId":"j","JobName":"n","SdkHttpMetadata":{"HttpStatusCode":200}}
                batch:describeJobs {"Jobs":["j"]}
                batch:describeJobs {"Jobs":["j"]}
                after 4 s gives {"JobId":"j","JobName":"n","Status":"SUCCEEDED","StartedAt":1700000000000}
            "#]],
        );
        check(
            RESOURCE,
            INPUT,
            self::fake().on("describeJobs", nothing),
            &expect![[r#"
                batch:submitJob {"JobName":"n","JobQueue":"q","JobDefinition":"d","ArrayProperties":{"Size":2}}
                gives {"JobId":"j","JobName":"n","SdkHttpMetadata":{"HttpStatusCode":200}}
                batch:describeJobs {"Jobs":["j"]}
                batch:describeJobs {"Jobs":["j"]}
                batch:describeJobs {"Jobs":["j"]}
                after 16 s fails with States.TaskFailed: The job is gone: describeJobs of batch does not know {"Jobs":["j"]} any more
            "#]],
        );
    }

    #[test]
    fn a_job_outlives_the_credentials_of_whoever_looks() {
        let mut fake = fake();
        for _ in 0..4 {
            fake = fake.refuse("describeJobs", 403, "ExpiredTokenException").unreachable("describeJobs");
        }
        check(
            RESOURCE,
            INPUT,
            fake.on("describeJobs", job("SUCCEEDED")),
            &expect![[r#"
                batch:submitJob {"JobName":"n","JobQueue":"q","JobDefinition":"d","ArrayProperties":{"Size":2}}
                gives {"JobId":"j","JobName":"n","SdkHttpMetadata":{"HttpStatusCode":200}}
                batch:describeJobs {"Jobs":["j"]}
                batch:describeJobs {"Jobs":["j"]}
                batch:describeJobs {"Jobs":["j"]}
                batch:describeJobs {"Jobs":["j"]}
                batch:describeJobs {"Jobs":["j"]}
                batch:describeJobs {"Jobs":["j"]}
                batch:describeJobs {"Jobs":["j"]}
                batch:describeJobs {"Jobs":["j"]}
                batch:describeJobs {"Jobs":["j"]}
                after 205 s gives {"JobId":"j","JobName":"n","Status":"SUCCEEDED","StartedAt":1700000000000}
            "#]],
        );
    }

    #[test]
    fn whoever_may_not_look_is_told_and_the_job_is_called_off() {
        let fake = fake().refuse("describeJobs", 403, "AccessDeniedException").on("terminateJob", json!({}));
        check(
            RESOURCE,
            INPUT,
            fake,
            &expect![[r#"
                batch:submitJob {"JobName":"n","JobQueue":"q","JobDefinition":"d","ArrayProperties":{"Size":2}}
                gives {"JobId":"j","JobName":"n","SdkHttpMetadata":{"HttpStatusCode":200}}
                batch:describeJobs {"Jobs":["j"]}
                batch:describeJobs {"Jobs":["j"]}
                batch:describeJobs {"Jobs":["j"]}
                batch:terminateJob {"JobId":"j","Reason":"The Task state in AWS Step Functions execution [arn:aws:states:us-east-1:000000000000:execution:m:e] which was managing this resource was aborted"}
                after 16 s fails with Service.AccessDeniedException: refused (Status Code: 403)
            "#]],
        );
    }

    #[test]
    fn an_answer_that_names_no_job_fails() {
        check(
            RESOURCE,
            INPUT,
            Fake::new().on("submitJob", json!({"JobName": "n"})),
            &expect![[r#"
            batch:submitJob {"JobName":"n","JobQueue":"q","JobDefinition":"d","ArrayProperties":{"Size":2}}
            gives {"JobName":"n"}
            after 0 s fails with States.TaskFailed: The job cannot be found again: the answer of submitJob does not name it: {"JobName":"n"}
        "#]],
        );
    }

    #[test]
    fn a_job_is_called_off_with_the_reason_that_aws_gives() {
        let fake = fake().refuse("terminateJob", 500, "ServerException").on("terminateJob", json!({}));
        check_stop(
            RESOURCE,
            INPUT,
            fake,
            &expect![[r#"
            batch:submitJob {"JobName":"n","JobQueue":"q","JobDefinition":"d","ArrayProperties":{"Size":2}}
            batch:terminateJob {"JobId":"j","Reason":"The Task state in AWS Step Functions execution [arn:aws:states:us-east-1:000000000000:execution:m:e] which was managing this resource was aborted"}
            batch:terminateJob {"JobId":"j","Reason":"The Task state in AWS Step Functions execution [arn:aws:states:us-east-1:000000000000:execution:m:e] which was managing this resource was aborted"}
        "#]],
        );
    }

    #[test]
    fn calling_off_is_not_insisted_on() {
        check_stop(
            RESOURCE,
            INPUT,
            fake().refuse("terminateJob", 403, "AccessDenied"),
            &expect![[r#"
            batch:submitJob {"JobName":"n","JobQueue":"q","JobDefinition":"d","ArrayProperties":{"Size":2}}
            batch:terminateJob {"JobId":"j","Reason":"The Task state in AWS Step Functions execution [arn:aws:states:us-east-1:000000000000:execution:m:e] which was managing this resource was aborted"}
        "#]],
        );
        check_stop(
            RESOURCE,
            INPUT,
            fake().unreachable("terminateJob"),
            &expect![[r#"
            batch:submitJob {"JobName":"n","JobQueue":"q","JobDefinition":"d","ArrayProperties":{"Size":2}}
            batch:terminateJob {"JobId":"j","Reason":"The Task state in AWS Step Functions execution [arn:aws:states:us-east-1:000000000000:execution:m:e] which was managing this resource was aborted"}
            batch:terminateJob {"JobId":"j","Reason":"The Task state in AWS Step Functions execution [arn:aws:states:us-east-1:000000000000:execution:m:e] which was managing this resource was aborted"}
            batch:terminateJob {"JobId":"j","Reason":"The Task state in AWS Step Functions execution [arn:aws:states:us-east-1:000000000000:execution:m:e] which was managing this resource was aborted"}
            batch:terminateJob {"JobId":"j","Reason":"The Task state in AWS Step Functions execution [arn:aws:states:us-east-1:000000000000:execution:m:e] which was managing this resource was aborted"}
            batch:terminateJob {"JobId":"j","Reason":"The Task state in AWS Step Functions execution [arn:aws:states:us-east-1:000000000000:execution:m:e] which was managing this resource was aborted"}
        "#]],
        );
    }
}
