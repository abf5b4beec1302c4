"""Offers requests at a rate that does not depend on the answers, as many independent clients do: an open loop.

Run as a program it is one sender of several: it reads what to do as JSON from its arguments, sends
prepared requests by the clock over connections that are open before it begins,
and prints its counts as JSON. Latency counts from the moment at which a request left: one
that finds no connection free is not sent, so none waits here, and a sender that others keep from the
processor is not the server's doing.
"""
import errno
import json
import select
import socket
import subprocess
import sys
import time

ANSWER_WITHIN_SECONDS = 15


class Sender:
    """One process's connections."""

    def __init__(self, port, request, connections, rate, seconds):
        self.port, self.request, self.most = port, request, connections
        self.rate, self.seconds = rate, seconds
        self.poll = select.epoll()
        self.streams, self.due, self.free = {}, {}, []
        self.sent = self.unsent = self.broken = 0
        self.accepted, self.refused, self.others = [], [], {}

    def run(self):
        """Sends by the clock, or, with a rate of nothing, as soon as there is an answer; then takes what is still to come."""
        self.free = [file for file in (self.open() for _ in range(self.most)) if file is not None]
        begun = time.perf_counter()
        end = begun + self.seconds
        offered = 0
        while (now := time.perf_counter()) < end:
            wanted = int((now - begun) * self.rate) if self.rate else offered + self.most - len(self.due)
            while offered < wanted:
                offered += 1
                self.send()
            self.take(0.001)
        stop = time.perf_counter() + ANSWER_WITHIN_SECONDS
        while self.due and time.perf_counter() < stop:
            self.take(0.05)
        return {"offered": offered, "sent": self.sent, "unsent": self.unsent, "broken": self.broken, "silent": len(self.due),
                "accepted": self.accepted, "refused": self.refused, "others": self.others, "connections": len(self.streams)}

    def send(self):
        """One request; what finds no connection is not sent."""
        file = self.free.pop() if self.free else self.open()
        if file is None:
            self.unsent += 1
            return
        self.due[file] = time.perf_counter()
        try:
            whole = self.streams[file].send(self.request) == len(self.request)
        except OSError:
            whole = False
        if not whole:
            self.drop(file)
            return
        self.sent += 1

    def open(self):
        """A new connection, as long as there may be more."""
        if len(self.streams) >= self.most:
            return None
        stream = socket.socket()
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # A whole request goes in at once.
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, max(2 * len(self.request), 16_384))
        stream.settimeout(5)
        try:
            stream.connect(("127.0.0.1", self.port))
        except OSError:
            stream.close()
            self.broken += 1
            return None
        stream.setblocking(False)
        self.streams[stream.fileno()] = stream
        self.poll.register(stream.fileno(), select.EPOLLIN)
        return stream.fileno()

    def take(self, wait):
        """What has been answered."""
        for file, _ in self.poll.poll(wait, 512):
            try:
                answer = self.streams[file].recv(65_536)
            except OSError as error:
                if error.errno in (errno.EAGAIN, errno.EINTR):
                    continue
                answer = b""
            if not answer:
                self.drop(file)
                continue
            at = self.due.pop(file, None)
            if at is None:
                continue
            self.count(answer, time.perf_counter() - at)
            if b"connection: close" in answer:
                self.drop(file)
            else:
                self.free.append(file)

    def count(self, answer, took):
        """One answer; small ones come in one piece."""
        if answer.startswith(b"HTTP/1.1 200"):
            self.accepted.append(round(took, 4))
        elif b"#ThrottlingException" in answer and answer.startswith(b"HTTP/1.1 400"):
            self.refused.append(round(took, 4))
        else:
            kind = answer[:400].decode("latin-1")
            self.others[kind] = self.others.get(kind, 0) + 1

    def drop(self, file):
        """A connection that is gone."""
        self.broken += self.due.pop(file, None) is not None
        stream = self.streams.pop(file, None)
        if stream is not None:
            self.poll.unregister(file)
            stream.close()
        if file in self.free:
            self.free.remove(file)


class Offered:
    """What several senders have counted together."""

    def __init__(self, port, request, rate, seconds, connections, senders=2, under=()):
        plan = {"port": port, "request": request.decode("latin-1"), "rate": rate / senders, "seconds": seconds,
                "connections": max(1, connections // senders)}
        self.seconds, self.rate = seconds, rate
        self.running = [subprocess.Popen([*under, sys.executable, "-I", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                        for _ in range(senders)]
        for process in self.running:
            process.stdin.write(json.dumps(plan).encode())
            process.stdin.close()

    def wait(self):
        """The counts, once all have ended."""
        found = [json.loads(process.stdout.read()) for process in self.running]
        for process in self.running:
            process.wait()
            process.stdout.close()
        self.accepted = sorted(took for one in found for took in one["accepted"])
        self.refused = sorted(took for one in found for took in one["refused"])
        self.others = {}
        for one in found:
            for kind, count in one["others"].items():
                self.others[kind] = self.others.get(kind, 0) + count
        for name in ("offered", "sent", "unsent", "broken", "silent", "connections"):
            setattr(self, name, sum(one[name] for one in found))
        return self

    def goodput(self):
        """Accepted requests a second."""
        return len(self.accepted) / self.seconds

    @staticmethod
    def percentile(times, part):
        """Milliseconds; not a number where there are none."""
        return times[min(len(times) - 1, int(len(times) * part))] * 1000 if times else float("nan")

    def line(self):
        """One line of figures."""
        return (f"{self.offered / self.seconds:8.0f} {self.goodput():9.0f} {len(self.refused) / self.seconds:9.0f} "
                f"{self.unsent / self.seconds:8.0f} {self.broken + self.silent:7} {self.connections:6} "
                f"{self.percentile(self.accepted, 0.5):8.1f} {self.percentile(self.accepted, 0.99):8.1f} "
                f"{self.percentile(self.accepted, 1):8.1f} {self.percentile(self.refused, 0.99):8.1f}")


HEADER = f"{'offered':>8} {'accepted':>9} {'throttled':>9} {'not sent':>8} {'broken':>7} {'conns':>6} {'p50 ms':>8} {'p99 ms':>8} {'max ms':>8} {'p99 refd':>8}"


def main():
    plan = json.loads(sys.stdin.read())
    sender = Sender(plan["port"], plan["request"].encode("latin-1"), plan["connections"], plan["rate"], plan["seconds"])
    print(json.dumps(sender.run()))


if __name__ == "__main__":
    main()
