"""Mail: a letter to a real server on this machine, and what is made of its answers."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from notify_svc.delivery.channels.mail import send
from notify_svc.delivery.outcome import Accepted, Message, Rejected
from notify_svc.settings import SmtpSettings

NOON = datetime(2024, 2, 1, 12, tzinfo=UTC)
ADDRESS = "supplier.S-1@standing.example"
LETTER = Message("N-1", "supplier:S-1", "Grade C 质量评级", "You have 17 points.\n评级 C", "en", True, NOON)


@dataclass
class Postbox:
    """A mail server's handler: keeps what it takes, refuses the recipients it was told to, with their answer."""

    refuses: dict[str, str] = field(default_factory=dict)
    letters: list[EmailMessage] = field(default_factory=list)

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


@pytest.fixture
def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture
def postbox(free_port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postbox]:
    """A mail server that this deployment uses."""
    box = Postbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port)
    server.start()
    monkeypatch.setenv("NOTIFY_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("NOTIFY_SMTP_PORT", str(free_port))
    monkeypatch.setenv("NOTIFY_SMTP_FROM", "quality@example.org")
    yield box
    server.stop()


@pytest.fixture
async def silent_port() -> AsyncIterator[int]:
    """A server that takes the connection and never says a word."""
    done = asyncio.Event()

    async def hold(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await done.wait()
        writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    done.set()
    server.close()


@pytest.fixture
async def unreadable_port() -> AsyncIterator[int]:
    """A server that turns everyone away in Latin-1."""

    async def refuse(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write("554 refusé\r\n".encode("latin-1"))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def test_a_letter_arrives_with_its_words_and_what_a_repeat_is_known_by(postbox: Postbox) -> None:
    assert await send(LETTER, ADDRESS, SmtpSettings()) == Accepted("<N-1@standing>", ADDRESS)
    [letter] = postbox.letters
    assert letter["From"] == "quality@example.org"
    assert letter["To"] == "supplier.S-1@standing.example"
    assert letter["Subject"] == "Grade C 质量评级"
    assert letter.get_content().splitlines() == ["You have 17 points.", "评级 C"]
    assert (letter["Message-ID"], letter["Importance"]) == ("<N-1@standing>", "high")
    assert letter["Auto-Submitted"] == "auto-generated"


async def test_a_repeat_after_a_crash_carries_the_same_message_id(postbox: Postbox) -> None:
    await send(LETTER, ADDRESS, SmtpSettings())
    await send(LETTER, ADDRESS, SmtpSettings())
    assert [letter["Message-ID"] for letter in postbox.letters] == ["<N-1@standing>"] * 2


async def test_an_address_that_the_server_does_not_know_fails_for_good(postbox: Postbox) -> None:
    postbox.refuses[ADDRESS] = "550 no such user"
    assert await send(LETTER, ADDRESS, SmtpSettings()) == Rejected(
        "The mail server answered 550 no such user", for_good=True
    )


async def test_a_full_mailbox_is_tried_again(postbox: Postbox) -> None:
    postbox.refuses[ADDRESS] = "452 mailbox full"
    assert await send(LETTER, ADDRESS, SmtpSettings()) == Rejected(
        "The mail server answered 452 mailbox full", for_good=False
    )


async def test_a_server_that_is_not_there_is_tried_again(free_port: int) -> None:
    outcome = await send(LETTER, ADDRESS, SmtpSettings(host="127.0.0.1", port=free_port))
    assert isinstance(outcome, Rejected)
    assert not outcome.for_good


async def test_a_server_that_never_answers_is_given_up_in_time_and_tried_again(silent_port: int) -> None:
    outcome = await send(LETTER, ADDRESS, SmtpSettings(host="127.0.0.1", port=silent_port), timeout_s=0.1)
    assert isinstance(outcome, Rejected)
    assert not outcome.for_good


async def test_an_answer_that_is_not_utf_8_can_be_recorded(unreadable_port: int) -> None:
    outcome = await send(LETTER, ADDRESS, SmtpSettings(host="127.0.0.1", port=unreadable_port))
    assert outcome == Rejected("The mail server answered 554 refus?", for_good=False)


async def test_a_letter_that_cannot_be_written_fails_for_good(postbox: Postbox) -> None:
    outcome = await send(replace(LETTER, subject="one\ntwo"), ADDRESS, SmtpSettings())
    assert isinstance(outcome, Rejected)
    assert outcome.for_good
