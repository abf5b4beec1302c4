"""AWS's services as a test wants them: a server that understands every request by botocore's models.

It takes the service from the signature, the operation from `X-Amz-Target` or from the path, and the
caller's account from the access key. Parameters and answers are spelt as in optimised integrations,
with the first letter raised; an answer with a member that its model does not have is a mistake of the
test, which `mistakes` tells. One of a service's accounts never sees another's calls.
"""
import http.server
import json
import re
import threading
import time
import urllib.parse

import botocore.session

SCOPE = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
SESSION = botocore.session.get_session()


def raised(name):
    """A member's name as Step Functions spells it."""
    return name[:1].upper() + name[1:]


def wire_name(shape, name):
    """What a member is called in JSON."""
    return shape.members[name].serialization.get("name", name)


def spelt(shape, value):
    """A value from the wire, in Step Functions' spelling."""
    if shape.type_name == "structure" and isinstance(value, dict):
        known = {wire_name(shape, name): name for name in shape.members}
        return {raised(known[name]): spelt(shape.members[known[name]], inner) for name, inner in value.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [spelt(shape.member, inner) for inner in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {name: spelt(shape.value, inner) for name, inner in value.items()}
    return value


def to_wire(shape, value):
    """The way back. `KeyError` for a member that there is not."""
    if shape.type_name == "structure" and isinstance(value, dict):
        known = {raised(name): name for name in shape.members}
        return {wire_name(shape, known[name]): to_wire(shape.members[known[name]], inner) for name, inner in value.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [to_wire(shape.member, inner) for inner in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {name: to_wire(shape.value, inner) for name, inner in value.items()}
    return value


def least(shape):
    """The smallest value that has everything its shape requires, in Step Functions' spelling."""
    kind = shape.type_name
    if kind == "structure":
        # A token for idempotency is filled in for whoever gives none.
        required = [name for name in shape.required_members if not shape.members[name].metadata.get("idempotencyToken")]
        if getattr(shape, "is_tagged_union", False) and not required:
            required = list(shape.members)[:1]
        return {raised(name): least(shape.members[name]) for name in required}
    if kind == "list":
        return [least(shape.member) for _ in range(shape.metadata.get("min", 0))]
    if kind == "map":
        return {}
    if kind == "boolean":
        return False
    if kind in ("integer", "long", "float", "double"):
        return max(1, shape.metadata.get("min", 1))
    if shape.enum:
        return shape.enum[0]
    return "x" * max(1, shape.metadata.get("min", 1))


class Model:
    """A service's operations, found by requests."""

    def __init__(self, service):
        self.service = service
        self.model = SESSION.get_service_model(service)
        self.paths = []
        for name in self.model.operation_names:
            operation = self.model.operation_model(name)
            uri = operation.http.get("requestUri", "/").split("?")[0]
            pattern = "".join(f"(?P<{part[1:-1].rstrip('+')}>{'.+' if part.endswith('+}') else '[^/]+'})" if part.startswith("{") else re.escape(part)
                              for part in re.split(r"(\{[^}]+\})", uri))
            self.paths.append((operation.http.get("method", "POST"), re.compile(f"{pattern}/?$"), uri.count("{"), operation))
        # Where two fit, the one with fewer names to fill in is meant.
        self.paths.sort(key=lambda path: path[2])

    def operation(self, name):
        """One by its name."""
        return self.model.operation_model(name)

    def read(self, handler, body):
        """The operation that is asked for, and its parameters."""
        target = handler.headers.get("X-Amz-Target")
        if target:
            operation = self.operation(target.rpartition(".")[2])
            return operation, spelt(operation.input_shape, json.loads(body))
        split = urllib.parse.urlsplit(handler.path)
        for method, pattern, _, operation in self.paths:
            found = pattern.match(split.path) if method == handler.command else None
            if found:
                shape = operation.input_shape
                parameters = self.body(shape, body)
                query = dict(urllib.parse.parse_qsl(split.query))
                for name, member in shape.members.items():
                    place, wire = member.serialization.get("location"), wire_name(shape, name)
                    if place == "uri":
                        parameters[raised(name)] = urllib.parse.unquote(found.group(wire))
                    elif place == "querystring" and wire in query:
                        parameters[raised(name)] = query[wire]
                    elif place == "header" and wire in handler.headers:
                        parameters[raised(name)] = handler.headers[wire]
                return operation, parameters
        raise LookupError(f"{self.service} has no operation for {handler.command} {handler.path}")

    @staticmethod
    def body(shape, body):
        """The parameters that a body has; it may be one of them, whole."""
        whole = shape.serialization.get("payload") if shape else None
        if whole:
            blob = shape.members[whole].type_name == "blob"
            return {raised(whole): body.decode() if blob else spelt(shape.members[whole], json.loads(body))}
        return spelt(shape, json.loads(body)) if body else {}


def written(shape, answer):
    """An answer's body."""
    whole = shape.serialization.get("payload") if shape else None
    if whole and shape.members[whole].type_name == "blob":
        return answer[raised(whole)].encode()
    return json.dumps(to_wire(shape, answer) if shape else {}).encode()


class Refused(Exception):
    """What a service says no with."""

    def __init__(self, code, status=400, message="refused"):
        super().__init__(code)
        self.code, self.status, self.message = code, status, message


class Spoilt(Exception):
    """No proper answer: "fault" (500), "proxy" (502 with a page), "break" (no answer), "cut" (half of it),
    "garbage" (no JSON)."""


class Call:
    """One request, understood."""

    def __init__(self, account, service, operation, parameters):
        self.account, self.service, self.operation, self.parameters = account, service, operation, parameters
        self.at = time.monotonic()

    def __repr__(self):
        return f"{self.account} {self.service}:{self.operation} {json.dumps(self.parameters)}"


class FakeServices:
    """Runs while it is entered. `answer(call)` gives an answer, or raises `Refused` or `Spoilt`; it may take
    its time, as each request has a thread. `calls` has all that came."""

    def __init__(self, services, answer, context=None):
        models = [Model(service) for service in services]
        self.models = {model.model.signing_name: model for model in models}
        self.by_name = {model.service: model for model in models}
        self.answer, self.calls, self.mistakes, self.lock = answer, [], [], threading.Lock()
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """One connection."""

            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            # The head and the body of an answer leave together.
            wbufsize = -1

            def handle(self):
                """Whoever is gone is gone."""
                try:
                    super().handle()
                except (ConnectionError, ValueError):
                    self.close_connection = True

            def do(self):
                """One request."""
                fake.serve(self)

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do

            def log_message(self, *_):
                """Says nothing."""

        class Listener(http.server.ThreadingHTTPServer):
            """Takes as many connections at once as a test makes."""

            daemon_threads = True
            request_queue_size = 256

            def handle_error(self, *_):
                """A handshake that fails is the client's to tell."""

        self.server = Listener(("127.0.0.1", 0), Handler)
        self.scheme = "http"
        if context:
            self.scheme = "https"
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)

    @property
    def address(self):
        """Host and port."""
        return f"127.0.0.1:{self.server.server_address[1]}"

    @property
    def endpoint(self):
        """What clients are given."""
        return f"{self.scheme}://{self.address}"

    def serve(self, handler):
        """Answers one request."""
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        try:
            status, answer, how = self._answer(handler, body)
        except Exception as error:  # a mistake of the test must not look like a service's fault
            self.mistakes.append(f"{handler.command} {handler.path}: {error!r}")
            status, answer, how = 400, b'{"__type":"MistakeOfTheTest"}', ""
        if how == "break":
            handler.close_connection = True
            return
        handler.send_response(status)
        for name, value in (("Content-Type", "text/html" if how == "proxy" else "application/json"), ("Content-Length", str(len(answer))),
                            ("x-amzn-RequestId", "00000000-0000-0000-0000-000000000000")):
            handler.send_header(name, value)
        if status >= 400 and how == "":
            handler.send_header("x-amzn-ErrorType", json.loads(answer)["__type"])
        handler.end_headers()
        if how == "cut":
            handler.close_connection = True
            answer = answer[:len(answer) // 2]
        handler.wfile.write(answer)
        handler.wfile.flush()

    def _answer(self, handler, body):
        account, _, signing = SCOPE.search(handler.headers["Authorization"]).groups()
        model = self.models[signing]
        operation, parameters = model.read(handler, body)
        call = Call(account, model.service, operation.name, parameters)
        with self.lock:
            self.calls.append(call)
        try:
            return 200, written(operation.output_shape, self.answer(call)), ""
        except Refused as refused:
            return refused.status, json.dumps({"__type": refused.code, "message": refused.message}).encode(), ""
        except Spoilt as spoilt:
            how = str(spoilt)
            answers = {"fault": (500, b"{}"), "proxy": (502, b"<html>Bad Gateway</html>"), "break": (0, b""),
                       "cut": (200, b'{"half": "of it is missing"}'), "garbage": (200, b"<html>Welcome</html>")}
            return *answers[how], how

    def seen(self, account, service, operation):
        """The parameters of the calls so far."""
        with self.lock:
            return [call.parameters for call in self.calls if (call.account, call.service, call.operation) == (account, service, operation)]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
