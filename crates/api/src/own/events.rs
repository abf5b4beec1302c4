//! One execution as it goes: its history, event by event as it is committed, and how it stands.

use super::sse::{Gone, Sink, stream};
use super::{Asked, query};
use crate::api::Answer;
use crate::aws::{self, ApiError, Object};
use hyper::{HeaderMap, Uri};
use stateline_runtime::{ExecutionWatch, Seen};
use std::borrow::Cow;

/// Where to begin, and with what.
#[derive(Debug, Default, PartialEq, Eq)]
struct Query<'a> {
    execution_arn: Cow<'a, str>,
    /// The last event that the client has seen.
    after: u64,
}

/// Streams an execution from behind the event that the client saw last.
pub(super) async fn answer(asked: Asked<'_>) -> Result<Answer, ApiError> {
    let query = read(&asked.head.uri, &asked.head.headers)?;
    let service = asked.api.service();
    aws::check_kept_execution(&query.execution_arn, service.keeps_express())?;
    asked.caller().check_own(&query.execution_arn)?;
    let watch = service.watch(&query.execution_arn, query.after).await?;
    stream(asked.api, |sink| tell(sink, watch))
}

fn read<'a>(uri: &'a Uri, headers: &HeaderMap) -> Result<Query<'a>, ApiError> {
    let mut query = Query::default();
    if let Some(last) = headers.get("last-event-id") {
        query.after = id(last.to_str().unwrap_or_default(), "Last-Event-ID")?;
    }
    query::read(uri, &["executionArn", "after"], |name, value| {
        match name {
            "after" => query.after = query.after.max(id(&value, "after")?),
            _ => query.execution_arn = value,
        }
        Ok(())
    })?;
    Ok(query)
}

fn id(value: &str, what: &str) -> Result<u64, ApiError> {
    let wrong = || {
        ApiError::Validation(format!("{what} must be the id of the last event that was seen, not '{value}'"))
    };
    value.parse().map_err(|_| wrong())
}

async fn tell(mut sink: Sink, mut watch: ExecutionWatch) -> Result<(), Gone> {
    loop {
        let Some(seen) = sink.wait(watch.next()).await? else { continue };
        match seen {
            Ok(Seen::Standing(view)) => sink.event(None, "execution", &aws::write_standing(&view)).await?,
            Ok(Seen::History(events)) => {
                for event in &events {
                    let data = Object::document(|data| aws::write_event(data, event, true));
                    sink.event(Some(event.id), "history", &data).await?;
                }
            }
            Ok(Seen::End) => {
                sink.event(None, "end", b"{}").await?;
                return sink.flush().await;
            }
            Err(error) => return sink.error(&error.into()).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    #[test]
    fn questions_are_checked() {
        let check = |query: &str, last: Option<&'static str>, expected: Expect| {
            let uri: Uri = format!("/stateline/executions/events?{query}").parse().expect("a path");
            let mut headers = HeaderMap::new();
            headers.extend(last.map(|last| {
                let name = hyper::header::HeaderName::from_static("last-event-id");
                (name, hyper::header::HeaderValue::from_static(last))
            }));
            let read = read(&uri, &headers);
            expected.assert_eq(&read.map_or_else(|error| error.to_string(), |query| format!("{query:?}")));
        };
        check("executionArn=a%3Ab", None, expect![[r#"Query { execution_arn: "a:b", after: 0 }"#]]);
        check("executionArn=a&after=7", None, expect![[r#"Query { execution_arn: "a", after: 7 }"#]]);
        check("executionArn=a&after=7", Some("9"), expect![[r#"Query { execution_arn: "a", after: 9 }"#]]);
        check("after=x", None, expect!["after must be the id of the last event that was seen, not 'x'"]);
        check(
            "",
            Some("-1"),
            expect!["Last-Event-ID must be the id of the last event that was seen, not '-1'"],
        );
        check("arn=a", None, expect!["'arn' cannot be asked here; what can is executionArn and after"]);
    }
}
