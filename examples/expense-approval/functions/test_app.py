"""Calls the handlers as Lambda does, without a workflow. Run: python -m unittest (in this folder)."""

import json
import os
import pathlib
import shlex
import tempfile
import unittest

import app

EXAMPLE = pathlib.Path(__file__).resolve().parent.parent


class Letters(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.outbox = pathlib.Path(folder.name) / "outbox"
        os.environ["OUTBOX"] = str(self.outbox)
        self.addCleanup(os.environ.pop, "OUTBOX")
        self.request = json.loads((EXAMPLE / "input.json").read_text(encoding="utf-8"))

    def read(self, answer):
        return (self.outbox / answer["letter"]).read_text(encoding="utf-8")

    def test_a_letter_has_a_link_and_two_commands(self):
        event = {"request": self.request, "to": "grace", "token": "AQ-token_1"}
        letter = self.read(app.send_approval_request(event, None))
        self.assertIn("ada asks for 240.00 EUR: train to the conference.", letter)
        self.assertIn("within 5 minutes", letter)
        self.assertIn("http://127.0.0.1:8090/?token=AQ-token_1", letter)
        commands = [shlex.split(line) for line in letter.splitlines() if line.startswith("  stateline")]
        self.assertEqual(commands[0][:4], ["stateline", "tokens", "succeed", "AQ-token_1"])
        self.assertEqual(json.loads(commands[0][5]), {"approved": True})
        self.assertEqual(commands[1][2:6], ["fail", "AQ-token_1", "--error", "Rejected"])
        self.assertNotIn("did not answer", letter)

    def test_an_escalation_says_why_it_comes(self):
        event = {"request": self.request, "to": "alan", "insteadOf": "grace", "token": "t"}
        self.assertIn("grace did not answer", self.read(app.send_approval_request(event, None)))

    def test_the_requester_hears_what_came_of_it(self):
        event = {"request": self.request, "approved": True, "decision": {"by": "grace"}}
        self.assertIn("was approved by grace", self.read(app.tell_requester(event, None)))
        decision = {"by": "nobody", "why": "Nobody answered."}
        letter = self.read(app.tell_requester({**event, "approved": False, "decision": decision}, None))
        self.assertIn("rejected by nobody.\n\nNobody answered.\n", letter)

    def test_a_name_does_not_lead_out_of_the_outbox(self):
        event = {"request": {**self.request, "id": "../x"}, "to": "a/b", "token": "t"}
        self.assertEqual(app.send_approval_request(event, None), {"letter": "___x-a_b.txt"})

    def test_times_are_said_plainly(self):
        said = [app._patience(seconds) for seconds in (1, 59, 60, 90, 7_200, 259_200)]
        self.assertEqual(said, ["1 second", "59 seconds", "1 minute", "90 seconds", "2 hours", "3 days"])


if __name__ == "__main__":
    unittest.main()
