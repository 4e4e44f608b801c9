"""Chat and SMS through apprise, to a real HTTP target."""

import asyncio
from datetime import UTC, datetime
from ipaddress import ip_network

import orjson
import pytest

from notify_svc.delivery.apprise_services import NotAnAppriseUrl, parsed
from notify_svc.delivery.channels.apprise_urls import send
from notify_svc.delivery.guard import Guard
from notify_svc.delivery.outcome import Accepted, Message, Outcome, Rejected

from .receivers import Received, Receiver, answering, http_receiver

NOON = datetime(2024, 2, 1, 12, tzinfo=UTC)
MESSAGE = Message("N-1", "role:buyer", "Supplier S-1 graded C", "Act by 2024-02-10.\n质量", "en", True, NOON)
HERE = Guard([ip_network("127.0.0.0/8")])


async def told(receiver: Receiver, guard: Guard = HERE, timeout_s: float = 15) -> Outcome:
    return await send(MESSAGE, f"json://127.0.0.1:{receiver.port}/chat", "json://…", guard, timeout_s)


async def test_a_target_gets_subject_and_body(receiver: Receiver) -> None:
    assert await told(receiver) == Accepted("N-1")
    [got] = receiver.received
    assert got.path == "/chat"
    body = orjson.loads(got.body)
    assert (body["title"], body["message"]) == ("Supplier S-1 graded C", "Act by 2024-02-10.\n质量")


async def test_a_target_that_refuses_is_tried_again(receiver: Receiver) -> None:
    receiver.answer = answering("500 Oops")
    assert await told(receiver) == Rejected("json://… did not accept it.", for_good=False)


async def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    async with http_receiver() as inside:
        receiver.answer = answering("302 Found", f"location: {inside.url()}")
        assert isinstance(await told(receiver), Rejected)
        assert inside.received == []


async def test_a_target_inside_the_network_is_refused(receiver: Receiver) -> None:
    outcome = await told(receiver, guard=Guard())
    assert isinstance(outcome, Rejected)
    assert outcome.for_good
    assert "127.0.0.1 leads to 127.0.0.1, which is an internal address" in outcome.error
    assert receiver.received == []


async def test_a_target_that_does_not_answer_is_given_up(receiver: Receiver) -> None:
    done = asyncio.Event()

    async def silent(_: Received, writer: asyncio.StreamWriter) -> None:
        await done.wait()

    receiver.answer = silent
    assert await told(receiver, timeout_s=0.2) == Rejected("json://… did not answer in 0.2 s.", for_good=False)
    done.set()


async def test_a_url_that_is_on_no_list_fails_for_good() -> None:
    with pytest.raises(NotAnAppriseUrl, match="An apprise URL is written"):
        parsed("carrier-pigeon://coop")
    with pytest.raises(NotAnAppriseUrl, match=r"syslog:// is not a service that may be used; use one of 46elks, atalk"):
        parsed("syslog://")
    outcome = await send(MESSAGE, "pigeon://coop", "pigeon://…", HERE)
    assert isinstance(outcome, Rejected)
    assert outcome.for_good


def test_a_service_without_a_host_of_ones_own_is_known() -> None:
    assert parsed("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general").service_name == "Slack"
