"""Delivery in simulated time, to real servers: once each, in order, and nobody waits for another's slowness."""

import asyncio
from datetime import timedelta

import pytest

from chassis.commands import Accepted
from chassis.testing.waiting import eventually
from contracts.notify import Cause
from notify_svc.endpoints.credentials import Credentials, new_secret
from notify_svc.endpoints.endpoint import RegisterEndpoint, endpoint_id
from notify_svc.notices.redrives import Redrive
from notify_svc.notices.requests import RequestRendered
from notify_svc.policies.delivery import DeliveryPolicy
from notify_svc.policies.directory import DirectoryPolicy
from notify_svc.policies.throttle import ThrottlePolicy
from notify_svc.rules.samples import SAMPLES

from .receivers import Postbox, Received, Receiver, http_receiver, mail_server
from .running import Running

CAUSE = Cause(event_id="E-1", event_type="t", event_source="/test", rule="r", policy_version=1)


def telling(
    running: Running, number: int, recipient: str = "person:a", channels: tuple = ("email",)
) -> RequestRendered:  # type: ignore[type-arg]
    return RequestRendered(
        notification_id=f"N-{recipient}-{number}", recipient=recipient, subject=f"Notice {number}", body="Words.",
        language="en", urgency="normal", channels=channels, about="A", period="P", cause=CAUSE, topic="test",
        at=running.now,
    )  # fmt: skip


async def reach(running: Running, recipient: str, url: str, channel: str = "webhook") -> str:
    """Register where a channel reaches a recipient; the webhook's secret."""
    secret = new_secret()
    text = Credentials(url, secret).text
    [reply] = await running.do(
        RegisterEndpoint(endpoint_id(recipient, channel), recipient, channel, "http://receiver/…", text)  # type: ignore[arg-type]
    )
    assert isinstance(reply, Accepted), reply
    await running.settled()
    return secret


async def test_what_is_due_is_mailed_once_and_recorded(service: Running, postbox: Postbox) -> None:
    await service.tell(SAMPLES["supplier.SupplierGraded"])
    await service.settled()
    assert postbox.subjects("supplier.S-1@standing.example") == ["Quality grade for 2024-01: C"]
    [notice] = await service.notices(recipient="supplier:S-1")
    assert (notice["status"], notice["channel"]) == ("sent", "email")
    assert notice["reference"] == f"<{notice['notification_id']}@standing>"


async def test_a_dead_mail_server_for_an_hour_then_every_mail_arrives_once_and_in_order(
    service: Running, smtp_port: int
) -> None:
    people = ["person:a", "person:b", "person:c"]
    for number in range(12):
        await service.do(*(telling(service, number, person) for person in people))
        await service.move_by(minutes=5)
    box = Postbox()
    with mail_server(box, smtp_port):
        await service.move_by(hours=8)
        await service.settled()
    for person in people:
        address = f"{person.replace(':', '.')}@standing.example"
        assert box.subjects(address) == [f"Notice {number}" for number in range(12)]
    assert {notice["status"] for notice in await service.notices()} == {"sent"}


async def test_a_slow_receiver_does_not_slow_the_others(service: Running, outside: str, receiver: Receiver) -> None:
    answered = asyncio.Event()

    async def slow(_: Received, writer: asyncio.StreamWriter) -> None:
        await answered.wait()
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()

    async with http_receiver(slow) as sluggish:
        await reach(service, "system:slow", sluggish.url())
        await reach(service, "system:quick", receiver.url())
        slow_ones = [telling(service, n, "system:slow", ("webhook",)) for n in range(30)]
        quick_ones = [telling(service, n, "system:quick", ("webhook",)) for n in range(30)]
        await service.do(*slow_ones, *quick_ones)
        await eventually(receiver.count, lambda count: count == 30)
        assert len(sluggish.received) == 1
        answered.set()
        await service.settled()
        assert len(sluggish.received) == 30


async def test_a_receiver_that_says_when_to_come_back_is_left_alone_until_then(service: Running, outside: str) -> None:
    async def busy(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 429 Too Many\r\nretry-after: 1800\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()

    async with http_receiver(busy) as receiver:
        await reach(service, "system:bi", receiver.url())
        await service.do(telling(service, 1, "system:bi", ("webhook",)))
        await service.move_by(minutes=29)
        assert len(receiver.received) == 1
        await service.move_by(minutes=2)
        assert len(receiver.received) == 2


async def test_a_second_channel_takes_over_when_the_first_fails_for_good(service: Running, postbox: Postbox) -> None:
    postbox.refuses["person.a@standing.example"] = "550 no such user"
    await service.do(telling(service, 1, "person:a", ("email", "inbox")))
    await service.move_by(seconds=1)
    [notice] = await service.notices()
    assert (notice["status"], notice["channel"]) == ("sent", "inbox")
    assert [attempt["error"] for attempt in notice["attempts"]] == ["The mail server answered 550 no such user", None]


async def test_a_dead_notice_is_listed_and_a_person_can_have_it_tried_again(service: Running, smtp_port: int) -> None:
    await service.publish(DeliveryPolicy(delays_s=(0, 5)))
    await service.do(telling(service, 1))
    await service.move_by(minutes=1)
    [notice] = await service.notices(status="failed")
    assert [attempt["attempt"] for attempt in notice["attempts"]] == [1, 2]
    box = Postbox()
    with mail_server(box, smtp_port):
        await service.do(Redrive(notice["notification_id"], "li.na", "The server is back.", service.now))
        await service.settled()
    assert len(box.letters) == 1
    assert len(await service.notices(status="sent")) == 1


async def test_more_than_the_hour_allows_waits_for_the_next_and_says_why(service: Running, postbox: Postbox) -> None:
    await service.publish(ThrottlePolicy(window_minutes=60, most={"email": 3}))
    for number in range(5):
        await service.do(telling(service, number))
    await service.settled()
    assert len(postbox.letters) == 3
    waiting = await service.notices(status="requested")
    assert waiting[0]["waits_because"] == "person:a has had 3 notices by email within 60 minutes."
    await service.move_by(minutes=61)
    assert [letter["Subject"] for letter in postbox.letters] == [f"Notice {number}" for number in range(5)]


@pytest.mark.usefixtures("outside")
async def test_the_channel_that_takes_over_is_throttled_by_its_own_figure(service: Running, postbox: Postbox) -> None:
    # given one chat message an hour and two mails, and a person whom no chat reaches
    await service.publish(ThrottlePolicy(window_minutes=60, most={"chat": 1, "email": 2}))
    # when three notices go by chat, else by mail
    for number in range(3):
        await service.do(telling(service, number, "person:a", ("chat", "email")))
    await service.settled()
    # then two are mailed, and the third waits for the mails
    assert postbox.subjects("person.a@standing.example") == ["Notice 0", "Notice 1"]
    [waiting] = await service.notices(status="requested")
    assert waiting["waits_because"] == "person:a has had 2 notices by email within 60 minutes."
    await service.move_by(minutes=61)
    assert len(postbox.letters) == 3


async def test_at_night_a_notice_waits_for_the_recipients_morning_and_an_urgent_one_does_not(
    service: Running, postbox: Postbox
) -> None:
    await service.publish(DirectoryPolicy(time_zone="UTC", time_zones={"supplier:S-1": "Asia/Shanghai"}))
    await service.move_by(hours=12)  # 14:00 UTC, 22:00 in Shanghai
    await service.tell(SAMPLES["supplier.SupplierGraded"])
    await service.tell(SAMPLES["supplier.SupplierSuspended"])
    await service.settled()
    address = "supplier.S-1@standing.example"
    assert postbox.subjects(address) == ["Supplier S-1 is suspended"]
    [waiting] = await service.notices(rule="supplier-grade")
    assert waiting["waits_because"] == "Quiet hours from 21:00 to 08:00 in Asia/Shanghai."
    assert waiting["deliver_at"].isoformat() == "2024-02-02T00:00:00+00:00"
    await service.move_to(waiting["deliver_at"] - timedelta(seconds=1))
    assert len(postbox.subjects(address)) == 1
    await service.move_by(seconds=1)
    assert len(postbox.subjects(address)) == 2


@pytest.mark.usefixtures("outside")
async def test_without_a_way_to_the_recipient_the_next_channel_is_tried_and_says_so(service: Running) -> None:
    await service.do(telling(service, 1, "person:a", ("chat", "webhook", "inbox")))
    await service.settled()
    [notice] = await service.notices()
    assert notice["channel"] == "inbox"
    assert notice["passed_over"] == "chat: person:a has no endpoint; webhook: person:a has no endpoint"
