#!/usr/bin/env python3
"""The page behind the link in a letter: two buttons that end the task of a token.

  python3 desk.py [--port 8090] [--endpoint http://127.0.0.1:8083]

Looking at the page changes nothing, because mail programs look at links by themselves; only the
buttons do. It listens on loopback, and knows nobody: who has the token may answer. Standard library only.
"""

import argparse
import html
import http.server
import json
import os
import urllib.error
import urllib.parse
import urllib.request

BODY_BYTES_MAX = 16_384

PAGE = """<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Approval</title><body style="font: 1.1rem system-ui; max-width: 30rem; margin: 3rem auto">{body}"""

FORM = """<h1>Approve?</h1><form method="post"><input type="hidden" name="token" value="{token}">
<p><label>Why (if you say no)<br><input name="why" size="40"></label>
<p><button name="word" value="yes">Yes, approve</button> <button name="word" value="no">No, reject</button></form>"""


def answer(endpoint, form):
    """Says yes or no with a token; gives the HTTP status and the sentence for the page."""
    token, word = form.get("token", ""), form.get("word", "")
    if word == "yes":
        operation, request = "SendTaskSuccess", {"taskToken": token, "output": json.dumps({"approved": True})}
    elif word == "no":
        cause = form.get("why") or "no reason given"
        operation, request = "SendTaskFailure", {"taskToken": token, "error": "Rejected", "cause": cause}
    else:
        return 400, "The answer must be yes or no."
    call = urllib.request.Request(endpoint, json.dumps(request).encode(), {
        "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AWSStepFunctions.{operation}"})
    try:
        with urllib.request.urlopen(call, timeout=30):
            return 200, "Thank you: approved." if word == "yes" else "Thank you: rejected."
    except urllib.error.HTTPError as error:
        name = json.loads(error.read() or b"{}").get("__type", "").rpartition("#")[2]
        if name in ("TaskTimedOut", "TaskDoesNotExist"):
            return 410, "It is too late: this was answered already, or its time was over."
        return 400, f"The server refused that: {name}."
    except OSError as error:
        return 502, f"No server answers at {endpoint}: {error}."


class Desk(http.server.BaseHTTPRequestHandler):
    """The page."""

    endpoint = "http://127.0.0.1:8083"

    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        token = query.get("token", [""])[0]
        if token:
            self.page(200, FORM.format(token=html.escape(token)))
        else:
            self.page(404, "<p>The link in the letter ends with a token; this one does not.")

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > BODY_BYTES_MAX:
            return self.page(400, "<p>This is not what the page sends.")
        form = urllib.parse.parse_qs(self.rfile.read(int(length)).decode("utf-8", "replace"))
        status, text = answer(self.endpoint, {name: values[0] for name, values in form.items()})
        return self.page(status, f"<p>{html.escape(text)}")

    def page(self, status, body):
        content = PAGE.format(body=body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        # The token is in the address: it must not travel on.
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_request(self, *_):
        """Addresses hold tokens, so they are not logged."""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--endpoint", default=os.environ.get("STATELINE_ENDPOINT", Desk.endpoint))
    options = parser.parse_args()
    Desk.endpoint = options.endpoint
    with http.server.ThreadingHTTPServer(("127.0.0.1", options.port), Desk) as server:
        print(f"the desk is at http://127.0.0.1:{server.server_port}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
