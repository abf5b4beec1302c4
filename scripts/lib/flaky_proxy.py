"""A proxy before a server that spoils first attempts, to see whether a client tries again.

`plan` says what happens to the calls of an operation, one word for each attempt in turn; those
after the last word pass. "throttle" answers as AWS does under load, "fault" with status 500,
"break" closes the connection before the call, and "lose" makes the call and drops the answer.
"""
import http.client
import http.server
import json
import threading

TYPE = "application/x-amz-json-1.0"


class FlakyProxy:
    """Runs while it is entered; `attempts` counts what came, by operation."""

    def __init__(self, port, plan):
        self.upstream, self.plan = port, {operation: list(words) for operation, words in plan.items()}
        self.attempts, self.lock = {}, threading.Lock()
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """One connection."""

            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            # The head and the body of an answer leave together.
            wbufsize = -1

            def do_POST(self):
                """One attempt."""
                proxy.attempt(self)

            def log_message(self, *_):
                """Says nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    @property
    def endpoint(self):
        """What clients are given."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def attempt(self, handler):
        """Spoils or passes one call."""
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        operation = handler.headers.get("X-Amz-Target", "").rpartition(".")[2]
        with self.lock:
            self.attempts[operation] = self.attempts.get(operation, 0) + 1
            left = self.plan.get(operation)
            word = left.pop(0) if left else "pass"
        if word == "throttle":
            self.answer(handler, 400, json.dumps({"__type": "com.amazon.coral.availability#ThrottlingException", "message": "Rate exceeded"}).encode())
        elif word == "fault":
            self.answer(handler, 500, b"{}")
        elif word == "break":
            handler.close_connection = True
        else:
            status, answer = self.forward(handler, body)
            if word == "lose":
                handler.close_connection = True
            else:
                self.answer(handler, status, answer)

    def forward(self, handler, body):
        """The server's answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.upstream, timeout=70)
        try:
            headers = {name: value for name, value in handler.headers.items() if name.lower() not in ("content-length", "connection", "expect")}
            connection.request("POST", handler.path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    @staticmethod
    def answer(handler, status, body):
        """Sends one answer."""
        handler.send_response(status)
        handler.send_header("Content-Type", TYPE)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
