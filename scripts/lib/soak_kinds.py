"""The kinds of workflow of the soak, each with what it must come to: the model that the server is compared with.

To the machines of the crash tests (crash_machines.py) come those that end otherwise than well, that
other executions belong to, that are told to stop, and that are not Standard.
"""
import dataclasses
from collections.abc import Callable

import crash_machines
from crash_machines import chain, passing, wait

PASSING_TASKS = [{"ErrorEquals": ["States.TaskFailed", "Flaky"], "IntervalSeconds": 1, "BackoffRate": 1, "MaxAttempts": 99999}]
STOP_CAUSE = "the soak has seen enough"
# Kinds that only a server with workers and a function can bring to an end take longer than others.
SLOW = {"rescue": 1, "nested": 1, "desk": 3, "letter": 3, "backoff": 2}


@dataclasses.dataclass(frozen=True)
class Kind:
    """One kind of workflow."""

    name: str
    definition: dict
    # From the input to what must come out; None where nothing does.
    output: Callable = lambda given: None
    status: str = "SUCCEEDED"
    error: str | None = None
    cause: str | None = None
    weight: int = 2
    machine_type: str = "STANDARD"
    # Whether each attempt of a task in it is a call of the function, which notes them.
    counts_calls: bool = True
    # What is done to it: "stop" while it runs, "redrive" after its first end, "sync" it is waited for by its caller.
    handling: str = ""
    # The name of the Map state whose children are executions, or of the task that starts one.
    children: str = ""


def weigh():
    """JSONata: a variable, texts, and a Choice."""
    text = "{% $merge([$states.input, {'total': $sum($states.input.list), 'tags': $map($states.input.items, function($v) {'t' & $string($v)})}]) %}"
    states = chain(
        "weigh", weigh={"Type": "Pass", "Assign": {"total": "{% $sum($states.input.list) %}"}, "Output": text, "Next": "which"},
        which={"Type": "Choice", "Choices": [{"Condition": "{% $total % 2 = 0 %}", "Next": "even"}], "Default": "odd"},
        even={"Type": "Pass", "Output": "{% $merge([$states.input, {'even': true}]) %}", "End": True},
        odd={"Type": "Pass", "Output": "{% $merge([$states.input, {'even': false}]) %}", "End": True})
    return {"QueryLanguage": "JSONata", **states}


def weighed(given):
    """What that comes to."""
    total = sum(given["list"])
    return {**given, "total": total, "tags": [f"t{item}" for item in given["items"]], "even": total % 2 == 0}


def parent(child_arn):
    """An execution that waits for another one, whose name follows from its own."""
    start = {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "End": True,
             "Parameters": {"StateMachineArn": child_arn, "Name.$": "States.Format('{}-child', $$.Execution.Name)", "Input.$": "$"},
             "ResultSelector": {"output.$": "$.Output", "name.$": "$.Name"}, "ResultPath": "$.child",
             "Retry": PASSING_TASKS}
    return chain("start", start=start)


def again():
    """Fails until it is redriven: the function fails the attempt of an execution that never was."""
    retry = [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 1, "BackoffRate": 1, "MaxAttempts": 99999}]
    flawed = crash_machines.task("second", "third", retry=[{"ErrorEquals": ["Flaky"], "MaxAttempts": 0}, *retry], flaky=False, fail=1,
                                 **{"retry.$": "$$.Execution.RedriveCount"})
    return {"StartAt": "first", "States": {"first": crash_machines.task("first", "second"), "second": flawed, "third": passing()}}


def did(*places):
    """The output of one that calls from these places."""
    return lambda given: {**given, **{at: {"at": at, "n": given["n"]} for at in places}}


def kinds(child_arn):
    """All kinds by name; `child_arn` is the machine "passes", which "parent" starts."""
    found = [Kind(name, definition, lambda given, name=name: crash_machines.output_of(name, given), weight=SLOW.get(name, 4))
             for name, definition in crash_machines.machines().items()]
    fail = chain("say", say=passing("no"), no={"Type": "Fail", "Error": "Meant", "Cause": "it was meant to fail"})
    long = {"TimeoutSeconds": 2, **chain("long", long=wait(seconds=600))}
    missing = chain("which", which={"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericGreaterThan": 99, "Next": "never"}]}, never=passing())
    found += [
        Kind("weigh", weigh(), weighed, weight=8),
        Kind("fails", fail, status="FAILED", error="Meant", cause="it was meant to fail", weight=4),
        Kind("lost", missing, status="FAILED", error="States.Runtime", weight=1),
        Kind("late", long, status="TIMED_OUT", weight=2),
        Kind("stopped", chain("rest", rest=wait(seconds=9_000_000)), status="ABORTED", error="Enough", cause=STOP_CAUSE, weight=4, handling="stop"),
        Kind("again", again(), did("first", "second"), weight=3, handling="redrive"),
        *(Kind(name, definition, lambda given, name=name: crash_machines.output_of(name, given), counts_calls=False, children="each")
          for name, definition in crash_machines.workloads()["map-run"].items()),
        Kind("express", crash_machines.express(), weight=4, machine_type="EXPRESS", counts_calls=False),
        Kind("sync", chain("a", a=passing("b", Result=9, ResultPath="$.nine"), b=passing()), lambda given: {**given, "nine": 9},
             weight=6, machine_type="EXPRESS", counts_calls=False, handling="sync"),
        Kind("parent", parent(child_arn), lambda given: {**given, "child": {"output": {**given, "x": 3}}}, weight=3, counts_calls=False),
    ]
    return {kind.name: kind for kind in found}
