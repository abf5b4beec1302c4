"""The state machines of a format fixture: one for each way in which an execution can stand on disk."""

ROLE = "arn:aws:iam::000000000000:role/stateline-test"
ACCOUNT = "us-east-1:000000000000"
ACTIVITY = f"arn:aws:states:{ACCOUNT}:activity:desk"
FUNCTION = f"arn:aws:lambda:{ACCOUNT}:function:work"

OUT_OF_DOUBT = {"ErrorEquals": ["States.TaskFailed"], "ResultPath": "$.doubt", "Next": "Done"}
DONE = {"Done": {"Type": "Pass", "Parameters": {"done": True, "n.$": "$.n"}, "End": True}}


def machine(first, state, **more):
    """A first state, and the Pass state `Done` behind it."""
    return {"StartAt": first, "States": {first: {"Next": "Done", **state}, **DONE}, **more}


def child(**state):
    """A distributed Map over three items, whose children are Standard."""
    return {"StartAt": "Each", "States": {"Each": {
        "Type": "Map", "Label": "Each", "ItemsPath": "$.items", "MaxConcurrency": 2, "End": True,
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                          "StartAt": "Item", "States": {"Item": state}}}}}


PASSES = {"StartAt": "A", "States": {
    "A": {"Type": "Pass", "Result": {"x": [1, 2.5, "ä", None]}, "ResultPath": "$.a", "Next": "B"},
    "B": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericGreaterThan": 5, "Next": "C"}], "Default": "D"},
    "C": {"Type": "Parallel", "Next": "D", "Branches": [
        {"StartAt": "L", "States": {"L": {"Type": "Pass", "End": True}}},
        {"StartAt": "R", "States": {"R": {"Type": "Map", "ItemsPath": "$.a.x", "End": True, "ItemProcessor": {
            "StartAt": "I", "States": {"I": {"Type": "Pass", "End": True}}}}}}]},
    "D": {"Type": "Succeed"}}}

JSONATA = {"QueryLanguage": "JSONata", "StartAt": "A", "States": {
    "A": {"Type": "Pass", "Assign": {"seen": "{% $states.input.n + 1 %}"},
          "Output": "{% {'random': $random() < 2, 'n': $states.input.n} %}", "Next": "B"},
    "B": {"Type": "Pass", "Output": "{% {'seen': $seen, 'before': $states.input} %}", "End": True}}}

STANDARD = {
    "passes": PASSES,
    "jsonata": JSONATA,
    "fails": {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Sad", "Cause": "so it goes"}}},
    "late": {"TimeoutSeconds": 1, "StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 600, "End": True}}},
    "sleeps": machine("W", {"Type": "Wait", "Seconds": 3600}),
    "calls": machine("T", {"Type": "Task", "Resource": FUNCTION, "ResultPath": "$.r", "Catch": [OUT_OF_DOUBT]}),
    "retries": machine("T", {"Type": "Task", "Resource": FUNCTION, "ResultPath": "$.r", "Catch": [OUT_OF_DOUBT],
                             "Retry": [{"ErrorEquals": ["Broken"], "IntervalSeconds": 1800, "MaxAttempts": 1}]}),
    "asks": machine("T", {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
                          "HeartbeatSeconds": 86400, "ResultPath": "$.r",
                          "Parameters": {"FunctionName": "work", "Payload": {"token.$": "$$.Task.Token"}}}),
    "works": machine("T", {"Type": "Task", "Resource": ACTIVITY, "ResultPath": "$.r"}),
    "nests": machine("T", {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2",
                           "ResultPath": "$.r", "Parameters": {
                               "StateMachineArn": f"arn:aws:states:{ACCOUNT}:stateMachine:sleeps",
                               "Input": {"n": 1}}, "Catch": [OUT_OF_DOUBT]}),
    "job": machine("T", {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun.sync",
                         "ResultPath": "$.r", "Parameters": {"JobName": "fixture"}}),
    "maps": child(Type="Pass", End=True),
    "mapwaits": child(Type="Wait", Seconds=3600, End=True),
    "mapfails": {"StartAt": "Each", "States": {"Each": {**child(Type="Fail", Error="Sad")["States"]["Each"],
                                                       "ToleratedFailurePercentage": 100}}},
}
EXPRESS = {"quick": PASSES}
