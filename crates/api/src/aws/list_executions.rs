//! `ListExecutions`: the executions of a machine, a version or an alias, newest first.

use super::Call;
use super::arn::{check_machine, check_map_run};
use super::constrain::{self, page_size};
use super::encode::Object;
use super::error::ApiError;
use super::page_token::Question;
use crate::shapes;
use stateline_base::Timestamp;
use stateline_journal::MachineKind;
use stateline_runtime::{ExecutionItem, Page};
use stateline_store::Status;

/// What is asked once it is known to be allowed.
#[derive(Debug, PartialEq, Eq)]
struct Query<'a> {
    machine_arn: &'a str,
    status: Option<Status>,
    limit: usize,
    token: Option<&'a str>,
}

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::ListExecutions<'_> = constrain::read(call)?;
    let query = read(&request)?;
    let service = call.api.service();
    let question =
        Question::new(&["ListExecutions", query.machine_arn, query.status.map_or("", status_name)]);
    let after = query.token.map(|token| question.open(token, service.now())).transpose()?;
    let machine = service.listed_machine(query.machine_arn)?;
    if machine.kind == MachineKind::Express {
        return Err(ApiError::StateMachineTypeNotSupported);
    }
    let page = service.executions(query.machine_arn, query.status, after.as_deref(), query.limit).await?;
    Ok(write(&page, question, service.now()))
}

fn read<'a>(request: &'a shapes::ListExecutions<'_>) -> Result<Query<'a>, ApiError> {
    let machine_arn = match (request.state_machine_arn.as_deref(), request.map_run_arn.as_deref()) {
        (Some(arn), None) => arn,
        (None, Some(arn)) => {
            check_map_run(arn)?;
            return Err(ApiError::ResourceNotFound(arn.to_owned()));
        }
        _ => return Err(refusal("Exactly one of stateMachineArn and mapRunArn must be specified")),
    };
    check_machine(machine_arn)?;
    if request.redrive_filter.is_some() {
        return Err(refusal("redriveFilter can only be specified with mapRunArn"));
    }
    let filter = request.status_filter.as_deref();
    if filter == Some("PENDING_REDRIVE") {
        return Err(refusal("The status filter PENDING_REDRIVE can only be specified with mapRunArn"));
    }
    let status = filter.and_then(|word| Status::ALL.into_iter().find(|status| status_name(*status) == word));
    let (limit, token) = (page_size(request.max_results), request.next_token.as_deref());
    Ok(Query { machine_arn, status, limit, token })
}

fn refusal(text: &str) -> ApiError {
    ApiError::Validation(text.to_owned())
}

fn write(page: &Page<ExecutionItem>, question: Question, now: Timestamp) -> Vec<u8> {
    Object::document(|answer| {
        answer.array("executions", &page.items, usize::MAX, |item, execution| {
            item.text("executionArn", &execution.arn);
            item.text("stateMachineArn", &execution.machine_arn);
            item.text("name", &execution.name);
            item.text("status", status_name(execution.status));
            item.time("startDate", execution.started);
            item.time_if("stopDate", execution.stopped);
            item.text_if("stateMachineVersionArn", execution.version_arn.as_deref());
            item.text_if("stateMachineAliasArn", execution.alias_arn.as_deref());
            item.number("redriveCount", 0);
        });
        answer.text_if("nextToken", page.next.as_ref().map(|next| question.seal(next, now)).as_deref());
    })
}

fn status_name(status: Status) -> &'static str {
    match status {
        Status::Running => "RUNNING",
        Status::Succeeded => "SUCCEEDED",
        Status::Failed => "FAILED",
        Status::TimedOut => "TIMED_OUT",
        Status::Aborted => "ABORTED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::constrain::read_within;
    use crate::aws::testing::view;
    use expect_test::{Expect, expect};
    use stateline_base::Limits;
    use stateline_runtime::Ending;

    fn check(body: &str, expected: &Expect) {
        let request = read_within::<shapes::ListExecutions<'_>>(body.as_bytes(), &Limits::default());
        let shown = match request.as_ref().map_err(Clone::clone).and_then(read) {
            Ok(query) => format!("{query:?}"),
            Err(error) => format!("{}: {error}", error.name()),
        };
        expected.assert_eq(&shown);
    }

    #[test]
    fn requests_are_checked() {
        let arn = "arn:aws:states:us-east-1:000000000000:stateMachine:m";
        let with = |rest: &str| format!(r#"{{"stateMachineArn": "{arn}"{rest}}}"#);
        check(
            &with(""),
            &expect![[
                r#"Query { machine_arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m", status: None, limit: 100, token: None }"#
            ]],
        );
        check(
            &with(r#", "statusFilter": "RUNNING", "maxResults": 0, "nextToken": "t""#),
            &expect![[
                r#"Query { machine_arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m", status: Some(Running), limit: 100, token: Some("t") }"#
            ]],
        );
        check(
            &with(r#", "statusFilter": "succeeded""#),
            &expect![
                "ValidationException: 1 validation error detected: Value 'succeeded' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]"
            ],
        );
        check(
            &with(r#", "statusFilter": "PENDING_REDRIVE""#),
            &expect![
                "ValidationException: The status filter PENDING_REDRIVE can only be specified with mapRunArn"
            ],
        );
        check(
            &with(r#", "redriveFilter": "REDRIVEN""#),
            &expect!["ValidationException: redriveFilter can only be specified with mapRunArn"],
        );
        check(
            &with(r#", "maxResults": 1001, "nextToken": """#),
            &expect![
                "ValidationException: 2 validation errors detected: Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000; Value '' at 'nextToken' failed to satisfy constraint: Member must have length greater than or equal to 1"
            ],
        );
        check(
            &with(r#", "mapRunArn": "arn:aws:states:us-east-1:000000000000:mapRun:m/l:u""#),
            &expect!["ValidationException: Exactly one of stateMachineArn and mapRunArn must be specified"],
        );
        check(
            "{}",
            &expect!["ValidationException: Exactly one of stateMachineArn and mapRunArn must be specified"],
        );
        check(
            r#"{"mapRunArn": "arn:aws:states:us-east-1:000000000000:mapRun:m/l:u"}"#,
            &expect![
                "ResourceNotFound: Resource not found: 'arn:aws:states:us-east-1:000000000000:mapRun:m/l:u'"
            ],
        );
        check(
            r#"{"stateMachineArn": "nonsense"}"#,
            &expect!["InvalidArn: Invalid Arn: 'Invalid ARN prefix: nonsense'"],
        );
    }

    #[test]
    fn tokens_of_3096_characters_are_the_longest() {
        let body = |chars| format!(r#"{{"stateMachineArn": "a", "nextToken": "{}"}}"#, "x".repeat(chars));
        let (fits, too_long) = (body(3096), body(3097));
        let violation = |body: &str| {
            let request = read_within::<shapes::ListExecutions<'_>>(body.as_bytes(), &Limits::default());
            request.as_ref().map_err(Clone::clone).and_then(read).expect_err("the ARN is none").name()
        };
        assert_eq!((violation(&fits), violation(&too_long)), ("InvalidArn", "ValidationException"));
    }

    #[test]
    fn pages_are_written_with_their_token() {
        let view = view(Ending::Running);
        let item = |status, stopped| ExecutionItem {
            id: view.id,
            arn: view.arn.clone(),
            name: view.name.clone(),
            machine_arn: view.machine_arn.clone(),
            version_arn: None,
            alias_arn: None,
            status,
            started: view.started,
            stopped,
        };
        let items =
            vec![item(Status::Running, None), item(Status::TimedOut, Some(view.started.plus_millis(10)))];
        let question = Question::new(&["x"]);
        let last = write(&Page { items: items.clone(), next: None }, question, view.started);
        expect![[r#"{"executions":[{"executionArn":"arn:aws:states:us-east-1:000000000000:execution:m:e","stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:m","name":"e","status":"RUNNING","startDate":1763683200.123,"redriveCount":0},{"executionArn":"arn:aws:states:us-east-1:000000000000:execution:m:e","stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:m","name":"e","status":"TIMED_OUT","startDate":1763683200.123,"stopDate":1763683200.133,"redriveCount":0}]}"#]].assert_eq(&String::from_utf8_lossy(&last));
        let first = write(&Page { items, next: Some("cursor".to_owned()) }, question, view.started);
        let answer: serde_json::Value = serde_json::from_slice(&first).expect("JSON");
        let token = answer["nextToken"].as_str().expect("a token");
        assert_eq!(question.open(token, view.started), Ok("cursor".to_owned()));
    }
}
