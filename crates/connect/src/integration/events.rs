//! `events:putEvents`: every event carries the ARNs of the execution and of its state machine, and
//! an answer that leaves an event out is an error (reference 04, section 2).

use serde_json::{Value, json};
use stateline_base::Failure;
use stateline_runtime::Attempt;

/// Adds the ARNs to the `Resources` of each entry.
pub(super) fn prepare(parameters: &mut Value, attempt: &Attempt) {
    let Some(Value::Array(entries)) = parameters.get_mut("Entries") else { return };
    for entry in entries.iter_mut().filter_map(Value::as_object_mut) {
        let resources = entry.entry("Resources").or_insert_with(|| json!([]));
        if let Value::Array(resources) = resources {
            resources.push(json!(&*attempt.execution_arn));
            resources.push(json!(&*attempt.caller.machine_arn));
        }
    }
}

/// The answer, if every event was taken.
///
/// # Errors
/// `EventBridge.FailedEntry` with the answer as its cause.
pub(super) fn result(answer: Value) -> Result<Value, Failure> {
    match answer.get("FailedEntryCount").and_then(Value::as_u64) {
        Some(0) | None => Ok(answer),
        Some(_) => Err(Failure::new("EventBridge.FailedEntry", answer.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_attempt::attempt;

    #[test]
    fn entries_tell_who_sent_them() {
        let attempt = attempt("arn:aws:states:::events:putEvents", "{}");
        let mut parameters = json!({"Entries": [{"Source": "a"}, {"Resources": ["r"]}, 7]});
        prepare(&mut parameters, &attempt);
        let (execution, machine) = (&*attempt.execution_arn, &*attempt.caller.machine_arn);
        let expected = json!({"Entries": [
            {"Source": "a", "Resources": [execution, machine]},
            {"Resources": ["r", execution, machine]},
            7
        ]});
        assert_eq!(parameters, expected);
    }

    #[test]
    fn one_event_that_is_not_taken_fails_the_task() {
        let answer = json!({"Entries": [{"ErrorCode": "x"}], "FailedEntryCount": 1});
        let failure = result(answer.clone()).expect_err("one failed");
        assert_eq!(
            (failure.name(), failure.cause.as_deref()),
            ("EventBridge.FailedEntry", Some(&*answer.to_string()))
        );
        assert!(result(json!({"Entries": [], "FailedEntryCount": 0})).is_ok());
    }
}
