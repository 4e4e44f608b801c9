"""Real servers that notices are sent to: a mail server and an HTTP receiver, which may be slow, refuse, or be away."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Postbox:
    """A mail server's handler: keeps what it takes, refuses the recipients it was told to, with their answer."""

    refuses: dict[str, str] = field(default_factory=dict)
    letters: list[EmailMessage] = field(default_factory=list)
    greeted_by: list[str] = field(default_factory=list)

    async def handle_EHLO(  # noqa: N802 (the name that aiosmtpd calls)
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.greeted_by.append(hostname)
        return responses

    async def handle_RCPT(  # noqa: N802 (the name that aiosmtpd calls)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.letters.append(message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"

    def subjects(self, address: str) -> list[str]:
        return [str(letter["Subject"]) for letter in self.letters if letter["To"] == address]


@contextmanager
def mail_server(box: Postbox, port: int) -> Iterator[None]:
    server = Controller(box, hostname="127.0.0.1", port=port, server_hostname="mail.example")
    server.start()
    try:
        yield
    finally:
        server.stop()


@dataclass
class Received:
    """One request as it came: headers with lower-case names."""

    path: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[["Received", asyncio.StreamWriter], Awaitable[None]]


def answering(status: str, *headers: str, body: bytes = b"") -> Answer:
    """An answer with this status line (``204 No Content``), headers and body."""

    async def answer(_: "Received", writer: asyncio.StreamWriter) -> None:
        head = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close", *headers]
        writer.write("\r\n".join([*head, "", ""]).encode() + body)
        await writer.drain()

    return answer


OK = answering("204 No Content")


@dataclass
class Receiver:
    """An HTTP server that keeps what it got, and answers as it is told."""

    answer: Answer = OK
    received: list[Received] = field(default_factory=list)
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0

    def url(self, path: str = "/hook", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    async def count(self) -> int:
        return len(self.received)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connected.set()
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)
            }
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            got = Received(head[0].split(" ")[1], headers, body)
            self.received.append(got)
            await self.answer(got, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def http_receiver(answer: Answer = OK, port: int = 0) -> AsyncIterator[Receiver]:
    receiver = Receiver(answer)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", port)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
