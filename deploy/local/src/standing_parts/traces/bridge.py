"""The bridge: takes spans by OTLP over HTTP and hands them on to Zipkin, which has no OTLP. Delete it when Zipkin has.

``python -m standing_parts.traces.bridge PORT ZIPKIN`` serves ``POST /v1/traces`` on loopback until it is ended.
"""

from __future__ import annotations

import gzip
import json
import sys
import urllib.error
import urllib.request
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from standing_parts.traces.zipkin_spans import Unreadable, of_json, of_protobuf, zipkin_spans

PATH = "/v1/traces"
PROTOBUF, JSON = "application/x-protobuf", "application/json"
BODY_BYTES_MAX = 32 * 1024 * 1024
ZIPKIN_WITHIN_S = 10.0


class Bridge(ThreadingHTTPServer):
    """A server on a port of 127.0.0.1, 0 for any, in front of Zipkin at this address."""

    daemon_threads = True

    def __init__(self, port: int, zipkin: str) -> None:
        super().__init__(("127.0.0.1", port), _Request)
        self.zipkin = zipkin
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy

    def hand_on(self, body: bytes, kind: str) -> None:
        """Raises Unreadable, and OSError while Zipkin does not take them."""
        request = (of_json if kind == JSON else of_protobuf)(body)
        spans = zipkin_spans(request, self.zipkin)
        if not spans:
            return
        headers = {"Content-Type": JSON}
        posted = urllib.request.Request(f"{self.zipkin}/api/v2/spans", json.dumps(spans).encode(), headers)
        with self._opener.open(posted, timeout=ZIPKIN_WITHIN_S):
            pass


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Bridge

    def do_POST(self) -> None:
        body = self._body()
        if body is None:
            return
        kind = self.headers.get_content_type()
        if self.path != PATH:
            self._answer(404, b"", kind)
        elif kind not in (PROTOBUF, JSON):
            self._answer(415, b"", JSON)
        else:
            self._take(body, kind)

    def _take(self, body: bytes, kind: str) -> None:
        try:
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            self.server.hand_on(body, kind)
        except (Unreadable, gzip.BadGzipFile, EOFError, zlib.error) as error:
            self._answer(400, str(error).encode(), "text/plain")
        except urllib.error.HTTPError as error:
            # What Zipkin refuses it refuses again; its own trouble passes.
            self._answer(503 if error.code >= 500 else 400, error.read()[:500], "text/plain")
        except OSError as error:
            self._answer(503, f"Zipkin does not answer: {error}".encode(), "text/plain")
        else:
            self._answer(200, b"{}" if kind == JSON else ExportTraceServiceResponse().SerializeToString(), kind)

    def _body(self) -> bytes | None:
        """The body; None where it is too large or without a length, which is answered."""
        try:
            length = int(self.headers["Content-Length"])
        except (TypeError, ValueError):
            length = -1
        if 0 <= length <= BODY_BYTES_MAX:
            return self.rfile.read(length)
        self.close_connection = True
        self._answer(411 if length < 0 else 413, b"", "text/plain")
        return None

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        if status == 503:
            self.send_header("Retry-After", "2")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Requests are not logged."""


if __name__ == "__main__":
    Bridge(int(sys.argv[1]), sys.argv[2]).serve_forever()
