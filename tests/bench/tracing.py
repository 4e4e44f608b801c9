"""What traces cost: decisions a second from facts, with none, one in a hundred and all of them recorded, in rounds that take turns."""

import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from chassis import tracing
from chassis.otlp import Exporter
from chassis.testing.facts import Fact, publish

from .domain import fact
from .figures import Figure, figure
from .flow import decided_per_s
from .parts import METER_COUNT, Parts

FACTS = "plant.readings-traced"
RATIOS = {"traces-1": 0.01, "traces-100": 1.0}
SINK = """
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Taking(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
print(server.server_port, flush=True)
server.serve_forever()
"""
"""A process that takes spans and forgets them: what a viewer does with them is not measured."""


async def measure(parts: Parts, wanted: frozenset[str]) -> list[Figure]:
    """The floor of each is the same without tracing, in the same rounds."""
    await parts.kafka.create_topics([FACTS])
    facts = [fact(n, METER_COUNT) for n in range(parts.sizes.facts)]
    sent = [Fact.of(FACTS, each.meter, f"T-{n}", each) for n, each in enumerate(facts)]
    await publish(parts.kafka.bootstrap, sent, security=parts.kafka.security)
    ratios = {name: ratio for name, ratio in RATIOS.items() if name in wanted}
    floors, values = list[float](), {name: list[float]() for name in ratios}
    with _sink() as endpoint:
        for number in range(parts.sizes.rounds):
            floors.append(await decided_per_s(parts, f"bench-untraced-{number}", FACTS))
            for name, ratio in ratios.items():
                values[name].append(await _traced(parts, f"bench-{name}-{number}", ratio, endpoint))
    return [figure(name, each, floors, "events/s") for name, each in values.items()]


async def _traced(parts: Parts, name: str, ratio: float, endpoint: str) -> float:
    tracing.configure_traces(name, Exporter(f"{endpoint}/v1/traces"), ratio)
    try:
        return await decided_per_s(parts, name, FACTS)
    finally:
        tracing.stop_traces()


@contextmanager
def _sink() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, "-c", SINK], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        endpoint = f"http://127.0.0.1:{int(process.stdout.readline())}"
        request = urllib.request.Request(endpoint, b"", {"Content-Length": "0"})
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30):
            pass
        yield endpoint
    finally:
        process.kill()
        process.wait()
