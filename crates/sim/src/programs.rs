//! A few fixed definitions: shapes that users write, and corners that random ones rarely hit.

/// All of them. One is there twice: it alone comes to some corners, and seldom.
pub(crate) const FIXED: [&str; 14] =
    [ORDER, POLL, WIDE, SLEEPER, STUBBORN, ROUGH, ROUGH, KNOT, SPREAD, CUT, BROOD, DESK, LETTERS, HASTE];

/// Check, then charge and reserve side by side, pack every item, ship, and undo it where it fails.
const ORDER: &str = r#"{
  "StartAt": "Check",
  "States": {
    "Check": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:check",
      "Parameters": {"n.$": "$.n", "retry.$": "$$.State.RetryCount"}, "ResultPath": "$.last",
      "Retry": [{"ErrorEquals": ["E1"], "IntervalSeconds": 1, "MaxAttempts": 2}],
      "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Refuse"}],
      "Next": "Settle"},
    "Settle": {"Type": "Parallel", "ResultPath": "$.settled",
      "Branches": [
        {"StartAt": "Charge", "States": {"Charge": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
          "Parameters": {"FunctionName": "charge", "Payload": {"n.$": "$.n", "retry.$": "$$.State.RetryCount", "timed": true}},
          "TimeoutSeconds": 5, "ResultSelector": {"pick.$": "$.Payload.pick"},
          "Retry": [{"ErrorEquals": ["States.Timeout", "E2"], "IntervalSeconds": 2, "MaxAttempts": 2, "BackoffRate": 2}],
          "End": true}}},
        {"StartAt": "Reserve", "States": {"Reserve": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:reserve",
          "Parameters": {"n.$": "$.n", "retry.$": "$$.State.RetryCount"}, "ResultPath": "$.last", "Next": "Settled"},
          "Settled": {"Type": "Pass", "Parameters": {"reserved.$": "$.last.pick"}, "End": true}}}],
      "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Undo"}],
      "Next": "Pack"},
    "Pack": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ResultPath": "$.packed",
      "ItemSelector": {"n.$": "$$.Map.Item.Index", "what.$": "$$.Map.Item.Value"},
      "ItemProcessor": {"StartAt": "Wrap", "States": {"Wrap": {"Type": "Task",
        "Resource": "arn:aws:lambda:us-east-1:000000000000:function:wrap",
        "Parameters": {"n.$": "$.n", "retry.$": "$$.State.RetryCount"},
        "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 3, "JitterStrategy": "FULL"}],
        "End": true}}},
      "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Undo"}],
      "Next": "InStock"},
    "InStock": {"Type": "Choice", "Choices": [{"Variable": "$.last.pick", "NumericLessThan": 3, "Next": "Later"}], "Default": "Refuse"},
    "Later": {"Type": "Wait", "Seconds": 4, "Next": "Ship"},
    "Ship": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:ship",
      "Parameters": {"n.$": "$.n", "retry.$": "$$.State.RetryCount"}, "ResultPath": "$.shipped", "Next": "Done"},
    "Done": {"Type": "Succeed"},
    "Undo": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:undo",
      "Parameters": {"n.$": "$.n", "retry.$": "$$.State.RetryCount"}, "ResultPath": null,
      "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 3}], "Next": "Refuse"},
    "Refuse": {"Type": "Fail", "Error": "Order.Refused", "Cause": "see the history"}
  }
}"#;

/// Ask, wait, ask again.
const POLL: &str = r#"{
  "StartAt": "Begin",
  "States": {
    "Begin": {"Type": "Pass", "Result": {"c": 0}, "ResultPath": "$.turn", "Next": "Ask"},
    "Ask": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:ask",
      "Parameters": {"c.$": "$.turn.c", "retry.$": "$$.State.RetryCount", "timed": true}, "TimeoutSeconds": 4,
      "Retry": [{"ErrorEquals": ["States.Timeout"], "MaxAttempts": 1}],
      "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Pause"}],
      "ResultPath": "$.last", "Next": "Ready"},
    "Ready": {"Type": "Choice", "Choices": [
      {"Variable": "$.last.pick", "NumericEquals": 0, "Next": "Done"},
      {"Variable": "$.turn.c", "NumericGreaterThan": 5, "Next": "Done"}], "Default": "Pause"},
    "Pause": {"Type": "Wait", "Seconds": 3, "Next": "Count"},
    "Count": {"Type": "Pass", "Parameters": {"c.$": "States.MathAdd($.turn.c, 1)"}, "ResultPath": "$.turn", "Next": "Enough"},
    "Enough": {"Type": "Choice", "Choices": [{"Variable": "$.turn.c", "NumericLessThan": 7, "Next": "Ask"}], "Default": "Done"},
    "Done": {"Type": "Pass", "Parameters": {"turns.$": "$.turn.c"}, "End": true}
  }
}"#;

/// Many items, few at a time; one that fails ends them all.
const WIDE: &str = r#"{
  "StartAt": "Spread",
  "States": {
    "Spread": {"Type": "Pass", "Parameters": {"items.$": "States.ArrayRange(1, 12, 1)"}, "Next": "Each"},
    "Each": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 4,
      "ItemSelector": {"n.$": "$$.Map.Item.Index"},
      "ItemProcessor": {"StartAt": "One", "States": {
        "One": {"Type": "Pass", "Next": "Two"},
        "Two": {"Type": "Wait", "SecondsPath": "$.n", "Next": "Three"},
        "Three": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericGreaterThan": 10, "Next": "Bad"}], "Default": "Good"},
        "Good": {"Type": "Succeed"},
        "Bad": {"Type": "Fail", "Error": "E1"}}},
      "Retry": [{"ErrorEquals": ["E1"], "IntervalSeconds": 2, "MaxAttempts": 1}],
      "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}], "End": true},
    "Caught": {"Type": "Pass", "End": true}
  }
}"#;

/// Sleeps long enough to leave memory, and wakes up again and again.
const SLEEPER: &str = r#"{
  "StartAt": "First",
  "States": {
    "First": {"Type": "Wait", "Seconds": 20, "Next": "Second"},
    "Second": {"Type": "Wait", "TimestampPath": "$.until", "Next": "Third"},
    "Third": {"Type": "Wait", "Seconds": 300, "End": true}
  }
}"#;

/// Never gives up early: most of its life is spent between two attempts.
const STUBBORN: &str = r#"{
  "StartAt": "Try",
  "States": {
    "Try": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
      "Parameters": {"FunctionName": "try", "Payload": {"retry.$": "$$.State.RetryCount", "timed": true}},
      "TimeoutSeconds": 9, "HeartbeatSeconds": 3,
      "Retry": [
        {"ErrorEquals": ["States.HeartbeatTimeout"], "IntervalSeconds": 1, "MaxAttempts": 4, "BackoffRate": 1},
        {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 6, "BackoffRate": 1.5, "MaxDelaySeconds": 8, "JitterStrategy": "FULL"}],
      "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "GaveUp"}],
      "ResultPath": "$.last", "End": true},
    "GaveUp": {"Type": "Pass", "End": true}
  }
}"#;

/// Iterations that fail in every place they can be in, beside others that are in every place.
const ROUGH: &str = r#"{
  "StartAt": "Spread",
  "States": {
    "Spread": {"Type": "Pass", "Parameters": {"items.$": "States.ArrayRange(0, 5, 1)", "first.$": "$.n"}, "Next": "Each"},
    "Each": {"Type": "Map", "ItemsPath": "$.items", "ItemSelector": {"n.$": "$$.Map.Item.Index", "first.$": "$.first"},
      "ItemProcessor": {"StartAt": "Which", "States": {
        "Which": {"Type": "Choice", "Choices": [
          {"Variable": "$.n", "NumericEquals": 0, "Next": "Ask"},
          {"And": [{"Variable": "$.n", "NumericEquals": 3}, {"Variable": "$.first", "NumericEquals": 1}], "Next": "Inner"},
          {"And": [{"Variable": "$.n", "NumericEquals": 4}, {"Variable": "$.first", "NumericEquals": 2}], "Next": "Late"}],
          "Default": "One"},
        "Ask": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:ask",
          "Parameters": {"first.$": "$.first",
            "chunks.$": "States.ArrayPartition(States.Array(1, 2), States.ArrayGetItem(States.Array(1, 0), $$.State.RetryCount))"},
          "Retry": [{"ErrorEquals": ["E1", "E2", "States.TaskFailed"], "IntervalSeconds": 1, "MaxAttempts": 1}], "End": true},
        "Inner": {"Type": "Map", "ItemsPath": "$$.Execution.Input.items", "MaxConcurrencyPath": "$$.Execution.Id",
          "ItemProcessor": {"StartAt": "In", "States": {"In": {"Type": "Pass", "End": true}}}, "End": true},
        "Late": {"Type": "Wait", "Seconds": 1, "OutputPath": "$.nowhere", "End": true},
        "One": {"Type": "Pass", "Next": "Two"},
        "Two": {"Type": "Pass", "Next": "Three"},
        "Three": {"Type": "Pass", "Next": "Four"},
        "Four": {"Type": "Wait", "Seconds": 2, "End": true}}},
      "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}], "End": true},
    "Caught": {"Type": "Pass", "End": true}
  }
}"#;

/// Branches that fail at their second try, and results that fit only the second try of the whole.
const KNOT: &str = r#"{
  "StartAt": "Both",
  "States": {
    "Both": {"Type": "Parallel",
      "Branches": [
        {"StartAt": "Left", "States": {"Left": {"Type": "Task",
          "Resource": "arn:aws:lambda:us-east-1:000000000000:function:left",
          "Parameters": {"n.$": "$.n",
            "chunks.$": "States.ArrayPartition(States.Array(1, 2), States.ArrayGetItem(States.Array(1, 0), $$.State.RetryCount))"},
          "Retry": [{"ErrorEquals": ["E1", "E2", "States.TaskFailed"], "IntervalSeconds": 1, "MaxAttempts": 1}], "End": true}}},
        {"StartAt": "Right", "States": {
          "Right": {"Type": "Pass", "Next": "Pause"},
          "Pause": {"Type": "Wait", "Seconds": 1, "End": true}}}],
      "ResultSelector": {"both.$": "$",
        "chunks.$": "States.ArrayPartition($, States.ArrayGetItem(States.Array(0, 1, 2), $$.State.RetryCount))"},
      "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 2}], "End": true}
  }
}"#;

/// Children with a task each, a few at a time; the whole is tried again, and then given up.
const SPREAD: &str = r#"{
  "StartAt": "Make",
  "States": {
    "Make": {"Type": "Pass", "Parameters": {"all.$": "States.ArrayRange(0, 6, 1)", "n.$": "$.n"}, "Next": "Spread"},
    "Spread": {"Type": "Map", "Label": "Spread", "ItemsPath": "$.all", "MaxConcurrency": 2, "ToleratedFailureCount": 1,
      "ItemSelector": {"n.$": "$$.Map.Item.Value", "first.$": "$.n"},
      "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
        "StartAt": "Ask", "States": {"Ask": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:ask",
          "Parameters": {"n.$": "$.n", "first.$": "$.first", "retry.$": "$$.State.RetryCount"},
          "Retry": [{"ErrorEquals": ["E1"], "IntervalSeconds": 1, "MaxAttempts": 2}], "End": true}}},
      "Retry": [{"ErrorEquals": ["States.ExceedToleratedFailureThreshold"], "IntervalSeconds": 1, "MaxAttempts": 1}],
      "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Caught"}], "End": true},
    "Caught": {"Type": "Pass", "End": true}
  }
}"#;

/// Children that sleep, and are cut off by what happens beside them.
const CUT: &str = r#"{
  "StartAt": "Both",
  "States": {
    "Both": {"Type": "Parallel",
      "Branches": [
        {"StartAt": "Spread", "States": {"Spread": {"Type": "Map", "Label": "Cut", "ItemsPath": "$.items", "MaxConcurrency": 5,
          "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Sleep", "States": {"Sleep": {"Type": "Wait", "Seconds": 20, "Next": "More"}, "More": {"Type": "Wait", "Seconds": 600, "End": true}}},
          "End": true}}},
        {"StartAt": "Soon", "States": {
          "Soon": {"Type": "Wait", "Seconds": 6, "Next": "Luck"},
          "Luck": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericGreaterThan": 0, "Next": "Bad"}], "Default": "Good"},
          "Good": {"Type": "Succeed"},
          "Bad": {"Type": "Fail", "Error": "E1"}}}],
      "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "After"}], "Next": "After"},
    "After": {"Type": "Wait", "Seconds": 2, "End": true}
  }
}"#;

/// Children that have children of their own, of which some fail and some sleep.
const BROOD: &str = r#"{
  "StartAt": "Outer",
  "States": {
    "Outer": {"Type": "Map", "Label": "Outer", "ItemsPath": "$.items", "ToleratedFailurePercentage": 60,
      "ItemSelector": {"n.$": "$$.Map.Item.Value"},
      "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Make", "States": {
          "Make": {"Type": "Pass", "Parameters": {"n.$": "$.n", "all.$": "States.ArrayRange(0, 3, 1)"}, "Next": "Inner"},
          "Inner": {"Type": "Map", "Label": "Inner", "ItemsPath": "$.all", "MaxConcurrency": 2,
            "ItemSelector": {"n.$": "$$.Map.Item.Value", "of.$": "$.n"},
            "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
              "StartAt": "Which", "States": {
                "Which": {"Type": "Choice", "Choices": [
                  {"And": [{"Variable": "$.n", "NumericEquals": 2}, {"Variable": "$.of", "NumericEquals": 1}], "Next": "Bad"}], "Default": "Rest"},
                "Rest": {"Type": "Wait", "Seconds": 3, "End": true},
                "Bad": {"Type": "Fail", "Error": "E2"}}},
            "ResultWriter": {"WriterConfig": {"Transformation": "FLATTEN", "OutputType": "JSON"}}, "End": true}}},
      "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}], "End": true},
    "Caught": {"Type": "Pass", "End": true}
  }
}"#;

/// Iterations that fail while others have not come to their first state.
const HASTE: &str = r#"{
  "StartAt": "Make",
  "States": {
    "Make": {"Type": "Pass", "Parameters": {"all.$": "States.ArrayRange(0, 15, 1)", "n.$": "$.n"}, "Next": "Each"},
    "Each": {"Type": "Map", "ItemsPath": "$.all", "ItemSelector": {"n.$": "$$.Map.Item.Value", "first.$": "$.n"},
      "ItemProcessor": {"StartAt": "Ask", "States": {"Ask": {"Type": "Task",
        "Resource": "arn:aws:lambda:us-east-1:000000000000:function:ask",
        "Parameters": {"n.$": "$.n", "first.$": "$.first", "retry.$": "$$.State.RetryCount"}, "End": true}}},
      "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}], "End": true},
    "Caught": {"Type": "Pass", "End": true}
  }
}"#;

/// Work for workers: for each item a task that is kept alive by heartbeats, beside one that has no clock.
const DESK: &str = r#"{
  "StartAt": "Both",
  "States": {
    "Both": {"Type": "Parallel",
      "Branches": [
        {"StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemsPath": "$.items",
          "ItemSelector": {"n.$": "$$.Map.Item.Index"},
          "ItemProcessor": {"StartAt": "Beat", "States": {"Beat": {"Type": "Task",
            "Resource": "arn:aws:states:us-east-1:000000000000:activity:a",
            "Parameters": {"at": "Beat", "n.$": "$.n", "retry.$": "$$.State.RetryCount", "timed": true},
            "TimeoutSeconds": 25, "HeartbeatSeconds": 4,
            "Retry": [
              {"ErrorEquals": ["States.HeartbeatTimeout"], "IntervalSeconds": 1, "MaxAttempts": 2},
              {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 3}], "End": true}}},
          "End": true}}},
        {"StartAt": "Slow", "States": {"Slow": {"Type": "Task",
          "Resource": "arn:aws:states:us-east-1:000000000000:activity:b",
          "Parameters": {"at": "Slow", "n.$": "$.n", "retry.$": "$$.State.RetryCount"},
          "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 3}], "End": true}}}],
      "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}], "End": true},
    "Caught": {"Type": "Pass", "End": true}
  }
}"#;

/// Letters that are answered late, never, or twice; then a child with one of its own for each item.
const LETTERS: &str = r#"{
  "StartAt": "Ask",
  "States": {
    "Ask": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
      "Parameters": {"FunctionName": "f", "Payload": {"at": "Ask", "n.$": "$.n",
        "retry.$": "$$.State.RetryCount", "timed": true, "token.$": "$$.Task.Token"}},
      "HeartbeatSeconds": 6, "ResultPath": "$.last",
      "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 3}],
      "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.last", "Next": "Spread"}], "Next": "Spread"},
    "Spread": {"Type": "Map", "Label": "Letters", "ItemsPath": "$.items", "ToleratedFailurePercentage": 100,
      "ItemSelector": {"n.$": "$$.Map.Item.Value"},
      "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Tell", "States": {"Tell": {"Type": "Task",
          "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
          "Parameters": {"FunctionName": "f", "Payload": {"at": "Tell", "n.$": "$.n",
            "retry.$": "$$.State.RetryCount", "token.$": "$$.Task.Token"}},
          "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 1}], "End": true}}},
      "End": true}
  }
}"#;

#[cfg(test)]
mod tests {
    use super::*;
    use stateline_asl::{MachineKind, compile};

    #[test]
    fn fixed_definitions_compile() {
        for text in FIXED {
            let compiled = compile(text, MachineKind::Standard);
            assert!(compiled.program.is_some(), "{:?}\n{text}", compiled.diagnostics);
        }
    }
}
