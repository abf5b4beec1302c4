"""A server under test: started on a free loopback port, killed, stopped and started again.

The binary is the one that STATELINE names. Everything a server leaves behind is in one folder of
its own, which the caller removes (`scratch` does that by itself).
"""
import contextlib
import os
import pathlib
import random
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
READY_SECONDS = 60
# How long the port may still be held by what a killed server has left.
PORT_SECONDS = 5
# Below the range from which systems take ports for outgoing connections: a client that calls while
# the server is down must not meet itself.
PORTS = range(20_000, 30_000)


class NotReady(Exception):
    """The server ended, or said nothing, before it was ready. `status` is its exit status, None if it hung."""

    def __init__(self, status, said, log):
        super().__init__(f"the server said {said!r} and not where it listens (status {status}); its log ends:\n{log}")
        self.status = status


def binary():
    """The path of the binary under test."""
    path = os.environ.get("STATELINE") or str(REPOSITORY / "target/release/stateline")
    if not os.access(path, os.X_OK):
        sys.exit(f"{path} is not there: run `make build`, or name a binary in STATELINE")
    return path


def free_port():
    """A loopback port that nobody listens on at this moment."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe:
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port


@contextlib.contextmanager
def scratch(prefix):
    """A temporary folder that is gone afterwards, also when the test is told to end."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"stateline-{prefix}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def environment(more=()):
    """The surroundings of a test: ours, without anything that points at somebody's AWS."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SFN_"))}
    return {**kept, "NO_COLOR": "1", "RUST_BACKTRACE": "0", **dict(more)}


def whereabouts(pid):
    """What each thread of a process waits for in the kernel: where one that hangs does so."""
    lines = []
    for task in sorted(pathlib.Path(f"/proc/{pid}/task").iterdir()):
        with contextlib.suppress(OSError):
            status = dict(line.split(":\t", 1) for line in (task / "status").read_text().splitlines() if ":\t" in line)
            lines.append(f"\n{status['Name']}: {status['State']} in {(task / 'wchan').read_text()}")
    return "".join(lines)


class Server:
    """One server: the same port, data directory and settings each time it is started."""

    def __init__(self, folder, config="", arguments=(), data=None, env=(), under=()):
        self.folder = pathlib.Path(folder)
        self.data = pathlib.Path(data or self.folder / "data")
        self.config = self.folder / "stateline.toml"
        self.config.write_text(config)
        self.log = self.folder / "server.log"
        self.port = free_port()
        self.arguments = list(arguments)
        # A command that becomes the server, and sets something for it first.
        self.under = list(under)
        self.env = environment({"RUST_LOG": "warn", **dict(env)})
        self.process = None

    @property
    def endpoint(self):
        """What clients are given."""
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        """Starts it and waits until it says that it listens. Gives the seconds that took.

        A process that the one before was just starting when it was killed has its sockets for a
        moment, until it becomes what it is to be: on a machine under load that is seen.
        """
        begun = time.monotonic()
        while True:
            try:
                return self._start(begun)
            except NotReady as error:
                if "Address already in use" not in str(error) or time.monotonic() > begun + PORT_SECONDS:
                    raise
                time.sleep(0.1)

    def _start(self, begun):
        command = [*self.under, binary(), "serve", "--listen", f"127.0.0.1:{self.port}", "--data", str(self.data)]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*command, "--config", str(self.config), *self.arguments],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, cwd=self.folder, env=self.env)
        line = self._first_line(begun + READY_SECONDS)
        if not line.startswith("listening on http://"):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
            status = self.process.poll()
            waiting = whereabouts(self.process.pid) if status is None else ""
            self.kill()
            raise NotReady(status, line, self.tail() + waiting)
        return time.monotonic() - begun

    def _first_line(self, deadline):
        text = b""
        while not text.endswith(b"\n"):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                break
            piece = os.read(self.process.stdout.fileno(), 4096)
            if not piece:
                break
            text += piece
        return text.decode("utf-8", "replace").strip()

    def kill(self):
        """SIGKILL, and the exit status."""
        return self._end(signal.SIGKILL, 30)

    def stop(self, seconds=60):
        """SIGTERM, and the exit status; an error when it does not end in time."""
        return self._end(signal.SIGTERM, seconds)

    def _end(self, how, seconds):
        process, self.process = self.process, None
        if process is None:
            return None
        try:
            process.send_signal(how)
            return process.wait(seconds)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            process.stdout.close()

    def running(self):
        """Whether the process is there."""
        return self.process is not None and self.process.poll() is None

    def stderr(self):
        """Everything that all runs so far have written to stderr."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def tail(self, lines=15):
        """The end of that."""
        return "\n".join(self.stderr().splitlines()[-lines:])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
