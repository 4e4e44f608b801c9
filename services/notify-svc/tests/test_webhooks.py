"""Webhooks to real receivers: signed so that the public library agrees, and never to the inside of a network."""

import asyncio
from datetime import UTC, datetime
from email.utils import format_datetime
from ipaddress import ip_network
from typing import Any

import orjson
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from notify_svc.delivery.channels.webhook import retry_after_s, send
from notify_svc.delivery.guard import Forbidden, Guard
from notify_svc.delivery.outcome import Accepted, Message, Outcome, Rejected
from notify_svc.delivery.special_networks import SPECIAL
from notify_svc.endpoints.credentials import new_secret

from .receivers import Received, Receiver, answering, http_receiver

NOON = datetime(2024, 2, 1, 12, tzinfo=UTC)
MESSAGE = Message(
    "N-1", "system:bi", "Grade C 质量评级", "17 points.", "en", True, NOON, "S-1", "grades", "r", "E-1", "t"
)
HERE = Guard([ip_network("127.0.0.0/8")])
SECRET = new_secret()


async def posted(receiver: Receiver, *secrets: str, guard: Guard = HERE, url: str = "", **options: Any) -> Outcome:
    return await send(MESSAGE, url or receiver.url(), secrets or (SECRET,), "http://receiver/…", guard, **options)


def verified(received: Received, secret: str) -> Any:
    return Webhook(secret).verify(received.body, received.headers)


async def test_a_receiver_verifies_the_signature_with_the_public_library(receiver: Receiver) -> None:
    assert await posted(receiver) == Accepted("N-1")
    [got] = receiver.received
    assert got.headers["webhook-id"] == "N-1"
    told = verified(got, SECRET)
    assert (told["type"], told["data"]["subject"], told["data"]["urgency"]) == ("notice", "Grade C 质量评级", "urgent")
    with pytest.raises(WebhookVerificationError):
        verified(got, new_secret())


async def test_a_changed_body_does_not_verify(receiver: Receiver) -> None:
    await posted(receiver)
    [got] = receiver.received
    forged = orjson.dumps({**orjson.loads(got.body), "type": "other"})
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(forged, got.headers)


async def test_while_a_secret_is_rotated_both_verify(receiver: Receiver) -> None:
    newer = new_secret()
    await posted(receiver, newer, SECRET)
    [got] = receiver.received
    assert verified(got, newer) == verified(got, SECRET)


async def test_a_repeat_has_the_same_webhook_id(receiver: Receiver) -> None:
    await posted(receiver)
    await posted(receiver)
    assert [got.headers["webhook-id"] for got in receiver.received] == ["N-1", "N-1"]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("500 Oops", Rejected("http://receiver/… answered 500.", for_good=False)),
        ("404 Not Found", Rejected("http://receiver/… answered 404.", for_good=False)),
        ("410 Gone", Rejected("http://receiver/… answered 410 and is gone.", for_good=True)),
    ],
)
async def test_an_answer_that_is_not_yes_is_tried_again_unless_the_receiver_is_gone(
    receiver: Receiver, status: str, outcome: Rejected
) -> None:
    receiver.answer = answering(status)
    assert await posted(receiver) == outcome


async def test_a_busy_receiver_says_when_to_come_back(receiver: Receiver) -> None:
    receiver.answer = answering("503 Busy", "retry-after: 120")
    told = await posted(receiver)
    assert isinstance(told, Rejected)
    assert told.retry_after_s == 120


async def test_a_redirect_is_not_followed_wherever_it_leads(receiver: Receiver) -> None:
    async with http_receiver() as inside:
        receiver.answer = answering("302 Found", f"location: {inside.url()}")
        told = await posted(receiver)
        assert told == Rejected("http://receiver/… answered 302, a redirect, which is not followed.", for_good=False)
        assert inside.received == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1",
        "169.254.1.1", "100.64.0.1", "224.0.0.1", "[::1]", "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:101]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::127.0.0.1]", "[::]", "192.88.99.1", "192.0.0.9",
        "192.31.196.1", "192.52.193.1", "192.175.48.1", "198.18.0.1", "240.0.0.1", "255.255.255.255", "[2001:4:112::1]",
        "[2001:20::1]", "[2001:db8::1]", "[2620:4f:8000::1]", "[100::1]", "[5f00::1]", "[2a00:1450::5efe:7f00:1]",
        "[2002:808:808::]", "[2001:0:808:808::1]", "[64:ff9b:1::808:808]", "[fec0::1]", "[3fff::1]",
    ],
)  # fmt: skip
async def test_internal_addresses_are_refused_in_every_spelling(receiver: Receiver, host: str) -> None:
    told = await posted(receiver, guard=Guard(), url=f"http://{host}:{receiver.port}/hook")
    assert isinstance(told, Rejected)
    assert told.for_good
    assert "which is an internal address; an operator may allow it with NOTIFY_ALLOWED_NETWORKS." in told.error
    assert receiver.received == []


METADATA = [
    "169.254.169.254", "169.254.170.2", "168.63.129.16", "192.0.0.192", "100.100.100.200", "169.254.0.23", "2852039166",
    "0xa83f8110", "[fd00:ec2::254]", "[fd20:ce::254]", "[::ffff:169.254.169.254]", "[::ffff:168.63.129.16]", "[64:ff9b::a83f:8110]",
    "[64:ff9b::c000:c0]",
]  # fmt: skip


@pytest.mark.parametrize("host", METADATA)
@pytest.mark.parametrize("allowed", ["0.0.0.0/0", "169.254.0.0/16", "fd00::/8"])
async def test_the_metadata_service_of_a_cloud_is_never_called_whatever_an_operator_allows(
    host: str, allowed: str
) -> None:
    guard = Guard([ip_network(allowed), ip_network("::/0")])
    told = await send(MESSAGE, f"http://{host}/latest", (SECRET,), "http://receiver/…", guard)
    assert isinstance(told, Rejected)
    assert told.for_good
    assert "where a cloud tells a machine its secrets; it is never called." in told.error


@for_all(st.sampled_from(SPECIAL), st.integers(0, 2**128))
def test_no_address_of_a_special_range_is_called(network: Any, number: int) -> None:
    address = network[number % network.num_addresses]
    with pytest.raises(Forbidden):
        Guard().check("name", str(address))
    if address.version == 4:
        for carrier in (f"::ffff:{address}", f"64:ff9b::{address}"):
            with pytest.raises(Forbidden):
                Guard().check("name", carrier)


async def test_a_name_that_resolves_to_the_inside_is_refused_also_when_only_one_of_its_addresses_does(
    receiver: Receiver,
) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["93.184.216.34", "127.0.0.1"]

    told = await posted(receiver, guard=Guard(resolve=resolve), url=f"http://innocent.example:{receiver.port}/")
    assert told == Rejected(
        "innocent.example leads to 127.0.0.1, which is an internal address; an operator may allow it with"
        " NOTIFY_ALLOWED_NETWORKS.",
        for_good=True,
    )
    assert receiver.received == []


async def test_the_address_that_was_checked_is_the_one_that_is_called(receiver: Receiver) -> None:
    """A name that answers something else the second time (DNS rebinding) is not asked a second time."""
    asked = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.9.9.9"]

    guard = Guard([ip_network("127.0.0.0/8")], resolve)
    assert isinstance(await posted(receiver, guard=guard, url=f"http://receiver.example:{receiver.port}/"), Accepted)
    assert asked == ["receiver.example"]
    assert receiver.received[0].headers["host"] == f"receiver.example:{receiver.port}"


async def test_an_answer_of_two_megabytes_is_not_read_to_its_end(receiver: Receiver) -> None:
    written = asyncio.Event()

    async def large(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2000000000\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 65_536)
                await writer.drain()
        except ConnectionError:
            written.set()

    receiver.answer = large
    assert isinstance(await posted(receiver), Accepted)
    async with asyncio.timeout(5):
        await written.wait()


@pytest.mark.parametrize("beginning", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n"])
async def test_an_answer_that_never_ends_is_given_up_in_time(receiver: Receiver, beginning: bytes) -> None:
    done = asyncio.Event()

    async def endless(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(beginning)
        await writer.drain()
        await done.wait()

    receiver.answer = endless
    told = await posted(receiver, timeout_s=0.2)
    done.set()
    assert told == Rejected("http://receiver/… did not answer in 0.2 s.", for_good=False)


async def test_headers_without_end_are_given_up(receiver: Receiver) -> None:
    async def garrulous(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        try:
            while True:
                writer.write(b"x-more: " + b"y" * 8_000 + b"\r\n")
                await writer.drain()
        except ConnectionError:
            pass

    receiver.answer = garrulous
    told = await posted(receiver, timeout_s=10)
    assert isinstance(told, Rejected)
    assert "cannot be reached" in told.error


async def test_a_receiver_that_is_away_is_tried_again() -> None:
    told = await send(MESSAGE, "http://127.0.0.1:1/", (SECRET,), "http://receiver/…", HERE)
    assert isinstance(told, Rejected)
    assert not told.for_good


@pytest.mark.parametrize(("told", "seconds"), [("120", 120), ("", 0), ("soon", 0), ("-5", 0), ("9" * 40, 999_999_999)])
def test_a_retry_after_that_one_cannot_understand_says_nothing(told: str, seconds: int) -> None:
    assert retry_after_s(told) == seconds


def test_a_retry_after_may_be_a_date() -> None:
    assert retry_after_s(format_datetime(datetime(2000, 1, 1, tzinfo=UTC), usegmt=True)) == 0
    later = datetime.now(UTC).replace(microsecond=0)
    assert retry_after_s(format_datetime(later.replace(year=later.year + 1, day=1), usegmt=True)) > 86_400


@for_all(st.ip_addresses())
def test_what_is_not_public_is_never_called(address: Any) -> None:
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        with pytest.raises(Forbidden):
            Guard().check("name", str(address))


@pytest.mark.parametrize("address", ["9.9.9.9", "2620:fe::fe", "::ffff:9.9.9.9", "64:ff9b::909:909"])
def test_what_is_public_may_be_called(address: str) -> None:
    Guard().check("name", address)
