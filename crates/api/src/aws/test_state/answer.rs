//! What a test is answered with. Documents are texts within the JSON.

use super::{Level, Program};
use crate::aws::encode::Object;
use serde_json::{Map, Value};
use stateline_base::Payload;
use stateline_runtime::{HttpExchange, Inspection, StateTestStatus, Tested};

pub(super) fn write(tested: &Tested, program: &Program, input: &Payload, level: Level) -> Vec<u8> {
    let outcome = &tested.outcome;
    Object::document(|answer| {
        document(answer, "output", outcome.output.as_ref());
        if let Some(failure) = &outcome.failure {
            answer.text_if("error", failure.error.as_deref());
            answer.text_if("cause", failure.cause.as_deref());
        }
        if level != Level::Info {
            answer.object("inspectionData", |data| {
                inspection(data, &outcome.inspection, input);
                if let (Level::Trace, Some(exchange)) = (level, &tested.exchange) {
                    traced(data, exchange);
                }
            });
        }
        answer.text_if("nextState", outcome.next.map(|next| &*program.state(next).name));
        answer.text("status", status(outcome.status));
    })
}

fn status(status: StateTestStatus) -> &'static str {
    match status {
        StateTestStatus::Succeeded => "SUCCEEDED",
        StateTestStatus::Failed => "FAILED",
        StateTestStatus::Retriable => "RETRIABLE",
        StateTestStatus::CaughtError => "CAUGHT_ERROR",
    }
}

/// The steps that the state came to; members of steps it has not are left out.
fn inspection(data: &mut Object<'_>, seen: &Inspection, input: &Payload) {
    data.text("input", input.text());
    let steps = [
        ("afterInputPath", &seen.after_input_path),
        ("afterParameters", &seen.after_parameters),
        ("afterArguments", &seen.after_arguments),
        ("afterItemsPointer", &seen.after_items_pointer),
        ("afterItemsPath", &seen.after_items_path),
        ("afterItemSelector", &seen.after_item_selector),
        ("afterItemBatcher", &seen.after_item_batcher),
        ("result", &seen.result),
        ("afterResultSelector", &seen.after_result_selector),
        ("afterResultPath", &seen.after_result_path),
    ];
    for (name, step) in steps {
        document(data, name, step.as_ref());
    }
    if !seen.variables.is_empty() {
        let members = seen.variables.iter().map(|(name, value)| (name.to_string(), value.value().clone()));
        data.text("variables", &Value::Object(members.collect::<Map<_, _>>()).to_string());
    }
    data.number_if("maxConcurrency", seen.max_concurrency);
    data.number_if("toleratedFailureCount", seen.tolerated_failure_count);
    if let Some(percentage) = seen.tolerated_failure_percentage {
        data.json("toleratedFailurePercentage", &Value::from(percentage).to_string());
    }
    let delay = seen.retry_delay_ms.and_then(|delay| u64::try_from(delay).ok());
    if seen.catch_index.is_some() || seen.retry_index.is_some() {
        data.object("errorDetails", |details| {
            details.number_if("catchIndex", seen.catch_index.map(u64::from));
            details.number_if("retryIndex", seen.retry_index.map(u64::from));
            details.number_if("retryBackoffIntervalSeconds", delay.map(|delay| delay.div_ceil(1_000)));
        });
    }
}

/// What went over the wire, as far as it came.
fn traced(data: &mut Object<'_>, exchange: &HttpExchange) {
    data.object("request", |data| {
        let request = &exchange.request;
        data.text("protocol", &request.protocol);
        data.text("method", &request.method);
        data.text("url", &request.url);
        data.text("headers", &request.headers);
        data.text_if("body", request.body.as_deref());
    });
    let Some(response) = &exchange.response else { return };
    data.object("response", |data| {
        data.text("protocol", &response.protocol);
        data.text("statusCode", &response.status_code.to_string());
        data.text("statusMessage", &response.status_message);
        data.text("headers", &response.headers);
        data.text("body", &response.body);
    });
}

fn document(object: &mut Object<'_>, name: &str, document: Option<&Payload>) {
    object.text_if(name, document.map(Payload::text));
}
