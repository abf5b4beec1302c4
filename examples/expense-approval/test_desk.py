"""Presses the buttons of the desk, with a server behind it that writes down what it is told."""

import http.server
import json
import threading
import unittest
import urllib.error
import urllib.parse
import urllib.request

import desk


class Server(http.server.BaseHTTPRequestHandler):
    """Takes every word but that of the token `late`."""

    told = []

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Server.told.append((self.headers["X-Amz-Target"], body))
        late = body["taskToken"] == "late"
        content = json.dumps({"__type": "com.amazonaws.swf.service.v2.model#TaskTimedOut"} if late else {}).encode()
        self.send_response(400 if late else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_request(self, *_):
        pass


def serve(handler):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


class Buttons(unittest.TestCase):
    def setUp(self):
        Server.told.clear()
        for handler, name in ((Server, "api"), (desk.Desk, "desk")):
            server, address = serve(handler)
            self.addCleanup(server.server_close)
            self.addCleanup(server.shutdown)
            setattr(self, name, address)
        desk.Desk.endpoint = self.api

    def ask(self, path, form=None):
        data = urllib.parse.urlencode(form).encode() if form else None
        try:
            with urllib.request.urlopen(self.desk + path, data, timeout=10) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def test_looking_changes_nothing(self):
        status, page = self.ask('/?token=a"b')
        self.assertEqual((status, Server.told), (200, []))
        self.assertIn('value="a&quot;b"', page)
        self.assertEqual(self.ask("/")[0], 404)

    def test_the_buttons_end_the_task(self):
        self.assertIn("approved", self.ask("/?token=t", {"token": "t", "word": "yes"})[1])
        self.assertIn("rejected", self.ask("/?token=t", {"token": "t", "word": "no", "why": "too much"})[1])
        yes, no = Server.told
        self.assertEqual(yes, ("AWSStepFunctions.SendTaskSuccess", {"taskToken": "t", "output": '{"approved": true}'}))
        self.assertEqual(no, ("AWSStepFunctions.SendTaskFailure", {"taskToken": "t", "error": "Rejected", "cause": "too much"}))

    def test_what_goes_wrong_is_said(self):
        status, page = self.ask("/", {"token": "late", "word": "yes"})
        self.assertEqual(status, 410)
        self.assertIn("too late", page)
        self.assertEqual(self.ask("/", {"token": "t", "word": "perhaps"})[0], 400)
        desk.Desk.endpoint = "http://127.0.0.1:1"
        self.assertEqual(self.ask("/", {"token": "t", "word": "yes"})[0], 502)


if __name__ == "__main__":
    unittest.main()
