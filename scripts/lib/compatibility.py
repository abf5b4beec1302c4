"""What a client of the API can do, written down where scripts/compatibility finds it.

A client's test adds one line for each thing that it tried to the file CLIENT.tsv in the folder that
STATELINE_COMPATIBILITY names; without that folder it only checks. A line is

    SUBJECT <tab> KIND <tab> ok|failed <tab> DETAIL

where KIND is `works` (the usual outcome of an operation), `error` (DETAIL is the error that came as
the client's own exception), `way` (an ability that is no operation, such as pages) or `none` (the
client has no such thing).
"""
import os
import pathlib

from checks import Checks

OPERATIONS = (
    "CreateActivity", "CreateStateMachine", "CreateStateMachineAlias", "DeleteActivity", "DeleteStateMachine",
    "DeleteStateMachineAlias", "DeleteStateMachineVersion", "DescribeActivity", "DescribeExecution", "DescribeMapRun",
    "DescribeStateMachine", "DescribeStateMachineAlias", "DescribeStateMachineForExecution", "GetActivityTask",
    "GetExecutionHistory", "ListActivities", "ListExecutions", "ListMapRuns", "ListStateMachineAliases",
    "ListStateMachineVersions", "ListStateMachines", "ListTagsForResource", "PublishStateMachineVersion",
    "RedriveExecution", "SendTaskFailure", "SendTaskHeartbeat", "SendTaskSuccess", "StartExecution", "StartSyncExecution",
    "StopExecution", "TagResource", "TestState", "UntagResource", "UpdateMapRun", "UpdateStateMachine",
    "UpdateStateMachineAlias", "ValidateStateMachineDefinition",
)
# What a client does besides calling: the rows under the operations.
WAYS = ("retries", "lost answers", "client tokens", "pages", "long poll", "host prefix")


def results_file(client):
    """Where this client's lines go, or None."""
    folder = os.environ.get("STATELINE_COMPATIBILITY")
    return pathlib.Path(folder) / f"{client}.tsv" if folder else None


class Results:
    """The checks of one client: each is counted, and those of an operation or a way are written down."""

    def __init__(self, client):
        self.checks = Checks()
        self.path = results_file(client)
        self.seen, self.refused = set(), set()
        if self.path:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text("")

    def that(self, subject, check, holds, detail="", kind="works", told=""):
        """One check of an operation or a way."""
        self.checks.that(f"{subject}: {check}", holds, detail)
        self._write(subject, kind, "ok" if holds else "failed", told)
        return bool(holds)

    def equal(self, subject, check, found, expected, kind="works", told=""):
        """One check that two values are equal."""
        return self.that(subject, check, found == expected, f"expected {expected!r}\n        found    {found!r}", kind, told)

    def none(self, subject):
        """The client offers nothing here."""
        self._write(subject, "none", "ok", "")

    def _write(self, *words):
        self.seen.add(words[0])
        if words[1] == "error":
            self.refused.add(words[0])
        if self.path:
            with open(self.path, "a") as file:
                file.write("\t".join(words) + "\n")

    def all_operations(self):
        """One check that no operation was left out, nor what one that is refused gives."""
        missing = [operation for operation in OPERATIONS if operation not in self.seen & self.refused]
        self.checks.that("every operation was tried", not missing, missing)
