"""A cluster of Kubernetes as far as Jobs go: takes them, shows them, gives their pods' logs, deletes them.

It speaks TLS with the certificate of the tests, which is signed by itself. What becomes of a Job is in its
name: "good" completes and "bad" fails at the second look, "long" when `go_on` is set.
"""
import base64
import http.server
import json
import pathlib
import re
import ssl
import threading
import urllib.parse

from server import REPOSITORY

CERTIFICATE = REPOSITORY / "crates/connect/tests/certificate/localhost.pem"
JOB = re.compile(r"/apis/batch/v1/namespaces/([^/]+)/jobs(?:/([^/]+))?$")


def secured(folder):
    """TLS with that certificate; its key is written into the folder."""
    key = pathlib.Path(folder) / "key.pem"
    encoded = CERTIFICATE.with_name("key.base64").read_text().strip()
    key.write_text(f"-----BEGIN PRIVATE KEY-----\n{encoded}\n-----END PRIVATE KEY-----\n")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, key)
    return context


class Cluster:
    """Runs while it is entered. `requests` has (method, path, query) of all that came, `tokens` who came."""

    authority = base64.b64encode(CERTIFICATE.read_bytes()).decode()

    def __init__(self, folder):
        self.jobs, self.looks, self.requests, self.tokens = {}, {}, [], set()
        self.go_on, self.lock = threading.Event(), threading.Lock()
        cluster = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """One connection."""

            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            # The head and the body of an answer leave together.
            wbufsize = -1

            def do(self):
                """One request."""
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                split = urllib.parse.urlsplit(self.path)
                with cluster.lock:
                    cluster.tokens.add(self.headers.get("Authorization", ""))
                    cluster.requests.append((self.command, split.path, split.query))
                    status, answer = cluster.answer(self.command, split.path, body)
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
                self.wfile.flush()

            do_GET = do_POST = do_DELETE = do

            def log_message(self, *_):
                """Says nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.socket = secured(folder).wrap_socket(self.server.socket, server_side=True)
        self.endpoint = f"https://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, method, path, body):
        """What the cluster says to a request."""
        found = JOB.match(path)
        if path.endswith("/pods"):
            return 200, {"items": [{"metadata": {"name": "pod"}, "spec": {"containers": [{"name": "main"}]}}]}
        if path.endswith("/log"):
            return 200, b'{"sum": 3}'
        if not found or found.group(2) and found.group(2) not in self.jobs:
            return 404, {"kind": "Status", "code": 404}
        namespace, name = found.groups()
        if method == "POST":
            job = json.loads(body)
            name = job["metadata"]["name"]
            job["metadata"]["namespace"] = namespace
            self.jobs[name] = job
            return 201, job
        if method == "DELETE":
            return 200, self.jobs.pop(name)
        if not name:
            return 200, {"items": list(self.jobs.values())}
        self.looks[name] = self.looks.get(name, 0) + 1
        return 200, {**self.jobs[name], "status": self.status(name)}

    def status(self, name):
        """Of a Job, by what its name says of it."""
        goes_on = not self.go_on.is_set() if name.startswith("long") else self.looks[name] < 2
        if goes_on:
            return {"active": 1}
        return {"conditions": [{"type": "Failed" if name.startswith("bad") else "Complete", "status": "True"}]}

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
