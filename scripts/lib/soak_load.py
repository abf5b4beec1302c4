"""The load of the soak: clients that start, stop and redrive executions of all kinds, and follow each to its end.

What a client was told is kept with the plan of the execution; what the server then says of it is
the check's business (soak_check.py). A call without an answer is repeated, as AWS's clients do it.
"""
import dataclasses
import heapq
import itertools
import json
import random
import threading
import time

import crash_machines
from api import ApiError, Unreachable
from crash_load import PASSING, PAUSE_SECONDS
from soak_kinds import STOP_CAUSE

# How soon an execution is looked at, and how often in the end.
LOOK_FIRST_SECONDS, LOOK_LAST_SECONDS = 0.3, 3.0


@dataclasses.dataclass
class Plan:
    """One execution: what was asked for, what clients were told, what must come of it."""

    kind: object
    name: str
    given: dict
    machine_arn: str = ""
    arn: str = ""
    # The start's date as its caller was told; None when the answer was lost.
    told_start: float | None = None
    told_stop: float | None = None
    told_redrive: float | None = None
    begun: float = 0.0
    looks: int = 0
    # Outputs that would be right, where it is not the model's own: of one that a version or an alias chose.
    outputs: object = None
    stage: str = "running"


class Load:
    """Client threads that start, and threads that look how it goes."""

    def __init__(self, client, kinds, arns, check, options):
        self.client, self.kinds, self.arns, self.check, self.options = client, kinds, arns, check, options
        self.numbers, self.order = itertools.count(1), itertools.count(1)
        self.lock = threading.Lock()
        self.waiting = []  # (when to look, order, plan)
        self.open = 0
        self.started = self.repeated = self.throttled = self.lost_syncs = 0
        self.ends, self.pause = threading.Event(), threading.Event()
        self.names = list(kinds)
        self.weights = [kinds[name].weight for name in self.names]
        self.threads = [threading.Thread(target=self._start_some, args=(f"{options.seed}-{index}",), daemon=True)
                        for index in range(options.clients)]
        self.threads += [threading.Thread(target=self._look_after, args=(f"{options.seed}-look-{index}",), daemon=True)
                         for index in range(options.clients)]

    def start(self):
        """Lets the clients go."""
        for thread in self.threads:
            thread.start()

    def stop(self):
        """Everybody ends what is begun."""
        self.ends.set()
        for thread in self.threads:
            thread.join()

    def rest(self, seconds):
        """Nothing new is begun; waits until everything has ended and been looked at. Gives what has not."""
        self.pause.set()
        deadline = time.monotonic() + seconds
        while self.open and time.monotonic() < deadline:
            time.sleep(0.1)
        with self.lock:
            return [plan for _, _, plan in self.waiting] if self.open else []

    def go_on(self):
        """After a rest."""
        self.pause.clear()

    # --- starting

    def _start_some(self, seed):
        chance = random.Random(seed)
        while not self.ends.is_set():
            if self.pause.is_set() or self.open >= self.options.in_flight:
                time.sleep(PAUSE_SECONDS)
                continue
            kind = self.kinds[chance.choices(self.names, self.weights)[0]]
            self.begin(kind)
            time.sleep(chance.random() * PAUSE_SECONDS)

    def begin(self, kind, **more):
        """One execution of a kind."""
        number = next(self.numbers)
        plan = Plan(kind, f"{kind.name}-{number}", crash_machines.input_of(number),
                    **{"machine_arn": self.arns.get(kind.name, ""), **more})
        plan.begun = time.monotonic()
        with self.lock:
            self.open += 1
            self.started += 1
        if kind.handling == "sync":
            self._run_to_its_end(plan)
            return
        answer = self.say("StartExecution", stateMachineArn=plan.machine_arn, name=plan.name, input=crash_machines.text_of(plan.given),
                          known="ExecutionAlreadyExists")
        if answer is None:
            self._over()
            return
        parts = plan.machine_arn.split(":")
        plan.arn = answer.get("executionArn") or ":".join([*parts[:5], "execution", parts[6], plan.name])
        plan.told_start = answer.get("startDate")
        if kind.machine_type == "EXPRESS":
            self.check.express_begun(plan)
            self._over()
            return
        self.check.acknowledged(plan)
        self._look_later(plan)

    def _run_to_its_end(self, plan):
        """A synchronous one is run at most once: one whose answer was lost is lost."""
        try:
            found = self.client.call("StartSyncExecution", stateMachineArn=plan.machine_arn, name=plan.name,
                                     input=crash_machines.text_of(plan.given))
            self.check.ran(plan, found)
        except Unreachable:
            self.lost_syncs += 1
        except ApiError as error:
            if error.name not in PASSING:
                self.check.violation(f"{plan.name}: StartSyncExecution: {error}")
        self._over()

    def say(self, operation, known="", **parameters):
        """A call that is repeated until there is an answer; `{}` for an error that is one. None when it was refused."""
        while True:
            try:
                return self.client.call(operation, **parameters)
            except Unreachable:
                self.repeated += 1
            except ApiError as error:
                if known and error.name in known.split():
                    return {}
                if error.name not in PASSING:
                    self.check.violation(f"{operation} {json.dumps(parameters)[:200]}: {error}")
                    return None
                self.throttled += error.name == "ThrottlingException"
            time.sleep(PAUSE_SECONDS)

    def _over(self):
        with self.lock:
            self.open -= 1

    # --- looking after

    def _look_later(self, plan):
        plan.looks += 1
        wait = min(LOOK_LAST_SECONDS, LOOK_FIRST_SECONDS * 1.5 ** (plan.looks - 1))
        with self.lock:
            heapq.heappush(self.waiting, (time.monotonic() + wait, next(self.order), plan))

    def _look_after(self, seed):
        chance = random.Random(seed)
        while not (self.ends.is_set() and not self.open):
            with self.lock:
                due = self.waiting and self.waiting[0][0] <= time.monotonic()
                plan = heapq.heappop(self.waiting)[2] if due else None
            if plan is None:
                if self.ends.is_set() and self.pause.is_set():
                    return
                time.sleep(PAUSE_SECONDS)
                continue
            self._look(plan, chance)

    def _look(self, plan, chance):
        try:
            found = self.say("DescribeExecution", executionArn=plan.arn)
            if found is None:
                self._over()
                return
            if found["status"] == "RUNNING":
                if plan.kind.handling == "stop" and plan.stage == "running" and chance.random() < 0.5:
                    self._stop(plan)
                self._look_later(plan)
            elif plan.kind.handling == "redrive" and plan.stage == "running" and found["status"] == "FAILED":
                self._redrive(plan, found)
                self._look_later(plan)
            elif plan.stage == "redriven" and found["status"] == "FAILED":
                self.check.violation(f"{plan.name} was redriven and is still FAILED: {found.get('error')}")
                self._over()
            else:
                self.check.ended(plan, found, chance)
                self._over()
        except Unreachable:
            # In the midst of reading what is to be checked: from the beginning, later.
            self._look_later(plan)
        except ApiError as error:
            if error.name in PASSING:
                self._look_later(plan)
                return
            self.check.violation(f"{plan.name}: {error}")
            self._over()

    def _stop(self, plan):
        answer = self.say("StopExecution", executionArn=plan.arn, error=plan.kind.error, cause=STOP_CAUSE)
        plan.told_stop = (answer or {}).get("stopDate")
        plan.stage = "stopped"

    def _redrive(self, plan, found):
        """Once: the token makes a repetition safe."""
        self.check.failed_first(plan, found)
        answer = self.say("RedriveExecution", executionArn=plan.arn, clientToken=f"{plan.name}-once")
        plan.told_redrive = (answer or {}).get("redriveDate")
        plan.stage = "redriven"
        plan.looks = 0
