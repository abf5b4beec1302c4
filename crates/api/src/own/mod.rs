//! What this server answers beyond AWS's API: under paths of its own, in plain JSON. Who calls, and for
//! which account and region, is read as for AWS's operations; errors look as theirs do.

mod ask;
mod drafts;
mod language;
mod presence;

pub(crate) use presence::Presence;

use crate::api::{Api, not_found, plain_answer};
use crate::aws::{ApiError, Caller, Object, Question};
use crate::{Answer, aws};
use bytes::Bytes;
use hyper::header::{ALLOW, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode, Uri};
use stateline_runtime::{OpenTask, Page, TaskFilter, WaitsFor};
use std::borrow::Cow;
use std::sync::Arc;

/// What paths of our own begin with.
const PREFIX: &str = "/stateline/";
/// Bytes that the body of a request to one of them may have: a draft's text, escaped.
pub(crate) const BODY_BYTES_MAX: usize = 16 * 1_024 * 1_024;

/// Whether a path is none of AWS's.
pub(crate) fn is_own(path: &str) -> bool {
    path.starts_with(PREFIX)
}

/// Answers a request to a path of our own.
pub(crate) async fn answer(api: &Api, head: &Parts, body: &[u8]) -> Answer {
    let path = head.uri.path();
    let Some(methods) = methods(path) else { return not_found() };
    if !methods.split(", ").any(|method| method == head.method.as_str()) {
        return method_not_allowed(methods);
    }
    if !matches!(head.method, Method::GET | Method::HEAD)
        && let Err(error) = ask::check_json(head)
    {
        return error.answer();
    }
    let outcome = match path {
        TASKS => return tasks(api, head).await,
        "/stateline/drafts" => drafts::list(api, head).map(ok),
        "/stateline/drafts/item" => drafts::item(api, head, body).await,
        _ => language::answer(api, head, body).await.map(ok),
    };
    outcome.unwrap_or_else(|error| error.answer())
}

/// What may be done with a path; `None` for one that is not there.
fn methods(path: &str) -> Option<&'static str> {
    match path {
        TASKS | "/stateline/drafts" | language::PALETTE => Some("GET, HEAD"),
        "/stateline/drafts/item" => Some("GET, HEAD, PUT, DELETE"),
        _ if language::is_there(path) => Some("POST"),
        _ => None,
    }
}

fn ok(body: Vec<u8>) -> Answer {
    plain_answer(StatusCode::OK, Bytes::from(body))
}

fn method_not_allowed(methods: &'static str) -> Answer {
    let body = Object::document(|answer| answer.text("message", &format!("This path takes {methods}.")));
    let mut answer = plain_answer(StatusCode::METHOD_NOT_ALLOWED, Bytes::from(body));
    answer.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
    answer
}

/// Where open tasks that wait for a token or a worker are listed.
pub(crate) const TASKS: &str = "/stateline/tasks";

/// Tasks on one page, unless the caller says how many, and at most.
const TASKS_DEFAULT: usize = 100;
const TASKS_MAX: usize = 1_000;

/// What may be asked of the list of tasks.
#[derive(Debug, Default, PartialEq, Eq)]
struct Query<'a> {
    machine_arn: Option<Cow<'a, str>>,
    max_results: Option<usize>,
    next_token: Option<Cow<'a, str>>,
}

/// Lists open tasks that wait for a token or a worker, the oldest executions first.
pub(crate) async fn tasks(api: &Api, head: &Parts) -> Answer {
    match list(api, head).await {
        Ok(body) => plain_answer(StatusCode::OK, Bytes::from(body)),
        Err(error) => error.answer(),
    }
}

async fn list(api: &Api, head: &Parts) -> Result<Vec<u8>, ApiError> {
    let caller = Caller::from_headers(&head.headers, api.settings());
    let query = read(&head.uri)?;
    let service = api.service();
    if let Some(arn) = &query.machine_arn {
        aws::check_machine(arn)?;
        service.machine(arn).await?;
    }
    let machine_prefix = caller.machine_prefix();
    let asked = query.machine_arn.as_deref().unwrap_or_default();
    let question = Question::new(&["tasks", &machine_prefix, asked]);
    let after = query.next_token.as_deref().map(|token| question.open(token, service.now())).transpose()?;
    let filter = TaskFilter { machine_prefix, machine_arn: query.machine_arn.as_deref().map(Arc::from) };
    let limit = query.max_results.unwrap_or(TASKS_DEFAULT);
    let page = service.open_tasks(filter, after.as_deref(), limit).await?;
    Ok(write(&page, |next| question.seal(next, service.now())))
}

fn read(uri: &Uri) -> Result<Query<'_>, ApiError> {
    let mut query = Query::default();
    for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        match &*name {
            "stateMachineArn" => query.machine_arn = Some(value),
            "nextToken" => query.next_token = Some(value),
            "maxResults" => {
                let number = value.parse().ok().filter(|number| (1..=TASKS_MAX).contains(number));
                let wrong = || {
                    ApiError::Validation(format!(
                        "maxResults must be a number from 1 to {TASKS_MAX}, not '{value}'"
                    ))
                };
                query.max_results = Some(number.ok_or_else(wrong)?);
            }
            other => {
                let known = "stateMachineArn, maxResults and nextToken";
                return Err(ApiError::Validation(format!(
                    "'{other}' cannot be asked here; what can is {known}"
                )));
            }
        }
    }
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
    use stateline_base::Timestamp;

    #[test]
    fn questions_are_checked() {
        let check = |query: &str, expected: Expect| {
            let uri: Uri = format!("{TASKS}?{query}").parse().expect("a path");
            let read = read(&uri);
            expected.assert_eq(&read.map_or_else(|error| error.to_string(), |query| format!("{query:?}")));
        };
        check("", expect!["Query { machine_arn: None, max_results: None, next_token: None }"]);
        check(
            "stateMachineArn=arn%3Aaws%3Am&maxResults=7&nextToken=x",
            expect![[
                r#"Query { machine_arn: Some("arn:aws:m"), max_results: Some(7), next_token: Some("x") }"#
            ]],
        );
        check("maxResults=0", expect!["maxResults must be a number from 1 to 1000, not '0'"]);
        check("maxResults=many", expect!["maxResults must be a number from 1 to 1000, not 'many'"]);
        check(
            "status=RUNNING",
            expect!["'status' cannot be asked here; what can is stateMachineArn, maxResults and nextToken"],
        );
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
            ..task
        };
        let page = Page { items: vec![task], next: Some("x".to_owned()) };
        expect![[r#"{"tasks":[{"executionArn":"e","stateMachineArn":"m","stateName":"S","resource":"r","waitsFor":"RESULT","since":1.500,"deadline":2.000,"heartbeatDeadline":2.000,"workerName":"w","taskToken":"t"}],"nextToken":"sealed x"}"#]].assert_eq(&written(&page));
    }
}
