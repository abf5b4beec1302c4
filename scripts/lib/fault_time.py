"""Faults of time: a process that stands still for a while, and a clock that is set."""
import json
import signal
import threading
import time

import crash_machines
import history_rules
import process_figures
from api import ApiError, Client, Unreachable
from clock_shim import HOUR, Clock
from crash_machines import chain, passing, wait
from server import Server

ACTIVITY = crash_machines.ACTIVITY
EACH = 30
# A quiet server may take so much of a processor: anything that turns in a circle takes all of one.
QUIET_SHARE = 0.2


def work(**clocks):
    """A task of an activity."""
    return chain("work", work={"Type": "Task", "Resource": ACTIVITY, "End": True, **clocks})


class Scene:
    """Machines on a server, executions of them, and what becomes of those."""

    def __init__(self, server):
        self.server, self.client = server, Client(server.port, timeout=600)
        self.machines, self.arns = {}, {}

    def machine(self, name, definition, machine_type="STANDARD"):
        """Makes a machine."""
        self.machines[name] = (self.client.create(name, definition, machine_type), definition)

    def start(self, machine, count=EACH, prefix=""):
        """Starts so many; gives their ARNs."""
        arn = self.machines[machine][0]
        return [self.client.call("StartExecution", stateMachineArn=arn, name=f"{prefix}{machine}-{number}", input='{"n": 1}')["executionArn"]
                for number in range(count)]

    def settle(self, executions, seconds):
        """How they ended, each with how often, once all have or the time is over."""
        deadline = time.monotonic() + seconds
        while True:
            found = {}
            for arn in executions:
                one = self.client.call("DescribeExecution", executionArn=arn)
                end = one["status"] + (f" {one['error']}" if "error" in one else "")
                found[end] = found.get(end, 0) + 1
            if not any(end.startswith("RUNNING") for end in found) or time.monotonic() > deadline:
                return found
            time.sleep(0.05)

    def illegal(self, machine, executions):
        """What does not hold of their histories."""
        wrong = []
        for arn in executions:
            rules = history_rules.Rules(self.machines[machine][1])
            try:
                for event in self.client.history(arn):
                    rules.take(event)
            except history_rules.Illegal as error:
                wrong.append(f"{arn}: {error}")
        return wrong

    def take(self, count):
        """Tokens of so many tasks of the activity."""
        return [self.client.call("GetActivityTask", activityArn=ACTIVITY)["taskToken"] for _ in range(count)]

    def tell(self, tokens):
        """SendTaskSuccess with each; gives the answers' names."""
        said = []
        for token in tokens:
            try:
                self.client.call("SendTaskSuccess", taskToken=token, output="1")
                said.append("taken")
            except ApiError as error:
                said.append(error.name)
        return said

    def share(self, seconds=2.0):
        """The share of a processor that the server takes while nobody asks for anything."""
        pid = self.server.process.pid
        before = process_figures.processor_seconds(pid)
        time.sleep(seconds)
        return (process_figures.processor_seconds(pid) - before) / seconds


# --- SIGSTOP


def standing_still(checks, folder, seconds):
    """The process is stopped for a while with timers, tasks, polls and requests open."""
    with Server(folder) as server:
        server.start()
        scene = Scene(server)
        scene.client.call("CreateActivity", name=ACTIVITY.rpartition(":")[2])
        for name, definition in (("sleep", chain("sleep", sleep=wait(seconds=1))), ("beating", work(HeartbeatSeconds=2)),
                                 ("patient", work(TimeoutSeconds=3_600)), ("pass", chain("a", a=passing()))):
            scene.machine(name, definition)
        beating = scene.start("beating", 4)
        late = scene.take(4)
        patient = scene.start("patient", 4)
        good = scene.take(4)
        sleepers = scene.start("sleep")
        with Asking(scene) as asking:
            server.process.send_signal(signal.SIGSTOP)
            time.sleep(seconds)
            server.process.send_signal(signal.SIGCONT)
            begun = time.monotonic()
            ends = scene.settle(sleepers, 10)
            took = time.monotonic() - begun
        checks.equal(f"after {seconds} s of standing still all timers go off, once", ends, {"SUCCEEDED": EACH})
        checks.that(f"within some seconds ({took:.2f} s)", took < 8, took)
        checks.equal("what was missed for too long has timed out", (scene.settle(beating, 10), set(scene.tell(late))),
                     ({"FAILED States.Timeout": 4}, {"TaskTimedOut"}))
        checks.equal("what has time is still good", (scene.tell(good), scene.settle(patient, 5)), (["taken"] * 4, {"SUCCEEDED": 4}))
        checks.equal(f"{len(asking.names)} starts of clients that waited were answered, and nothing was done twice", asking.wrong(), [])
        wrong = scene.illegal("sleep", sleepers) + scene.illegal("beating", beating) + scene.illegal("patient", patient)
        checks.equal("all histories are legal", wrong, [])
        checks.that("nothing panicked", "panicked at" not in server.stderr(), server.tail())


class Asking:
    """Clients that start executions all the while, each on a connection of its own."""

    def __init__(self, scene, clients=8):
        self.scene, self.ends = scene, threading.Event()
        self.names, self.broken = [], []
        self.threads = [threading.Thread(target=self._ask, args=(index,)) for index in range(clients)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        time.sleep(0.3)
        return self

    def __exit__(self, *_):
        time.sleep(0.3)
        self.ends.set()
        for thread in self.threads:
            thread.join()

    def _ask(self, index):
        client, number = Client(self.scene.server.port, timeout=600), 0
        while not self.ends.is_set():
            number += 1
            name = f"asked-{index}-{number}"
            try:
                client.call("StartExecution", stateMachineArn=self.scene.machines["pass"][0], name=name)
                self.names.append(name)
            except (Unreachable, ApiError) as error:
                self.broken.append(f"{name}: {error}")
            time.sleep(0.01)

    def wrong(self):
        """What was refused or lost, and what is there twice or unasked."""
        rows = [row["name"] for row in self.scene.client.pages(
            "ListExecutions", "executions", stateMachineArn=self.scene.machines["pass"][0], maxResults=1000)]
        return self.broken + (["the list is not what was acknowledged"] if sorted(rows) != sorted(self.names) else [])


# --- a clock that is set


def clock_set(checks, folder, rounds):
    """The time of day is set forward and back by hours, while much waits."""
    clock = Clock(folder)
    with Server(folder, env=clock.environment()) as server:
        server.start()
        scene = Scene(server)
        scene.client.call("CreateActivity", name=ACTIVITY.rpartition(":")[2])
        retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 1}]
        for name, definition in (("hour", chain("hour", hour=wait(seconds=HOUR))), ("sleep", chain("sleep", sleep=wait("more"), more=wait())),
                                 ("work", work(TimeoutSeconds=20 * HOUR)), ("brief", work(TimeoutSeconds=1, Retry=retry)), ("pass", chain("a", a=passing()))):
            scene.machine(name, definition)
        scene.machine("express", chain("rest", rest=wait()), "EXPRESS")
        set_forward(checks, scene, clock)
        set_back(checks, scene, clock)
        set_about(checks, scene, clock, rounds)
        checks.that("nothing panicked", "panicked at" not in server.stderr(), server.tail())
        said = server.stderr()
        checks.that("the log says that the clock was set", "was set forward" in said and "was set back" in said, said[-500:])


def set_forward(checks, scene, clock):
    """Two hours ahead."""
    sleepers, open_work = scene.start("hour"), scene.start("work", 4)
    tokens = scene.take(4)
    began = scene.client.call("DescribeExecution", executionArn=sleepers[0])["startDate"]
    checks.that("the shim moves nothing by itself", abs(began - time.time()) < 30, began)
    clock.set(2 * HOUR)
    begun = time.monotonic()
    ends = scene.settle(sleepers, 15)
    checks.equal("a clock set forward by two hours wakes what sleeps for one", ends, {"SUCCEEDED": EACH})
    checks.that(f"within some seconds ({time.monotonic() - begun:.2f} s)", time.monotonic() - begun < 8)
    checks.equal("tokens are good across that", (scene.tell(tokens), scene.settle(open_work, 5)), (["taken"] * 4, {"SUCCEEDED": 4}))
    checks.equal("and histories legal", scene.illegal("hour", sleepers) + scene.illegal("work", open_work), [])


def set_back(checks, scene, clock):
    """Three hours back, while a Wait, a retry, a heartbeat and an Express execution run."""
    sleepers, open_work = scene.start("sleep", prefix="back-"), scene.start("work", 4, "back-")
    tokens = scene.take(4)
    brief = scene.start("brief", 4, "back-")
    taken = [scene.client.call("GetActivityTask", activityArn=ACTIVITY) for _ in range(4)]
    clock.set(-HOUR)
    begun = time.monotonic()
    express = scene.client.call("StartSyncExecution", stateMachineArn=scene.machines["express"][0])
    took = time.monotonic() - begun
    checks.that(f"a clock set back by three hours does not hold up an Express execution ({took:.2f} s)",
                express["status"] == "SUCCEEDED" and took < 4, express)
    begun = time.monotonic()
    checks.equal("or what sleeps for two seconds", scene.settle(sleepers, 10), {"SUCCEEDED": EACH})
    checks.that(f"for much more ({time.monotonic() - begun:.2f} s)", time.monotonic() - begun < 8)
    checks.equal("tokens are good across that, too", (scene.tell(tokens), scene.settle(open_work, 5)), (["taken"] * 4, {"SUCCEEDED": 4}))
    again = []
    deadline = time.monotonic() + 8
    while len(again) < 4 and time.monotonic() < deadline:
        again += [found for found in [scene.client.call("GetActivityTask", activityArn=ACTIVITY)] if found.get("taskToken")]
    checks.equal("tasks that nobody ends time out in their second and are tried again", (len(taken), len(again)), (4, 4))
    scene.tell(one["taskToken"] for one in again)
    checks.equal("and end", scene.settle(brief, 5), {"SUCCEEDED": 4})
    wrong = [text for name, executions in (("sleep", sleepers), ("work", open_work), ("brief", brief)) for text in scene.illegal(name, executions)]
    checks.equal("no history goes back in time", wrong, [])
    share = scene.share()
    checks.that(f"nothing turns in a circle ({share:.3f} of a processor)", share < QUIET_SHARE, share)


def set_about(checks, scene, clock, rounds):
    """Set again and again while executions run; each start is later than the one before."""
    executions, starts = [], []
    for number in range(rounds):
        executions += scene.start("sleep", 4, f"about-{number}-")
        clock.set((number % 5 - 2) * 1.7 * HOUR + (number % 7) * 0.3)
        time.sleep(0.1)
        starts.append(scene.client.call("DescribeExecution", executionArn=executions[-1])["startDate"])
    checks.equal(f"after {rounds} more times all have ended", scene.settle(executions, 15), {"SUCCEEDED": len(executions)})
    checks.equal("in legal histories", scene.illegal("sleep", executions), [])
    checks.equal("and begun one after the other", starts, sorted(starts))
    kept = json.dumps(scene.client.call("DescribeExecution", executionArn=executions[0]), sort_keys=True)
    clock.set(-5 * HOUR)
    scene.server.kill()
    scene.client.close()
    scene.server.start()
    again = scene.client.call("DescribeExecution", executionArn=executions[0])
    checks.equal("a restart with a clock that is hours behind changes nothing that was", json.dumps(again, sort_keys=True), kept)
    late = scene.start("sleep", 4, "late-")
    checks.equal("and new executions run", scene.settle(late, 10), {"SUCCEEDED": 4})
    checks.equal("in legal histories ", scene.illegal("sleep", late), [])
