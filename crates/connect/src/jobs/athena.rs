//! Athena: queries. The task's output is what `GetQueryExecution` answers; the rows are asked for by
//! `athena:getQueryResults`.

use super::job::{Again, Call, Job, Missing, Progress, Work, as_answered, as_given, by_state};
use serde_json::{Value, json};

pub(super) const JOBS: &[Job] = &[Job {
    service: "athena",
    action: "startQueryExecution",
    model: "athena",
    operation: "startQueryExecution",
    again: Again::Token("ClientRequestToken"),
    pause_max_s: 5,
    request: as_given,
    shown: as_answered,
    look: |work| about(work, "getQueryExecution"),
    read,
    missing: Missing::Fails,
    stop: |work| Vec::from_iter(about(work, "stopQueryExecution")),
}];

fn about(work: &Work<'_>, operation: &'static str) -> Option<Call> {
    Call::new(operation, json!({"QueryExecutionId": work.answered("/QueryExecutionId")?}))
}

fn read(_: &Work<'_>, answer: Value) -> Progress {
    by_state(answer, "/QueryExecution/Status/State", &["SUCCEEDED"], &["FAILED", "CANCELLED"])
}

#[cfg(test)]
mod tests {
    use super::super::fake::{Fake, check, check_stop};
    use expect_test::expect;
    use serde_json::json;

    const RESOURCE: &str = "athena:startQueryExecution.sync";
    const INPUT: &str = r#"{"QueryString":"SELECT 1","WorkGroup":"w"}"#;

    fn state(state: &str) -> serde_json::Value {
        json!({"QueryExecution": {"QueryExecutionId": "q", "Status": {"State": state}}})
    }

    fn fake() -> Fake {
        Fake::new().on("startQueryExecution", json!({"QueryExecutionId": "q"}))
    }

    #[test]
    fn a_query_ends_well() {
        let fake = fake()
            .on("getQueryExecution", state("QUEUED"))
            .on("getQueryExecution", state("RUNNING"))
            .on("getQueryExecution", state("SUCCEEDED"));
        check(
            RESOURCE,
            INPUT,
            fake,
            &expect![[r#"
            athena:startQueryExecution {"QueryString":"SELECT 1","WorkGroup":"w","ClientRequestToken":"00000000-0000-4000-8000-00000000abcd"}
            gives {"QueryExecutionId":"q"}
            athena:getQueryExecution {"QueryExecutionId":"q"}
            athena:getQueryExecution {"QueryExecutionId":"q"}
            athena:getQueryExecution {"QueryExecutionId":"q"}
            after 3 s gives {"QueryExecution":{"QueryExecutionId":"q","Status":{"State":"SUCCEEDED"}}}
        "#]],
        );
    }

    #[test]
    fn a_query_fails_or_is_cancelled_by_others() {
        check(
            RESOURCE,
            INPUT,
            fake().on("getQueryExecution", state("FAILED")),
            &expect![[r#"
            athena:startQueryExecution {"QueryString":"SELECT 1","WorkGroup":"w","ClientRequestToken":"00000000-0000-4000-8000-00000000abcd"}
            gives {"QueryExecutionId":"q"}
            athena:getQueryExecution {"QueryExecutionId":"q"}
            after 0 s fails with States.TaskFailed: {"QueryExecution":{"QueryExecutionId":"q","Status":{"State":"FAILED"}}}
        "#]],
        );
        check(
            RESOURCE,
            INPUT,
            fake().on("getQueryExecution", state("CANCELLED")),
            &expect![[r#"
            athena:startQueryExecution {"QueryString":"SELECT 1","WorkGroup":"w","ClientRequestToken":"00000000-0000-4000-8000-00000000abcd"}
            gives {"QueryExecutionId":"q"}
            athena:getQueryExecution {"QueryExecutionId":"q"}
            after 0 s fails with States.TaskFailed: {"QueryExecution":{"QueryExecutionId":"q","Status":{"State":"CANCELLED"}}}
        "#]],
        );
    }

    #[test]
    fn a_query_is_called_off() {
        check_stop(
            RESOURCE,
            INPUT,
            fake().on("stopQueryExecution", json!({})),
            &expect![[r#"
            athena:startQueryExecution {"QueryString":"SELECT 1","WorkGroup":"w","ClientRequestToken":"00000000-0000-4000-8000-00000000abcd"}
            athena:stopQueryExecution {"QueryExecutionId":"q"}
        "#]],
        );
    }
}
