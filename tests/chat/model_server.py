"""A double of a language model's server: real HTTP, an answer that the test states."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server(ThreadingHTTPServer):
    """Answers Chat Completions with what `answer` makes of the request.

    Attributes:
        answer: Given the request's JSON; returns text, a dict for a function's arguments, bytes to be sent as
            they are, a status, or a function that writes to the connection itself.
        requests: What was asked, in order: (path, JSON).
    """

    daemon_threads = True

    def __init__(self, answer):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.requests = []
        self.headers = []
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    @property
    def asked(self):
        """The requests that were about an answer, without those that find out what the server can do."""
        return [body for path, body in self.requests if "-----" in json.dumps(body)]

    def close(self):
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests.append((self.path, None))
        self._send(json.dumps({"object": "list", "data": [{"id": "tiny", "object": "model"}]}).encode())

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, body))
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        answer = self.server.answer(body)
        if callable(answer):
            answer(self)
        elif isinstance(answer, int):
            self._send(b'{"error": {"message": "the answer above was sent to 10.0.0.9"}}', answer)
        else:
            self._send(answer if isinstance(answer, bytes) else stream(answer), kind="text/event-stream")

    def _send(self, data, status=200, kind="application/json"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def stream(answer, ending="stop"):
    """The event stream of a text, or of a call of the function `move` with these arguments, in fragments."""
    text = json.dumps(answer) if isinstance(answer, dict) else answer
    parts = [text[i : i + 7] for i in range(0, len(text), 7)] or [""]
    deltas = [
        {
            "tool_calls": [
                {"index": 0, "id": "a", "type": "function", "function": {"name": "move", "arguments": p}}
            ]
        }
        if isinstance(answer, dict)
        else {"content": p}
        for p in parts
    ]
    events = [_event(delta, None) for delta in deltas] + ([_event({}, ending)] if ending else [])
    return b"".join(events) + (b"data: [DONE]\n\n" if ending else b"")


def _event(delta, ending):
    choice = {"index": 0, "delta": delta, "finish_reason": ending}
    data = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "tiny", "choices": [choice]}
    return b"data: " + json.dumps(data).encode() + b"\n\n"


def dripping(handler):
    """Never ends, and never ends a line either."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"d")
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        return


def cut_off(handler):
    """Closes the connection in the middle of an answer."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(stream({"do": "say", "text": "The learning rate"}, ending=None))
