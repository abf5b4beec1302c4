//! State machines with how they have been doing.

use super::{Asked, document, query};
use crate::api::Answer;
use crate::aws::{ApiError, Object, Question, status_word};
use hyper::Uri;
use stateline_journal::MachineKind;
use stateline_runtime::{MachineOverview, Page};
use std::borrow::Cow;

/// Machines on one page, unless the caller says how many, and at most.
const MACHINES_DEFAULT: usize = 50;
const MACHINES_MAX: usize = 100;

/// What may be asked.
#[derive(Debug, Default, PartialEq, Eq)]
struct Query<'a> {
    search: Option<Cow<'a, str>>,
    max_results: Option<usize>,
    next_token: Option<Cow<'a, str>>,
}

/// Lists machines in the order of their names, each with its newest executions.
pub(super) async fn answer(asked: Asked<'_>) -> Result<Answer, ApiError> {
    let query = read(&asked.head.uri)?;
    let (service, prefix) = (asked.api.service(), asked.caller().machine_prefix());
    let question = Question::new(&["machines", &prefix, query.search.as_deref().unwrap_or_default()]);
    let after = query.next_token.as_deref().map(|token| question.open(token, service.now())).transpose()?;
    let limit = query.max_results.unwrap_or(MACHINES_DEFAULT);
    let page = service.overview(&prefix, query.search.as_deref(), after.as_deref(), limit).await?;
    Ok(document(write(&page, |next| question.seal(next, service.now()))))
}

fn read(uri: &Uri) -> Result<Query<'_>, ApiError> {
    let mut query = Query::default();
    query::read(uri, &["search", "maxResults", "nextToken"], |name, value| {
        match name {
            "search" => query.search = Some(value),
            "maxResults" => query.max_results = Some(query::max_results(&value, MACHINES_MAX)?),
            _ => query.next_token = Some(value),
        }
        Ok(())
    })?;
    Ok(query)
}

fn write(page: &Page<MachineOverview>, seal: impl FnOnce(&str) -> String) -> Vec<u8> {
    Object::document(|answer| {
        answer.array("stateMachines", &page.items, usize::MAX, |item, overview| {
            let machine = &overview.machine;
            item.text("stateMachineArn", &machine.arn);
            item.text("name", &machine.name);
            item.text("type", if machine.kind == MachineKind::Express { "EXPRESS" } else { "STANDARD" });
            item.time("creationDate", machine.created);
            item.number("running", overview.running as u64);
            item.array("recent", &overview.recent, usize::MAX, |item, execution| {
                item.text("executionArn", &execution.arn);
                item.text("name", &execution.name);
                item.text("status", status_word(execution.status));
                item.time("startDate", execution.started);
                item.time_if("stopDate", execution.stopped);
            });
            item.number("finished", overview.figures.finished as u64);
            item.number("failed", overview.figures.failed as u64);
            item.decimal_if("p50Seconds", overview.figures.p50_seconds);
            item.decimal_if("p95Seconds", overview.figures.p95_seconds);
        });
        answer.text_if("nextToken", page.next.as_deref().map(seal).as_deref());
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    #[test]
    fn questions_are_checked() {
        let check = |query: &str, expected: Expect| {
            let uri: Uri = format!("/stateline/machines?{query}").parse().expect("a path");
            let read = read(&uri);
            expected.assert_eq(&read.map_or_else(|error| error.to_string(), |query| format!("{query:?}")));
        };
        check("", expect!["Query { search: None, max_results: None, next_token: None }"]);
        check(
            "search=a+b&maxResults=100",
            expect![[r#"Query { search: Some("a b"), max_results: Some(100), next_token: None }"#]],
        );
        check("maxResults=101", expect!["maxResults must be a number from 1 to 100, not '101'"]);
        check("name=x", expect!["'name' cannot be asked here; what can is search, maxResults and nextToken"]);
    }
}
