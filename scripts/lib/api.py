"""A small client of the API: JSON over HTTP/1.1, one kept connection a thread, nothing installed.

The AWS SDKs have tests of their own; this one is for load, where an SDK would cost more processor
time than the server.
"""
import http.client
import json
import socket
import threading

AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/states/aws4_request, SignedHeaders=host, Signature=0"
ROLE = "arn:aws:iam::000000000000:role/stateline-test"


class ApiError(Exception):
    """The server refused. `name` is the AWS error's name."""

    def __init__(self, status, name, message):
        super().__init__(f"{name}: {message}")
        self.status, self.name, self.message = status, name, message


class Unreachable(Exception):
    """There was no answer, so whether the server did it is unknown."""


class Client:
    """May be shared by threads."""

    def __init__(self, port, timeout=30):
        self.port, self.timeout = port, timeout
        self.local = threading.local()

    def call(self, operation, **parameters):
        """One call. `Unreachable` when no whole answer came."""
        try:
            connection = self._connection()
            connection.request("POST", "/", json.dumps(parameters).encode(), {
                "Content-Type": "application/x-amz-json-1.0",
                "X-Amz-Target": f"AWSStepFunctions.{operation}",
                "Authorization": AUTHORIZATION,
            })
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Unreachable(repr(error)) from error
        if answer.status == 200:
            document = json.loads(body)
            self.heard(answer.getheader("x-amzn-requestid"), operation, parameters, document)
            return document
        try:
            document = json.loads(body)
        except ValueError:
            document = {}
        name = str(document.get("__type", "")).rpartition("#")[2]
        raise ApiError(answer.status, name or f"HTTP {answer.status}", document.get("message", body[:300]))

    def heard(self, request_id, operation, parameters, document):
        """Each answer comes by here; for those who keep what they were told."""

    def _connection(self):
        connection = getattr(self.local, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
            connection.connect()
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.local.connection = connection
        return connection

    def close(self):
        """Drops this thread's connection."""
        connection = getattr(self.local, "connection", None)
        if connection is not None:
            connection.close()
        self.local.connection = None

    def create(self, name, definition, machine_type="STANDARD"):
        """Creates a state machine and gives its ARN; the same again when it is there."""
        return self.call("CreateStateMachine", name=name, definition=json.dumps(definition),
                         roleArn=ROLE, type=machine_type)["stateMachineArn"]

    def history(self, arn):
        """The whole history of an execution."""
        return list(self.pages("GetExecutionHistory", "events", executionArn=arn, maxResults=1000))

    def pages(self, operation, member, **parameters):
        """The items of all pages."""
        while True:
            page = self.call(operation, **parameters)
            yield from page[member]
            if "nextToken" not in page:
                return
            parameters["nextToken"] = page["nextToken"]
