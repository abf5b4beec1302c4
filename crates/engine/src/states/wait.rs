//! Wait: lets time pass, for a number of seconds or until a point in time.

use crate::advance::in_state;
use crate::data_flow;
use crate::decider::Decider;
use crate::expression::{self, Seen};
use crate::retry::Raised;
use crate::scope::Scope;
use serde_json::Value;
use stateline_asl::program::{Jsonata, Kind, Wait, WaitUntil};
use stateline_base::Timestamp;
use stateline_journal::{Event, FrameId};
use stateline_jsonpath::Query;

/// The longest delay AWS takes: the seconds must fit a signed 32-bit number.
const SECONDS_MAX: i64 = i32::MAX as i64;

pub(crate) fn enter(decider: &mut Decider<'_>, frame: FrameId, wait: &Wait) {
    match until(decider, frame, wait) {
        Ok(until) if until <= decider.at => over(decider, frame),
        Ok(until) if until.since_millis(decider.at) > SECONDS_MAX * 1000 => {
            let failure = in_state(decider, frame, "Wait state delay is too long.");
            decider.fail(frame, failure);
        }
        Ok(until) => decider.emit(frame, Event::WaitStarted { frame, until }),
        Err(raised) => decider.fail(frame, raised),
    }
}

/// The time has come.
pub(crate) fn over(decider: &mut Decider<'_>, frame: FrameId) {
    let Kind::Wait(wait) = &decider.state(frame).kind else {
        unreachable!("only Wait states wait");
    };
    let left = data_flow::effective_input(decider, frame)
        .and_then(|input| data_flow::without_result(decider, frame, &input));
    match left {
        Ok(left) => decider.exit(frame, left, wait.transition),
        Err(raised) => decider.fail(frame, raised),
    }
}

fn until(decider: &Decider<'_>, frame: FrameId, wait: &Wait) -> Result<Timestamp, Raised> {
    let input = data_flow::effective_input(decider, frame)?;
    match &wait.until {
        WaitUntil::Seconds(seconds) => Ok(decider.at.plus_seconds(*seconds)),
        WaitUntil::Timestamp(until) => Ok(*until),
        WaitUntil::SecondsPath(query) => seconds(decider, frame, query, input.value()),
        WaitUntil::TimestampPath(query) => timestamp(decider, frame, query, input.value()),
        WaitUntil::SecondsJsonata(jsonata) => {
            let seconds = expression::whole_number(decider, frame, jsonata, Seen::default())?;
            Ok(decider.at.plus_seconds(seconds))
        }
        WaitUntil::TimestampJsonata(jsonata) => timestamp_of(decider, frame, jsonata),
    }
}

fn seconds(decider: &Decider<'_>, frame: FrameId, query: &Query, input: &Value) -> Result<Timestamp, Raised> {
    let path = query.text();
    let found = find(decider, frame, query, input, "SecondsPath")?;
    let refuse = |text: String| in_state(decider, frame, &text);
    let Value::Number(number) = &found else {
        return Err(refuse(format!(
            "The SecondsPath parameter cannot be parsed as a long value: {path} == {}",
            plain(&found)
        )));
    };
    match (number.as_u64(), number.as_i64()) {
        (Some(seconds), _) => Ok(decider.at.plus_seconds(seconds)),
        (None, Some(_)) => {
            Err(refuse(format!("The SecondsPath parameter references a negative value: {path} == {number}")))
        }
        (None, None) => Err(refuse(format!(
            "The SecondsPath parameter cannot be parsed as a long value: {path} == {number}"
        ))),
    }
}

fn timestamp(
    decider: &Decider<'_>,
    frame: FrameId,
    query: &Query,
    input: &Value,
) -> Result<Timestamp, Raised> {
    let found = find(decider, frame, query, input, "TimestampPath")?;
    let parsed = found.as_str().and_then(|text| text.parse().ok());
    parsed.ok_or_else(|| {
        let text = format!(
            "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: {} == {}",
            query.text(),
            plain(&found)
        );
        in_state(decider, frame, &text)
    })
}

/// A `Timestamp` that an expression gives.
fn timestamp_of(decider: &Decider<'_>, frame: FrameId, jsonata: &Jsonata) -> Result<Timestamp, Raised> {
    let found = expression::evaluate(decider, frame, jsonata, Seen::default())?;
    let Value::String(text) = found.value() else {
        return Err(expression::unexpected(decider, frame, jsonata, "string", found.value()));
    };
    text.parse().map_err(|_| {
        let text = format!(
            "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: {text}"
        );
        expression::senseless(decider, frame, jsonata, &text)
    })
}

fn find(
    decider: &Decider<'_>,
    frame: FrameId,
    query: &Query,
    input: &Value,
    field: &str,
) -> Result<Value, Raised> {
    let scope = Scope::new(decider, frame, input);
    match query.read(&scope) {
        Ok(found) if !found.is_null() => Ok(found.into_owned()),
        _ => {
            let text = format!("The {field} parameter does not reference an input value: {}", query.text());
            Err(in_state(decider, frame, &text))
        }
    }
}

/// A value as AWS prints it within a sentence: texts without quotes.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
