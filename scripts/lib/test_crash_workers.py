"""What the crew of the crash tests holds against histories: what was said and acknowledged shows there, once."""
import json
import pathlib
import unittest

import crash_workers


def succeeded(number):
    """The end of an activity's task by a word."""
    return {"type": "ActivitySucceeded", "activitySucceededEventDetails": {"output": json.dumps({"at": "x", "n": 1, "by": number})}}


def failed(number):
    """The end of a callback by a word."""
    return {"type": "TaskFailed", "taskFailedEventDetails": {"error": crash_workers.TOLD, "cause": str(number)}}


TIMED_OUT = {"type": "ActivityTimedOut", "activityTimedOutEventDetails": {"error": "States.Timeout"}}


class Words(unittest.TestCase):
    """A crew that has said words 1 and 2, each with a token of its own."""

    def violations(self, histories, acknowledged=(1, 2), refused=()):
        crew = crash_workers.Crew(1, pathlib.Path("nowhere"), 0, "seed")
        crew.tokens, crew.words = {"one": "a", "two": "a", "three": "a"}, {1: "one", 2: "two", 3: "one"}
        crew.acknowledged, crew.refused = set(acknowledged), set(refused)
        return crew.check(histories)

    def test_what_holds(self):
        self.assertEqual(self.violations({"a": [succeeded(1), failed(2)]}), [])
        self.assertEqual(self.violations({"a": [succeeded(1), TIMED_OUT, failed(2)]}, refused=["three", "one"]), [])
        self.assertEqual(self.violations({"a": [succeeded(1), failed(2)]}, acknowledged=[1]), [])

    def test_what_does_not(self):
        for text, histories, refused in (
                ("is lost", {"a": [succeeded(1)]}, ()),
                ("ended two tasks", {"a": [succeeded(1), failed(2), failed(2)]}, ()),
                ("nobody said word 9", {"a": [succeeded(1), failed(2), succeeded(9)]}, ()),
                ("nobody said word 2", {"a": [succeeded(1)], "b": [failed(2)]}, ()),
                ("more than one task", {"a": [succeeded(1), failed(2), succeeded(3)]}, ()),
                ("nothing had ended its task", {"a": [succeeded(1), failed(2)]}, ["three"])):
            found = self.violations(histories, refused=refused)
            self.assertTrue(any(text in one for one in found), f"{text}: {found}")


if __name__ == "__main__":
    unittest.main()
