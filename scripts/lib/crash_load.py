"""The load of the crash tests: clients that start executions all the time and remember what was acknowledged.

A start without an answer is repeated with the same name and input until there is one, as AWS's
clients do it: the name makes that safe.
"""
import itertools
import random
import threading
import time

import crash_machines
from api import ApiError, Unreachable

PAUSE_SECONDS = 0.02
# What a server says that is on its way up or down.
PASSING = ("ServiceUnavailable", "ThrottlingException")


class Load:
    """Client threads, and one more that counts what still runs."""

    def __init__(self, client, arns, in_flight, threads, seed):
        self.client, self.arns, self.in_flight = client, arns, in_flight
        self.acknowledged = {}  # name of the execution -> (machine, input)
        self.answered = {}  # name -> when
        self.express = set()  # names
        self.repeated = self.running = 0
        self.refused = []
        self.ends = threading.Event()
        self.numbers = itertools.count(1)
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._clients, args=(f"{seed}-{index}",), daemon=True)
                        for index in range(threads)]
        self.threads.append(threading.Thread(target=self._count, daemon=True))

    def start(self):
        """Lets the clients go."""
        for thread in self.threads:
            thread.start()

    def stop(self):
        """Lets each client bring its last start to an answer."""
        self.ends.set()
        for thread in self.threads:
            thread.join()

    def _clients(self, seed):
        chance = random.Random(seed)
        names = sorted(self.arns)
        while not self.ends.is_set():
            if self.running >= self.in_flight:
                time.sleep(PAUSE_SECONDS)
                continue
            machine, number = chance.choice(names), next(self.numbers)
            self._begin(machine, f"{machine}-{number}", crash_machines.input_of(number))
            time.sleep(chance.random() * PAUSE_SECONDS)

    def _begin(self, machine, name, given):
        text = crash_machines.text_of(given)
        while True:
            try:
                self.client.call("StartExecution", stateMachineArn=self.arns[machine], name=name, input=text)
            except Unreachable:
                self.repeated += 1
            except ApiError as error:
                # It had been accepted before the connection broke, and has ended since.
                if error.name == "ExecutionAlreadyExists":
                    break
                if error.name not in PASSING:
                    self.refused.append(f"{name}: {error}")
                    return
            else:
                break
            time.sleep(PAUSE_SECONDS)
        self.answered[name] = time.time()
        with self.lock:
            if machine == "express":
                self.express.add(name)
            else:
                self.acknowledged[name] = (machine, given)
                self.running += 1

    def _count(self):
        while not self.ends.is_set():
            time.sleep(0.2)
            try:
                self.running = self.count_running()
            except (Unreachable, ApiError):
                pass

    def count_running(self):
        """How many Standard executions the server lists as running."""
        return sum(1 for machine in self.arns if machine != "express" for _ in self.client.pages(
            "ListExecutions", "executions", stateMachineArn=self.arns[machine], statusFilter="RUNNING",
            maxResults=1000))
