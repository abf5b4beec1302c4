"""The state machines of the crash tests: one for each kind of place that a kill can meet.

Each comes with the output that every execution of it must have, so that a lost or doubled result
shows even in a legal history.
"""

import json

ACTIVITY = "arn:aws:states:us-east-1:000000000000:activity:desk"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:work"
# In-doubt attempts fail with States.TaskFailed: the author's Retry is what goes on after a crash.
RETRY = [
    {"ErrorEquals": ["Broken"], "MaxAttempts": 0},
    {"ErrorEquals": ["Flaky", "States.TaskFailed"], "IntervalSeconds": 1, "BackoffRate": 1, "MaxAttempts": 99999},
]
# Whoever has a token may be silent, or may never have got it: a clock ends the attempt then.
RETRY_TOLD = [{"ErrorEquals": ["Flaky", "Told", "States.Timeout", "States.TaskFailed"], "IntervalSeconds": 1,
               "BackoffRate": 1, "MaxAttempts": 99999}]


def request(at, **more):
    """What the function is called with."""
    return {"at": at, "execution.$": "$$.Execution.Name", "n.$": "$.n", "flaky": True, **more}


def task(at, goes_to=None, retry=tuple(RETRY), **more):
    """A Task with the function's ARN as its resource; its result is put beside the input."""
    state = {"Type": "Task", "Resource": FUNCTION, "Parameters": request(at, **more), "ResultPath": f"$.{at}"}
    return {**state, **({"Retry": list(retry)} if retry else {}), **onward(goes_to)}


def invoke(at, goes_to=None):
    """The same through the integration `lambda:invoke`."""
    return {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "work", "Payload": request(at)},
            "ResultSelector": {"at.$": "$.Payload.at", "n.$": "$.Payload.n"},
            "ResultPath": f"$.{at}", "Retry": RETRY, **onward(goes_to)}


def told(at, goes_to, **more):
    """A Task that ends with its token; what is said with it shows who said it, and the output does not."""
    return {"Type": "Task", "ResultSelector": {"at.$": "$.at", "n.$": "$.n"}, "ResultPath": f"$.{at}",
            "TimeoutSeconds": 8, "HeartbeatSeconds": 4, "Retry": RETRY_TOLD, **more, **onward(goes_to)}


def activity(at, goes_to=None):
    """A Task that a worker takes."""
    return told(at, goes_to, Resource=ACTIVITY, Parameters={"at": at, "execution.$": "$$.Execution.Name", "n.$": "$.n"})


def callback(at, goes_to=None):
    """A Task whose token the function passes on."""
    payload = request(at, **{"token.$": "$$.Task.Token"})
    return told(at, goes_to, Resource="arn:aws:states:::lambda:invoke.waitForTaskToken",
                Parameters={"FunctionName": "work", "Payload": payload})


def onward(goes_to):
    """Where a state leads."""
    return {"Next": goes_to} if goes_to else {"End": True}


def wait(goes_to=None, seconds=1):
    """A Wait."""
    return {"Type": "Wait", "Seconds": seconds, **onward(goes_to)}


def passing(goes_to=None, **more):
    """A Pass."""
    return {"Type": "Pass", **more, **onward(goes_to)}


def chain(first, **states):
    """A scope."""
    return {"StartAt": first, "States": states}


def nested():
    """A Map of Parallels with a Map inside one branch and a Choice and a Wait in the other."""
    inner = chain("deep", deep=task("deep"))
    items = {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ItemProcessor": inner, "ResultPath": "$.inner",
             "ItemSelector": {"n.$": "$$.Map.Item.Value"}, "End": True}
    left = chain("outer", outer=task("outer", "each"), each=items)
    odd = {"Type": "Choice", "Default": "skip",
           "Choices": [{"Variable": "$.n", "NumericGreaterThan": 10, "Next": "rest"}]}
    right = chain("odd", odd=odd, rest=wait("skip"), skip=passing(Result=0, ResultPath="$.skipped"))
    both = {"Type": "Parallel", "Branches": [left, right], "End": True}
    every = {"Type": "Map", "ItemsPath": "$.list", "ItemProcessor": chain("both", both=both),
             "ItemSelector": {"n.$": "$$.Map.Item.Value", "items.$": "$.items"}, "ResultPath": "$.every", "Next": "last"}
    return chain("every", every=every, last=task("last"))


def rescue():
    """A Parallel with a branch that fails for good while others wait and work; it is tried twice, then caught."""
    broken = chain("burst", burst=task("burst", broken=True, slow=0.05))
    sleeping = chain("sleep", sleep=wait(seconds=30))
    working = chain("toil", toil=task("toil", "more"), more=task("more", slow=3))
    both = {"Type": "Parallel", "Branches": [broken, sleeping, working], "End": True,
            "Retry": [{"ErrorEquals": ["Broken"], "IntervalSeconds": 1, "MaxAttempts": 1}],
            "Catch": [{"ErrorEquals": ["Broken"], "ResultPath": "$.caught", "Next": "repair"}]}
    return chain("both", both=both, repair=task("repair", "forget"), forget=passing(Result=1, ResultPath="$.caught"))


def machines():
    """Definitions by name."""
    mapped = {"Type": "Map", "ItemsPath": "$.list", "MaxConcurrency": 2, "ItemProcessor": chain("item", item=task("item")),
              "ItemSelector": {"n.$": "$$.Map.Item.Value"}, "ResultPath": "$.mapped", "End": True}
    branches = [chain("p1", p1=task("p1", "p2"), p2=invoke("p2")), chain("p3", p3=wait()),
                chain("p4", p4=passing("p5"), p5=task("p5", "p6"), p6=wait())]
    return {
        "passes": chain("a", a=passing("b"), b=passing("c"), c=passing("d", Result=3, ResultPath="$.x"),
                        d=passing("e"), e=passing()),
        "tasks": chain("one", one=task("one", "two"), two=invoke("two", "three"), three=task("three")),
        "waits": chain("before", before=passing("pause"), pause=wait("again"), again=wait("after"), after=passing()),
        "backoff": chain("stubborn", stubborn=task("stubborn", fail=2, **{"retry.$": "$$.State.RetryCount"})),
        "parallel": chain("fork", fork={"Type": "Parallel", "Branches": branches, "End": True}),
        "map": chain("mapped", mapped=mapped),
        "nested": nested(),
        "rescue": rescue(),
        "desk": chain("fetch", fetch=activity("fetch", "bring"), bring=activity("bring")),
        "letter": chain("asked", asked=callback("asked", "told"), told=callback("told")),
    }


def spread(execution_type):
    """A distributed Map over the items: a call in each child, or, in memory, two Pass states."""
    if execution_type == "STANDARD":
        inner = chain("item", item=task("item", "rest"), rest=wait())
    else:
        inner = chain("one", one=passing("two"), two=passing(Result=7, ResultPath="$.seven"))
    processor = {**inner, "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": execution_type}}
    return chain("each", each={"Type": "Map", "Label": "each", "ItemsPath": "$.items", "MaxConcurrency": 2, "End": True,
                               "ItemSelector": {"n.$": "$$.Map.Item.Value"}, "ItemProcessor": processor, "ResultPath": "$.each"})


def wide():
    """A Map of Maps of Pass states: some hundred events from one decision."""
    inner = {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": chain("leaf", leaf=passing()), "ResultPath": "$.leaves", "End": True}
    outer = {"Type": "Map", "ItemsPath": "$.many", "ItemProcessor": chain("inner", inner=inner), "ResultPath": "$.wide", "End": True,
             "ItemSelector": {"items.$": "$.items"}}
    fan = "States.ArrayRange(1, 25, 1)"
    return chain("fan", fan=passing("each", Parameters={"many.$": fan, "items.$": "$.items", "n.$": "$.n", "list.$": "$.list"}), each=outer)


def workloads():
    """What a run may consist of: the machines of each kind of load. "express" stands for the Express machine."""
    mixed = machines()
    return {
        "mixed": {**mixed, "express": express()},
        "passes": {"passes": mixed["passes"]},
        "workers": {name: mixed[name] for name in ("desk", "letter")},
        "map": {"map": mixed["map"], "nested": mixed["nested"], "wide": wide()},
        "sleepers": {"waits": mixed["waits"], "sleep": chain("sleep", sleep=wait("more", 4), more=wait(seconds=3))},
        "map-run": {"spread": spread("STANDARD"), "dust": spread("EXPRESS")},
        "express": {"express": express(), "passes": mixed["passes"]},
    }


def express():
    """The Express machine: its work, then a call that shows that it came to its end."""
    return chain("work", work=task("work", "end"), end=task("end"))


def input_of(number):
    """The input of the execution with this number."""
    return {"n": number % 20, "list": [number % 7, 5, 12], "items": [1, 2, 3]}


def output_of(machine, given):
    """What an execution with this input must end with."""
    n = given["n"]

    def did(at, number=n):
        return {"at": at, "n": number}

    if machine == "passes":
        return {**given, "x": 3}
    if machine in ("waits", "sleep"):
        return given
    if machine == "wide":
        leaves = {"items": given["items"], "leaves": given["items"]}
        return {**given, "many": list(range(1, 26)), "wide": [leaves] * 25}
    if machine == "spread":
        return {**given, "each": [{"n": item, "item": did("item", item)} for item in given["items"]]}
    if machine == "dust":
        return {**given, "each": [{"n": item, "seven": 7} for item in given["items"]]}
    if machine == "tasks":
        return {**given, **{at: did(at) for at in ("one", "two", "three")}}
    if machine == "backoff":
        return {**given, "stubborn": did("stubborn")}
    if machine == "parallel":
        return [{**given, "p1": did("p1"), "p2": did("p2")}, given, {**given, "p5": did("p5")}]
    if machine == "map":
        return {**given, "mapped": [{"n": item, "item": did("item", item)} for item in given["list"]]}
    if machine == "desk":
        return {**given, "fetch": did("fetch"), "bring": did("bring")}
    if machine == "letter":
        return {**given, "asked": did("asked"), "told": did("told")}
    if machine == "rescue":
        return {**given, "caught": 1, "repair": did("repair")}
    inner = [{"n": item, "deep": did("deep", item)} for item in given["items"]]
    every = [[{"n": item, "items": given["items"], "outer": did("outer", item), "inner": inner},
              {"n": item, "items": given["items"], "skipped": 0}] for item in given["list"]]
    return {**given, "every": every, "last": did("last")}


def text_of(given):
    """An input as text, the same each time."""
    return json.dumps(given)
