"""Who asks an installation during the erasure, and where its traces go."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from standing.installation import Installation

CUSTOMER = "customer-svc"


@contextmanager
def collector(file: Path) -> Iterator[str]:
    """Where traces are sent to; it writes all of them into a file as they come."""

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            with file.open("ab") as opened:
                opened.write(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()


class Asked:
    """Answers of the service to people, each with a token of its own; every answer without the right to open is written to a file."""

    def __init__(self, installation: Installation, exports: Path) -> None:
        assert installation.issuer is not None
        self._issuer, self._installation, self._exports = installation.issuer, installation, exports

    async def __call__(self, person: str, role: str, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._issuer.token(person, [role])}"}
        url = self._installation.client(CUSTOMER).base_url + path
        async with httpx.AsyncClient(trust_env=False, timeout=60, headers=headers) as http:
            answer = await http.request(method, url, json=body)
        assert answer.status_code == 200, answer.text
        return answer

    async def contacts(self, role: str = "administrator") -> dict[str, Any]:
        answer = await self("xie", role, "GET", "/v1/customers/C-900/file")
        return {each["contact_id"]: each for each in answer.json()["contacts"]}

    async def parked(self, role: str = "administrator") -> list[dict[str, Any]]:
        """The messages of the ERP about calls, as they are parked."""
        items = (await self("xie", role, "GET", "/v1/admin/parked?limit=500")).json()["items"]
        return [each for each in items if str(each["headers"].get("ce_id", "")).startswith("call-")]

    async def export(self) -> None:
        """What somebody sees and takes away who may see customers, and not open what is sealed."""
        for path in (
            "/v1/files?limit=500",
            "/v1/customers/C-900/file",
            "/v1/customers?limit=500",
            "/v1/log?partition=0&after=0",
            "/v1/admin/parked?limit=500",
        ):
            answer = await self("luo", "auditor", "GET", path)
            with self._exports.open("ab") as file:
                file.write(answer.content)

    async def erase(self, subject: str) -> dict[str, Any]:
        body = {"subject": subject, "reason": "letter of 3 May"}
        proposed = await self("xie", "administrator", "POST", "/v1/personal/erasures", body)
        erasure = proposed.json()["erasure_id"].replace("/", "%2F")
        approved = await self("tao", "administrator", "POST", f"/v1/personal/erasures/{erasure}/approval")
        answer: dict[str, Any] = approved.json()
        return answer
