"""An issuer of tokens that nobody signs, for brokers that are told to take those."""

import asyncio
import base64
import json
import time
from dataclasses import dataclass, field
from types import TracebackType


@dataclass
class TokenIssuer:
    """Answers client credentials at ``url`` with a token of ``life_s`` whose subject is the client."""

    secret: str
    life_s: float = 300.0
    issued: int = 0
    answer: str | None = None
    """Instead of any other answer."""
    url: str = ""
    _server: asyncio.Server | None = field(default=None, repr=False)

    async def __aenter__(self) -> "TokenIssuer":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/token"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
        headers = {name.lower(): value for name, value in headers.items()}
        await reader.readexactly(int(headers.get("content-length", "0")))
        client, _, secret = base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode().partition(":")
        status, body = self._answered(client, secret)
        content = body.encode()
        writer.write(
            f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(content)}\r\n"
            "connection: close\r\n\r\n".encode()
            + content
        )
        await writer.drain()
        writer.close()

    def _answered(self, client: str, secret: str) -> tuple[str, str]:
        if self.answer is not None:
            return "200 OK", self.answer
        if secret != self.secret:
            # A careless issuer repeats what it got.
            refused = {"error": "invalid_client", "error_description": "wrong secret", "sent": secret}
            return "401 Unauthorized", json.dumps(refused)
        self.issued += 1
        now = time.time()
        claims = {"sub": client, "iat": now - 1, "exp": now + self.life_s, "jti": str(self.issued)}
        token = f"{_part({'alg': 'none'})}.{_part(claims)}."
        return "200 OK", json.dumps({"access_token": token, "token_type": "Bearer", "expires_in": self.life_s})


def _part(content: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
