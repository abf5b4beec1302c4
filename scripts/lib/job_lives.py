"""What becomes of jobs at a fake service: each account of it leads another life, the same for every job."""
import json
import threading
import time

from fake_services import Refused, Spoilt, least, raised
from job_table import JOBS

# Each by the account whose jobs have it.
DONE, FAILED, STOPPED, BUSY, CRASHED, DOUBTFUL, LATE, REFUSED, GONE = (digit * 12 for digit in "123456789")
# Jobs that never end, and tasks of which not all can be placed.
ENDLESS, PARTLY = "121212121212", "232323232323"
PLACED_FAILURE = {"Arn": "instance", "Reason": "RESOURCE:CPU"}
# How long a service thinks before it takes a job of `LATE`.
LATE_SECONDS = 1.5
# What a busy service says before it says how the job is; by turns, so that each service says several.
MOODS = ("fault", "proxy", "break", "cut")


class Lives:
    """Answers the calls about jobs. `go_on` lets those that were running at a crash come to their end."""

    def __init__(self):
        self.go_on = threading.Event()
        self.looks, self.submits, self.lock = {}, {}, threading.Lock()
        # What each job of `REFUSED` is refused with, by its key.
        self.refusals = {}

    def answer(self, call):
        """What the service says."""
        about = json.dumps(call.parameters)
        row = next(row for row in JOBS if row.service == call.service and row.key in about)
        if call.operation == row.submit:
            return self._submitted(row, call)
        if call.operation == row.look:
            return self._looked_at(row, call.account)
        if call.operation == row.stop:
            return {}
        raise LookupError(f"{call} is nobody's question about {row.name}")

    def _turn(self, counts, row, account):
        with self.lock:
            counts[account, row.key] = turn = counts.get((account, row.key), 0) + 1
            return turn

    def _submitted(self, row, call):
        turn = self._turn(self.submits, row, call.account)
        if call.account == LATE:
            time.sleep(LATE_SECONDS)
        if call.account == PARTLY:
            return {**row.answer, "Failures": [PLACED_FAILURE]}
        if call.account == REFUSED:
            raise Refused(self.refusals[row.key])
        if call.account == DOUBTFUL and turn == 1:
            # The server dies before it has this answer.
            self.go_on.wait(60)
        elif turn > 1 and row.again == "name":
            raise Refused("ResourceInUse", message="the name is taken")
        return row.answer

    def _looked_at(self, row, account):
        turn = self._turn(self.looks, row, account)
        if account == BUSY and turn < 3:
            mood = MOODS[(JOBS.index(row) + turn) % len(MOODS)]
            raise Spoilt(mood)
        if account == BUSY and turn == 3:
            raise Refused("ThrottlingException", message="Rate exceeded")
        if account == GONE:
            raise Refused("ResourceNotFoundException", 404, "it is not there")
        waits = account in (STOPPED, LATE, ENDLESS) or account == CRASHED and not self.go_on.is_set()
        if waits or account in (DONE, FAILED) and turn == 1 and row.running:
            return row.told(row.running)
        if account == FAILED:
            return row.told(row.bad)
        if row.goes:
            raise Refused("ResourceNotFoundException", 404, "it is not there")
        return row.told(row.good)


def parameters(row, model):
    """The task's: the least that the service takes, and what the row has."""
    return row.given if row.whole else {**least(model.operation(row.submit).input_shape), **row.given}


def output(row, state=None):
    """The task's output when its job is in this state. What is gone was last seen going, or not at all."""
    return row.output(row.told(state or row.good or row.running))


def token(row, call):
    """The token that a request carries, if the row's have one."""
    kind, _, member = row.again.partition(":")
    return call.get(raised(member)) if kind == "token" else None
