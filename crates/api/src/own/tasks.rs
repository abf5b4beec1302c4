//! Open tasks that wait for a token or a worker, for whoever has to do something.

use super::{Asked, document, query};
use crate::api::Answer;
use crate::aws::{self, ApiError, Object, Question};
use hyper::Uri;
use stateline_runtime::{OpenTask, Page, TaskFilter, WaitsFor};
use std::borrow::Cow;
use std::sync::Arc;

/// Tasks on one page, unless the caller says how many, and at most.
const TASKS_DEFAULT: usize = 100;
const TASKS_MAX: usize = 1_000;

/// What may be asked of the list of tasks.
#[derive(Debug, Default, PartialEq, Eq)]
struct Query<'a> {
    machine_arn: Option<Cow<'a, str>>,
    max_results: Option<usize>,
    next_token: Option<Cow<'a, str>>,
    details: bool,
}

/// Lists open tasks that wait for a token or a worker, the oldest executions first.
pub(super) async fn answer(asked: Asked<'_>) -> Result<Answer, ApiError> {
    let query = read(&asked.head.uri)?;
    let service = asked.api.service();
    if let Some(arn) = &query.machine_arn {
        aws::check_machine(arn)?;
        service.machine(arn).await?;
    }
    let machine_prefix = asked.caller().machine_prefix();
    let machine_arn = query.machine_arn.as_deref().unwrap_or_default();
    let question = Question::new(&["tasks", &machine_prefix, machine_arn]);
    let after = query.next_token.as_deref().map(|token| question.open(token, service.now())).transpose()?;
    let filter = TaskFilter {
        machine_prefix,
        machine_arn: query.machine_arn.as_deref().map(Arc::from),
        details: query.details,
    };
    let limit = query.max_results.unwrap_or(TASKS_DEFAULT);
    let page = service.open_tasks(filter, after.as_deref(), limit).await?;
    Ok(document(write(&page, |next| question.seal(next, service.now()))))
}

fn read(uri: &Uri) -> Result<Query<'_>, ApiError> {
    let mut query = Query::default();
    query::read(uri, &["stateMachineArn", "maxResults", "nextToken", "details"], |name, value| {
        match name {
            "stateMachineArn" => query.machine_arn = Some(value),
            "maxResults" => query.max_results = Some(query::max_results(&value, TASKS_MAX)?),
            "details" => query.details = query::flag(name, &value)?,
            _ => query.next_token = Some(value),
        }
        Ok(())
    })?;
    Ok(query)
}

fn write(page: &Page<OpenTask>, seal: impl FnOnce(&str) -> String) -> Vec<u8> {
    Object::document(|answer| {
        answer.array("tasks", &page.items, usize::MAX, |item, task| {
            item.text("executionArn", &task.execution_arn);
            item.text("stateMachineArn", &task.machine_arn);
            item.text("stateName", &task.state);
            item.text("resource", &task.resource);
            item.text("waitsFor", word(task.waits_for));
            item.time("since", task.since);
            item.time_if("deadline", task.deadline);
            item.time_if("heartbeatDeadline", task.heartbeat_deadline);
            item.text_if("workerName", task.worker.as_deref());
            item.text_if("taskToken", task.token.as_deref());
            if let Some(details) = &task.details {
                item.text("executionName", &details.execution_name);
                item.number("scheduledEventId", details.scheduled_event_id);
                item.text("parameters", details.parameters.text());
            }
        });
        answer.text_if("nextToken", page.next.as_deref().map(seal).as_deref());
    })
}

fn word(waits_for: WaitsFor) -> &'static str {
    match waits_for {
        WaitsFor::Token => "TOKEN",
        WaitsFor::Worker => "WORKER",
        WaitsFor::Result => "RESULT",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use stateline_base::{Payload, Timestamp};
    use stateline_runtime::TaskDetails;

    #[test]
    fn questions_are_checked() {
        let check = |query: &str, expected: Expect| {
            let uri: Uri = format!("/stateline/tasks?{query}").parse().expect("a path");
            let read = read(&uri);
            expected.assert_eq(&read.map_or_else(|error| error.to_string(), |query| format!("{query:?}")));
        };
        check(
            "",
            expect!["Query { machine_arn: None, max_results: None, next_token: None, details: false }"],
        );
        check(
            "stateMachineArn=arn%3Aaws%3Am&maxResults=7&nextToken=x",
            expect![[
                r#"Query { machine_arn: Some("arn:aws:m"), max_results: Some(7), next_token: Some("x"), details: false }"#
            ]],
        );
        check("maxResults=0", expect!["maxResults must be a number from 1 to 1000, not '0'"]);
        check("maxResults=many", expect!["maxResults must be a number from 1 to 1000, not 'many'"]);
        check(
            "status=RUNNING",
            expect![
                "'status' cannot be asked here; what can is stateMachineArn, maxResults, nextToken and details"
            ],
        );
        check("details=yes", expect!["details must be true or false, not 'yes'"]);
    }

    #[test]
    fn what_is_not_there_is_left_out() {
        let task = OpenTask {
            execution_arn: "e".into(),
            machine_arn: "m".into(),
            state: "S".into(),
            resource: "r".into(),
            waits_for: WaitsFor::Worker,
            since: Timestamp::from_millis(1_500),
            deadline: None,
            heartbeat_deadline: None,
            token: None,
            worker: None,
            details: None,
        };
        let written = |page: &Page<OpenTask>| {
            String::from_utf8(write(page, |next| format!("sealed {next}"))).expect("UTF-8")
        };
        let page = Page { items: vec![task.clone()], next: None };
        expect![[r#"{"tasks":[{"executionArn":"e","stateMachineArn":"m","stateName":"S","resource":"r","waitsFor":"WORKER","since":1.500}]}"#]].assert_eq(&written(&page));
        let at = Some(Timestamp::from_millis(2_000));
        let task = OpenTask {
            waits_for: WaitsFor::Result,
            deadline: at,
            heartbeat_deadline: at,
            token: Some("t".to_owned()),
            worker: Some("w".into()),
            details: Some(TaskDetails {
                execution_name: "n".into(),
                scheduled_event_id: 7,
                parameters: Payload::parse("{ }").expect("JSON"),
            }),
            ..task
        };
        let page = Page { items: vec![task], next: Some("x".to_owned()) };
        expect![[r#"{"tasks":[{"executionArn":"e","stateMachineArn":"m","stateName":"S","resource":"r","waitsFor":"RESULT","since":1.500,"deadline":2.000,"heartbeatDeadline":2.000,"workerName":"w","taskToken":"t","executionName":"n","scheduledEventId":7,"parameters":"{ }"}],"nextToken":"sealed x"}"#]].assert_eq(&written(&page));
    }
}
