//! Following an execution to its end, and saying how it ended.

use crate::client::{CallError, Client};
use crate::output::{clip, dim, red};
use crate::progress::{Progress, plain_cause};
use crate::story::{Event, Story};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The first pause between two looks; each one is longer than the last.
const PAUSE_MIN: Duration = Duration::from_millis(2);
/// The longest pause when the engine is in this process, and when it is not.
const PAUSE_MAX_INSIDE: Duration = Duration::from_millis(25);
const PAUSE_MAX: Duration = Duration::from_millis(500);
/// The longest pause while somebody watches.
const PAUSE_MAX_WATCHED: Duration = Duration::from_millis(100);
/// Lines of a function's stack that are shown.
const STACK_LINES_MAX: usize = 12;

/// Waits for the end of an execution and gives it as `DescribeExecution` shows it.
///
/// # Errors
/// As the API answers.
pub async fn to_the_end(
    client: &Client,
    execution_arn: &str,
    mut progress: Option<Progress>,
) -> Result<Value, CallError> {
    let longest = match (&progress, client.is_inside()) {
        (_, true) => PAUSE_MAX_INSIDE,
        (Some(_), false) => PAUSE_MAX_WATCHED,
        (None, false) => PAUSE_MAX,
    };
    let mut pause = PAUSE_MIN;
    let mut seen = 0;
    loop {
        // Asked before the events, so that an end that is seen has all its events.
        let state = client.call("DescribeExecution", json!({"executionArn": execution_arn})).await?;
        if let Some(progress) = &mut progress {
            let events = events_after(client, execution_arn, seen).await?;
            seen = events.last().map_or(seen, |event| event.id);
            progress.show(&events, now());
        }
        if state["status"] != "RUNNING" {
            if let Some(progress) = &mut progress {
                progress.clear();
            }
            return Ok(state);
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(longest);
    }
}

/// The whole history.
///
/// # Errors
/// As the API answers.
pub async fn events(client: &Client, execution_arn: &str) -> Result<Vec<Event>, CallError> {
    events_after(client, execution_arn, 0).await
}

/// The events behind an id, in order: read backwards, so that old ones are not read again.
async fn events_after(client: &Client, execution_arn: &str, seen: u64) -> Result<Vec<Event>, CallError> {
    let mut found: Vec<Event> = Vec::new();
    let mut request = json!({"executionArn": execution_arn, "reverseOrder": true, "maxResults": 1000});
    loop {
        let mut page = client.call("GetExecutionHistory", request.clone()).await?;
        let Value::Array(events) = page["events"].take() else { break };
        let new = events.iter().filter_map(Event::read).take_while(|event| event.id > seen);
        let before = found.len();
        found.extend(new);
        let token = page["nextToken"].take();
        if token.is_null() || found.len() - before < events.len() {
            break;
        }
        request["nextToken"] = token;
    }
    found.reverse();
    Ok(found)
}

/// What a person is told of an execution that did not succeed.
pub fn failure(end: &Value, story: &Story) -> String {
    let machine = end["stateMachineArn"].as_str().and_then(|arn| arn.rsplit(':').next());
    let name = machine.unwrap_or("the execution");
    let (error, cause) =
        (end["error"].as_str().unwrap_or_default(), end["cause"].as_str().unwrap_or_default());
    let mut lines = Vec::new();
    match end["status"].as_str() {
        Some("TIMED_OUT") => lines.push(red(&format!("{name} took longer than it may and was ended"))),
        Some("ABORTED") if error.is_empty() => lines.push(red(&format!("{name} was stopped"))),
        Some("ABORTED") => lines.push(red(&format!("{name} was stopped: {error}"))),
        _ => {
            let place = story.failed().map_or_else(String::new, |visit| {
                let attempts = if visit.attempts > 1 {
                    format!(" after {} attempts", visit.attempts)
                } else {
                    String::new()
                };
                format!(" in {}{attempts}", visit.label())
            });
            let error = if error.is_empty() { String::new() } else { format!(": {error}") };
            lines.push(red(&format!("{name} failed{place}{error}")));
        }
    }
    if !cause.is_empty() {
        lines.push(plain_cause(cause));
        lines.extend(stack(cause).into_iter().map(|line| dim(&format!("  {}", clip(&line, 160)))));
    }
    lines.join("\n")
}

/// The stack that a function's error carries.
fn stack(cause: &str) -> Vec<String> {
    let error: Value = serde_json::from_str(cause).unwrap_or_default();
    let lines = error["stackTrace"].as_array().or(error["trace"].as_array());
    let lines = lines.into_iter().flatten().filter_map(Value::as_str);
    lines.flat_map(str::lines).map(|line| line.trim().to_owned()).take(STACK_LINES_MAX).collect()
}

/// Milliseconds since the epoch.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(end: &Value, expected: &Expect) {
        expected.assert_eq(&failure(end, &Story::default()));
    }

    #[test]
    fn endings_in_plain_words() {
        check(
            &json!({"stateMachineArn": "arn:e", "status": "FAILED", "error": "E", "cause": "because"}),
            &expect![[r#"
                e failed: E
                because"#]],
        );
        check(&json!({"stateMachineArn": "arn:e", "status": "FAILED"}), &expect!["e failed"]);
        check(
            &json!({"stateMachineArn": "arn:e", "status": "TIMED_OUT"}),
            &expect!["e took longer than it may and was ended"],
        );
        check(
            &json!({"stateMachineArn": "arn:e", "status": "ABORTED", "error": "E"}),
            &expect!["e was stopped: E"],
        );
        let cause =
            r#"{"errorMessage":"no","errorType":"E","stackTrace":["  File \"app.py\"\n    raise\n"]}"#;
        check(
            &json!({"stateMachineArn": "arn:e", "status": "FAILED", "error": "E", "cause": cause}),
            &expect![[r#"
                e failed: E
                no
                  File "app.py"
                  raise"#]],
        );
    }
}
