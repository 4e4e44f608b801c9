"""Mail: a letter to a real server on this machine, and what is made of its answers."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from notify_svc.delivery.channels.mail import send
from notify_svc.delivery.outcome import Accepted, Message, Rejected
from notify_svc.settings import SmtpSettings
from standing_parts.ports import free_port

from .receivers import Postbox

NOON = datetime(2024, 2, 1, 12, tzinfo=UTC)
ADDRESS = "supplier.S-1@standing.example"
LETTER = Message("N-1", "supplier:S-1", "Grade C 质量评级", "You have 17 points.\n评级 C", "en", True, NOON)


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
    assert await send(LETTER, ADDRESS, SmtpSettings()) == Accepted("<N-1@standing>")
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


@pytest.mark.parametrize("helo", ["", "notices.example.org"])
async def test_the_server_is_greeted_without_asking_a_name_server(
    postbox: Postbox, monkeypatch: pytest.MonkeyPatch, helo: str
) -> None:
    monkeypatch.setenv("NOTIFY_SMTP_HELO", helo)
    monkeypatch.setattr(socket, "getfqdn", lambda name="": pytest.fail("a name server may answer late or never"))
    assert isinstance(await send(LETTER, ADDRESS, SmtpSettings()), Accepted)
    assert postbox.greeted_by == [helo or socket.gethostname()]


async def test_a_full_mailbox_is_tried_again(postbox: Postbox) -> None:
    postbox.refuses[ADDRESS] = "452 mailbox full"
    assert await send(LETTER, ADDRESS, SmtpSettings()) == Rejected(
        "The mail server answered 452 mailbox full", for_good=False
    )


async def test_a_server_that_is_not_there_is_tried_again() -> None:
    outcome = await send(LETTER, ADDRESS, SmtpSettings(host="127.0.0.1", port=free_port()))
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
