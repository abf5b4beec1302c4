#!/usr/bin/env python3
"""The function of the crash tests: notes each call before it does its work, dawdles, fails at times.

It speaks the Lambda Runtime API over one socket with very little of the standard library, because
each kill of the server makes it start again. CALLS names the file that it notes calls in, a line
each: "start PID STARTTIME" for a process and "call REQUEST-ID EXECUTION AT PID TIME" for a call.
LETTERS names the file in which it passes the requests on that hold a task token; without it they go nowhere.
"""
import json
import os
import socket
import time

HOST, _, PORT = os.environ["AWS_LAMBDA_RUNTIME_API"].rpartition(":")
CALLS = os.open(os.environ["CALLS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
LETTERS = os.open(os.environ.get("LETTERS", os.devnull), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
BASE = "/2018-06-01/runtime/invocation"


def note(*words):
    """One line, by one write to the end of the file: processes do not mix theirs."""
    os.write(CALLS, (" ".join(str(word) for word in words) + "\n").encode())


def ask(stream, method, path, body=b""):
    """One request on the kept connection; gives headers and body."""
    stream.write(f"{method} {BASE}{path} HTTP/1.1\r\nHost: {HOST}:{PORT}\r\n"
                 f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
    stream.flush()
    if not stream.readline():
        raise SystemExit(0)
    headers = {}
    while (line := stream.readline().strip()):
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    return headers, stream.read(int(headers.get("content-length", 0)))


def chance():
    """A number from 0 to 1."""
    return int.from_bytes(os.urandom(4), "big") / 2 ** 32


def answer(event):
    """What the call gives: (whether it is an error, document)."""
    time.sleep(event.get("slow") or 0.2 * chance() ** 3)
    if event.get("broken"):
        return True, {"errorType": "Broken", "errorMessage": "this call always fails"}
    if event.get("retry", 99) < event.get("fail", 0) or (event.get("flaky") and chance() < 0.05):
        return True, {"errorType": "Flaky", "errorMessage": "this call fails at times"}
    return False, {"at": event["at"], "n": event["n"]}


def main():
    """Serves invocations until the server is gone."""
    with open("/proc/self/stat") as stat:
        # The 22nd field tells processes apart that have the same id one after the other.
        note("start", os.getpid(), stat.read().rpartition(")")[2].split()[19])
    connection = socket.create_connection((HOST, int(PORT)))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    stream = connection.makefile("rwb")
    while True:
        headers, body = ask(stream, "GET", "/next")
        request = headers["lambda-runtime-aws-request-id"]
        event = json.loads(body)
        note("call", request, event["execution"], event["at"], os.getpid(), time.time())
        failed, document = answer(event)
        if "token" in event and not failed:
            os.write(LETTERS, (json.dumps(event) + "\n").encode())
        ask(stream, "POST", f"/{request}/{'error' if failed else 'response'}", json.dumps(document).encode())


try:
    main()
except (OSError, KeyboardInterrupt):
    raise SystemExit(0)
