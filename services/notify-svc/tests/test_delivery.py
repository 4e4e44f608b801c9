"""What is due, and the channels: a real mail server on this machine, and none at all."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from chassis.policies import PolicyBook
from chassis.read_models import Desk
from chassis.testing import replay
from contracts.notify import (
    Cause,
    NotificationAttemptFailed,
    NotificationFailed,
    NotificationRequested,
    NotificationSent,
)
from notify_svc.mail import Letter, NotTaken, Taken, send
from notify_svc.notice import RecordAttemptFailed, RecordSent
from notify_svc.read_models import delivery_due
from notify_svc.settings import SmtpSettings

NOON = datetime(2024, 2, 1, 12, tzinfo=UTC)
LETTER = Letter(
    "N-1", "supplier.S-1@standing.example", "Grade C 质量评级", "You have 17 points.\n评级 C", "en", True, NOON
)
REQUESTED = NotificationRequested(
    notification_id="N-1",
    recipient="supplier:S-1",
    subject="Grade C",
    body="You have 17 points.",
    language="en",
    urgency="urgent",
    channels=("email", "inbox"),
    addresses={"inbox": "supplier:S-1", "email": "supplier.S-1@standing.example"},
    about="S-1",
    period="2024-01",
    cause=Cause(
        event_id="E-1", event_type="supplier.SupplierGraded", event_source="/supplier-svc", rule="r", policy_version=1
    ),
    deliver_at=NOON,
)
FAILED_ONCE = NotificationAttemptFailed(
    notification_id="N-1",
    recipient="supplier:S-1",
    channel="email",
    attempt=1,
    error="no answer",
    next_channel="email",
    retry_at=NOON + timedelta(seconds=5),
)


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
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment without a mail server."""
    monkeypatch.setenv("NOTIFY_SMTP_HOST", "")


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


def due(*events: Any) -> list[delivery_due.Row]:
    return list(replay(delivery_due.MODEL, events).values())


async def delivered(*rows: delivery_due.Row) -> list[Any]:
    return [caused.command for caused in await delivery_due.deliver(rows, Desk(NOON, PolicyBook.of([]), due))]


async def test_a_letter_arrives_with_its_words_and_what_a_repeat_is_known_by(postbox: Postbox) -> None:
    assert await send(LETTER, SmtpSettings()) == Taken("<N-1@standing>")
    [letter] = postbox.letters
    assert letter["From"] == "quality@example.org"
    assert letter["To"] == "supplier.S-1@standing.example"
    assert letter["Subject"] == "Grade C 质量评级"
    assert letter.get_content().splitlines() == ["You have 17 points.", "评级 C"]
    assert (letter["Message-ID"], letter["Importance"]) == ("<N-1@standing>", "high")
    assert letter["Auto-Submitted"] == "auto-generated"


async def test_a_repeat_after_a_crash_carries_the_same_message_id(postbox: Postbox) -> None:
    await send(LETTER, SmtpSettings())
    await send(LETTER, SmtpSettings())
    assert [letter["Message-ID"] for letter in postbox.letters] == ["<N-1@standing>"] * 2


async def test_an_address_that_the_server_does_not_know_fails_for_good(postbox: Postbox) -> None:
    postbox.refuses[LETTER.address] = "550 no such user"
    assert await send(LETTER, SmtpSettings()) == NotTaken("The mail server answered 550 no such user", for_good=True)


async def test_a_full_mailbox_is_tried_again(postbox: Postbox) -> None:
    postbox.refuses[LETTER.address] = "452 mailbox full"
    assert await send(LETTER, SmtpSettings()) == NotTaken("The mail server answered 452 mailbox full", for_good=False)


async def test_a_server_that_is_not_there_is_tried_again(free_port: int) -> None:
    outcome = await send(LETTER, SmtpSettings(host="127.0.0.1", port=free_port))
    assert isinstance(outcome, NotTaken)
    assert not outcome.for_good


async def test_a_server_that_never_answers_is_given_up_in_time_and_tried_again(silent_port: int) -> None:
    outcome = await send(LETTER, SmtpSettings(host="127.0.0.1", port=silent_port), timeout_s=0.1)
    assert isinstance(outcome, NotTaken)
    assert not outcome.for_good


async def test_an_answer_that_is_not_utf_8_can_be_recorded(unreadable_port: int) -> None:
    outcome = await send(LETTER, SmtpSettings(host="127.0.0.1", port=unreadable_port))
    assert outcome == NotTaken("The mail server answered 554 refus?", for_good=False)


async def test_a_letter_that_cannot_be_written_fails_for_good(postbox: Postbox) -> None:
    outcome = await send(replace(LETTER, subject="one\ntwo"), SmtpSettings())
    assert isinstance(outcome, NotTaken)
    assert outcome.for_good


def test_a_requested_notice_is_due_by_its_first_channel() -> None:
    [row] = due(REQUESTED)
    assert (row.due_at, row.channel, row.attempt) == (NOON, "email", 1)


def test_a_failed_attempt_moves_the_notice_to_its_retry() -> None:
    [row] = due(REQUESTED, FAILED_ONCE)
    assert (row.due_at, row.channel, row.attempt) == (NOON + timedelta(seconds=5), "email", 2)


def test_the_channel_that_takes_over_counts_from_one() -> None:
    [row] = due(REQUESTED, FAILED_ONCE, FAILED_ONCE.model_copy(update={"attempt": 2, "next_channel": "inbox"}))
    assert (row.channel, row.attempt) == ("inbox", 1)


def test_a_notice_that_is_sent_or_has_failed_is_no_longer_due() -> None:
    common = {"notification_id": "N-1", "recipient": "supplier:S-1", "channel": "email", "attempt": 1}
    assert due(REQUESTED, NotificationSent(**common, address="a", reference="r")) == []  # type: ignore[arg-type]
    assert due(REQUESTED, NotificationFailed(**common, error="no answer")) == []  # type: ignore[arg-type]


async def test_a_due_notice_is_mailed(postbox: Postbox) -> None:
    assert await delivered(*due(REQUESTED)) == [
        RecordSent("N-1", "email", "supplier.S-1@standing.example", "<N-1@standing>", attempt=1)
    ]
    assert [letter["Subject"] for letter in postbox.letters] == ["Grade C"]


async def test_a_notice_for_the_inbox_is_sent_without_mail(postbox: Postbox) -> None:
    inbox_only = REQUESTED.model_copy(update={"channels": ("inbox",)})
    assert await delivered(*due(inbox_only)) == [RecordSent("N-1", "inbox", "supplier:S-1", "N-1", attempt=1)]
    assert postbox.letters == []


@pytest.mark.usefixtures("no_server")
async def test_a_deployment_without_mail_server_delivers_to_the_inbox_and_says_so() -> None:
    [sent] = await delivered(*due(REQUESTED))
    assert (sent.channel, sent.attempt) == ("inbox", 1)
    assert sent.passed_over == "email: this deployment has no mail server (NOTIFY_SMTP_HOST is not set)"


@pytest.mark.usefixtures("no_server")
async def test_a_notice_for_mail_only_fails_without_a_mail_server() -> None:
    [failed] = await delivered(*due(REQUESTED.model_copy(update={"channels": ("email",)})))
    assert isinstance(failed, RecordAttemptFailed)
    assert failed.for_good


async def test_a_recipient_without_address_is_told_in_the_inbox(postbox: Postbox) -> None:
    [sent] = await delivered(*due(REQUESTED.model_copy(update={"addresses": {"inbox": "supplier:S-1"}})))
    assert (sent.channel, sent.passed_over) == ("inbox", "email: the directory has no address of supplier:S-1")


async def test_one_refused_letter_does_not_hold_up_the_others(postbox: Postbox) -> None:
    postbox.refuses["supplier.S-2@standing.example"] = "550 no such user"
    other = REQUESTED.model_copy(
        update={"notification_id": "N-2", "addresses": {"email": "supplier.S-2@standing.example"}}
    )
    rows = due(REQUESTED, other)
    assert [type(outcome) for outcome in await delivered(*rows)] == [RecordSent, RecordAttemptFailed]
