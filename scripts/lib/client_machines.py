"""The state machines of the client tests, as texts: clients send definitions as texts."""
import json

ROLE = "arn:aws:iam::000000000000:role/stateline-test"


def text(first, **states):
    """A definition."""
    return json.dumps({"StartAt": first, "States": states})


ECHO = text("Echo", Echo={"Type": "Pass", "End": True})
CHAIN = text("One", One={"Type": "Pass", "Next": "Two"}, Two={"Type": "Pass", "Result": [1, 2], "ResultPath": "$.two", "Next": "Three"},
             Three={"Type": "Choice", "Choices": [{"Variable": "$.go", "BooleanEquals": True, "Next": "Four"}], "Default": "Five"},
             Four={"Type": "Succeed"}, Five={"Type": "Fail", "Error": "NoGo", "Cause": "go was not true"})
SLEEP = text("Sleep", Sleep={"Type": "Wait", "Seconds": 600, "End": True})
# Two events an item and two more an iteration: long enough for pages.
MANY = text("Each", Each={"Type": "Map", "ItemsPath": "$.items", "End": True, "ItemProcessor": {
    "StartAt": "Item", "States": {"Item": {"Type": "Pass", "End": True}}}})
# A distributed Map whose children wait.
WIDE = text("Each", Each={"Type": "Map", "Label": "Each", "End": True, "ItemProcessor": {
    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
    "StartAt": "Item", "States": {"Item": {"Type": "Wait", "Seconds": 600, "End": True}}}})
# Finds no way to go until it is redriven.
ONCE = text("Pick", Good={"Type": "Succeed"}, Pick={"Type": "Choice", "Choices": [
    {"Variable": "$$.Execution.RedriveCount", "NumericGreaterThan": 0, "Next": "Good"}]})
# Children that rest until they are stopped.
SPREAD = text("Each", Each={"Type": "Map", "Label": "Each", "MaxConcurrency": 2, "End": True, "ItemProcessor": {
    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
    "StartAt": "Rest", "States": {"Rest": {"Type": "Wait", "Seconds": 600, "End": True}}}})
# Four mistakes in one definition.
WRONG = text("Nowhere", Here={"Type": "Pass", "Next": "There"}, Odd={"Type": "Task", "End": True},
             Late={"Type": "Wait", "Seconds": -1, "End": True})
EVENTS_OF_ECHO = ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"]
UNKNOWN_MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:unknown"
UNKNOWN_EXECUTION = "arn:aws:states:us-east-1:000000000000:execution:unknown:unknown"
