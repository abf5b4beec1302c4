//! `ListExecutions`: the executions of a machine, a version or an alias, newest first.

use super::Call;
use super::arn::{check_machine, check_map_run};
use super::constrain::{self, page_size};
use super::decode::Text;
use super::describe_execution::PENDING_REDRIVE;
use super::encode::Object;
use super::error::ApiError;
use super::page_token::Question;
use crate::shapes;
use stateline_base::Timestamp;
use stateline_journal::MachineKind;
use stateline_runtime::{ChildFilter, ChildStatus, ExecutionItem, Page};
use stateline_store::Status;

/// What is asked once it is known to be allowed.
#[derive(Debug, PartialEq, Eq)]
struct Query<'a> {
    of: Of<'a>,
    limit: usize,
    token: Option<&'a str>,
}

/// Whose executions.
#[derive(Debug, PartialEq, Eq)]
enum Of<'a> {
    /// A machine's, and those that stand so.
    Machine(&'a str, Option<Status>),
    /// A Map Run's children.
    MapRun(&'a str, ChildFilter),
}

pub(super) async fn run(call: &Call<'_>) -> Result<Vec<u8>, ApiError> {
    let request: shapes::ListExecutions<'_> = constrain::read(call)?;
    let query = read(&request)?;
    let service = call.api.service();
    let word = |word: Option<&Text<'_>>| word.map_or_else(String::new, |word| (**word).to_owned());
    let question = Question::new(&[
        "ListExecutions",
        match query.of {
            Of::Machine(arn, _) | Of::MapRun(arn, _) => arn,
        },
        &word(request.status_filter.as_ref()),
        &word(request.redrive_filter.as_ref()),
    ]);
    let after = query.token.map(|token| question.open(token, service.now())).transpose()?;
    let page = match query.of {
        Of::MapRun(arn, filter) => service.children(arn, filter, after.as_deref(), query.limit).await?,
        Of::Machine(arn, status) => {
            let express = service.listed_machine(arn)?.kind == MachineKind::Express;
            if express && !service.keeps_express() {
                return Err(ApiError::StateMachineTypeNotSupported);
            }
            service.executions(arn, status, after.as_deref(), query.limit).await?
        }
    };
    Ok(write(&page, question, service.now()))
}

fn read<'a>(request: &'a shapes::ListExecutions<'_>) -> Result<Query<'a>, ApiError> {
    let of = match (request.state_machine_arn.as_deref(), request.map_run_arn.as_deref()) {
        (Some(arn), None) => read_machine(arn, request)?,
        (None, Some(arn)) => read_map_run(arn, request)?,
        _ => return Err(refusal("Exactly one of stateMachineArn and mapRunArn must be specified")),
    };
    Ok(Query { of, limit: page_size(request.max_results), token: request.next_token.as_deref() })
}

fn read_machine<'a>(arn: &'a str, request: &'a shapes::ListExecutions<'_>) -> Result<Of<'a>, ApiError> {
    check_machine(arn)?;
    if request.redrive_filter.is_some() {
        return Err(refusal("redriveFilter can only be specified with mapRunArn"));
    }
    let filter = request.status_filter.as_deref();
    if filter == Some(PENDING_REDRIVE) {
        return Err(refusal("The status filter PENDING_REDRIVE can only be specified with mapRunArn"));
    }
    Ok(Of::Machine(arn, filter.and_then(status_named)))
}

fn read_map_run<'a>(arn: &'a str, request: &'a shapes::ListExecutions<'_>) -> Result<Of<'a>, ApiError> {
    check_map_run(arn)?;
    let status = match request.status_filter.as_deref() {
        Some(PENDING_REDRIVE) => Some(ChildStatus::PendingRedrive),
        other => other.and_then(status_named).map(ChildStatus::Is),
    };
    let redriven = request.redrive_filter.as_deref().map(|word| word == "REDRIVEN");
    Ok(Of::MapRun(arn, ChildFilter { status, redriven }))
}

/// The status that AWS calls so.
pub(crate) fn status_named(word: &str) -> Option<Status> {
    Status::ALL.into_iter().find(|status| status_word(*status) == word)
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
            let status = status_word(execution.status);
            item.text("status", if execution.pending_redrive { PENDING_REDRIVE } else { status });
            item.time("startDate", execution.started);
            item.time_if("stopDate", execution.stopped);
            item.text_if("stateMachineVersionArn", execution.version_arn.as_deref());
            item.text_if("stateMachineAliasArn", execution.alias_arn.as_deref());
            item.text_if("mapRunArn", execution.map_run_arn.as_deref());
            item.number("redriveCount", u64::from(execution.redrives));
            item.time_if("redriveDate", execution.redriven_at);
        });
        answer.text_if("nextToken", page.next.as_ref().map(|next| question.seal(next, now)).as_deref());
    })
}

/// AWS's word for a status.
pub(crate) fn status_word(status: Status) -> &'static str {
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
                r#"Query { of: Machine("arn:aws:states:us-east-1:000000000000:stateMachine:m", None), limit: 100, token: None }"#
            ]],
        );
        check(
            &with(r#", "statusFilter": "RUNNING", "maxResults": 0, "nextToken": "t""#),
            &expect![[
                r#"Query { of: Machine("arn:aws:states:us-east-1:000000000000:stateMachine:m", Some(Running)), limit: 100, token: Some("t") }"#
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
            &expect![[
                r#"Query { of: MapRun("arn:aws:states:us-east-1:000000000000:mapRun:m/l:u", ChildFilter { status: None, redriven: None }), limit: 100, token: None }"#
            ]],
        );
        check(
            r#"{"mapRunArn": "arn:aws:states:us-east-1:000000000000:mapRun:m/l:u", "statusFilter": "PENDING_REDRIVE", "redriveFilter": "NOT_REDRIVEN"}"#,
            &expect![[
                r#"Query { of: MapRun("arn:aws:states:us-east-1:000000000000:mapRun:m/l:u", ChildFilter { status: Some(PendingRedrive), redriven: Some(false) }), limit: 100, token: None }"#
            ]],
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
            map_run_arn: None,
            redrives: 0,
            redriven_at: None,
            pending_redrive: false,
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
