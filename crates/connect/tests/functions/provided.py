#!/usr/bin/env python3
"""A custom runtime for the tests: speaks the Runtime API with the standard library alone."""
import http.client
import json
import os
import subprocess
import sys
import time

API = os.environ["AWS_LAMBDA_RUNTIME_API"]
BASE = "/2018-06-01/runtime"


def call(method, path, body=None, headers=None):
    connection = http.client.HTTPConnection(API)
    connection.request(method, BASE + path, body, headers or {})
    answer = connection.getresponse()
    text = answer.read()
    return answer, text


def started(mode):
    if mode == "exit":
        print("last words", file=sys.stderr)
        sys.exit(7)
    if mode == "hang":
        time.sleep(600)
    if mode == "error":
        document = json.dumps({"errorMessage": "no disk", "errorType": "Runtime.NoDisk"})
        call("POST", "/init/error", document, {"Lambda-Runtime-Function-Error-Type": "Runtime.NoDisk"})
        sys.exit(1)


def work(event, headers):
    do = event.get("do") if isinstance(event, dict) else None
    if do == "pid":
        return {"pid": os.getpid()}
    if do == "headers":
        return {name.lower(): value for name, value in headers.items() if name.lower().startswith("lambda-")}
    if do == "env":
        return {name: os.environ.get(name) for name in event["names"]}
    if do == "sleep":
        time.sleep(event["seconds"])
        return {"pid": os.getpid()}
    if do == "exit":
        os._exit(event["status"])
    if do == "die":
        os.kill(os.getpid(), event["signal"])
        time.sleep(60)
    if do == "print":
        print(event["text"], flush=True)
        print(event["text"] + " as an error", file=sys.stderr, flush=True)
        return None
    if do == "spawn":
        child = subprocess.Popen(["sleep", "600"])
        if event.get("file"):
            with open(event["file"], "w") as out:
                out.write(f"{os.getpid()} {child.pid}")
        if event.get("then_sleep"):
            time.sleep(event["then_sleep"])
        return {"pid": os.getpid(), "child": child.pid}
    if do == "touch":
        time.sleep(event.get("after", 0))
        with open(event["file"], "a") as out:
            out.write("x")
        return None
    if do == "large":
        return "x" * event["bytes"]
    return event


def main():
    started(os.environ.get("START"))
    while True:
        answer, text = call("GET", "/invocation/next")
        request_id = answer.headers["Lambda-Runtime-Aws-Request-Id"]
        event = json.loads(text)
        do = event.get("do") if isinstance(event, dict) else None
        if do == "fail":
            call("POST", f"/invocation/{request_id}/error", event["document"], {})
        elif do == "wrong id":
            refused, _ = call("POST", "/invocation/another/response", "1")
            call("POST", f"/invocation/{request_id}/response", json.dumps({"status": refused.status}))
        elif do == "chunks":
            call("POST", f"/invocation/{request_id}/response", iter([b'{"in":', b'"pieces"}']))
        elif do == "raw":
            call("POST", f"/invocation/{request_id}/response", event["text"])
        else:
            result = json.dumps(work(event, answer.headers))
            call("POST", f"/invocation/{request_id}/response", result)
            if do == "answer and leave":
                sys.exit(0)


main()
