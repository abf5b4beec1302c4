"""Loss of power under the whole server: what its clients were told must be so on every image, and all goes on.

One life of the server is recorded under load. Each answer that left it is in the record by its
request id, so at each cut it is known what clients had been told by then; the same for the calls
of the function. On an image the server must start without help and bring everything to its end.
"""
import collections
import concurrent.futures
import itertools
import json
import pathlib
import random
import re
import shutil
import sys
import threading
import time

import crash_machines
import crash_workers
import history_rules
import power_cuts
from api import ApiError, Client, Unreachable
from crash_calls import Calls
from crash_load import Load
from server import NotReady, Server

LIB = pathlib.Path(__file__).resolve().parent
# Those whose work ends by itself, and those that wait for somebody who holds a token.
MACHINES = ("passes", "tasks", "waits", "backoff", "parallel", "map", "nested", "rescue", "desk", "letter")
CREW = 3
# Words that are said on an image have other numbers than those that were said before.
FIRST_WORD = 1_000_000
SETTLE_SECONDS = 120
REQUEST_ID = re.compile(rb"\r\nx-amzn-requestid: ([^\r]+)", re.IGNORECASE)
CALL_ID = re.compile(rb"\r\nlambda-runtime-aws-request-id: ([^\r]+)", re.IGNORECASE)


class Witness(Client):
    """A client that keeps what it was told."""

    def __init__(self, port):
        super().__init__(port, crash_workers.PATIENCE_SECONDS)
        self.told = {}

    def heard(self, request_id, operation, parameters, document):
        self.told[request_id] = (operation, parameters, document)


class Reader(threading.Thread):
    """Looks at executions all the time, so that there is much to be held to."""

    def __init__(self, client, load, seed):
        super().__init__(daemon=True)
        self.client, self.load, self.chance, self.ends = client, load, random.Random(f"{seed} reader"), threading.Event()

    def run(self):
        while not self.ends.wait(0.005):
            names = list(self.load.acknowledged)
            if not names:
                continue
            name = self.chance.choice(names[-200:])
            machine = self.load.acknowledged[name][0]
            arn = self.load.arns[machine].replace(":stateMachine:", ":execution:") + ":" + name
            try:
                self.client.call("GetExecutionHistory", executionArn=arn, maxResults=1000)
                self.client.call("DescribeExecution", executionArn=arn)
            except (ApiError, Unreachable):
                pass


def settings(calls, processes):
    """stateline.toml with the function of the crash tests."""
    command = json.dumps([sys.executable, "-I", "-S", str(LIB / "crash_function.py")])
    return (f"[functions.work]\ncommand = {command}\ntimeout_seconds = 60\nconcurrency = {processes}\n"
            f"queue = 100000\nenv = {{ CALLS = {json.dumps(str(calls))}, LETTERS = {json.dumps(f'{calls}-letters')} }}\n")


def crew_of(client, calls, seed):
    """Workers and whoever answers the function's letters."""
    crew = crash_workers.Crew(client.port, calls.path.with_name(f"{calls.path.name}-letters"), CREW, seed)
    crew.client = client
    return crew


class Known:
    """What clients have been told, and which calls have left."""

    def __init__(self, heard, called=(), calls=None):
        self.starts, self.histories, self.described, self.words = {}, {}, {}, set()
        for operation, parameters, document in heard:
            if operation == "StartExecution":
                self.starts[parameters["name"]] = document["executionArn"]
            elif operation == "GetExecutionHistory" and "nextToken" not in document:
                arn = parameters["executionArn"]
                if len(document["events"]) >= len(self.histories.get(arn, ())):
                    self.histories[arn] = document["events"]
            elif operation == "DescribeExecution":
                self.described[parameters["executionArn"]] = document
            elif operation == "SendTaskSuccess":
                self.words.add(json.loads(parameters["output"])["by"])
            elif operation == "SendTaskFailure":
                self.words.add(int(parameters["cause"]))
        self.called = set(called)
        executions = calls.executions if calls else {}
        self.calls = collections.Counter(executions[request] for request in self.called if request in executions)

    @classmethod
    def before(cls, entries, witness, calls):
        """What a record says had been told by its end, in the words that clients heard."""
        said = b"\r\n".join(bytes(entry.data) for entry in entries if entry.kind == "said")
        answers = [request.decode() for request in REQUEST_ID.findall(said)]
        called = [request.decode() for request in CALL_ID.findall(said)]
        return cls([witness[answer] for answer in answers if answer in witness], called, calls)


class OneLife(Calls):
    """The notes of the function, with the execution of each call."""

    def __init__(self, path):
        super().__init__(path)
        self.executions = {}

    def read(self):
        super().read()
        if self.path.exists():
            for line in self.path.read_text().splitlines():
                words = line.split()
                if words[0] == "call":
                    self.executions[words[1]] = words[2]


class Image:
    """One image: a server is started on it, and everything is compared with what was known."""

    def __init__(self, folder, known, arns, processes):
        self.folder, self.known, self.arns, self.processes = folder, known, arns, processes
        self.executions = self.events = 0

    def check(self):
        """Gives what does not hold, or nothing."""
        calls = OneLife(self.folder / "calls")
        with Server(self.folder, settings(calls.path, self.processes), data=self.folder / "data") as server:
            try:
                server.start()
                client = Client(server.port, crash_workers.PATIENCE_SECONDS)
                crew = crew_of(client, calls, "image")
                crew.numbers = itertools.count(FIRST_WORD)
                crew.start()
                self.judge(client, calls)
                crew.stop()
                history_rules.need(not crew.violations, str(crew.violations[:3]))
                server.stop()
            except NotReady as error:
                return f"it does not start: {error}"
            except history_rules.Illegal as error:
                return str(error)
            if "panicked at" in server.stderr():
                return "the server panicked: " + server.tail(20)
        return None

    def judge(self, client, calls):
        rows = self.settled(client)
        calls.read()
        need = history_rules.need
        missing = sorted(set(self.known.starts) - set(rows))
        need(not missing, f"{len(missing)} acknowledged executions are missing, as {missing[:3]}")
        need(not (self.known.called & {request for request in calls.requests if request not in calls.express_requests}),
             "an attempt was called again that had been called before")
        effects = collections.Counter()
        for name, row in rows.items():
            events = client.history(row["executionArn"])
            try:
                self.judge_one(client, name, row, events, calls)
            except history_rules.Illegal as error:
                raise history_rules.Illegal(f"{name}: {error}\n{history_rules.outline(events)}") from None
            self.events += len(events)
            effects.update(number for number, _ in map(crash_workers.word_of, events) if number is not None)
        self.executions += len(rows)
        lost = sorted(self.known.words - effects.keys())
        need(not lost, f"{len(lost)} words were acknowledged to holders of tokens and are lost, as {lost[:3]}")
        need(max(effects.values(), default=1) == 1, "a word has ended two tasks")

    def judge_one(self, client, name, row, events, calls):
        need, machine, number = history_rules.need, *name.split("-")
        arn, given = row["executionArn"], crash_machines.input_of(int(number))
        rules = history_rules.Rules(crash_machines.machines()[machine])
        for event in events:
            rules.take(event)
        need(rules.status == row["status"] == "SUCCEEDED", f"it ended {rules.status}, listed as {row['status']}")
        found = client.call("DescribeExecution", executionArn=arn)
        need(json.loads(found["output"]) == crash_machines.output_of(machine, given), f"its output is {found['output']}")
        seen = self.known.histories.get(arn, [])
        need(events[:len(seen)] == seen, f"of {len(seen)} events that a client saw, some are others now")
        before = self.known.described.get(arn)
        if before and before["status"] != "RUNNING":
            need(found == before, f"a client was told {before}, and it is {found}")
        made = self.known.calls[name] + calls.by_execution[name]
        need(rules.successes <= made <= rules.attempts,
             f"{made} calls for {rules.attempts} attempts, {rules.successes} of them successes")

    def settled(self, client):
        """All executions by name, once none runs any more."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while True:
            rows = {}
            for machine in self.arns:
                try:
                    found = list(client.pages("ListExecutions", "executions", maxResults=1000,
                                              stateMachineArn=self.arns[machine]))
                except ApiError as error:
                    # Cut before it was made.
                    known = any(name.startswith(machine + "-") for name in self.known.starts)
                    if error.name != "StateMachineDoesNotExist" or known:
                        raise history_rules.Illegal(f"the state machine {machine} cannot be listed: {error}") from None
                    continue
                names = collections.Counter(row["name"] for row in found)
                twice = [name for name, count in names.items() if count > 1]
                history_rules.need(not twice, f"{twice[:3]} are listed twice")
                rows.update((row["name"], row) for row in found)
            running = [name for name, row in rows.items() if row["status"] == "RUNNING"]
            if not running:
                return rows
            history_rules.need(time.monotonic() < deadline, f"{len(running)} executions never end, as {running[:3]}")
            time.sleep(0.3)


class ServerTest:
    """Records one life, cuts, and judges images."""

    def __init__(self, folder, seed, seconds=6, in_flight=60, processes=4):
        self.folder, self.seed, self.seconds = pathlib.Path(folder), seed, seconds
        self.in_flight, self.processes = in_flight, processes
        self.images = self.executions = self.events = 0
        self.starts = self.answers = self.seen = 0

    def record(self):
        """One life under load, ended by SIGTERM."""
        root, home = self.folder / "world-server", self.folder / "home"
        root.mkdir()
        home.mkdir()
        self.calls = OneLife(home / "calls")

        def run(env):
            with Server(home, settings(self.calls.path, self.processes), data=root / "data", env=env) as server:
                server.start()
                self.load(server)
                if server.stop() != 0:
                    raise RuntimeError(f"the server did not end well:\n{server.tail()}")

        record = power_cuts.record_of("server", run, root, self.folder / "record-server")
        record.compare()
        self.calls.read()
        self.answers = sum(entry.kind == "said" for entry in record.entries)
        return record

    def load(self, server):
        client = self.witness = Witness(server.port)
        definitions = crash_machines.machines()
        self.arns = {name: client.create(name, definitions[name]) for name in MACHINES}
        crew = crew_of(client, self.calls, self.seed)
        crew.start()
        load = Load(client, self.arns, self.in_flight, 3, self.seed)
        reader = Reader(client, load, self.seed)
        load.start()
        reader.start()
        time.sleep(self.seconds)
        load.stop()
        reader.ends.set()
        reader.join()
        crew.stop()
        if load.refused:
            raise RuntimeError(f"a start was refused: {load.refused[0]}")
        self.starts = len(load.acknowledged)

    def run(self, count, at_once=2):
        """So many images. Gives what does not hold."""
        record = self.record()
        found = self.judge_all(record, record.cuts(count, self.seed), at_once)
        return record.keep_some(found, self.seed) + self.self_test(record)

    def self_test(self, record):
        """The same record without its syncs must not hold."""
        bare = power_cuts.Record("server", None, record.root, record.before,
                                 [entry for entry in record.entries if entry.kind != "synced"])
        cut = power_cuts.Cut("server", len(bare.entries) * 3 // 4, "journal", "nothing", 0)
        counts = self.images, self.executions, self.events, self.seen
        found = self.judge_all(bare, [cut], 1)
        self.images, self.executions, self.events, self.seen = counts
        return [] if found else [(cut, "a server whose syncs do nothing passes")]

    def judge_all(self, record, cuts, at_once):
        """Has all images judged, some at once."""
        found, waiting = [], collections.deque()
        with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
            for cut, image in record.images(cuts, self.folder / "images", self.seed):
                image.mkdir(exist_ok=True)
                waiting.append(pool.submit(self.judge, record, cut, image, found))
                while len(waiting) > at_once:
                    waiting.popleft().result()
            for each in waiting:
                each.result()
        return found

    def judge(self, record, cut, image, found):
        """One image."""
        known = Known.before(record.entries[:cut.number], self.witness.told, self.calls)
        self.seen += sum(map(len, (known.starts, known.histories, known.described, known.called, known.words)))
        one = Image(image, known, self.arns, self.processes)
        what = one.check()
        self.executions += one.executions
        self.events += one.events
        self.images += 1
        if what:
            found.append((cut, what))
        shutil.rmtree(image, ignore_errors=True)
