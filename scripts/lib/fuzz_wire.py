"""Bytes on sockets for fuzzing: whole requests in odd pieces, broken ones, and answers read strictly."""
import asyncio
import gzip
import json

LIMIT = 1 << 22


class Broken(Exception):
    """The server did what it must not."""


def head(random, operation, length, extra=""):
    """The head of a request; most of them are ordinary."""
    host = random.choice(["127.0.0.1", "sync-localhost", "sync-127.0.0.1:8083", "states.us-east-1.amazonaws.com", "\x80"])
    region = random.choice(["us-east-1"] * 9 + ["eu-west-1"])
    return (f"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: AWSStepFunctions.{operation}\r\n"
            f"Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/{region}/states/aws4_request, SignedHeaders=host, Signature=0\r\n"
            f"{extra}" + (f"Content-Length: {length}\r\n" if length is not None else "") + "\r\n").encode("latin-1")


def chunked(random, body):
    """A body in chunks of random sizes."""
    pieces, at = [], 0
    while at < len(body):
        size = random.choice([1, 7, 1000, 100_000])
        piece = body[at:at + size]
        pieces.append(b"%x\r\n%s\r\n" % (len(piece), piece))
        at += size
    return b"".join(pieces) + b"0\r\n\r\n"


def whole(random, operation, body):
    """A request that is right as HTTP, and whether it came in one of the rarer forms."""
    how = random.randrange(20)
    if how == 0:
        packed = gzip.compress(body, 1)
        return head(random, operation, len(packed), "Content-Encoding: gzip\r\n") + packed
    if how == 1 and len(body) < 100_000:
        return head(random, operation, None, "Transfer-Encoding: chunked\r\n") + chunked(random, body)
    if how == 2:
        return head(random, operation, len(body), random.choice(["Content-Encoding: br\r\n", "Accept-Encoding: gzip\r\n", "X-Amzn-Trace-Id: Root=1-\xe9\r\n",
                                                                 "Cookie: " + "c" * 5000 + "\r\n"])) + body
    return head(random, operation, len(body)) + body


async def answer_of(reader, operation):
    """Status and document of the next answer. Anything that is no answer is `Broken`."""
    text = await reader.readuntil(b"\r\n\r\n")
    while text.startswith(b"HTTP/1.1 100"):
        text = await reader.readuntil(b"\r\n\r\n")
    lines = text.decode("latin-1").split("\r\n")
    version, status, *_ = lines[0].split(" ")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    status = int(status)
    if version != "HTTP/1.1":
        raise Broken(f"{operation}: {lines[0]!r}")
    if status >= 500:
        raise Broken(f"{operation}: {status} {body[:300]!r}")
    # Heads that are no HTTP are answered below the API, with nothing in them.
    if "x-amzn-requestid" not in headers and body:
        raise Broken(f"{operation}: an answer without a request id: {text + body[:300]!r}")
    if not body or headers.get("content-type", "").startswith("application/") is False:
        return status, {}, headers.get("connection") == "close"
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        if status != 200 or not isinstance(error, RecursionError):
            raise Broken(f"{operation}: an answer that is not JSON: {body[:300]!r}") from error
        document = {}
    if status != 200 and not ("__type" in document and "message" in document or "message" in document):
        raise Broken(f"{operation}: an error without a name: {body[:300]!r}")
    return status, document, headers.get("connection") == "close"


class Connection:
    """One connection, opened when it is needed."""

    def __init__(self, port):
        self.port = port
        self.reader = self.writer = None

    async def open(self):
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=LIMIT)

    async def close(self, abrupt=False):
        if self.writer is not None:
            writer, self.reader, self.writer = self.writer, None, None
            if abrupt:
                writer.transport.abort()
            else:
                writer.close()
            try:
                await asyncio.wait_for(writer.wait_closed(), 5)
            except (OSError, asyncio.TimeoutError):
                pass

    async def write(self, data, random):
        """Sends it all, now and then in pieces."""
        await self.open()
        if random.random() < 0.05 and len(data) < 5_000:
            at = 0
            while at < len(data):
                size = random.choice([1, 10, 500])
                self.writer.write(data[at:at + size])
                await self.writer.drain()
                at += size
                if random.random() < 0.2:
                    await asyncio.sleep(0.001)
            return
        self.writer.write(data)
        await self.writer.drain()
