"""Runs tasks as state machines of one state each, in an account of the caller's choice."""
import itertools
import json
import time

import boto3

from moto_server import ACCOUNT, REGION

PREFIX = "arn:aws:states:::"
NUMBERS = itertools.count(1)


class Workflows:
    """A client of the server under test. Twelve digits as access key are the account."""

    def __init__(self, endpoint, account=ACCOUNT):
        self.client = boto3.client("stepfunctions", endpoint_url=endpoint, region_name=REGION,
                                   aws_access_key_id=account, aws_secret_access_key="test")
        self.role = f"arn:aws:iam::{account}:role/stateline-test"

    def create(self, definition):
        """Makes a state machine with a name of its own, and gives its ARN."""
        return self.client.create_state_machine(name=f"task-{next(NUMBERS)}", definition=json.dumps(definition),
                                                roleArn=self.role)["stateMachineArn"]

    def start(self, resource, parameters, **fields):
        """Starts a machine with one task; `fields` are further fields of the state."""
        return self.chain(("Call", resource, parameters, fields))

    def chain(self, *tasks):
        """Starts a machine with these tasks, each a name, a resource, parameters and further fields."""
        names = [task[0] for task in tasks]
        following = [{"Next": name} for name in names[1:]] + [{"End": True}]
        states = {name: {"Type": "Task", "Resource": PREFIX + resource, "Parameters": parameters, **fields, **after}
                  for (name, resource, parameters, fields), after in zip(tasks, following)}
        arn = self.create({"StartAt": names[0], "States": states})
        return self.client.start_execution(stateMachineArn=arn)["executionArn"]

    def end(self, arn, seconds=30):
        """Output, or (error, cause)."""
        deadline = time.monotonic() + seconds
        while True:
            found = self.client.describe_execution(executionArn=arn)
            if found["status"] == "SUCCEEDED":
                return json.loads(found["output"])
            if found["status"] != "RUNNING":
                return found.get("error"), found.get("cause")
            if time.monotonic() > deadline:
                return "still RUNNING", ""
            time.sleep(0.02)

    def run(self, resource, parameters, **fields):
        """Starts a machine with one task and waits for its end."""
        return self.end(self.start(resource, parameters, **fields))

    def events(self, arn):
        """The types of the history's events."""
        return [event["type"] for event in self.history(arn)]

    def history(self, arn):
        """The history's events."""
        return self.client.get_execution_history(executionArn=arn, maxResults=1000)["events"]

    def submitted(self, arn, seconds=30):
        """Waits for the first `TaskSubmitted` and gives its details; `None` if none comes."""
        deadline = time.monotonic() + seconds
        while True:
            for event in self.history(arn):
                if event["type"] == "TaskSubmitted":
                    return event["taskSubmittedEventDetails"]
            if time.monotonic() > deadline:
                return None
            time.sleep(0.05)
