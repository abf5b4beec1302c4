"""Faults of clients and of what connections cost: too many of them, slow ones, and ones that never read."""
import contextlib
import json
import resource
import socket
import threading
import time

import crash_machines
import process_figures
from api import AUTHORIZATION, ApiError, Client, Unreachable
from crash_machines import chain, passing
from server import Server

HEAD = (f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.0\r\nAuthorization: {AUTHORIZATION}\r\n"
        "X-Amz-Target: AWSStepFunctions.{operation}\r\nContent-Length: {length}\r\n\r\n")
# Some of these count for one processor that others use, too.
P99_SECONDS = 1.0
# Files that this process needs besides the connections that it opens.
OWN_FILES = 200


def request(operation, body):
    """A whole request."""
    text = json.dumps(body)
    return (HEAD.format(operation=operation, length=len(text)) + text).encode()


def connect(port, **options):
    """A connection, or None where none is to be had at once."""
    stream = socket.socket()
    for name, value in options.items():
        stream.setsockopt(socket.SOL_SOCKET, getattr(socket, name), value)
    stream.settimeout(20)
    try:
        stream.connect(("127.0.0.1", port))
    except OSError:
        stream.close()
        return None
    return stream


def raise_own_limit(wanted):
    """Lets this process open so many files; gives how many it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if most > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(most, soft)


class Others:
    """Clients that behave, and how long they wait for their answers."""

    def __init__(self, port, arn, clients=4, fresh=False):
        self.port, self.arn, self.fresh = port, arn, fresh
        self.ends, self.times, self.broken, self.names = threading.Event(), [], [], []
        self.threads = [threading.Thread(target=self._ask, args=(index,)) for index in range(clients)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        for thread in self.threads:
            thread.join()

    def _ask(self, index):
        client, number = Client(self.port, timeout=20), 0
        while not self.ends.is_set():
            number += 1
            begun, name = time.monotonic(), f"other-{id(self)}-{index}-{number}"
            try:
                client.call("StartExecution", stateMachineArn=self.arn, name=name)
                self.names.append(name)
            except (Unreachable, ApiError) as error:
                self.broken.append(str(error))
            self.times.append(time.monotonic() - begun)
            if self.fresh:
                client.close()
            time.sleep(0.005)

    def p99(self):
        """Seconds."""
        return sorted(self.times)[len(self.times) * 99 // 100] if self.times else float("inf")

    def judge(self, checks, when):
        """They were all served, and soon."""
        checks.equal(f"others are served {when}: {len(self.times)} requests", self.broken[:3], [])
        checks.that(f"their p99 is {self.p99() * 1000:.0f} ms", self.p99() < P99_SECONDS, max(self.times, default=None))


def machine(server):
    """A machine of one Pass state."""
    return Client(server.port).create("pass", chain("a", a=passing()))


# --- file descriptors


def few_files(checks, folder, limit):
    """A server that may open few files is asked for more connections than that."""
    under = ["sh", "-c", f'ulimit -n {limit} && exec "$@"', "sh"]
    with Server(folder, under=under) as server, contextlib.ExitStack() as opened:
        server.start()
        arn, client = machine(server), Client(server.port)
        pid = server.process.pid
        client.call("StartExecution", stateMachineArn=arn, name="before")
        streams = [stream for stream in (connect(server.port) for _ in range(limit * 2)) if stream]
        for stream in streams:
            opened.callback(stream.close)
        before = process_figures.processor_seconds(pid)
        files, started, reopened, refused = process_figures.open_files(pid), 0, 0, []
        deadline = time.monotonic() + 4
        text = json.dumps("x" * 100_000)
        while time.monotonic() < deadline:
            try:
                client.call("StartExecution", stateMachineArn=arn, name=f"during-{started}", input=text)
                started += 1
            except Unreachable:
                # It was silent while the others came, and made room.
                reopened += 1
            except ApiError as error:
                refused.append(str(error))
        share = (process_figures.processor_seconds(pid) - before) / 4
        checks.that(f"with {limit} files and {len(streams)} connections ({files} files open) one that is served goes on: {started} starts of 100 kB",
                    started > 20 and reopened < 5 and not refused, (reopened, refused[:3]))
        for stream in streams:
            stream.close()
        checks.that(f"({share:.2f} of a processor meanwhile)", True)
        with Others(server.port, arn, fresh=True) as others:
            time.sleep(1)
        others.judge(checks, "when those connections are gone")
        checks.that("the server lives", server.running(), server.tail())
        client.close()
        server.kill()
        server.start()
        rows = list(client.pages("ListExecutions", "executions", stateMachineArn=arn, maxResults=1000))
        checks.equal("and after kill -9 everything accepted is there", len(rows), 1 + started + len(others.names))
        checks.that("nothing panicked", "panicked at" not in server.stderr(), server.tail())


# --- idle connections


def idle(checks, folder, count):
    """So many connections that say nothing, or have said something once."""
    count = min(count, raise_own_limit(count + OWN_FILES) - OWN_FILES)
    with Server(folder) as server, contextlib.ExitStack() as opened:
        server.start()
        arn, pid = machine(server), server.process.pid
        before = process_figures.memory(pid)
        question = request("DescribeStateMachine", {"stateMachineArn": arn})
        begun, streams = time.monotonic(), []
        for number in range(count):
            stream = connect(server.port)
            if stream is None:
                break
            opened.callback(stream.close)
            streams.append(stream)
            if number % 2:
                stream.settimeout(60)
                stream.sendall(question)
                stream.recv(65_536)
        took = time.monotonic() - begun
        checks.equal(f"connections that are open at once, half of them asked something ({took:.1f} s)", len(streams), count)
        each = (process_figures.memory(pid) - before) / max(len(streams), 1)
        checks.that(f"each takes {each / 1024:.1f} KiB of the server's memory", each < 64 * 1024, each)
        with Others(server.port, arn, fresh=True) as others:
            time.sleep(2)
        others.judge(checks, "besides them, each on a new connection")
        for stream in streams:
            stream.close()
        checks.that("nothing panicked", "panicked at" not in server.stderr() and server.running(), server.tail())


# --- slow clients


class Slow:
    """Clients that send a byte a second, that end no body, and that never read what they asked for."""

    def __init__(self, checks, folder, count):
        self.checks, self.count = checks, count
        self.server = Server(folder)
        self.server.start()
        self.arn = machine(self.server)
        self.begun = time.monotonic()
        self.heads = [stream for stream in (connect(self.server.port) for _ in range(count)) if stream]
        self.bodies = [stream for stream in (connect(self.server.port) for _ in range(count // 2)) if stream]
        for stream in self.bodies:
            stream.sendall(HEAD.format(operation="StartExecution", length=100_000).encode() + b'{"stateMachineArn":')
        self.readers = self._readers(count // 4)
        self.ends = threading.Event()
        self.thread = threading.Thread(target=self._drip, daemon=True)
        self.thread.start()

    def _readers(self, count):
        """They ask for a long history again and again and read nothing of it."""
        client = Client(self.server.port)
        many = {"Type": "Map", "ItemsPath": "$.items", "End": True, "ItemProcessor": chain("item", item=passing())}
        arn = client.create("many", chain("many", many=many))
        given = json.dumps({"items": ["x" * 200] * 900})
        long = client.call("StartExecution", stateMachineArn=arn, name="long", input=given)["executionArn"]
        question = request("GetExecutionHistory", {"executionArn": long, "maxResults": 1000})
        streams = [stream for stream in (connect(self.server.port, SO_RCVBUF=4096) for _ in range(count)) if stream]
        for stream in streams:
            with contextlib.suppress(OSError):
                stream.sendall(question * 20)
        return streams

    def _drip(self):
        """A byte a second of a head that never ends."""
        head, at = HEAD.encode() * 2, 0
        while not self.ends.wait(1):
            at += 1
            for stream in self.heads:
                with contextlib.suppress(OSError):
                    stream.sendall(head[at % len(head): at % len(head) + 1])

    def judge_others(self):
        """Whoever behaves is served meanwhile."""
        with Others(self.server.port, self.arn, fresh=True) as others:
            time.sleep(3)
        slow = f"besides {len(self.heads)} slow heads, {len(self.bodies)} bodies without an end, {len(self.readers)} who do not read"
        others.judge(self.checks, slow)

    def judge_ends(self, head_seconds, body_seconds):
        """After their time they are gone."""
        for name, streams, seconds in (("bodies", self.bodies, body_seconds), ("heads", self.heads, head_seconds), ("readers", self.readers, head_seconds)):
            time.sleep(max(0.0, self.begun + seconds - time.monotonic()))
            gone = sum(closed(stream, drain=name == "readers") for stream in streams)
            self.checks.equal(f"slow {name} that are let go within {seconds} s", gone, len(streams))
        self.close()
        memory = process_figures.memory(self.server.process.pid) / process_figures.MEBIBYTE
        self.checks.that(f"the server lives, with {memory:.0f} MiB", self.server.running() and "panicked at" not in self.server.stderr(), self.server.tail())
        self.server.kill()

    def close(self):
        """Nobody drips any more."""
        self.ends.set()
        self.thread.join()


def closed(stream, drain=False):
    """Whether the server has ended a connection."""
    stream.settimeout(0.2)
    try:
        while True:
            got = stream.recv(1 << 20)
            if not got:
                return True
            if not drain:
                # An answer: 408, with the end behind it.
                drain = True
    except TimeoutError:
        return False
    except OSError:
        return True


def limits(checks, folder):
    """What is too large is refused while it is sent, and costs no memory."""
    with Server(folder) as server:
        server.start()
        arn, pid = machine(server), server.process.pid
        before = process_figures.memory(pid)
        long = connect(server.port)
        answer = swallowed(long, b"POST / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"x" * 200_000 + b"\r\n\r\n")
        checks.that("a head of 200 kB is refused", answer.startswith(b"HTTP/1.1 431") or answer == b"", answer[:100])
        for path in ("/", "/stateline/executions/import", "/stateline/language/completion", "/nowhere"):
            head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: 100000000\r\n\r\n"
            answer = swallowed(connect(server.port), head.encode())
            checks.that(f"a body of 100 MB to {path} is refused before it is sent", answer.startswith(b"HTTP/1.1 4"), answer[:100])
        chunked = (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-amz-json-1.0\r\nTransfer-Encoding: chunked\r\n\r\n"
                   + b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        answer = swallowed(connect(server.port), chunked + (b"10000\r\n" + b"x" * 0x10000 + b"\r\n") * 100)
        checks.that("one that does not say how long it is, at its limit", answer.startswith(b"HTTP/1.1 413") or answer == b"", answer[:100])
        grown = (process_figures.memory(pid) - before) / process_figures.MEBIBYTE
        checks.that(f"all that takes {grown:.1f} MiB", grown < 64, grown)
        Client(server.port).call("StartExecution", stateMachineArn=arn, name="after")
        checks.that("and the server lives", server.running() and "panicked at" not in server.stderr(), server.tail())


def swallowed(stream, data):
    """What is answered, however much of the data was taken."""
    with contextlib.suppress(OSError):
        stream.sendall(data)
    with contextlib.suppress(OSError):
        stream.settimeout(5)
        return stream.recv(4096)
    return b""
