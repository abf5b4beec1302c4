"""Every operation of the API once with its usual outcome, and its errors: one story for clients that take parameters as data.

A caller makes the calls. It has

    call(operation, **parameters)         the answer, or `Refused`
    pages(operation, size, **parameters)  the pages, made by the client's own paginator

    merges                                whether that paginator hides where pages end

Whoever adds an operation adds a step here and one in tests/rust-sdk.
"""
import json
import threading
import time

import api
import client_machines as machines

ACCOUNT = "arn:aws:states:us-east-1:000000000000"
# The poll of a worker is a minute on AWS; the tests wait two seconds for nothing.
SETTINGS = "[limits]\nactivity_poll_seconds = 2\n"


class Refused(Exception):
    """The server refused. `own` tells whether the client has an exception of its own for it and raised that."""

    def __init__(self, name, message, own=True):
        super().__init__(f"{name}: {message}")
        self.name, self.message, self.own = name, message, own


class Story:
    """The steps, in the order in which each leaves what the next one needs."""

    def __init__(self, results, caller, port):
        self.results, self.caller = results, caller
        self.side = api.Client(port)
        self.arns = {}

    # --- the two kinds of step ---------------------------------------------------------------

    def does(self, operation, check, expected=None, /, **parameters):
        """One call that is answered; `expected` are members of the answer. Gives the answer, {} if there is none."""
        try:
            answer = self.caller.call(operation, **parameters)
        except Refused as refusal:
            self.results.that(operation, check, False, f"refused with {refusal}")
            return {}
        self.results.equal(operation, check, {name: answer.get(name) for name in expected or {}}, expected or {})
        return answer

    def refuses(self, operation, error, message="", /, **parameters):
        """One call that is refused with this error, in the client's own exception."""
        try:
            answer = self.caller.call(operation, **parameters)
            holds, detail = False, f"it was accepted: {str(answer)[:300]}"
        except Refused as refusal:
            holds = refusal.name == error and message in refusal.message and refusal.own
            detail = f"expected {error}: …{message}…\n        found    {refusal} (own exception: {refusal.own})"
        self.results.that(operation, f"refused with {error}", holds, detail, "error", error)

    def paged(self, operation, check, member, key, expected, size, /, **parameters):
        """One call in pages of `size`; the rows' `key` in all of them. Gives the rows."""
        pages = self.caller.pages(operation, size, **parameters)
        rows = [row for page in pages for row in page[member]]
        self.results.equal(operation, check, [row[key] for row in rows], expected)
        wanted = 1 if self.caller.merges else -(-len(expected) // size)
        self.results.equal("pages", f"of {operation}", len(pages), wanted, "way")
        return rows

    def ended(self, arn, seconds=20):
        """The execution once it has ended."""
        deadline = time.monotonic() + seconds
        while True:
            found = self.side.call("DescribeExecution", executionArn=arn)
            if found["status"] != "RUNNING" or time.monotonic() > deadline:
                return found
            time.sleep(0.02)

    # --- the story ---------------------------------------------------------------------------

    def run(self):
        """Everything."""
        for chapter in (self.machines, self.versions, self.aliases, self.tags, self.executions, self.redrive, self.map_runs,
                        self.activities, self.tokens, self.express, self.ends):
            with self.results.checks.group(chapter.__name__):
                chapter()
        self.results.all_operations()

    def machines(self):
        """State machines: create, validate, update, describe, list."""
        for name, definition in (("chain", machines.CHAIN), ("sleep", machines.SLEEP), ("echo", machines.ECHO)):
            answer = self.does("CreateStateMachine", f"creates {name}", {"stateMachineArn": f"{ACCOUNT}:stateMachine:{name}"},
                               name=name, definition=definition, roleArn=machines.ROLE)
            self.arns[name] = answer["stateMachineArn"]
        self.arns["express"] = self.does("CreateStateMachine", "creates an Express machine", name="express", type="EXPRESS",
                                         definition=machines.CHAIN, roleArn=machines.ROLE)["stateMachineArn"]
        same = {"name": "echo", "roleArn": machines.ROLE}
        self.refuses("CreateStateMachine", "StateMachineAlreadyExists", "State Machine Already Exists: '", definition=machines.CHAIN, **same)
        self.refuses("CreateStateMachine", "InvalidDefinition", "SCHEMA_VALIDATION_FAILED", definition=machines.WRONG, **same)
        self.refuses("CreateStateMachine", "InvalidName", "Invalid Name: 'a b'", name="a b", definition=machines.ECHO, roleArn=machines.ROLE)
        self.does("ValidateStateMachineDefinition", "accepts a good one", {"result": "OK", "diagnostics": []}, definition=machines.ECHO)
        found = self.does("ValidateStateMachineDefinition", "finds mistakes", {"result": "FAIL"}, definition=machines.WRONG)
        self.results.that("ValidateStateMachineDefinition", "tells where", all(
            one["severity"] == "ERROR" and one["code"] and one["message"] for one in found.get("diagnostics", [{}])), found)
        self.refuses("ValidateStateMachineDefinition", "ValidationException", "maxResults", definition=machines.ECHO, maxResults=101)
        self.does("DescribeStateMachine", "shows the text", {"name": "echo", "definition": machines.ECHO, "type": "STANDARD", "status": "ACTIVE"},
                  stateMachineArn=self.arns["echo"])
        self.refuses("DescribeStateMachine", "StateMachineDoesNotExist", machines.UNKNOWN_MACHINE, stateMachineArn=machines.UNKNOWN_MACHINE)
        self.refuses("DescribeStateMachine", "InvalidArn", "Invalid ARN prefix: nonsense", stateMachineArn="nonsense")
        self.paged("ListStateMachines", "lists all, by name", "stateMachines", "name", sorted(self.arns), 3)
        self.refuses("ListStateMachines", "InvalidToken", "Invalid Token: '", nextToken="nonsense")

    def versions(self):
        """Updates and versions."""
        arn = self.arns["echo"]
        told = self.does("UpdateStateMachine", "publishes", {"stateMachineVersionArn": f"{arn}:1"}, stateMachineArn=arn,
                         definition=machines.CHAIN, publish=True, versionDescription="the first")
        self.results.that("UpdateStateMachine", "gives a revision", bool(told.get("revisionId")), told)
        self.refuses("UpdateStateMachine", "MissingRequiredParameter", "Either the definition", stateMachineArn=arn)
        self.refuses("UpdateStateMachine", "StateMachineDoesNotExist", machines.UNKNOWN_MACHINE,
                     stateMachineArn=machines.UNKNOWN_MACHINE, definition=machines.ECHO)
        self.does("UpdateStateMachine", "changes the definition", stateMachineArn=arn, definition=machines.ECHO)
        self.does("PublishStateMachineVersion", "makes the next one", {"stateMachineVersionArn": f"{arn}:2"}, stateMachineArn=arn)
        self.refuses("PublishStateMachineVersion", "ConflictException", "revision", stateMachineArn=arn, revisionId="of another time")
        self.refuses("PublishStateMachineVersion", "StateMachineDoesNotExist", "", stateMachineArn=machines.UNKNOWN_MACHINE)
        found = self.does("ListStateMachineVersions", "answers", stateMachineArn=arn)
        self.results.equal("ListStateMachineVersions", "lists the newest first",
                           [row["stateMachineVersionArn"] for row in found.get("stateMachineVersions", [])], [f"{arn}:2", f"{arn}:1"])
        self.refuses("ListStateMachineVersions", "InvalidToken", "", stateMachineArn=arn, nextToken="nonsense")

    def aliases(self):
        """Aliases, and a version that one of them holds."""
        machine = self.arns["echo"]
        one, two, arn = f"{machine}:1", f"{machine}:2", f"{machine}:live"
        whole = [{"stateMachineVersionArn": two, "weight": 100}]
        self.does("CreateStateMachineAlias", "makes one", {"stateMachineAliasArn": arn}, name="live", routingConfiguration=whole)
        self.refuses("CreateStateMachineAlias", "ConflictException", "", name="live", description="another", routingConfiguration=whole)
        self.refuses("CreateStateMachineAlias", "ValidationException", "", name="half",
                     routingConfiguration=[{"stateMachineVersionArn": one, "weight": 50}])
        halves = [{"stateMachineVersionArn": one, "weight": 50}, {"stateMachineVersionArn": two, "weight": 50}]
        self.does("UpdateStateMachineAlias", "changes it", stateMachineAliasArn=arn, routingConfiguration=halves)
        self.refuses("UpdateStateMachineAlias", "ResourceNotFound", "", stateMachineAliasArn=f"{machine}:nobody", routingConfiguration=whole)
        self.does("DescribeStateMachineAlias", "shows it", {"name": "live", "routingConfiguration": halves}, stateMachineAliasArn=arn)
        self.refuses("DescribeStateMachineAlias", "ResourceNotFound", "", stateMachineAliasArn=f"{machine}:nobody")
        found = self.does("ListStateMachineAliases", "answers", stateMachineArn=machine)
        self.results.equal("ListStateMachineAliases", "lists it",
                           [row["stateMachineAliasArn"] for row in found.get("stateMachineAliases", [])], [arn])
        self.refuses("ListStateMachineAliases", "StateMachineDoesNotExist", "", stateMachineArn=machines.UNKNOWN_MACHINE)
        started = self.does("StartExecution", "takes an alias", stateMachineArn=arn, input='{"go": true}')
        ended = self.ended(started["executionArn"]) if started else {}
        self.results.equal("StartExecution", "remembers the alias", ended.get("stateMachineAliasArn"), arn)
        self.refuses("DeleteStateMachineVersion", "ConflictException", "", stateMachineVersionArn=one)
        self.does("DeleteStateMachineAlias", "removes it", stateMachineAliasArn=arn)
        self.refuses("DeleteStateMachineAlias", "InvalidArn", "", stateMachineAliasArn="nonsense")
        self.does("DeleteStateMachineVersion", "removes one that no alias holds", stateMachineVersionArn=one)

    def tags(self):
        """Tags of a machine."""
        arn, nobody = self.arns["sleep"], machines.UNKNOWN_MACHINE
        pair = [{"key": "team", "value": "one"}, {"key": "stage", "value": "test"}]
        self.does("TagResource", "sets two", resourceArn=arn, tags=pair)
        found = self.does("ListTagsForResource", "answers", resourceArn=arn)
        self.results.equal("ListTagsForResource", "shows them", sorted(tag["key"] for tag in found.get("tags", [])), ["stage", "team"])
        self.does("UntagResource", "takes one away", resourceArn=arn, tagKeys=["stage"])
        self.does("ListTagsForResource", "shows what is left", {"tags": pair[:1]}, resourceArn=arn)
        for operation, rest in (("TagResource", {"tags": pair}), ("UntagResource", {"tagKeys": ["a"]}), ("ListTagsForResource", {})):
            self.refuses(operation, "ResourceNotFound", "", resourceArn=nobody, **rest)
        many = [{"key": f"key-{number}", "value": ""} for number in range(51)]
        self.refuses("TagResource", "TooManyTags", "", resourceArn=arn, tags=many)

    def executions(self):
        """Start, describe, list, history, stop."""
        chain = self.arns["chain"]
        started = self.does("StartExecution", "starts", {"executionArn": f"{ACCOUNT}:execution:chain:first"},
                            stateMachineArn=chain, name="first", input='{ "go" : true }')
        arn = started["executionArn"]
        self.ended(arn)
        self.does("DescribeExecution", "shows the end", {"status": "SUCCEEDED", "input": '{ "go" : true }', "output": '{"go":true,"two":[1,2]}'},
                  executionArn=arn)
        self.refuses("StartExecution", "ExecutionAlreadyExists", arn, stateMachineArn=chain, name="first", input="{}")
        self.refuses("StartExecution", "InvalidExecutionInput", "Invalid State Machine Execution Input: '", stateMachineArn=chain, input='{"a": ')
        self.refuses("StartExecution", "StateMachineDoesNotExist", "", stateMachineArn=machines.UNKNOWN_MACHINE)
        self.refuses("DescribeExecution", "ExecutionDoesNotExist", "", executionArn=machines.UNKNOWN_EXECUTION)
        for number in range(4):
            self.side.call("StartExecution", stateMachineArn=chain, name=f"more-{number}", input='{"go": true}')
        self.paged("ListExecutions", "lists the newest first", "executions", "name",
                   ["more-3", "more-2", "more-1", "more-0", "first"], 2, stateMachineArn=chain)
        self.refuses("ListExecutions", "StateMachineTypeNotSupported", "", stateMachineArn=self.arns["express"])
        self.paged("GetExecutionHistory", "shows ten events", "events", "id", list(range(1, 11)), 4, executionArn=arn)
        self.refuses("GetExecutionHistory", "ExecutionDoesNotExist", "", executionArn=machines.UNKNOWN_EXECUTION)
        self.does("DescribeStateMachineForExecution", "shows its machine", {"stateMachineArn": chain, "definition": machines.CHAIN}, executionArn=arn)
        self.refuses("DescribeStateMachineForExecution", "ExecutionDoesNotExist", "", executionArn=machines.UNKNOWN_EXECUTION)
        long = self.side.call("StartExecution", stateMachineArn=self.arns["sleep"])["executionArn"]
        self.does("StopExecution", "stops", executionArn=long, error="Enough", cause="seen it")
        self.does("DescribeExecution", "shows the stop", {"status": "ABORTED", "error": "Enough", "cause": "seen it"}, executionArn=long)
        self.refuses("StopExecution", "ExecutionDoesNotExist", "", executionArn=machines.UNKNOWN_EXECUTION)

    def redrive(self):
        """Redrive, and its token of the client."""
        arn = self.side.call("StartExecution", stateMachineArn=self.arns["chain"], name="fails", input='{"go": false}')["executionArn"]
        self.ended(arn)
        first = self.does("RedriveExecution", "goes on", executionArn=arn, clientToken="same")
        again = self.does("RedriveExecution", "takes the same token twice", executionArn=arn, clientToken="same")
        self.results.equal("RedriveExecution", "as one", (again.get("redriveDate"), self.ended(arn).get("redriveCount")), (first.get("redriveDate"), 1))
        self.refuses("RedriveExecution", "ExecutionNotRedrivable", "", executionArn=f"{ACCOUNT}:execution:chain:first")
        self.refuses("RedriveExecution", "ExecutionDoesNotExist", "", executionArn=machines.UNKNOWN_EXECUTION)

    def map_runs(self):
        """A distributed Map at work."""
        machine = self.does("CreateStateMachine", "creates a distributed Map", name="wide", definition=machines.WIDE, roleArn=machines.ROLE)
        arn = self.does("StartExecution", "starts it", stateMachineArn=machine["stateMachineArn"], input="[1, 2, 3]")["executionArn"]
        deadline = time.monotonic() + 20
        while not self.side.call("ListMapRuns", executionArn=arn)["mapRuns"] and time.monotonic() < deadline:
            time.sleep(0.02)
        run = self.paged("ListMapRuns", "lists it", "mapRuns", "executionArn", [arn], 10, executionArn=arn)[0]["mapRunArn"]
        unknown = f"{ACCOUNT}:mapRun:wide/Each:00000000-0000-0000-0000-000000000000"
        self.does("UpdateMapRun", "changes a running one", mapRunArn=run, maxConcurrency=2, toleratedFailureCount=1)
        self.does("DescribeMapRun", "shows it", {"status": "RUNNING", "executionArn": arn, "maxConcurrency": 2, "toleratedFailureCount": 1},
                  mapRunArn=run)
        self.refuses("ListMapRuns", "ExecutionDoesNotExist", "", executionArn=machines.UNKNOWN_EXECUTION)
        for operation, rest in (("UpdateMapRun", {"maxConcurrency": 1}), ("DescribeMapRun", {})):
            self.refuses(operation, "ResourceNotFound", "", mapRunArn=unknown, **rest)
        self.does("StopExecution", "ends the parent", executionArn=arn)
        self.refuses("UpdateMapRun", "ValidationException", "", mapRunArn=run, maxConcurrency=1)

    def activities(self):
        """Activities and their workers."""
        arn = f"{ACCOUNT}:activity:work"
        self.arns["work"] = arn
        self.does("CreateActivity", "makes one", {"activityArn": arn}, name="work")
        self.refuses("CreateActivity", "InvalidName", "Invalid Name: 'a b'", name="a b")
        key = {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "another"}
        self.refuses("CreateActivity", "ActivityAlreadyExists", "Activity Already Exists: '", name="work", encryptionConfiguration=key)
        self.does("CreateActivity", "makes two more", name="work-2")
        self.does("CreateActivity", "makes three", name="work-3")
        self.does("DescribeActivity", "shows it", {"name": "work", "activityArn": arn}, activityArn=arn)
        self.refuses("DescribeActivity", "ActivityDoesNotExist", "Activity Does Not Exist: '", activityArn=f"{ACCOUNT}:activity:nobody")
        self.paged("ListActivities", "lists all, by name", "activities", "name", ["work", "work-2", "work-3"], 2)
        self.refuses("ListActivities", "InvalidToken", "", nextToken="nonsense")
        begun = time.monotonic()
        empty = self.does("GetActivityTask", "answers when nothing comes", activityArn=arn)
        self.results.that("GetActivityTask", "without a token", not empty.get("taskToken"), empty)
        self.results.that("long poll", "waits before it says that there is nothing", time.monotonic() - begun >= 1, f"{time.monotonic() - begun:.1f} s", "way")
        self.refuses("GetActivityTask", "ActivityDoesNotExist", "", activityArn=f"{ACCOUNT}:activity:nobody")
        self.refuses("DeleteActivity", "InvalidArn", "", activityArn="nonsense")
        self.does("DeleteActivity", "removes one", activityArn=f"{ACCOUNT}:activity:work-2")

    def task(self, late=False):
        """A task of the activity that a worker has taken: its token and its execution."""
        def start():
            if late:
                time.sleep(0.5)
            self.arns["task"] = self.side.call("StartExecution", stateMachineArn=self.arns["by-hand"], input='{"n": 1}')["executionArn"]
        starter = threading.Thread(target=start)
        starter.start()
        if not late:
            starter.join()
        found = self.does("GetActivityTask", "gives a task that comes while it waits" if late else "gives a task",
                          {"input": '{"n": 1}'}, activityArn=self.arns["work"], workerName="somebody")
        starter.join()
        if late:
            self.results.that("long poll", "ends when a task comes", bool(found.get("taskToken")), found, "way")
        return found["taskToken"], self.arns["task"]

    def tokens(self):
        """What workers tell."""
        definition = machines.text("Work", Work={"Type": "Task", "Resource": self.arns["work"], "HeartbeatSeconds": 300, "End": True})
        self.arns["by-hand"] = self.does("CreateStateMachine", "creates one with an activity", name="by-hand", definition=definition,
                                         roleArn=machines.ROLE)["stateMachineArn"]
        token, arn = self.task(late=True)
        self.does("SendTaskHeartbeat", "is taken", taskToken=token)
        self.refuses("SendTaskSuccess", "InvalidOutput", "", taskToken=token, output="{")
        self.does("SendTaskSuccess", "is taken", taskToken=token, output='{"done": true}')
        found = self.ended(arn)
        self.results.equal("SendTaskSuccess", "ends the task", (found["status"], found.get("output")), ("SUCCEEDED", '{"done": true}'))
        for operation, rest in (("SendTaskSuccess", {"output": "1"}), ("SendTaskFailure", {}), ("SendTaskHeartbeat", {})):
            self.refuses(operation, "TaskTimedOut", "", taskToken=token, **rest)
            self.refuses(operation, "InvalidToken", "Invalid Token: '", taskToken="nonsense", **rest)
        token, arn = self.task()
        self.does("SendTaskFailure", "is taken", taskToken=token, error="Broken", cause="it fell")
        found = self.ended(arn)
        self.results.equal("SendTaskFailure", "fails the task", (found["status"], found.get("error"), found.get("cause")), ("FAILED", "Broken", "it fell"))

    def express(self):
        """The two operations whose host has a prefix."""
        self.does("StartSyncExecution", "waits for the end", {"status": "SUCCEEDED", "output": '{"go":true,"two":[1,2]}'},
                  stateMachineArn=self.arns["express"], input='{"go": true}')
        self.does("StartSyncExecution", "tells of a failure", {"status": "FAILED", "error": "NoGo"},
                  stateMachineArn=self.arns["express"], input='{"go": 7}')
        self.refuses("StartSyncExecution", "StateMachineTypeNotSupported", "", stateMachineArn=self.arns["chain"])
        state = json.dumps({"Type": "Pass", "Result": {"a": 1}, "ResultPath": "$.found", "Next": "Then"})
        self.does("TestState", "runs one state", {"status": "SUCCEEDED", "nextState": "Then", "output": '{"x":1,"found":{"a":1}}'},
                  definition=state, roleArn=machines.ROLE, input='{"x": 1}')
        self.refuses("TestState", "InvalidDefinition", "", definition='{"Type": "Nothing"}', roleArn=machines.ROLE)

    def ends(self):
        """Delete."""
        self.does("DeleteStateMachine", "removes one", stateMachineArn=self.arns["express"])
        self.does("DeleteStateMachine", "and again", stateMachineArn=self.arns["express"])
        self.refuses("DeleteStateMachine", "InvalidArn", "", stateMachineArn="nonsense")


# What the proxy does to first attempts while `retries` runs.
SPOILT = {"DescribeStateMachine": ["throttle", "fault"], "ListStateMachines": ["break"], "StartExecution": ["lose"], "RedriveExecution": ["lose"]}


def retries(results, caller, proxy, side):
    """A client through the proxy, with its own defaults: what it tries again, and that nothing happens twice."""
    with results.checks.group("retries"):
        arns = {name: side.call("CreateStateMachine", name=name, definition=definition, roleArn=machines.ROLE)["stateMachineArn"]
                for name, definition in (("slow", machines.SLEEP), ("failing", machines.CHAIN))}
        found = caller.call("DescribeStateMachine", stateMachineArn=arns["slow"])
        results.equal("retries", "after throttling and a fault", (found["name"], proxy.attempts["DescribeStateMachine"]), ("slow", 3), "way")
        results.that("retries", "after a connection that broke", bool(caller.call("ListStateMachines")["stateMachines"]), "", "way")
        found = caller.call("StartExecution", stateMachineArn=arns["slow"], name="lost", input='{"a": 1}')
        results.equal("lost answers", "an execution with a name starts once",
                      (found["executionArn"], proxy.attempts["StartExecution"]), (f"{ACCOUNT}:execution:slow:lost", 2), "way")
        arn = side.call("StartExecution", stateMachineArn=arns["failing"], input='{"go": false}')["executionArn"]
        while side.call("DescribeExecution", executionArn=arn)["status"] == "RUNNING":
            time.sleep(0.02)
        caller.call("RedriveExecution", executionArn=arn)
        found = side.call("DescribeExecution", executionArn=arn)
        results.equal("client tokens", "a redrive whose answer was lost happens once",
                      (found["redriveCount"], proxy.attempts["RedriveExecution"]), (1, 2), "way")
