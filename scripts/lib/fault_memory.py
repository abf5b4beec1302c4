"""Too little memory: a server in a control group of its own, which the kernel kills when there is no more.

The server makes do with little. So that it is killed in the midst of its work, another process of the
group takes nearly all of it for a moment, and the server is the one that the kernel chooses.
"""
import contextlib
import os
import pathlib
import random
import subprocess
import sys
import threading
import time

import process_figures
from api import ApiError, Client, Unreachable
from crash_machines import chain, passing, wait
from server import NotReady, Server

LARGE = 200_000
CLIENTS = 6


class Group:
    """A control group with a bound on memory, of either version; where none can be made, why."""

    def __init__(self, mebibytes):
        self.why_not, self.place, self.mebibytes = None, None, mebibytes
        name = f"stateline-test-{os.getpid()}"
        new, old = pathlib.Path("/sys/fs/cgroup"), pathlib.Path("/sys/fs/cgroup/memory")
        limit = "memory.max" if (new / "cgroup.controllers").exists() else "memory.limit_in_bytes"
        try:
            self.place = (new if limit == "memory.max" else old) / name
            self.place.mkdir()
            (self.place / limit).write_text(str(mebibytes << 20))
            swap = self.place / "memory.swap.max"
            if swap.exists():
                swap.write_text("0")
        except OSError as error:
            self.why_not = str(error)

    def under(self):
        """What makes a server a member."""
        return ["sh", "-c", f'echo $$ > {self.place}/cgroup.procs && echo 1000 > /proc/self/oom_score_adj && exec "$@"', "sh"]

    def take_nearly_all(self):
        """Another member takes what there is, for half a second."""
        program = f"import time; held = bytearray({self.mebibytes - 12} << 20); time.sleep(0.5)"
        join = f'echo $$ > {self.place}/cgroup.procs && exec "$@"'
        return subprocess.Popen(["sh", "-c", join, "sh", sys.executable, "-I", "-S", "-c", program], stderr=subprocess.DEVNULL)

    def remove(self):
        """Once nobody is in it."""
        for _ in range(50):
            with contextlib.suppress(OSError):
                self.place.rmdir()
                return
            time.sleep(0.1)


class Load:
    """Clients that start executions with large inputs, and repeat each until it is answered."""

    def __init__(self, port, arns, seconds):
        self.port, self.arns, self.end = port, arns, time.monotonic() + seconds
        self.accepted, self.throttled, self.lock = {}, 0, threading.Lock()
        self.threads = [threading.Thread(target=self._ask, args=(index,)) for index in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def _ask(self, index):
        client, chance, number = Client(self.port, timeout=20), random.Random(index), 0
        while time.monotonic() < self.end:
            number += 1
            machine = chance.choice(sorted(self.arns))
            name, text = f"{machine}-{index}-{number}", '"' + chance.randbytes(LARGE // 2).hex() + '"'
            while time.monotonic() < self.end:
                try:
                    client.call("StartExecution", stateMachineArn=self.arns[machine], name=name, input=text)
                except Unreachable:
                    time.sleep(0.05)
                except ApiError as error:
                    if error.name == "ExecutionAlreadyExists":
                        break
                    self.throttled += 1
                    time.sleep(0.05)
                else:
                    break
            else:
                return
            with self.lock:
                self.accepted[name] = (machine, hash(text))


def little(checks, folder, mebibytes, seconds):
    """Work that wants more memory than there is: the server may be killed for it, and loses nothing."""
    group = Group(mebibytes)
    if group.why_not:
        checks.skip("too little memory", f"no control group can be made here: {group.why_not}")
        return
    with contextlib.ExitStack() as after:
        after.callback(group.remove)
        server = after.enter_context(Server(folder, under=group.under()))
        server.start()
        client = Client(server.port)
        arns = {"pass": client.create("pass", chain("a", a=passing())),
                "rest": client.create("rest", chain("b", b=wait("c"), c=passing()))}
        load, killed, refused, most = Load(server.port, arns, seconds), 0, 0, 0
        taker, moments = None, [load.end - seconds * part for part in (0.2, 0.5, 0.8)]
        while any(thread.is_alive() for thread in load.threads):
            if moments and time.monotonic() >= moments[-1]:
                moments.pop()
                taker = group.take_nearly_all()
            if server.running():
                with contextlib.suppress(OSError):
                    most = max(most, process_figures.memory(server.process.pid))
            else:
                killed += 1
                server.kill()
                if taker:
                    taker.wait()
                try:
                    server.start()
                except NotReady:
                    refused += 1
            time.sleep(0.05)
        checks.equal(f"{len(load.accepted)} executions with {LARGE // 1000} kB each within {mebibytes} MiB: at most {most >> 20} MiB resident, "
                     f"killed by the kernel {killed} times; starts that did not succeed within that", refused, 0)
        checks.that("it was killed in the midst of its work", killed >= 1, killed)
        judge(checks, server, load, arns)


def judge(checks, server, load, arns):
    """Everything accepted is there, whole, and ends."""
    if not server.running():
        server.start()
    client = Client(server.port, timeout=60)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and any(True for arn in arns.values() for _ in client.pages(
            "ListExecutions", "executions", stateMachineArn=arn, statusFilter="RUNNING", maxResults=100)):
        time.sleep(0.2)
    wrong = []
    for name, (machine, text) in load.accepted.items():
        try:
            found = client.call("DescribeExecution", executionArn=arns[machine].replace(":stateMachine:", ":execution:") + f":{name}")
        except ApiError as error:
            wrong.append(f"{name}: {error}")
            continue
        if found["status"] != "SUCCEEDED" or hash(found["input"]) != text or hash(found["output"]) != text:
            wrong.append(f"{name}: {found['status']}")
    checks.equal(f"all {len(load.accepted)} that were accepted are there, whole, and have ended", wrong[:3], [])
    checks.that("nothing panicked", "panicked at" not in server.stderr(), server.tail())
