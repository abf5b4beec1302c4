"""The check of the soak notices whatever is not as it was told, as the model has it, or as the history says."""
import copy
import random
import unittest

import crash_machines
import soak_check
import soak_kinds
from soak_load import Plan

ARN = "arn:aws:states:us-east-1:000000000000:execution:passes:passes-3"
KIND = soak_kinds.kinds("arn:child")["passes"]
GIVEN = crash_machines.input_of(3)
TEXT = crash_machines.text_of(GIVEN)
OUTPUT = crash_machines.text_of({**GIVEN, "x": 3})


def history():
    """Of five Pass states."""
    events = [{"id": 1, "previousEventId": 0, "type": "ExecutionStarted", "timestamp": 5.0, "executionStartedEventDetails": {"input": TEXT}}]
    for name in "abcde":
        for step in ("Entered", "Exited"):
            number = len(events) + 1
            events.append({"id": number, "previousEventId": 0 if number == 2 else number - 1, "type": f"PassState{step}", "timestamp": 5.0,
                           f"state{step}EventDetails": {"name": name}})
    events.append({"id": 12, "previousEventId": 11, "type": "ExecutionSucceeded", "timestamp": 5.5, "executionSucceededEventDetails": {"output": OUTPUT}})
    return events


FOUND = {"executionArn": ARN, "status": "SUCCEEDED", "startDate": 5.0, "stopDate": 5.5, "input": TEXT, "output": OUTPUT, "redriveCount": 0}


class Answers:
    """A server that answers what it was given."""

    def __init__(self, events, rows=()):
        self.events, self.rows = events, rows

    def pages(self, operation, _, reverseOrder=False, **__):
        if operation == "ListExecutions":
            return iter(self.rows)
        return iter(self.events[::-1] if reverseOrder else self.events)

    def call(self, *_, **__):
        return FOUND


class NoCalls:
    """The function was never called."""

    by_execution = {"passes-3": 0}

    def read(self):
        """Nothing."""


def checked(events=None, found=None, **plan):
    """The check of one execution."""
    check = soak_check.Check(Answers(history() if events is None else events), NoCalls())
    check.violation = lambda text, events=(): check.violations.append(text)
    plan = Plan(KIND, "passes-3", GIVEN, arn=ARN, **{"told_start": 5.0, **plan})
    check.acknowledged(plan)
    check.ended(plan, {**FOUND, **(found or {})}, random.Random(1))
    return check


class OneExecution(unittest.TestCase):
    """What a description and a history may not say."""

    def test_what_is_right_is_counted(self):
        check = checked()
        self.assertEqual(check.violations, [])
        self.assertEqual((check.events, check.told, list(check.known)), (12, {}, [ARN]))

    def test_every_difference_is_noticed(self):
        for found in ({"status": "FAILED"}, {"startDate": 5.001}, {"stopDate": 5.6}, {"input": "{}"}, {"output": '{"n": 3}'},
                      {"redriveCount": 1}):
            with self.subTest(found=found):
                self.assertEqual(len(checked(found=found).violations), 1)
        self.assertEqual(len(checked(told_start=4.0).violations), 1)

    def test_every_event_counts(self):
        for number in range(12):
            events = history()
            del events[number]
            with self.subTest(missing=number + 1):
                self.assertEqual(len(checked(events=events).violations), 1)

    def test_a_wrong_output_in_both_places_is_noticed(self):
        events = copy.deepcopy(history())
        events[-1]["executionSucceededEventDetails"]["output"] = TEXT
        self.assertEqual(len(checked(events=events, found={"output": TEXT}).violations), 1)


class Lists(unittest.TestCase):
    """What lists may not say."""

    def violations(self, *rows):
        check = checked()
        check.client.rows = rows
        check.listing(["arn"])
        return len(check.violations)

    def test_lists(self):
        row = {"executionArn": ARN, "name": "passes-3", "status": "SUCCEEDED", "startDate": 5.0, "stopDate": 5.5}
        self.assertEqual(self.violations(row), 0)
        self.assertEqual(self.violations(), 1)
        self.assertEqual(self.violations(row, row), 1)
        self.assertEqual(self.violations({**row, "status": "FAILED"}), 1)
        self.assertEqual(self.violations(row, {**row, "executionArn": "other"}), 1)

    def test_what_was_checked_stays_as_it_is(self):
        check = checked()
        check.look_again(random.Random(1))
        self.assertEqual(check.violations, [])
        check.client.events[5]["timestamp"] = 5.1
        check.look_again(random.Random(1))
        self.assertEqual(len(check.violations), 1)


if __name__ == "__main__":
    unittest.main()
