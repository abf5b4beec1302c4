"""The rules of histories, on histories of this file: legal ones pass, and every small change to one is noticed."""
import unittest

import history_rules

TASK = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:f", "End": True,
        "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1}]}
MAP = {"StartAt": "M", "States": {"M": {
    "Type": "Map", "MaxConcurrency": 1, "End": True,
    "ItemProcessor": {"StartAt": "T", "States": {"T": TASK}}}}}
PARALLEL = {"StartAt": "P", "States": {
    "P": {"Type": "Parallel", "Next": "D", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "D"}], "Branches": [
        {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 5, "End": True}}},
        {"StartAt": "F", "States": {"F": {"Type": "Fail"}}}]},
    "D": {"Type": "Succeed"}}}


def event(number, previous, kind, at=0.0, **details):
    """An event with its details member, named as AWS names it."""
    member = kind[0].lower() + kind[1:]
    if kind.endswith(("StateEntered", "StateExited")):
        member = "stateEntered" if kind.endswith("Entered") else "stateExited"
    found = {"id": number, "previousEventId": previous, "type": kind, "timestamp": at}
    return {**found, f"{member}EventDetails": details} if details else found


# A Map of two items, one after the other; the first is tried twice.
MAP_HISTORY = [
    event(1, 0, "ExecutionStarted"),
    event(2, 0, "MapStateEntered", name="M"),
    event(3, 2, "MapStateStarted", length=2),
    event(4, 3, "MapIterationStarted", name="M", index=0),
    event(5, 4, "TaskStateEntered", name="T"),
    event(6, 5, "LambdaFunctionScheduled"),
    event(7, 6, "LambdaFunctionStarted"),
    event(8, 7, "LambdaFunctionFailed", 1),
    event(9, 8, "LambdaFunctionScheduled", 2),
    event(10, 9, "LambdaFunctionStarted", 2),
    event(11, 10, "LambdaFunctionSucceeded", 2),
    event(12, 11, "TaskStateExited", 2, name="T"),
    event(13, 12, "MapIterationSucceeded", 2, name="M", index=0),
    event(14, 12, "MapIterationStarted", 2, name="M", index=1),
    event(15, 14, "TaskStateEntered", 2, name="T"),
    event(16, 15, "LambdaFunctionScheduled", 2),
    event(17, 16, "LambdaFunctionStarted", 2),
    event(18, 17, "LambdaFunctionSucceeded", 2),
    event(19, 18, "TaskStateExited", 2, name="T"),
    event(20, 19, "MapIterationSucceeded", 2, name="M", index=1),
    event(21, 20, "MapStateSucceeded", 2),
    event(22, 20, "MapStateExited", 2, name="M"),
    event(23, 22, "ExecutionSucceeded", 2),
]
# A branch fails, the other is cut off, the state is caught.
PARALLEL_HISTORY = [
    event(1, 0, "ExecutionStarted"),
    event(2, 0, "ParallelStateEntered", name="P"),
    event(3, 2, "ParallelStateStarted"),
    event(4, 3, "WaitStateEntered", name="W"),
    event(5, 3, "FailStateEntered", name="F"),
    event(6, 4, "WaitStateAborted"),
    event(7, 5, "ParallelStateFailed"),
    event(8, 7, "ParallelStateExited", name="P"),
    event(9, 8, "SucceedStateEntered", name="D"),
    event(10, 9, "SucceedStateExited", name="D"),
    event(11, 10, "ExecutionSucceeded"),
]
# A branch's Task fails for good, which is shown twice.
BROKEN = {"StartAt": "P", "States": {
    "P": {"Type": "Parallel", "Next": "D", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "D"}], "Branches": [
        {"StartAt": "T", "States": {"T": {key: value for key, value in TASK.items() if key != "Retry"}}},
        {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 5, "End": True}}}]},
    "D": {"Type": "Succeed"}}}
BROKEN_HISTORY = [
    event(1, 0, "ExecutionStarted"),
    event(2, 0, "ParallelStateEntered", name="P"),
    event(3, 2, "ParallelStateStarted"),
    event(4, 3, "TaskStateEntered", name="T"),
    event(5, 4, "LambdaFunctionScheduled"),
    event(6, 5, "LambdaFunctionStarted"),
    event(7, 3, "WaitStateEntered", name="W"),
    event(8, 6, "LambdaFunctionFailed"),
    event(9, 8, "TaskStateAborted"),
    event(10, 7, "WaitStateAborted"),
    event(11, 8, "ParallelStateFailed"),
    event(12, 11, "ParallelStateExited", name="P"),
    event(13, 12, "SucceedStateEntered", name="D"),
    event(14, 13, "SucceedStateExited", name="D"),
    event(15, 14, "ExecutionSucceeded"),
]


# Of three branches one is done, one fails and one is cut off; redriven, the first stays as it is.
REDRIVEN = {"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": True, "Branches": [
    {"StartAt": "D", "States": {"D": {"Type": "Pass", "End": True}}},
    {"StartAt": "T", "States": {"T": {key: value for key, value in TASK.items() if key != "Retry"}}},
    {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 5, "End": True}}}]}}}
REDRIVEN_HISTORY = [
    event(1, 0, "ExecutionStarted"),
    event(2, 0, "ParallelStateEntered", name="P"),
    event(3, 2, "ParallelStateStarted"),
    event(4, 3, "PassStateEntered", name="D"),
    event(5, 4, "PassStateExited", name="D"),
    event(6, 3, "TaskStateEntered", name="T"),
    event(7, 6, "LambdaFunctionScheduled"),
    event(8, 7, "LambdaFunctionStarted"),
    event(9, 3, "WaitStateEntered", name="W"),
    event(10, 8, "LambdaFunctionFailed"),
    event(11, 10, "TaskStateAborted"),
    event(12, 9, "WaitStateAborted"),
    event(13, 10, "ParallelStateFailed"),
    event(14, 13, "ExecutionFailed", error="E"),
    event(15, 14, "ExecutionRedriven", redriveCount=1),
    event(16, 15, "LambdaFunctionScheduled"),
    event(17, 16, "LambdaFunctionStarted"),
    event(18, 17, "LambdaFunctionSucceeded"),
    event(19, 18, "TaskStateExited", name="T"),
    event(20, 15, "WaitStateExited", 5, name="W"),
    event(21, 20, "ParallelStateSucceeded", 5),
    event(22, 20, "ParallelStateExited", 5, name="P"),
    event(23, 22, "ExecutionSucceeded", 5),
]
# A Map Run fails, goes on, and at last its state is done.
SPREAD = {"StartAt": "M", "States": {"M": {"Type": "Map", "End": True, "ItemProcessor": {
    "ProcessorConfig": {"Mode": "DISTRIBUTED"}, "StartAt": "T", "States": {"T": TASK}}}}}
SPREAD_HISTORY = [
    event(1, 0, "ExecutionStarted"),
    event(2, 0, "MapStateEntered", name="M"),
    event(3, 2, "MapStateStarted", length=2),
    event(4, 3, "MapRunStarted", mapRunArn="run"),
    event(5, 4, "MapRunFailed", error="States.ExceedToleratedFailureThreshold"),
    event(6, 5, "MapStateFailed"),
    event(7, 6, "ExecutionFailed", error="States.ExceedToleratedFailureThreshold"),
    event(8, 7, "ExecutionRedriven", redriveCount=1),
    event(9, 8, "MapRunRedriven", mapRunArn="run", redriveCount=1),
    event(10, 9, "MapRunSucceeded"),
    event(11, 10, "MapStateSucceeded"),
    event(12, 9, "MapStateExited", name="M"),
    event(13, 12, "ExecutionSucceeded"),
]
# A worker is silent, the next one is not.
WORK = {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:000000000000:activity:a",
        "TimeoutSeconds": 9, "HeartbeatSeconds": 3, "End": True, "Retry": [{"ErrorEquals": ["States.Timeout"]}]}}}
WORK_HISTORY = [
    event(1, 0, "ExecutionStarted"),
    event(2, 0, "TaskStateEntered", name="A"),
    event(3, 2, "ActivityScheduled"),
    event(4, 3, "ActivityStarted", 50),
    event(5, 4, "ActivityTimedOut", 53),
    event(6, 5, "ActivityScheduled", 54),
    event(7, 6, "ActivityStarted", 60),
    event(8, 7, "ActivityFailed", 61),
    event(9, 8, "ActivityScheduled", 62),
    event(10, 9, "ActivityStarted", 70),
    event(11, 10, "ActivitySucceeded", 71),
    event(12, 11, "TaskStateExited", 71, name="A"),
    event(13, 12, "ExecutionSucceeded", 71),
]
# A token that is returned after the service has taken the request.
LETTER = {"StartAt": "L", "States": {"L": {"Type": "Task", "End": True,
          "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken"}}}
LETTER_HISTORY = [
    event(1, 0, "ExecutionStarted"),
    event(2, 0, "TaskStateEntered", name="L"),
    event(3, 2, "TaskScheduled"),
    event(4, 3, "TaskStarted"),
    event(5, 4, "TaskSubmitted", 1),
    event(6, 5, "TaskSucceeded", 2),
    event(7, 6, "TaskStateExited", 2, name="L"),
    event(8, 7, "ExecutionSucceeded", 2),
]


def follow(definition, events):
    """The rules after all events."""
    rules = history_rules.Rules(definition)
    for one in events:
        rules.take(one)
    return rules


def renumbered(events):
    """Dense ids again, each previous id moved with its event."""
    ids = {one["id"]: number for number, one in enumerate(events, 1)}
    return [{**one, "id": number, "previousEventId": ids.get(one["previousEventId"], 0)}
            for number, one in enumerate(events, 1)]


class Histories(unittest.TestCase):
    """Both histories, whole and changed."""

    histories = ((MAP, MAP_HISTORY), (PARALLEL, PARALLEL_HISTORY), (BROKEN, BROKEN_HISTORY),
                 (REDRIVEN, REDRIVEN_HISTORY), (SPREAD, SPREAD_HISTORY), (WORK, WORK_HISTORY))

    def refused(self, definition, events, what):
        """The change is noticed: as an illegal event, or because the history has no end."""
        try:
            rules = follow(definition, events)
        except history_rules.Illegal:
            return
        self.assertEqual(rules.status, "RUNNING", what)

    def test_legal_ones_pass(self):
        for definition, events in self.histories:
            self.assertEqual(follow(definition, events).status, "SUCCEEDED")
        self.assertEqual(follow(MAP, MAP_HISTORY).attempts, 3)

    def test_a_lost_event_is_noticed(self):
        for definition, events in self.histories:
            for lost in range(len(events)):
                rest = events[:lost] + events[lost + 1:]
                self.refused(definition, rest, f"event {lost + 1} is lost")
                self.refused(definition, renumbered(rest), f"event {lost + 1} is lost and nobody sees the gap")

    def test_a_doubled_event_is_noticed(self):
        for definition, events in self.histories:
            for twice in range(len(events)):
                doubled = renumbered(events[:twice + 1] + events[twice:])
                self.refused(definition, doubled, f"event {twice + 1} is there twice")

    def test_a_wrong_previous_id_is_noticed(self):
        for definition, events in self.histories:
            for number, one in enumerate(events):
                for previous in range(len(events)):
                    if previous != one["previousEventId"]:
                        changed = [*events[:number], {**one, "previousEventId": previous}, *events[number + 1:]]
                        self.refused(definition, changed, f"event {number + 1} names {previous}")

    def test_a_retry_that_comes_too_early_is_noticed(self):
        hasty = [{**one, "timestamp": min(one["timestamp"], 1.5)} for one in MAP_HISTORY]
        self.refused(MAP, hasty, "0.5 s instead of 1 s")

    def test_a_redrive_goes_on_from_where_it_stood(self):
        changed = [{**one, "executionRedrivenEventDetails": {"redriveCount": 2}} if one["id"] == 15 else one
                   for one in REDRIVEN_HISTORY]
        self.refused(REDRIVEN, changed, "the first redrive is number 2")
        early = [{**one, "timestamp": 0.0} for one in REDRIVEN_HISTORY]
        self.refused(REDRIVEN, early, "the wait does not begin anew")
        new_run = [event(9, 8, "MapStateStarted", length=2), event(10, 9, "MapRunStarted", mapRunArn="new"),
                   event(11, 10, "MapRunSucceeded"), event(12, 11, "MapStateSucceeded")]
        runtime = [{**one, "executionFailedEventDetails": {"error": "States.Runtime"}} if one["id"] == 7 else one
                   for one in SPREAD_HISTORY]
        self.assertEqual(follow(SPREAD, runtime[:8] + new_run).root.phase, "joined")
        self.refused(SPREAD, SPREAD_HISTORY[:8] + new_run, "a Map Run that can go on is not begun anew")

    def test_tokens(self):
        self.assertEqual(follow(LETTER, LETTER_HISTORY).status, "SUCCEEDED")
        sooner = renumbered(LETTER_HISTORY[:4] + [{**LETTER_HISTORY[5], "previousEventId": 4}, *LETTER_HISTORY[6:]])
        self.assertEqual(follow(LETTER, sooner).status, "SUCCEEDED")
        self.refused(LETTER, renumbered(LETTER_HISTORY[:5] + LETTER_HISTORY[4:]), "it is taken twice")
        after = LETTER_HISTORY[:4] + [event(5, 4, "TaskSucceeded"), event(6, 5, "TaskSubmitted"), *LETTER_HISTORY[6:]]
        self.refused(LETTER, after, "it is taken after its end")
        plain = {"StartAt": "L", "States": {"L": {**LETTER["States"]["L"], "Resource": "arn:aws:states:::lambda:invoke"}}}
        self.refused(plain, LETTER_HISTORY, "nobody waits for more than the call")
        hasty = [{**one, "timestamp": 52} if one["id"] == 5 else one for one in WORK_HISTORY]
        self.refused(WORK, hasty, "2 s instead of 3 s")
        self.refused(LETTER, WORK_HISTORY, "a worker takes what is no activity's")
        self.assertEqual((follow(WORK, WORK_HISTORY).attempts, follow(LETTER, LETTER_HISTORY).attempts), (0, 1))

    def test_places(self):
        self.assertEqual(follow(WORK, WORK_HISTORY[:3]).places(), {"Task at the desk"})
        self.assertEqual(follow(WORK, WORK_HISTORY[:4]).places(), {"Token out"})
        self.assertEqual(follow(LETTER, LETTER_HISTORY[:4]).places(), {"Task running"})
        self.assertEqual(follow(LETTER, LETTER_HISTORY[:5]).places(), {"Token out"})
        self.assertEqual(follow(MAP, MAP_HISTORY[:7]).places(), {"Task running", "inside Map"})
        self.assertEqual(follow(MAP, MAP_HISTORY[:8]).places(), {"Retry backoff", "inside Map"})
        self.assertEqual(follow(PARALLEL, PARALLEL_HISTORY[:4]).places(), {"Wait", "inside Parallel"})


if __name__ == "__main__":
    unittest.main()
