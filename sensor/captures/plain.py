"""A server of HTTP/1: a short answer to everything, and one that is streamed as AI tools stream theirs."""

import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "stream" not in self.path:
            body = b'{"answer":"hello"}\n'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        time.sleep(0.4)
        for number in range(30):
            self.wfile.write(b'data: {"delta":"word %d"}\n\n' % number)
            self.wfile.flush()
            time.sleep(0.05)
        self.close_connection = True

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("0.0.0.0", 8080), Handler).serve_forever()
