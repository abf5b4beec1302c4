"""Whether a history is legal for a definition: the rules of AWS's histories as a small machine.

It follows an execution event by event. A frame is the top level, a branch of a Parallel state or an
iteration of a Map; each has a chain of events, and `previousEventId` must name the chain's head.
It knows what crash tests need (JSONPath definitions, Map, functions, activities, integrations with
and without a token, redrives) and is strict about that: an event that fits nowhere is an error, not a guess.
"""

TERMINAL = {"ExecutionSucceeded": "SUCCEEDED", "ExecutionFailed": "FAILED",
            "ExecutionAborted": "ABORTED", "ExecutionTimedOut": "TIMED_OUT"}
TASK_PREFIXES = ("LambdaFunction", "Activity", "Task")
STATE_TYPES = ("Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map")
# Timestamps are rounded to milliseconds on their way.
SLACK_SECONDS = 0.002


class Illegal(Exception):
    """A rule that does not hold."""


class Frame:
    """The top level, a branch, or an iteration."""

    def __init__(self, scope, parent, index, head):
        self.scope, self.parent, self.index, self.head = scope, parent, index, head
        self.phase, self.next = "ready", {scope["StartAt"]}
        self.name = self.since = None
        self.children, self.length, self.started, self.done, self.iterated_from = [], 0, 0, 0, 0
        # Whether the service has taken the request of a task that ends later.
        self.submitted = False
        # What it did before it was cut off, and where its Map Run stands: a redrive goes on from there.
        self.worked = self.run = None

    @property
    def state(self):
        return self.scope["States"].get(self.name, {})

    @property
    def type(self):
        return self.state.get("Type")

    def rests(self):
        """Whether it is in a state that must be cut off by an event of its own."""
        return self.phase in ("running", "open") or (self.phase == "entered" and self.type == "Wait")

    def distributed(self):
        """Whether its Map state starts executions instead of iterations."""
        processor = self.state.get("ItemProcessor") or {}
        return processor.get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED"

    def cut(self, phase="cut"):
        """It goes no further, until a redrive."""
        if self.phase not in ("cut", "broken"):
            self.worked = self.phase
        self.phase = phase

    def go_on(self, event):
        """Where it stands after a redrive: what had not finished is to be done again, what had is kept."""
        if self.phase == "done":
            return
        phase = self.worked if self.phase in ("cut", "broken") else self.phase
        self.head, self.worked = event["id"], None
        if self.type in ("Parallel", "Map") and phase != "ready" and (self.children or self.iterated_from or self.run):
            self.phase = "map run over" if self.run else "open"
        elif phase in ("ready", "done"):
            self.phase = phase
        else:
            self.phase, self.since = "failed" if self.type == "Fail" else "entered", event["timestamp"]

    def anew(self, event):
        """Its state runs again from its beginning."""
        self.children, self.run, self.iterated_from = [], None, 0
        self.phase, self.head = "entered", event["id"]

    def frames(self):
        """This frame and all below it."""
        yield self
        for child in self.children:
            yield from child.frames()


def prefix_of(state):
    """What the names of a Task state's own events begin with."""
    resource = state.get("Resource", "")
    if ":states:::" in resource:
        return "Task"
    return "Activity" if ":activity:" in resource else "LambdaFunction"


def ends_later(state):
    """Whether a Task state's call is not its end."""
    return state.get("Resource", "").endswith((".waitForTaskToken", ".sync", ".sync:2"))


def need(holds, why):
    if not holds:
        raise Illegal(why)


class Rules:
    """One execution, as far as its history has been read."""

    def __init__(self, definition):
        self.root = Frame(definition, None, 0, 0)
        self.id = 0
        self.at = 0.0
        self.status = "RUNNING"
        # Calls; an activity's task is none.
        self.attempts = self.successes = self.redrives = 0
        self.error = None

    def take(self, event):
        """The next event."""
        kind, number, previous = event["type"], event["id"], event["previousEventId"]
        need(number == self.id + 1, f"event {number} follows event {self.id}")
        need(self.status == "RUNNING" or kind == "ExecutionRedriven", f"event {number} follows the end")
        need(0 <= previous < number, f"event {number} names {previous} as the one before it")
        need((kind == "ExecutionStarted") == (number == 1), f"event {number} is {kind}")
        if kind != "ExecutionTimedOut":
            need(event["timestamp"] >= self.at - SLACK_SECONDS, f"event {number} is earlier than the one before")
        self.id = number
        try:
            self._handler(kind)(event)
        except Illegal as error:
            raise Illegal(f"event {number} {kind} (previous {previous}): {error}") from None
        self.at = event["timestamp"]

    def _handler(self, kind):
        if kind in TERMINAL:
            return self._ended
        if kind == "ExecutionStarted":
            return lambda event: need(event["previousEventId"] == 0, "the start names a previous event")
        for suffix, handler in (("StateEntered", self._entered), ("StateExited", self._exited),
                                ("StateAborted", self._aborted)):
            if kind.endswith(suffix) and kind[: -len(suffix)] in STATE_TYPES:
                return handler
        handler = getattr(self, "_" + kind, None)
        if handler is None and kind.startswith(TASK_PREFIXES):
            return self._task
        need(handler is not None, "this type of event is not known")
        return handler

    def _find(self, event, wanted, holds):
        """The frame whose chain the event continues."""
        found = [frame for frame in self.root.frames() if frame.head == event["previousEventId"] and holds(frame)]
        need(found, f"no chain that ends there is {wanted}")
        return found[0]

    # --- states

    def _entered(self, event):
        name, kind = event["stateEnteredEventDetails"]["name"], event["type"][: -len("StateEntered")]
        frame = self._find(event, f"about to enter {name}", lambda f: f.phase == "ready" and name in f.next)
        frame.name, frame.since, frame.head = name, event["timestamp"], event["id"]
        need(frame.type == kind, f"{name} is a {frame.type} state")
        frame.phase = "failed" if kind == "Fail" else "entered"

    def _exited(self, event):
        name, kind = event["stateExitedEventDetails"]["name"], event["type"][: -len("StateExited")]
        through = {"Task": "succeeded", "Parallel": "joined", "Map": "joined"}.get(kind, "entered")
        frame = self._find(event, f"leaving {name}", lambda f: f.name == name and f.phase in (through, "failed"))
        need(frame.type == kind, f"{name} is a {frame.type} state")
        if kind == "Wait":
            waited = event["timestamp"] - frame.since
            need(waited >= frame.state.get("Seconds", 0) - SLACK_SECONDS, f"it waited {waited:.3f} s only")
        frame.next = self._targets(frame, through)
        frame.head, frame.children, frame.run, frame.iterated_from = event["id"], [], None, 0
        frame.phase = "ready" if frame.next else "done"

    @staticmethod
    def _targets(frame, through):
        state = frame.state
        if frame.phase != through:
            targets = {catcher["Next"] for catcher in state.get("Catch", ())}
            need(targets, "it failed and has no Catch")
            return targets
        if state["Type"] == "Choice":
            targets = {choice["Next"] for choice in state["Choices"]}
            return targets | ({state["Default"]} if "Default" in state else set())
        return {state["Next"]} if "Next" in state else set()

    def _aborted(self, event):
        kind = event["type"][: -len("StateAborted")]
        frame = self._find(event, f"in a {kind} state",
                           lambda f: f.type == kind and f.phase not in ("done", "cut", "broken"))
        need(frame.parent is not None, "the top level is not cut off")
        need(not any(child.rests() for child in frame.children), "something below it still rests")
        # A Task whose failure ends its branch is shown as aborted itself.
        ends_branch = kind == "Task" and frame.phase == "failed" and frame.parent.type == "Parallel"
        frame.cut("broken" if ends_branch else "cut")

    # --- tasks

    def _task(self, event):
        prefix = next(prefix for prefix in TASK_PREFIXES if event["type"].startswith(prefix))
        step = event["type"][len(prefix):]
        if step == "Scheduled":
            return self._scheduled(event, prefix)
        if step == "Submitted":
            return self._submitted(event)
        before, after = {"Started": ("scheduled", "running"), "Succeeded": ("running", "succeeded"),
                         "Failed": ("running", "failed"), "TimedOut": ("running", "failed")}.get(step, (None, None))
        need(before, "this type of event is not known")
        frame = self._find(event, before, lambda f: f.type == "Task" and f.phase == before and prefix_of(f.state) == prefix)
        if step == "TimedOut":
            self._ran_out(frame, event)
        frame.head, frame.phase, frame.since = event["id"], after, event["timestamp"]
        self.attempts += step == "Started" and prefix != "Activity"
        self.successes += step == "Succeeded" and prefix != "Activity"
        return None

    def _scheduled(self, event, prefix):
        frame = self._find(event, "about to call", lambda f: f.type == "Task" and f.phase in ("entered", "failed"))
        own = prefix_of(frame.state)
        need(prefix == own, f"this resource has {own} events")
        if frame.phase == "failed":
            self._backed_off(frame, event)
        frame.head, frame.phase, frame.submitted = event["id"], "scheduled", False

    def _submitted(self, event):
        """The service has taken a request; that is no end, and no clock begins anew."""
        frame = self._find(event, "running", lambda f: f.phase == "running" and ends_later(f.state))
        need(not frame.submitted, "the request was taken before")
        frame.head, frame.submitted = event["id"], True

    @staticmethod
    def _ran_out(frame, event):
        clocks = [frame.state[field] for field in ("TimeoutSeconds", "HeartbeatSeconds") if field in frame.state]
        need(clocks, "the state has no clock")
        waited = event["timestamp"] - frame.since
        need(waited >= min(clocks) - SLACK_SECONDS, f"it had {waited:.3f} s only")

    @staticmethod
    def _backed_off(frame, event):
        retriers = [retrier for retrier in frame.state.get("Retry", ()) if retrier.get("MaxAttempts", 3)]
        need(retriers, "the state has no Retry")
        least = min(retrier.get("IntervalSeconds", 1) for retrier in retriers)
        waited = event["timestamp"] - frame.since
        need(waited >= least - SLACK_SECONDS, f"the next attempt comes {waited:.3f} s after the failure")

    # --- Parallel

    def _ParallelStateStarted(self, event):
        frame = self._opening(event, "Parallel")
        frame.children = [Frame(branch, frame, index, event["id"])
                          for index, branch in enumerate(frame.state["Branches"])]

    def _opening(self, event, kind):
        previous = event["previousEventId"]

        def again(frame):
            if kind == "Map":
                return frame.phase == "child failed" and frame.head == previous
            return frame.phase == "open" and bool(self._failed_child(frame, previous))

        def opens(frame):
            first = frame.phase == "entered" and frame.head == previous
            return frame.type == kind and (first or again(frame))

        found = [frame for frame in self.root.frames() if opens(frame)]
        need(found, f"no {kind} state starts there")
        frame = found[0]
        if frame.phase != "entered":
            need(frame.state.get("Retry"), "the state has no Retry")
            self._nobody_rests(frame)
        frame.head, frame.phase = event["id"], "open"
        return frame

    @staticmethod
    def _failed_child(frame, head):
        return [child for child in frame.children if child.head == head
                and child.phase == ("broken" if child.type == "Task" else "failed")]

    @staticmethod
    def _nobody_rests(frame):
        resting = [child.name for child in frame.children if child.rests()]
        need(not resting, f"not cut off: {resting}")

    def _ParallelStateSucceeded(self, event):
        previous = event["previousEventId"]
        found = [frame for frame in self.root.frames() if frame.type == "Parallel" and frame.phase == "open"
                 and (any(child.phase == "done" and child.head == previous for child in frame.children)
                      or frame.head == previous and all(child.phase == "done" for child in frame.children))]
        need(found, "no branch ends there")
        need(all(child.phase == "done" for child in found[0].children), "not all branches are done")
        # The success is no link of the chain: the exit names the branch's last event too.
        found[0].head, found[0].phase = previous, "joined"

    def _ParallelStateFailed(self, event):
        found = [frame for frame in self.root.frames() if frame.type == "Parallel" and frame.phase == "open"
                 and self._failed_child(frame, event["previousEventId"])]
        need(found, "no branch failed there")
        self._nobody_rests(found[0])
        found[0].head, found[0].phase = event["id"], "failed"

    # --- Map

    def _MapStateStarted(self, event):
        frame = self._opening(event, "Map")
        frame.children, frame.done, frame.started = [], 0, 0
        frame.length, frame.iterated_from = event["mapStateStartedEventDetails"]["length"], event["id"]
        frame.run = None

    def _MapIterationStarted(self, event):
        details = event["mapIterationStartedEventDetails"]
        found = [frame for frame in self.root.frames() if frame.type == "Map" and frame.phase == "open"
                 and frame.name == details["name"] and frame.iterated_from == event["previousEventId"]
                 and frame.started == details["index"] < frame.length]
        need(found, "no Map starts this iteration there")
        frame = found[0]
        bound = frame.state.get("MaxConcurrency") or 40
        need(len(frame.children) < bound, f"{len(frame.children)} iterations run already")
        frame.started += 1
        processor = frame.state.get("ItemProcessor") or frame.state["Iterator"]
        frame.children.append(Frame(processor, frame, details["index"], event["id"]))

    def _iteration(self, event, phases):
        details = event[event["type"][0].lower() + event["type"][1:] + "EventDetails"]
        return self._find(event, f"iteration {details['index']} of {details['name']}, {' or '.join(phases)}",
                          lambda f: f.parent is not None and f.parent.name == details["name"]
                          and f.index == details["index"] and f.phase in phases)

    def _MapIterationSucceeded(self, event):
        child = self._iteration(event, ("done",))
        frame = child.parent
        frame.children.remove(child)
        frame.done += 1
        # The next iteration goes on from the last event of this one, the Map's end from its success.
        frame.iterated_from, frame.head = child.head, event["id"]

    def _MapIterationFailed(self, event):
        child = self._iteration(event, ("failed",))
        child.parent.phase, child.parent.head = "child failed", child.head
        child.cut()

    def _MapIterationAborted(self, event):
        child = self._iteration(event, ("ready", "entered", "scheduled", "running", "succeeded", "failed",
                                        "open", "joined", "cut"))
        need(child.parent.phase == "child failed", "no iteration of this Map has failed")
        child.cut()

    # --- distributed Map

    def _MapRunStarted(self, event):
        frame = self._find(event, "a distributed Map", lambda f: f.type == "Map" and f.phase == "open" and f.distributed())
        frame.head, frame.phase = event["id"], "map run"
        frame.run = event["mapRunStartedEventDetails"]["mapRunArn"]

    def _open_run(self, event):
        return self._find(event, "an open Map Run", lambda f: f.phase == "map run")

    def _MapRunSucceeded(self, event):
        # The success is no link of the chain: the exit names the Map Run's start, or its redrive.
        frame = self._open_run(event)
        frame.phase, frame.since = "map run done", event["id"]

    def _MapRunFailed(self, event):
        frame = self._open_run(event)
        frame.head, frame.phase = event["id"], "child failed"

    def _MapRunAborted(self, event):
        self._open_run(event).phase = "open"

    def _MapRunRedriven(self, event):
        arn = event["mapRunRedrivenEventDetails"]["mapRunArn"]
        frame = self._find(event, f"a Map whose run is {arn}", lambda f: f.phase == "map run over" and f.run == arn)
        frame.head, frame.phase = event["id"], "map run"

    def _MapStateSucceeded(self, event):
        for frame in self.root.frames():
            if frame.phase == "map run done" and frame.since == event["previousEventId"]:
                frame.phase = "joined"
                return
        frame = self._find(event, "a Map", lambda f: f.type == "Map" and f.phase == "open")
        need(frame.done == frame.length, f"{frame.done} of {frame.length} iterations are done")
        frame.phase = "joined"

    def _MapStateFailed(self, event):
        frame = self._find(event, "a Map with a failed iteration",
                           lambda f: f.type == "Map" and f.phase == "child failed")
        self._nobody_rests(frame)
        frame.head, frame.phase = event["id"], "failed"

    # --- ends

    def _ended(self, event):
        kind, previous = event["type"], event["previousEventId"]
        if kind in ("ExecutionAborted", "ExecutionTimedOut"):
            need(previous == 0, "this end names a previous event")
        else:
            need(previous == self.root.head, f"the chain of the top level ends at {self.root.head}")
        if kind == "ExecutionSucceeded":
            need(self.root.phase == "done", f"the top level is {self.root.phase}")
        self.status = TERMINAL[kind]
        self.error = event.get("executionFailedEventDetails", {}).get("error")

    def _ExecutionRedriven(self, event):
        need(self.status in ("FAILED", "ABORTED", "TIMED_OUT"), f"what is {self.status} is redriven")
        need(event["previousEventId"] == event["id"] - 1, "it does not name the end before it")
        self.redrives += 1
        count = event["executionRedrivenEventDetails"]["redriveCount"]
        need(count == self.redrives, f"redrive {count} is number {self.redrives}")
        self.status = "RUNNING"
        too_large = self.error == "States.DataLimitExceeded"
        # A Map Run that ended by itself is not gone on with where its results or its state were at fault.
        whole = [frame for frame in self.root.frames() if frame.run and frame.phase in ("failed", "joined")]
        for frame in list(self.root.frames()):
            frame.go_on(event)
        for frame in whole if too_large or self.error == "States.Runtime" else ():
            frame.anew(event)
        if too_large and self.root.phase == "open":
            self.root.anew(event)

    def places(self):
        """In which kinds of place the execution is now."""
        found = set()
        for frame in self.root.frames():
            place = self._place(frame)
            if place:
                found.add(place)
                while frame.parent is not None:
                    frame = frame.parent
                    found.add(f"inside {frame.type}")
        return found

    @staticmethod
    def _place(frame):
        if frame.phase == "running":
            has_token = prefix_of(frame.state) == "Activity" or frame.submitted
            return "Token out" if has_token else "Task running"
        if frame.phase == "scheduled" and prefix_of(frame.state) == "Activity":
            return "Task at the desk"
        if frame.phase == "entered" and frame.type == "Wait":
            return "Wait"
        return "Retry backoff" if frame.phase == "failed" and frame.type == "Task" else None


def outline(events):
    """The history as text, an event a line."""
    lines = []
    for event in events:
        details = next((value for key, value in event.items() if key.endswith("EventDetails")), {})
        lines.append(f"  {event['timestamp']:.3f} {event['id']:4}({event['previousEventId']}) {event['type']} "
                     + " ".join(f"{key}={str(value)[:80]}" for key, value in details.items()
                                if key in ("name", "index", "length", "error", "cause", "resource")))
    return "\n".join(lines)
