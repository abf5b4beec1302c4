//! Executions across machines.

use super::{Asked, document, query};
use crate::api::Answer;
use crate::aws::{self, ApiError, Object, PENDING_REDRIVE, Question, status_named, status_word};
use hyper::Uri;
use stateline_journal::MachineKind;
use stateline_runtime::{ChildStatus, Found, Page, Search};
use std::borrow::Cow;
use std::sync::Arc;

/// Executions on one page, unless the caller says how many, and at most.
const EXECUTIONS_DEFAULT: usize = 100;
const EXECUTIONS_MAX: usize = 1_000;
/// Characters of a cause that lists show.
const CAUSE_CHARS: usize = 300;

/// What may be asked. The search has no account yet.
#[derive(Debug, Default, PartialEq, Eq)]
struct Query<'a> {
    search: Search,
    max_results: Option<usize>,
    next_token: Option<Cow<'a, str>>,
}

/// Lists executions, newest first.
pub(super) async fn answer(asked: Asked<'_>) -> Result<Answer, ApiError> {
    let Query { search, max_results, next_token } = read(&asked.head.uri)?;
    let (service, caller) = (asked.api.service(), asked.caller());
    if let Some(arn) = &search.list_arn {
        aws::check_machine(arn)?;
        caller.check_own(arn)?;
        if service.listed_machine(arn)?.kind == MachineKind::Express && !service.keeps_express() {
            return Err(ApiError::StateMachineTypeNotSupported);
        }
    }
    if let Some(arn) = &search.map_run_arn {
        aws::check_map_run(arn)?;
        caller.check_own(arn)?;
    }
    let search = Search { machine_prefix: caller.machine_prefix(), ..search };
    let question = Question::new(&["executions", &format!("{search:?}")]);
    let after = next_token.map(|token| question.open(&token, service.now())).transpose()?;
    let page = service.search(search, after.as_deref(), max_results.unwrap_or(EXECUTIONS_DEFAULT)).await?;
    Ok(document(write(&page, |next| question.seal(next, service.now()))))
}

fn read(uri: &Uri) -> Result<Query<'_>, ApiError> {
    const KNOWN: [&str; 8] =
        ["stateMachineArn", "mapRunArn", "status", "search", "from", "to", "maxResults", "nextToken"];
    let mut query = Query::default();
    let search = &mut query.search;
    query::read(uri, &KNOWN, |name, value| {
        match name {
            "stateMachineArn" => search.list_arn = Some(Arc::from(&*value)),
            "mapRunArn" => search.map_run_arn = Some(Arc::from(&*value)),
            "status" => search.statuses.push(status(&value)?),
            "search" => search.text = Some(value.into_owned()).filter(|text| !text.is_empty()),
            "from" => search.from = Some(query::time(name, &value)?),
            "to" => search.to = Some(query::time(name, &value)?),
            "maxResults" => query.max_results = Some(query::max_results(&value, EXECUTIONS_MAX)?),
            _ => query.next_token = Some(value),
        }
        Ok(())
    })?;
    let of_map_run = query.search.map_run_arn.is_some();
    let refusal = if of_map_run && query.search.list_arn.is_some() {
        "Only one of stateMachineArn and mapRunArn can be asked for"
    } else if !of_map_run && query.search.statuses.contains(&ChildStatus::PendingRedrive) {
        "The status PENDING_REDRIVE can only be asked for with mapRunArn"
    } else {
        return Ok(query);
    };
    Err(ApiError::Validation(refusal.to_owned()))
}

fn status(word: &str) -> Result<ChildStatus, ApiError> {
    if word == PENDING_REDRIVE {
        return Ok(ChildStatus::PendingRedrive);
    }
    status_named(word).map(ChildStatus::Is).ok_or_else(|| {
        let known = "RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED and, with mapRunArn, PENDING_REDRIVE";
        ApiError::Validation(format!("'{word}' is no status; there are {known}"))
    })
}

fn write(page: &Page<Found>, seal: impl FnOnce(&str) -> String) -> Vec<u8> {
    Object::document(|answer| {
        answer.array("executions", &page.items, usize::MAX, |item, Found { item: execution, failure }| {
            item.text("executionArn", &execution.arn);
            item.text("stateMachineArn", &execution.machine_arn);
            item.text("name", &execution.name);
            let status = status_word(execution.status);
            item.text("status", if execution.pending_redrive { PENDING_REDRIVE } else { status });
            item.time("startDate", execution.started);
            item.time_if("stopDate", execution.stopped);
            item.number("redriveCount", u64::from(execution.redrives));
            if let Some(failure) = failure {
                item.text_if("error", failure.error.as_deref());
                item.text_if("cause", failure.cause.as_deref().map(beginning));
            }
            item.text_if("mapRunArn", execution.map_run_arn.as_deref());
        });
        answer.text_if("nextToken", page.next.as_deref().map(seal).as_deref());
    })
}

/// As much of a cause as lists show.
fn beginning(cause: &str) -> &str {
    cause.char_indices().nth(CAUSE_CHARS).map_or(cause, |(end, _)| cause.get(..end).unwrap_or(cause))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    #[test]
    fn questions_are_checked() {
        let check = |query: &str, expected: Expect| {
            let uri: Uri = format!("/stateline/executions?{query}").parse().expect("a path");
            let read = read(&uri);
            expected.assert_eq(&read.map_or_else(|error| error.to_string(), |query| format!("{query:?}")));
        };
        check(
            "status=RUNNING&status=TIMED_OUT&search=&from=1.5&to=2&maxResults=1000",
            expect![[
                r#"Query { search: Search { machine_prefix: "", list_arn: None, map_run_arn: None, statuses: [Is(Running), Is(TimedOut)], text: None, from: Some(Timestamp(1500)), to: Some(Timestamp(2000)) }, max_results: Some(1000), next_token: None }"#
            ]],
        );
        check(
            "status=running",
            expect![
                "'running' is no status; there are RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED and, with mapRunArn, PENDING_REDRIVE"
            ],
        );
        check(
            "status=PENDING_REDRIVE",
            expect!["The status PENDING_REDRIVE can only be asked for with mapRunArn"],
        );
        check(
            "stateMachineArn=a&mapRunArn=b",
            expect!["Only one of stateMachineArn and mapRunArn can be asked for"],
        );
        check(
            "from=yesterday",
            expect!["from must be seconds since 1970, such as 1732200000.123, not 'yesterday'"],
        );
        check("maxResults=1001", expect!["maxResults must be a number from 1 to 1000, not '1001'"]);
        check(
            "x=1",
            expect![
                "'x' cannot be asked here; what can is stateMachineArn, mapRunArn, status (more than once), search, from, to, maxResults and nextToken"
            ],
        );
    }

    #[test]
    fn long_causes_are_cut_between_characters() {
        assert_eq!(beginning("short"), "short");
        assert_eq!(beginning(&"ä".repeat(400)), "ä".repeat(300));
        assert_eq!(beginning(&"a".repeat(300)), "a".repeat(300));
    }
}
