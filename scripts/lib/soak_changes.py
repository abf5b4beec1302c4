"""What happens to state machines during the soak: one is changed and published again and again, others come and go.

Executions keep the revision that they were started with, whatever becomes of the machine: what comes
out names the version. A machine that is deleted takes its open executions with it and comes to an end.
"""
import json
import threading
import time

import crash_machines
from api import ApiError, Unreachable
from crash_load import PASSING
from soak_kinds import Kind

ROLE = "arn:aws:iam::000000000000:role/stateline-test"
# Versions that are left of those that were published.
VERSIONS_KEPT = 6
DELETED_WITHIN_SECONDS = 60


def evolving(number):
    """The definition of a version: all of them have the same states."""
    return crash_machines.chain("v", v=crash_machines.passing("rest", Result=number, ResultPath="$.v"), rest=crash_machines.wait())


class Changes:
    """Two threads: one that publishes, one that makes machines and deletes them."""

    def __init__(self, load, check, every):
        self.load, self.check, self.every = load, check, every
        self.kind = Kind("evolving", evolving(0), counts_calls=False)
        self.published = self.deleted = self.number = 0
        self.versions = []  # (number, arn), the newest last
        self.alias = None
        self.ends = threading.Event()
        self.threads = [threading.Thread(target=self._again, args=(round_of,), daemon=True) for round_of in (self.publish, self.delete)]

    def start(self):
        """The machine that is changed, and the threads."""
        self.arn = self.load.client.create("evolving", evolving(0))
        for thread in self.threads:
            thread.start()

    def stop(self):
        """Each ends its round."""
        self.ends.set()
        for thread in self.threads:
            thread.join()

    def _again(self, round_of):
        while not self.ends.wait(self.every):
            if not self.load.pause.is_set():
                round_of()

    def publish(self):
        """A new version, the alias half on it and half on the one before, and executions of all of them."""
        say = self.load.say
        self.number += 1
        answer = say("UpdateStateMachine", stateMachineArn=self.arn, definition=json.dumps(evolving(self.number)), publish=True)
        if answer is None:
            return
        self.versions.append((self.number, answer["stateMachineVersionArn"]))
        self.published += 1
        routes = [{"stateMachineVersionArn": arn, "weight": 50} for _, arn in self.versions[-2:]]
        if len(routes) < 2:
            return
        if self.alias is None:
            self.alias = say("CreateStateMachineAlias", name="live", routingConfiguration=routes)["stateMachineAliasArn"]
        else:
            say("UpdateStateMachineAlias", stateMachineAliasArn=self.alias, routingConfiguration=routes)
        outputs = {arn: number for number, arn in self.versions[-2:]}
        for target, numbers in ((self.arn, {None: self.number}), (self.alias, outputs),
                                *((arn, {arn: number}) for number, arn in self.versions[-2:])):
            self._begin(target, numbers)
        while len(self.versions) > VERSIONS_KEPT:
            say("DeleteStateMachineVersion", stateMachineVersionArn=self.versions.pop(0)[1])

    def _begin(self, target, numbers):
        """An execution whose output tells the version."""
        outputs = _Outputs(numbers)
        self.load.begin(self.kind, machine_arn=target, outputs=outputs)

    def delete(self):
        """A machine with executions that wait; it is deleted, and they are aborted."""
        say, client = self.load.say, self.load.client
        name = f"doomed-{self.deleted}"
        created = say("CreateStateMachine", name=name, definition=json.dumps(crash_machines.chain("rest", rest=crash_machines.wait(seconds=9_000_000))),
                      roleArn=ROLE)
        if created is None:
            return
        arn = created["stateMachineArn"]
        begun = [say("StartExecution", stateMachineArn=arn, name=f"{name}-{index}") for index in range(3)]
        say("DeleteStateMachine", stateMachineArn=arn)
        deadline = time.monotonic() + DELETED_WITHIN_SECONDS
        while time.monotonic() < deadline:
            try:
                client.call("DescribeStateMachine", stateMachineArn=arn)
            except Unreachable:
                pass
            except ApiError as error:
                if error.name not in PASSING:
                    break
            time.sleep(0.1)
        else:
            self.check.violation(f"{name} was deleted {DELETED_WITHIN_SECONDS} s ago and is still there")
        self._refused(arn)
        for started in begun:
            found = started and say("DescribeExecution", executionArn=started["executionArn"])
            if not found or found["status"] != "ABORTED":
                self.check.violation(f"{name} is deleted, and its execution is {found}")
        self.deleted += 1

    def _refused(self, arn):
        answer = self.load.say("StartExecution", stateMachineArn=arn, known="StateMachineDoesNotExist StateMachineDeleting")
        if answer:
            self.check.violation(f"{arn} was deleted and starts executions")


class _Outputs:
    """The outputs that would be right, by the version that was run; the rest of the output is the input."""

    def __init__(self, numbers):
        self.numbers = numbers

    def wanted(self, version, given):
        """What this version makes of an input; None for one that must not have been run."""
        return {**given, "v": self.numbers[version]} if version in self.numbers else None
