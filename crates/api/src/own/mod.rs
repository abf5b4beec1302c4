//! What this server answers beyond AWS's API: under paths of its own, in plain JSON. Who calls, and
//! for which account and region, is read as for AWS's operations; errors look as theirs do.
//!
//! One file an endpoint, one line in the table. What has no line here is AWS's.

mod accounts;
mod backup;
mod changes;
mod drafts;
mod events;
mod executions;
mod language;
mod machines;
mod presence;
mod query;
mod sse;
mod system;
mod tasks;

pub(crate) use language::Turns;
pub(crate) use presence::Presence;

use crate::api::{Answer, Api, has_media_type, plain_answer};
use crate::aws::{ApiError, Caller};
use bytes::Bytes;
use hyper::header::{ALLOW, CACHE_CONTROL, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use serde::Deserialize;
use std::pin::Pin;

/// A request for an endpoint of the server's own.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) api: &'a Api,
    pub(crate) head: &'a Parts,
    /// Of a method with a body it is JSON by its content type; nothing has read it yet.
    pub(crate) body: &'a Bytes,
}

impl<'a> Asked<'a> {
    /// For which account and region.
    pub(crate) fn caller(&self) -> Caller<'a> {
        Caller::from_headers(&self.head.headers, self.api.settings())
    }
}

type Answering<'a> = Pin<Box<dyn Future<Output = Result<Answer, ApiError>> + Send + 'a>>;

/// What paths of our own begin with.
const PREFIX: &str = "/stateline/";

/// Whether a path is none of AWS's.
pub(crate) fn is_own(path: &str) -> bool {
    path.starts_with(PREFIX)
}

/// Bytes that the body of a request to one of them may have: a draft's text, escaped.
pub(crate) const BODY_BYTES_MAX: usize = 16 * 1_024 * 1_024;

/// Whether a request is for an endpoint of our own that takes a body, of the size above.
pub(crate) fn takes_body(head: &Parts) -> bool {
    head.method != Method::GET
        && ENDPOINTS.iter().any(|endpoint| endpoint.method == head.method && endpoint.path == head.uri.path())
}

/// An endpoint: where it is and what answers there.
struct Endpoint {
    method: Method,
    path: &'static str,
    answer: for<'a> fn(Asked<'a>) -> Answering<'a>,
}

/// One that only reads.
const fn get(path: &'static str, answer: for<'a> fn(Asked<'a>) -> Answering<'a>) -> Endpoint {
    Endpoint { method: Method::GET, path, answer }
}

/// One that takes a body.
const fn with_body(
    method: Method,
    path: &'static str,
    answer: for<'a> fn(Asked<'a>) -> Answering<'a>,
) -> Endpoint {
    Endpoint { method, path, answer }
}

/// All of them.
const ENDPOINTS: &[Endpoint] = &[
    get("/stateline/accounts", |asked| Box::pin(accounts::answer(asked))),
    get(backup::PATH, |asked| Box::pin(backup::answer(asked))),
    get("/stateline/changes", |asked| Box::pin(changes::answer(asked))),
    get("/stateline/executions/events", |asked| Box::pin(events::answer(asked))),
    get("/stateline/executions", |asked| Box::pin(executions::answer(asked))),
    get("/stateline/machines", |asked| Box::pin(machines::answer(asked))),
    get("/stateline/system", |asked| Box::pin(system::answer(asked))),
    get("/stateline/tasks", |asked| Box::pin(tasks::answer(asked))),
    get("/stateline/drafts", |asked| Box::pin(drafts::list(asked))),
    get(drafts::ITEM, |asked| Box::pin(drafts::look(asked))),
    with_body(Method::PUT, drafts::ITEM, |asked| Box::pin(drafts::save(asked))),
    with_body(Method::DELETE, drafts::ITEM, |asked| Box::pin(drafts::delete(asked))),
    get(language::PALETTE, |asked| Box::pin(language::answer(asked))),
    with_body(Method::POST, language::DIAGNOSTICS, |asked| Box::pin(language::answer(asked))),
    with_body(Method::POST, language::COMPLETION, |asked| Box::pin(language::answer(asked))),
    with_body(Method::POST, language::HOVER, |asked| Box::pin(language::answer(asked))),
    with_body(Method::POST, language::PREVIEW, |asked| Box::pin(language::answer(asked))),
];

/// Answers a request if its path is one of these; `None` when it is not.
pub(crate) async fn answer(api: &Api, head: &Parts, body: &Bytes) -> Option<Answer> {
    let answer = match find(head)? {
        Ok(endpoint) => {
            let outcome = (endpoint.answer)(Asked { api, head, body }).await;
            outcome.unwrap_or_else(|error| error.answer())
        }
        Err(refused) => refused,
    };
    Some(guarded(answer))
}

/// What keeps an answer to its caller: nothing stores it, no page of another site takes it in as a
/// picture or a script, and no browser takes it for anything but what it says it is.
fn guarded(mut answer: Answer) -> Answer {
    let corp = HeaderName::from_static("cross-origin-resource-policy");
    for (name, value) in
        [(CACHE_CONTROL, "no-store"), (X_CONTENT_TYPE_OPTIONS, "nosniff"), (corp, "same-origin")]
    {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

/// The endpoint of a request, or why it is none; nothing where the path is not one of these.
fn find(head: &Parts) -> Option<Result<&'static Endpoint, Answer>> {
    let path = head.uri.path();
    let mut here = ENDPOINTS.iter().filter(|endpoint| endpoint.path == path).peekable();
    here.peek()?;
    let method = if head.method == Method::HEAD { &Method::GET } else { &head.method };
    let Some(endpoint) = here.find(|endpoint| endpoint.method == *method) else {
        return Some(Err(method_not_allowed(path)));
    };
    // What changes something must say that it is JSON: a page from elsewhere cannot have a browser
    // send that without asking first, and nobody here would say yes.
    if endpoint.method != Method::GET && !has_media_type(&head.headers, &["application/json"]) {
        return Some(Err(ApiError::NotJson.answer()));
    }
    Some(Ok(endpoint))
}

/// An answer with a document.
pub(crate) fn document(body: Vec<u8>) -> Answer {
    plain_answer(StatusCode::OK, Bytes::from(body))
}

/// A body as what it must be.
fn parsed<'b, T: Deserialize<'b>>(body: &'b [u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|error| {
        ApiError::Serialization(format!("the request's body is not what this path takes: {error}"))
    })
}

fn method_not_allowed(path: &str) -> Answer {
    let mut methods = Vec::new();
    for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.path == path) {
        methods.push(endpoint.method.as_str());
        if endpoint.method == Method::GET {
            methods.push(Method::HEAD.as_str());
        }
    }
    let methods = methods.join(", ");
    let body = crate::aws::Object::document(|answer| {
        answer.text("__type", "ValidationException");
        answer.text("message", &format!("{path} takes {methods}"));
    });
    let mut answer = plain_answer(StatusCode::METHOD_NOT_ALLOWED, Bytes::from(body));
    answer.headers_mut().extend(HeaderValue::try_from(methods).ok().map(|methods| (ALLOW, methods)));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_endpoint_stands_in_the_table_twice() {
        for (number, one) in ENDPOINTS.iter().enumerate() {
            let same = |other: &&Endpoint| (&other.method, other.path) == (&one.method, one.path);
            assert_eq!(ENDPOINTS.iter().position(|other| same(&other)), Some(number), "{}", one.path);
        }
    }
}
