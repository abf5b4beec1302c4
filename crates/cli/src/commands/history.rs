//! `stateline history`: the events of an execution.

use super::{CommandError, Outcome};
use crate::args::{Format, HistoryArgs};
use crate::client::Client;
use crate::names;
use crate::output::{clip, duration, pretty, say, table};
use crate::progress::plain_cause;
use crate::story::{Event, millis};
use serde_json::{Value, json};
use std::process::ExitCode;

/// Characters of an event's details in a table.
const DETAIL_CHARS: usize = 100;

pub async fn run(args: HistoryArgs) -> Outcome {
    let client = names::client(&args.endpoint)?;
    let arn = names::execution_arn(&client, &args.execution).await?;
    let events = read(&client, &arn, args.reverse).await?;
    match args.output {
        Format::Json => say(&pretty(&Value::Array(events))),
        Format::Table => {
            let first = events.iter().map(|event| millis(&event["timestamp"])).min().unwrap_or(0);
            let rows: Vec<Vec<String>> =
                events.iter().filter_map(Event::read).map(|event| row(&event, first)).collect();
            say(&table(&["id", "previous", "after", "event", "what"], &rows));
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn read(client: &Client, arn: &str, reverse: bool) -> Result<Vec<Value>, CommandError> {
    let mut events = Vec::new();
    let mut request = json!({"executionArn": arn, "maxResults": 1000, "reverseOrder": reverse});
    loop {
        let mut page = client.call("GetExecutionHistory", request.clone()).await?;
        if let Value::Array(more) = page["events"].take() {
            events.extend(more);
        }
        let token = page["nextToken"].take();
        if token.is_null() {
            return Ok(events);
        }
        request["nextToken"] = token;
    }
}

fn row(event: &Event, first: i64) -> Vec<String> {
    vec![
        event.id.to_string(),
        event.previous.to_string(),
        duration(event.at - first),
        event.kind.clone(),
        clip(&what(event), DETAIL_CHARS),
    ]
}

/// The details in one line: who, what went wrong, the data.
fn what(event: &Event) -> String {
    let mut parts: Vec<String> = Vec::new();
    if let Some(name) = event.text("name") {
        let index = event.details["index"].as_u64().map_or_else(String::new, |index| format!("[{index}]"));
        parts.push(format!("{name}{index}"));
    }
    if let Some(length) = event.details["length"].as_u64() {
        parts.push(format!("{length} items"));
    }
    match (event.text("resourceType"), event.text("resource")) {
        (Some(kind), Some(resource)) => parts.push(format!("{kind}:{resource}")),
        (None, Some(resource)) => parts.push(resource.to_owned()),
        _ => {}
    }
    if let Some(error) = event.text("error") {
        parts.push(error.to_owned());
    }
    if let Some(cause) = event.text("cause") {
        parts.push(plain_cause(cause));
    }
    parts.extend(
        ["input", "parameters", "output"].into_iter().filter_map(|data| event.text(data)).map(str::to_owned),
    );
    parts.join("  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(details: Value, expected: &str) {
        let event = Event { id: 1, previous: 0, at: 0, kind: "X".to_owned(), details };
        assert_eq!(what(&event), expected);
    }

    #[test]
    fn details_fit_a_line() {
        check(json!({"name": "A", "input": "{}"}), "A  {}");
        check(json!({"name": "M", "index": 2}), "M[2]");
        check(json!({"length": 3}), "3 items");
        check(json!({"resourceType": "lambda", "resource": "invoke", "parameters": "1"}), "lambda:invoke  1");
        check(json!({"error": "E", "cause": r#"{"errorMessage":"m"}"#}), "E  m");
        check(Value::Null, "");
    }
}
