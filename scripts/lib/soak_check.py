"""The check of the soak: what clients were told, what must come of each execution, and what the server says of it.

Every history is read, whole and in pages of any size, and taken through the rules (history_rules.py);
it must agree with the description, the list, the model's output, the calls that the function noted,
and the histories of children. What has been checked is kept as a digest, and looked at again later.
"""
import collections
import hashlib
import json
import threading
import time

import crash_machines
import history_rules
from crash_workers import word_of
from history_rules import need

SHOWN_MAX = 8
ENDED = ("ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut")
IN_DOUBT = "it is unknown whether the task was carried out"
# Executions that are looked at again at a time.
SAMPLE = 150


def digest(events):
    """Of a history, to compare it with later."""
    return hashlib.sha256(json.dumps(events, sort_keys=True).encode()).hexdigest()


class Excused(Exception):
    """Its end is not the model's, for a fault that explains it."""


class Check:
    """Counts, violations and what must still be there."""

    def __init__(self, client, calls):
        self.client, self.calls = client, calls
        self.lock = threading.RLock()
        self.violations = []
        self.told = {}  # name -> plan, of what was acknowledged and is not checked yet
        self.known = {}  # arn -> (status, start, stop, digest), of what was checked and is not expired
        self.express = {}  # name -> plan
        self.excused = set()  # names of those whose time may have been taken away
        self.forward = 0.0  # when the clock was set forward last
        self.words = {}  # name -> events that end tasks with a token
        self.kinds = collections.Counter()
        self.events = self.children = self.in_doubt = self.syncs = self.looked_again = self.rows = 0

    def violation(self, text, events=()):
        """Something that does not hold."""
        with self.lock:
            self.violations.append(text)
            if len(self.violations) <= SHOWN_MAX:
                print(f"VIOLATION: {text}", *([history_rules.outline(events)] if events else []), sep="\n", flush=True)

    def set_forward(self):
        """The server's clock was set forward: Express executions that run, for five minutes at most, may be over their time."""
        with self.lock:
            self.forward = time.monotonic()
            self.excused.update(self.express_missing())

    def ran_out(self, plan):
        """Whether an execution of these minutes had its time taken away."""
        return plan.begun <= self.forward

    # --- what clients tell

    def acknowledged(self, plan):
        """A start that was answered."""
        with self.lock:
            self.told[plan.arn] = plan

    def express_begun(self, plan):
        """An asynchronous Express start that was answered: it must come to its end."""
        with self.lock:
            self.express[plan.name] = plan

    def ran(self, plan, found):
        """The answer of a synchronous execution."""
        with self.lock:
            self.syncs += 1
            self.kinds[plan.kind.name] += 1
        wanted = plan.kind.output(plan.given)
        output = json.loads(found.get("output", "null"))
        if found["status"] == "TIMED_OUT" and self.ran_out(plan):
            return
        if found["status"] != "SUCCEEDED" or output != wanted:
            self.violation(f"{plan.name}: {found['status']} with {output} and not {wanted}")

    def failed_first(self, plan, found):
        """The first end of one that is to be redriven."""
        if found.get("error") != "Flaky" or found.get("redriveStatus") != "REDRIVABLE":
            self.violation(f"{plan.name}: its first end is {found.get('error')}, {found.get('redriveStatus')}")

    # --- one execution

    def ended(self, plan, found, chance):
        """Everything about one that has ended."""
        events = self.history(plan.arn, chance)
        try:
            rules = self.follow(plan.kind.definition, events)
            self.agree(found, events, rules)
            if plan.kind.name == "dust" and found.get("error") == "States.ExceedToleratedFailureThreshold" and self.ran_out(plan):
                raise Excused
            self.compare(plan, found)
            if plan.kind.counts_calls:
                self.count_calls(plan.name, rules)
            if plan.kind.children:
                self.check_map_run(plan, found, chance)
            if plan.kind.name == "parent":
                self.check_nested(plan, found, events, chance)
        except Excused:
            pass
        except history_rules.Illegal as error:
            self.violation(f"{plan.name}: {error}", events)
        words = [event for event in events if word_of(event)[1]]
        with self.lock:
            self.told.pop(plan.arn, None)
            self.known[plan.arn] = (found["status"], found["startDate"], found["stopDate"], digest(events))
            self.kinds[plan.kind.name] += 1
            self.events += len(events)
            self.in_doubt += sum(IN_DOUBT in str(event) for event in events)
            if words and plan.kind.name in ("desk", "letter"):
                self.words[plan.name] = words

    def history(self, arn, chance):
        """The whole of it, in pages of any size, from either end."""
        size, backward = chance.choice((1000, 1000, 100, 7)), chance.random() < 0.2
        pages = self.client.pages("GetExecutionHistory", "events", executionArn=arn, maxResults=size, reverseOrder=backward)
        events = list(pages)
        return events[::-1] if backward else events

    @staticmethod
    def follow(definition, events):
        """Takes it through the rules."""
        rules = history_rules.Rules(definition)
        for event in events:
            rules.take(event)
        return rules

    @staticmethod
    def agree(found, events, rules):
        """A description agrees with the history."""
        need(events and events[-1]["type"] in ENDED, "its history has no end")
        need(rules.status == found["status"], f"it is {found['status']}, its history says {rules.status}")
        need(found["startDate"] == events[0]["timestamp"], f"it began at {found['startDate']}, its history at {events[0]['timestamp']}")
        need(found["stopDate"] == events[-1]["timestamp"], f"it ended at {found['stopDate']}, its history at {events[-1]['timestamp']}")
        need(found.get("redriveCount", 0) == rules.redrives, f"{found.get('redriveCount')} redrives, {rules.redrives} in its history")
        begin = events[0]["executionStartedEventDetails"]
        need(found["input"] == begin["input"], "its input is another one in its history")
        name = events[-1]["type"]
        end = events[-1].get(name[0].lower() + name[1:] + "EventDetails", {})
        # Of one that timed out a description tells neither error nor cause.
        for member in ("output", "error", "cause") if rules.status != "TIMED_OUT" else ():
            need(found.get(member) == end.get(member), f"its {member} is {found.get(member)!r}, in its history {end.get(member)!r}")

    @staticmethod
    def compare(plan, found):
        """It is what the model says, and what clients were told."""
        kind = plan.kind
        need(found["status"] == kind.status, f"it ended {found['status']} ({found.get('error')}: {found.get('cause')})")
        need(found["input"] == crash_machines.text_of(plan.given), "its input has changed")
        need(plan.told_start is None or plan.told_start == found["startDate"], f"its client was told that it began at {plan.told_start}")
        need(plan.told_stop is None or plan.told_stop == found["stopDate"], f"its client was told that it ended at {plan.told_stop}")
        need(plan.told_redrive is None or plan.told_redrive == found.get("redriveDate"), f"its client was told that it was redriven at {plan.told_redrive}")
        if kind.status != "SUCCEEDED":
            need(found.get("error") == kind.error, f"its error is {found.get('error')}")
            need(kind.cause is None or found.get("cause") == kind.cause, f"its cause is {found.get('cause')}")
            return
        output = json.loads(found["output"])
        if plan.outputs is not None:
            wanted = plan.outputs.wanted(found.get("stateMachineVersionArn"), plan.given)
        else:
            wanted = kind.output(plan.given)
        if kind.name == "parent":
            need(output["child"].pop("name", None) == f"{plan.name}-child", "it was told of another child")
        need(output == wanted, f"its output is {output} and not {wanted}")

    def count_calls(self, name, rules):
        """Each attempt was one call at most."""
        with self.lock:
            self.calls.read()
            made = self.calls.by_execution[name]
        need(rules.successes <= made <= rules.attempts, f"{made} calls for {rules.attempts} attempts, {rules.successes} of them successes")

    # --- children

    def check_map_run(self, plan, found, chance):
        """The counts of its Map Run, and each child with a history of its own."""
        runs = list(self.client.pages("ListMapRuns", "mapRuns", executionArn=plan.arn, maxResults=10))
        need(len(runs) == 1, f"it has {len(runs)} Map Runs")
        run = self.client.call("DescribeMapRun", mapRunArn=runs[0]["mapRunArn"])
        count = len(plan.given["items"])
        need(run["status"] == "SUCCEEDED" and run["itemCounts"]["succeeded"] == run["itemCounts"]["total"] == count,
             f"its Map Run is {run['status']} with {run['itemCounts']}")
        rows = list(self.client.pages("ListExecutions", "executions", mapRunArn=runs[0]["mapRunArn"], maxResults=2))
        processor = plan.kind.definition["States"][plan.kind.children]["ItemProcessor"]
        express = processor["ProcessorConfig"]["ExecutionType"] == "EXPRESS"
        need(len({row["executionArn"] for row in rows}) == (0 if express else count), f"{len(rows)} children are listed")
        results = json.loads(found["output"])[plan.kind.children]
        for row in rows:
            child = self.client.call("DescribeExecution", executionArn=row["executionArn"])
            events = self.history(row["executionArn"], chance)
            rules = self.follow(processor, events)
            self.agree(child, events, rules)
            self.count_calls(row["name"], rules)
            need(json.loads(child["output"]) in results, f"the output of {row['name']} is not in its result")
            with self.lock:
                self.children += 1
                self.events += len(events)
                self.in_doubt += sum(IN_DOUBT in str(event) for event in events)

    def check_nested(self, plan, found, events, chance):
        """The execution that it started agrees with what it was told."""
        arn = plan.arn.replace(":parent:", ":passes:") + "-child"
        child = self.client.call("DescribeExecution", executionArn=arn)
        history = self.history(arn, chance)
        self.agree(child, history, self.follow(crash_machines.machines()["passes"], history))
        need(json.loads(child["output"]) == json.loads(found["output"])["child"]["output"], "its child has another output")
        told = [event for event in events if event["type"] == "TaskSucceeded"]
        need(len(told) == 1, f"it was told {len(told)} times of its child's end")
        with self.lock:
            self.children += 1
            self.events += len(history)
            self.known[arn] = (child["status"], child["startDate"], child["stopDate"], digest(history))

    # --- all of them

    def listing(self, arns):
        """Every list has each execution once, as it was described; nothing is missing and nothing is there that nobody was told of."""
        listed = {}
        for machine_arn in arns:
            for row in self.client.pages("ListExecutions", "executions", stateMachineArn=machine_arn, maxResults=1000):
                if row["executionArn"] in listed:
                    self.violation(f"{row['name']} is listed twice")
                listed[row["executionArn"]] = row
        with self.lock:
            self.rows += len(listed)
            known, told = dict(self.known), dict(self.told)
        for arn, (status, start, stop, _) in known.items():
            row = listed.get(arn)
            if row is None:
                self.violation(f"{arn} was checked and is not listed any more")
            elif (row["status"], row["startDate"], row["stopDate"]) != (status, start, stop):
                self.violation(f"{arn} is listed as {row}, and was {(status, start, stop)}")
        for arn in told.keys() - listed.keys():
            self.violation(f"{arn} was acknowledged and is not listed")
        for arn in listed.keys() - known.keys() - told.keys():
            self.violation(f"{arn} is listed and nobody was told of it, though each start was repeated until acknowledged")

    def look_again(self, chance):
        """Some that were checked, once more: nothing about them changes."""
        with self.lock:
            arns = list(self.known)
        for arn in chance.sample(arns, min(SAMPLE, len(arns))):
            found, events = self.client.call("DescribeExecution", executionArn=arn), self.history(arn, chance)
            self.looked_again += 1
            if (found["status"], found["startDate"], found["stopDate"], digest(events)) != self.known[arn]:
                self.violation(f"{arn} is not what it was when it was checked", events)

    def express_missing(self):
        """Acknowledged Express executions whose last call has not been made."""
        with self.lock:
            self.calls.read()
            done = [name for name in self.express if "end" in self.calls.places[name]]
            for name in done:
                del self.express[name]
                self.kinds["express"] += 1
            return sorted(self.express.keys() - self.excused)

    def doubled_calls(self):
        """Attempts of Standard executions for which the function was called twice."""
        with self.lock:
            self.calls.read()
            twice = [request for request, count in self.calls.requests.items() if count > 1]
            for request in twice:
                if request not in self.calls.express_requests:
                    self.violation(f"the function was called {self.calls.requests[request]} times for attempt {request}")
