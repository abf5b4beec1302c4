"""Requests for fuzzing the API: right ones from templates, and what can be done to them.

Everything is drawn from a generator that the caller seeds, so a seed says it all. `Pool` holds
what answers gave away (ARNs, tokens), so that later requests reach further in.
"""
import json

ACCOUNT = "000000000000"
PREFIX = f"arn:aws:states:us-east-1:{ACCOUNT}"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/fuzz"
OPERATIONS = """CreateActivity CreateStateMachine CreateStateMachineAlias DeleteActivity DeleteStateMachine
DeleteStateMachineAlias DeleteStateMachineVersion DescribeActivity DescribeExecution DescribeMapRun
DescribeStateMachine DescribeStateMachineAlias DescribeStateMachineForExecution GetActivityTask
GetExecutionHistory ListActivities ListExecutions ListMapRuns ListStateMachineAliases
ListStateMachineVersions ListStateMachines ListTagsForResource PublishStateMachineVersion
RedriveExecution SendTaskFailure SendTaskHeartbeat SendTaskSuccess StartExecution StartSyncExecution
StopExecution TagResource TestState UntagResource UpdateMapRun UpdateStateMachine
UpdateStateMachineAlias ValidateStateMachineDefinition""".split()
# What answers may take long, for a good reason.
SLOW = {"GetActivityTask", "StartSyncExecution", "TestState"}
# Starts are what moves the engine; they are drawn more often.
WEIGHTS = [6 if name in ("StartExecution", "CreateStateMachine") else 1 for name in OPERATIONS]


def chain(**states):
    """A definition whose states come one after the other, unless they end or say otherwise."""
    names = list(states)
    for name, following in zip(names, names[1:] + [None]):
        state = states[name]
        if state["Type"] in ("Succeed", "Fail", "Choice") or "Next" in state or "End" in state:
            continue
        state.update({"Next": following} if following else {"End": True})
    return {"StartAt": names[0], "States": states}


def inline(**more):
    return {"ProcessorConfig": {"Mode": "INLINE"}, **chain(i={"Type": "Pass"}), **more}


def definitions():
    """One of each kind of state, in both languages."""
    activity = {"Type": "Task", "Resource": f"{PREFIX}:activity:a1", "TimeoutSeconds": 5, "HeartbeatSeconds": 2}
    function = {"Type": "Task", "Resource": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:none",
                "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 2, "BackoffRate": 1.5}],
                "Catch": [{"ErrorEquals": ["States.TaskFailed"], "ResultPath": "$.error", "Next": "z"}]}
    callback = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "TimeoutSeconds": 3,
                "Parameters": {"FunctionName": "none", "Payload": {"token.$": "$$.Task.Token"}}}
    nested = {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2",
              "Parameters": {"StateMachineArn": f"{PREFIX}:stateMachine:m1", "Input": {"a.$": "$.a"}}}
    choice = {"Type": "Choice", "Choices": [{"Variable": "$.a", "NumericGreaterThan": 1, "Next": "z"},
                                            {"Not": {"Variable": "$.b", "IsPresent": True}, "Next": "y"}], "Default": "z"}
    spread = {"Type": "Map", "ItemProcessor": {**inline(), "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}},
              "ItemsPath": "$.items", "MaxConcurrency": 3, "Label": "L", "ToleratedFailurePercentage": 10}
    slow = {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ToleratedFailureCount": 1,
            "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, **chain(i={"Type": "Wait", "Seconds": 1})}}
    return [
        chain(a={"Type": "Pass", "Result": {"x": [1, 2, {"y": None}]}, "ResultPath": "$.r"}, z={"Type": "Succeed"}),
        chain(a={"Type": "Wait", "Seconds": 1}, z={"Type": "Pass"}),
        chain(a={"Type": "Wait", "TimestampPath": "$.when"}, z={"Type": "Pass"}),
        chain(a=choice, y={"Type": "Pass", "InputPath": "$.a", "OutputPath": "$"}, z={"Type": "Fail", "Error": "E", "Cause": "c"}),
        chain(a={"Type": "Parallel", "Branches": [chain(b={"Type": "Pass"}), chain(b={"Type": "Wait", "Seconds": 1})]}, z={"Type": "Pass"}),
        chain(a={"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": inline(), "MaxConcurrency": 2}, z={"Type": "Pass"}),
        chain(a=spread, z={"Type": "Pass"}),
        chain(a=slow, z={"Type": "Pass"}),
        chain(a=activity, z={"Type": "Pass"}),
        chain(a=function, z={"Type": "Pass"}),
        chain(a=callback, z={"Type": "Pass"}),
        chain(a=nested, z={"Type": "Pass"}),
        chain(a={"Type": "Pass", "Parameters": {"h.$": "States.Hash($.a, 'SHA-256')", "f.$": "States.Format('{}-{}', $.a, $$.Execution.Id)"}}),
        {"QueryLanguage": "JSONata", **chain(a={"Type": "Pass", "Assign": {"v": "{% $states.input.a + 1 %}"}, "Output": {"o": "{% $v ~> $string() %}"}},
                                             z={"Type": "Choice", "Choices": [{"Condition": "{% $v > 2 %}", "Next": "y"}], "Default": "y"},
                                             y={"Type": "Succeed", "Output": "{% $map([1..5], function($x) { $x * $v }) %}"})},
        {"QueryLanguage": "JSONata", **chain(a={"Type": "Map", "Items": "{% $states.input.items %}", "ItemSelector": {"i": "{% $states.context.Map.Item.Value %}"},
                                               "ItemProcessor": inline()})},
    ]


DEFINITIONS = definitions()
INPUTS = ['{}', '{"a": 1, "b": "x", "items": [1, 2, 3]}', '{"a": 5, "items": []}', '[1, 2]', '"text"', 'null', '1e3', ' {"a" : 1.50, "when": "2026-01-01T00:00:00Z"} ',
          '{"items": [' + ",".join(["{}"] * 200) + ']}']
WORDS = ["", " ", "a", "$", "$.a", "$.a[", "$$.Task.Token", "{% 1 %}", "{% $x", "States.ALL", "States.Format('{}', $.a)", "\u0000", "\ud800", "\U0010ffff",
         "ä\u0301", "\ufeff", "-1", "NaN", "null", "arn:", "arn:aws:states:::x", f"{PREFIX}:stateMachine:m1", f"{PREFIX}:stateMachine:m1:1",
         f"{PREFIX}:stateMachine:m1/L", f"{PREFIX}:execution:m1:e1", f"{PREFIX}:mapRun:m1/L:0", "x" * 80, "x" * 81, "ä" * 257, "x" * 1025,
         "STANDARD", "EXPRESS", "RUNNING", "[" * 5000, '{"a":' * 3000, "9" * 400, "2026-01-01T00:00:00Z", "'\"\\\r\n\t"]
NUMBERS = [0, 1, -1, 2, 100, 1000, 1001, 2**31, 2**53 + 1, 2**63, -2**63, 10**30, 0.5, -0.0, 1e308, 1e-300]


class Pool:
    """What is known of the server's world."""

    def __init__(self, random):
        self.random = random
        self.known = {}

    def learn(self, operation, answer):
        """Keeps what an answer gives away."""
        for member, value in answer.items():
            if isinstance(value, str) and (member.endswith("Arn") or member in ("taskToken", "nextToken", "revisionId")):
                kept = self.known.setdefault(member, [])
                kept.append(value)
                if len(kept) > 60:
                    del kept[self.random.randrange(len(kept))]
            elif isinstance(value, list):
                for item in value[:3]:
                    if isinstance(item, dict):
                        self.learn(operation, item)

    def some(self, member, otherwise):
        """One of those, or one that may not exist."""
        kept = self.known.get(member)
        return self.random.choice(kept) if kept and self.random.random() < 0.85 else otherwise


def template(operation, random, pool):
    """A request that is right, or would be if what it names were there."""
    name = f"m{random.randrange(40)}"
    machine = pool.some("stateMachineArn", f"{PREFIX}:stateMachine:{name}")
    execution = pool.some("executionArn", f"{PREFIX}:execution:{name}:e{random.randrange(9)}")
    activity = pool.some("activityArn", f"{PREFIX}:activity:a{random.randrange(9)}")
    definition = lambda: json.dumps(changed(random.choice(DEFINITIONS), random, 0.3))
    page = {"maxResults": random.choice([0, 1, 5, 1000]), "nextToken": pool.some("nextToken", "t")}
    page = {member: value for member, value in page.items() if random.random() < 0.4}
    route = [{"stateMachineVersionArn": pool.some("stateMachineVersionArn", f"{machine}:1"), "weight": 100}]
    tags = [{"key": f"k{random.randrange(60)}", "value": "v"}]
    configuration = {"type": random.choice(["STANDARD", "EXPRESS"]), "roleArn": ROLE, "tags": tags, "publish": random.random() < 0.3,
                     "versionDescription": "d", "loggingConfiguration": {"level": "OFF", "includeExecutionData": True, "destinations": []},
                     "tracingConfiguration": {"enabled": False}, "encryptionConfiguration": {"type": "AWS_OWNED_KEY"}}
    if not configuration["publish"]:
        del configuration["versionDescription"]
    update = {member: value for member, value in configuration.items() if member not in ("type", "tags") and random.random() < 0.5}
    start = {"stateMachineArn": machine, "input": random.choice(INPUTS), "name": f"e{random.randrange(10_000)}", "traceHeader": "Root=1"}
    resource = {"resourceArn": random.choice([machine, activity])}
    included = {"includedData": random.choice(["ALL_DATA", "METADATA_ONLY"])}
    alias = {"stateMachineAliasArn": pool.some("stateMachineAliasArn", f"{machine}:prod")}
    token = {"taskToken": pool.some("taskToken", "AAAA")}
    run = {"mapRunArn": pool.some("mapRunArn", f"{PREFIX}:mapRun:{name}/L:0")}
    makers = {
        "CreateActivity": lambda: {"name": f"a{random.randrange(9)}", "tags": tags},
        "CreateStateMachine": lambda: {"name": name, "definition": definition(), **configuration},
        "CreateStateMachineAlias": lambda: {"name": f"p{random.randrange(5)}", "description": "d", "routingConfiguration": route},
        "DeleteActivity": lambda: {"activityArn": activity},
        "DeleteStateMachine": lambda: {"stateMachineArn": machine},
        "DeleteStateMachineAlias": lambda: alias,
        "DeleteStateMachineVersion": lambda: {"stateMachineVersionArn": route[0]["stateMachineVersionArn"]},
        "DescribeActivity": lambda: {"activityArn": activity},
        "DescribeExecution": lambda: {"executionArn": execution, **included},
        "DescribeMapRun": lambda: run,
        "DescribeStateMachine": lambda: {"stateMachineArn": machine, **included},
        "DescribeStateMachineAlias": lambda: alias,
        "DescribeStateMachineForExecution": lambda: {"executionArn": execution, **included},
        "GetActivityTask": lambda: {"activityArn": activity, "workerName": "w"},
        "GetExecutionHistory": lambda: {"executionArn": execution, "reverseOrder": random.random() < 0.5, "includeExecutionData": True, **page},
        "ListExecutions": lambda: {"stateMachineArn": machine, "statusFilter": random.choice(["RUNNING", "FAILED"]), **page},
        "ListMapRuns": lambda: {"executionArn": execution, **page},
        "ListStateMachineAliases": lambda: {"stateMachineArn": machine, **page},
        "ListStateMachineVersions": lambda: {"stateMachineArn": machine, **page},
        "ListTagsForResource": lambda: resource,
        "PublishStateMachineVersion": lambda: {"stateMachineArn": machine, "revisionId": pool.some("revisionId", "INITIAL"), "description": "d"},
        "RedriveExecution": lambda: {"executionArn": execution, "clientToken": "c"},
        "SendTaskFailure": lambda: {**token, "error": "E", "cause": "c"},
        "SendTaskHeartbeat": lambda: token,
        "SendTaskSuccess": lambda: {**token, "output": random.choice(INPUTS)},
        "StartExecution": lambda: start,
        "StartSyncExecution": lambda: {**start, **included},
        "StopExecution": lambda: {"executionArn": execution, "error": "E", "cause": "c"},
        "TagResource": lambda: {**resource, "tags": tags},
        "TestState": lambda: {"definition": json.dumps(changed(random.choice(list(random.choice(DEFINITIONS)["States"].values())), random, 0.3)), "roleArn": ROLE,
                              "input": random.choice(INPUTS), "inspectionLevel": random.choice(["INFO", "DEBUG", "TRACE"]), "revealSecrets": False,
                              "variables": "{}", "mock": {"result": random.choice(INPUTS)}},
        "UntagResource": lambda: {**resource, "tagKeys": ["k1"]},
        "UpdateMapRun": lambda: {**run, "maxConcurrency": 2, "toleratedFailureCount": 1, "toleratedFailurePercentage": 1.5},
        "UpdateStateMachine": lambda: {"stateMachineArn": machine, "definition": definition(), **update},
        "UpdateStateMachineAlias": lambda: {**alias, "description": "d", "routingConfiguration": route},
        "ValidateStateMachineDefinition": lambda: {"definition": definition(), "type": configuration["type"], "severity": "WARNING", "maxResults": 10},
    }
    make = makers.get(operation)
    return make() if make else page


# --- what can be done to a document


def anything(random, depth=0):
    """A value of any kind."""
    kind = random.randrange(9 if depth < 3 else 7)
    if kind < 3:
        return random.choice(WORDS)
    if kind < 5:
        return random.choice(NUMBERS)
    if kind < 7:
        return random.choice([None, True, False, [], {}])
    if kind == 7:
        return [anything(random, depth + 1) for _ in range(random.randrange(4))]
    return {random.choice(WORDS): anything(random, depth + 1) for _ in range(random.randrange(4))}


def places(value, found, path=()):
    """Every place in a document."""
    if isinstance(value, dict):
        for key, inner in value.items():
            found.append((value, key))
            places(inner, found)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found.append((value, index))
            places(inner, found)
    return found


def changed(value, random, likely):
    """A copy with changes: members dropped, retyped, renamed, exchanged, blown up."""
    value = json.loads(json.dumps(value))
    while random.random() < likely:
        spots = places(value, [])
        if not spots:
            return anything(random)
        holder, key = random.choice(spots)
        how = random.randrange(7)
        if how == 0:
            del holder[key]
        elif how == 1:
            holder[key] = None
        elif how == 2:
            other, from_key = random.choice(spots)
            holder[key] = json.loads(json.dumps(other[from_key]))
        elif how == 3 and isinstance(holder, dict):
            holder[random.choice(WORDS[:20])] = holder.pop(key)
        elif how == 4 and isinstance(holder[key], (str, list)):
            holder[key] = holder[key] * random.choice([0, 2, 30, 300])
        elif how == 5 and isinstance(holder[key], str) and holder[key][:1] in ("{", "["):
            holder[key] = inner_changed(holder[key], random)
        else:
            holder[key] = anything(random)
        if len(json.dumps(value)) > 300_000:
            return value
    return value


def inner_changed(text, random):
    """A document within a text, changed within."""
    try:
        return json.dumps(changed(json.loads(text), random, 0.7))
    except (ValueError, RecursionError):
        return text


def as_text(body, random):
    """The bytes of a document; now and then with members twice, with odd bytes, or cut off."""
    text = json.dumps(body, ensure_ascii=random.random() < 0.5).encode("utf-8", "surrogatepass")
    how = random.randrange(40)
    if how == 0 and text[:2] == b'{"':
        member = json.dumps({random.choice(list(body)): anything(random)}).encode()
        return member[:-1] + b"," + text[1:]
    if how == 1:
        return text[:random.randrange(len(text) + 1)]
    if how == 2:
        return broken(text, random)
    if how == 3:
        deep = random.choice([1_000, 100_000, 500_000])
        return b'{"x":' + random.choice([b"[", b'{"a":']) * deep
    return text


def broken(data, random):
    """Bytes with some of them changed, inserted, removed or repeated."""
    data = bytearray(data)
    for _ in range(random.choice([1, 1, 2, 8])):
        at = random.randrange(len(data) + 1)
        how = random.randrange(5)
        if how == 0 and at < len(data):
            data[at] ^= 1 << random.randrange(8)
        elif how == 1:
            data[at:at] = random.choice([b"\0", b"\xff", b"\r\n", b"\r\n\r\n", b" ", b'"', b"\\", b"{", b"}", b",", b":", b"\xef\xbb\xbf"])
        elif how == 2:
            del data[at:at + random.randrange(1, 20)]
        elif how == 3:
            data[at:at] = data[max(0, at - 30):at] * random.choice([1, 2, 50])
        else:
            data[at:at + 4] = random.randbytes(4)
    return bytes(data)


def structured(random, pool):
    """An operation and the bytes of its body."""
    operation = random.choices(OPERATIONS, WEIGHTS)[0]
    body = template(operation, random, pool)
    if random.random() < 0.45:
        body = changed(body, random, random.choice([0.3, 0.7]))
        return operation, as_text(body, random) if isinstance(body, dict) else json.dumps(body).encode()
    return operation, json.dumps(body).encode()
