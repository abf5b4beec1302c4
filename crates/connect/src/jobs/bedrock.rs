//! Bedrock: jobs that customise a model. The task's output is what `GetModelCustomizationJob` answers.

use super::job::{Again, Call, Job, Missing, Progress, Work, as_answered, as_given, by_state};
use serde_json::{Value, json};

pub(super) const JOBS: &[Job] = &[Job {
    service: "bedrock",
    action: "createModelCustomizationJob",
    model: "bedrock",
    operation: "createModelCustomizationJob",
    again: Again::Token("ClientRequestToken"),
    pause_max_s: 30,
    request: as_given,
    shown: as_answered,
    look: |work| about(work, "getModelCustomizationJob"),
    read,
    missing: Missing::Fails,
    stop: |work| Vec::from_iter(about(work, "stopModelCustomizationJob")),
}];

fn about(work: &Work<'_>, operation: &'static str) -> Option<Call> {
    Call::new(operation, json!({"JobIdentifier": work.answered("/JobArn")?}))
}

fn read(_: &Work<'_>, answer: Value) -> Progress {
    by_state(answer, "/Status", &["Completed"], &["Failed", "Stopped"])
}

#[cfg(test)]
mod tests {
    use super::super::fake::{Fake, check, check_stop};
    use expect_test::expect;
    use serde_json::json;

    const RESOURCE: &str = "bedrock:createModelCustomizationJob.sync";
    const INPUT: &str = r#"{"JobName":"n","CustomModelName":"m"}"#;

    fn fake() -> Fake {
        Fake::new().on("createModelCustomizationJob", json!({"JobArn": "arn:job"}))
    }

    #[test]
    fn a_model_is_customised_or_not() {
        let get = "getModelCustomizationJob";
        let fake = |end: &str| {
            let running = json!({"JobArn": "arn:job", "Status": "InProgress"});
            fake().on(get, running).on(get, json!({"JobArn": "arn:job", "Status": end}))
        };
        check(
            RESOURCE,
            INPUT,
            fake("Completed"),
            &expect![[r#"
            bedrock:createModelCustomizationJob {"JobName":"n","CustomModelName":"m","ClientRequestToken":"00000000-0000-4000-8000-00000000abcd"}
            gives {"JobArn":"arn:job"}
            bedrock:getModelCustomizationJob {"JobIdentifier":"arn:job"}
            bedrock:getModelCustomizationJob {"JobIdentifier":"arn:job"}
            after 1 s gives {"JobArn":"arn:job","Status":"Completed"}
        "#]],
        );
        check(
            RESOURCE,
            INPUT,
            fake("Failed"),
            &expect![[r#"
            bedrock:createModelCustomizationJob {"JobName":"n","CustomModelName":"m","ClientRequestToken":"00000000-0000-4000-8000-00000000abcd"}
            gives {"JobArn":"arn:job"}
            bedrock:getModelCustomizationJob {"JobIdentifier":"arn:job"}
            bedrock:getModelCustomizationJob {"JobIdentifier":"arn:job"}
            after 1 s fails with States.TaskFailed: {"JobArn":"arn:job","Status":"Failed"}
        "#]],
        );
        check(
            RESOURCE,
            INPUT,
            fake("Stopped"),
            &expect![[r#"
            bedrock:createModelCustomizationJob {"JobName":"n","CustomModelName":"m","ClientRequestToken":"00000000-0000-4000-8000-00000000abcd"}
            gives {"JobArn":"arn:job"}
            bedrock:getModelCustomizationJob {"JobIdentifier":"arn:job"}
            bedrock:getModelCustomizationJob {"JobIdentifier":"arn:job"}
            after 1 s fails with States.TaskFailed: {"JobArn":"arn:job","Status":"Stopped"}
        "#]],
        );
    }

    #[test]
    fn a_customisation_is_called_off() {
        check_stop(
            RESOURCE,
            INPUT,
            fake().on("stopModelCustomizationJob", json!({})),
            &expect![[r#"
            bedrock:createModelCustomizationJob {"JobName":"n","CustomModelName":"m","ClientRequestToken":"00000000-0000-4000-8000-00000000abcd"}
            bedrock:stopModelCustomizationJob {"JobIdentifier":"arn:job"}
        "#]],
        );
    }
}
