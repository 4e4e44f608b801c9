"""Addresses and endpoints of recipients: sealed wherever they stand, opened to send, and gone once two people have erased them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, ClassVar

import httpx
import pytest

from chassis.testing.client import app_of, client_of
from chassis.testing.everything import everything_published, everything_stored
from chassis.testing.passing import at_rest
from chassis.testing.waiting import eventually
from notify_svc.delivery.channels.mail import masked
from notify_svc.endpoints.endpoint import RegisterEndpoint
from notify_svc.policies.delivery import DeliveryPolicy
from notify_svc.read_models import endpoint, notification
from notify_svc.rules.samples import SAMPLES
from notify_svc.timers import delivery_due
from standing_parts.issuer import Issuer

from .receivers import Postbox, Receiver, mail_server
from .running import Running

CANARY, OTHER = "canary.yellow@c1.example", "blue.canary@sales.example"
DIRECTORY: dict[str, Any] = {"addresses": {"customer:C-1": CANARY, "role:salesperson": OTHER}}
REMINDER = SAMPLES["credit.PaymentOverdue"]
OF_DIRECTORY = "/v1/policies/directory"


class People:
    """Clients of the service: ann may do everything, nina may not open, pia and paul erase."""

    ROLES: ClassVar[dict[str, str]] = {
        "ann": "administrator", "nina": "sales-manager", "pia": "administrator", "paul": "administrator",
    }  # fmt: skip

    def __init__(self, service: Running, clients: dict[str, httpx.AsyncClient]) -> None:
        self.service = service
        self.clients = clients

    async def send(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        answer = await self.clients[who].request(method, path, json=body, headers=headers)
        await at_rest(self.service.runtime)
        return answer

    async def done(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = await self.send(who, method, path, body, **headers)
        assert answer.status_code < 300, answer.text
        return answer.json()

    async def publish(self, document: dict[str, Any], version: int = 1, who: str = "ann") -> httpx.Response:
        body = {"document": document, "effective_from": "2000-01-01", "reason": "for the test"}
        return await self.send(who, "PUT", OF_DIRECTORY, body, **{"If-Match": f'"{version}"'})

    async def erase(self, subject: str) -> Any:
        body = {"subject": subject, "reason": "asked for it by letter"}
        proposed = (await self.done("pia", "POST", "/v1/personal/erasures", body))["erasure_id"]
        return await self.done("paul", "POST", f"/v1/personal/erasures/{proposed}/approval")


@pytest.fixture
async def people(service: Running, issuer: Issuer) -> AsyncIterator[People]:
    app = app_of(service.runtime)
    async with AsyncExitStack() as stack:
        clients = {
            name: await stack.enter_async_context(client_of(app, token=issuer.token(name, [role])))
            for name, role in People.ROLES.items()
        }
        people = People(service, clients)
        assert (await people.publish(DIRECTORY)).status_code == 200
        yield people


@pytest.fixture
async def hook(people: People, outside: str, receiver: Receiver) -> str:
    """A webhook of the customer with a token in its path; the endpoint's id."""
    wanted = {"recipient": "customer:C-1", "channel": "webhook", "url": receiver.url("/hooks/canary-t0k3n")}
    made = await people.done("ann", "POST", "/v1/endpoints", wanted)
    identity: str = made["endpoint_id"]
    return identity


async def test_letters_and_calls_arrive_and_no_address_stands_in_any_table_or_record(
    people: People, hook: str, postbox: Postbox, receiver: Receiver
) -> None:
    service = people.service
    await service.tell(REMINDER)
    test = {"template": "order-held", "recipient": "customer:C-1", "channels": ["webhook"]}
    await people.done("ann", "POST", "/v1/test-sends", test)
    await people.done("ann", "POST", f"/v1/endpoints/{hook}/secret-rotations", {})
    await people.done("ann", "POST", "/v1/test-sends", test)
    for path in ("/v1/notifications", OF_DIRECTORY, "/v1/explanations?event_id=E-1", "/v1/endpoints"):
        await people.done("ann", "GET", path)
    assert len(postbox.subjects(CANARY)) == 1
    assert [got.path for got in receiver.received] == ["/hooks/canary-t0k3n"] * 2
    stored, published = await everything_stored(service.runtime), await everything_published(service.runtime)
    assert {"event", "command", "personal_key", "operator_action"} <= stored.keys()
    assert any(b"sealed" in content for name, content in stored.items() if name.startswith("notification"))
    assert any(b"customer:C-1" in record and b'"sealed"' in record for record in published)
    texts = (CANARY, OTHER, CANARY.partition("@")[0], "canary-t0k3n", "whsec_")
    for text in texts:
        assert [name for name, content in stored.items() if text.encode() in content] == [], text
        assert not any(text.encode() in record for record in published), text


async def test_answers_show_an_address_by_right_and_what_is_sealed_without(people: People, postbox: Postbox) -> None:
    await people.service.tell(REMINDER)
    await people.service.settled()
    [notice] = await people.service.notices(recipient="customer:C-1")
    path = f"/v1/notifications/{notice['notification_id']}"
    assert (await people.done("ann", "GET", path))["address"] == CANARY
    sealed = (await people.done("nina", "GET", path))["address"]
    assert (sealed["subject"], set(sealed)) == ("customer:C-1", {"sealed", "subject", "key"})
    listed = (await people.done("nina", "GET", "/v1/notifications?recipient=customer:C-1"))["items"]
    assert [row["address"] for row in listed] == [sealed]
    explained = await people.done("ann", "GET", "/v1/explanations?event_id=E-1&recipient=customer:C-1")
    assert explained["items"][0]["summary"] == "It was sent by email to customer:C-1."
    inbox = await people.service.notices(recipient="role:salesperson")
    assert {row["address"] for row in inbox if row["channel"] == "inbox"} <= {""}


async def test_a_directory_is_edited_by_who_may_not_open_it(people: People, postbox: Postbox) -> None:
    shown = (await people.done("nina", "GET", OF_DIRECTORY))["document"]
    assert shown["addresses"]["customer:C-1"]["subject"] == "customer:C-1"
    assert (await people.done("ann", "GET", OF_DIRECTORY))["document"]["addresses"] == DIRECTORY["addresses"]
    published = await people.publish({**shown, "languages": {"customer:C-1": "zh"}}, 2, "nina")
    assert published.status_code == 200, published.text
    await people.service.tell(REMINDER)
    await people.service.settled()
    assert len(postbox.subjects(CANARY)) == 1
    swapped = {"addresses": {"role:salesperson": shown["addresses"]["customer:C-1"]}}
    refused = await people.publish(swapped, 3, "nina")
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/sealed-for-another")


async def test_what_is_no_address_is_refused_and_not_quoted(people: People) -> None:
    answer = await people.publish({"addresses": {"customer:C-1": "canary at home"}}, 2)
    assert answer.status_code == 422
    assert "An e-mail address has a name, an @ and a domain" in answer.json()["detail"]
    assert "canary" not in answer.text


async def test_nobody_opens_what_is_sealed_of_an_endpoint(people: People, hook: str) -> None:
    state = await people.service.runtime.executor.state(RegisterEndpoint, hook)
    asked = {"items": [state.credentials.model_dump()]}
    [item] = (await people.done("ann", "POST", "/v1/personal/openings", asked))["items"]
    assert (item["text"], item["cause"]) == (None, "secret")
    assert "only this service itself opens" in item["reason"]
    assert "credentials" not in (await people.send("ann", "GET", f"/v1/endpoints/{hook}")).text


async def test_an_erased_recipient_is_passed_over_has_no_endpoint_and_all_others_are_as_they_were(
    people: People, hook: str, smtp_port: int, receiver: Receiver
) -> None:
    service, runtime = people.service, people.service.runtime
    await service.publish(DeliveryPolicy(delays_s=(0, 3600)))
    theirs = {"recipient": "system:bi", "channel": "webhook", "url": receiver.url("/bi")}
    kept = (await people.done("ann", "POST", "/v1/endpoints", theirs))["endpoint_id"]
    await service.tell(REMINDER)  # there is no mail server yet: its letter waits for the next try
    await service.settled()
    [waiting] = await service.notices(recipient="customer:C-1")
    assert waiting["status"] == "retrying"
    stored = "SELECT event_id::text, data::text FROM event"
    before = dict(await runtime.database.pool.fetch(stored))
    others = await service.notices(recipient="role:salesperson")

    answer = await people.erase("customer:C-1")
    assert (answer["status"], answer["unreachable_events"]) == ("erased", [])
    box = Postbox()
    with mail_server(box, smtp_port):
        await service.move_by(hours=2)
        await service.tell(REMINDER, "E-2")
        await service.settled()
    assert box.subjects(CANARY) == []
    [passed] = await service.notices(notification_id=waiting["notification_id"])
    assert passed["status"] == "passed_over"
    assert "email: customer:C-1 was erased, and the address with it" in passed["because"]

    async def status_of_theirs() -> int:
        return (await people.send("ann", "GET", f"/v1/endpoints/{hook}")).status_code

    await eventually(
        status_of_theirs, lambda status: status == 404, 60.0
    )  # what follows an erasure comes a little later
    assert (await people.send("ann", "GET", f"/v1/endpoints/{kept}")).status_code == 200
    assert (await people.done("ann", "GET", OF_DIRECTORY))["document"]["addresses"] == {
        "customer:C-1": None, "role:salesperson": OTHER
    }  # fmt: skip

    after = dict(await runtime.database.pool.fetch(stored))
    assert {event: after[event] for event in before} == before
    assert [row for row in await service.notices(recipient="role:salesperson") if row in others] == others
    test = {"template": "order-held", "recipient": "system:bi", "channels": ["webhook"]}
    await people.done("ann", "POST", "/v1/test-sends", test)
    assert [got.path for got in receiver.received] == ["/bi"]
    for model in (notification.MODEL, endpoint.MODEL, delivery_due.TODO):
        live = [_without_partition(row) for row in await runtime.read(model.table.select())]
        rebuilt = await runtime.replay.all_rows(model, None)
        assert sorted(live, key=str) == sorted(rebuilt, key=str), model.name


async def test_an_erased_recipient_that_comes_back_is_reached_again(
    people: People, hook: str, receiver: Receiver
) -> None:
    await people.erase("customer:C-1")
    wanted = {"recipient": "customer:C-1", "channel": "webhook", "url": receiver.url("/again")}
    assert (await people.done("ann", "POST", "/v1/endpoints", wanted))["endpoint_id"] == hook
    test = {"template": "order-held", "recipient": "customer:C-1", "channels": ["webhook"]}
    await people.done("ann", "POST", "/v1/test-sends", test)
    assert [got.path for got in receiver.received] == ["/again"]


async def test_a_directory_of_before_is_read_and_an_erasure_names_it_until_it_is_published_again(
    people: People, postbox: Postbox
) -> None:
    service, old = people.service, "old.canary@c1.example"
    document = {"addresses": {"customer:C-1": old}}
    published = {
        "name": "directory",
        "policy_version": 3,
        "effective_from": "2000-01-01",
        "document": document,
        "reason": "old",
    }
    event_id = await service.of_before("policy-directory", "notify.PolicyPublished", published)
    assert (await people.done("ann", "GET", OF_DIRECTORY))["document"]["addresses"] == {"customer:C-1": old}
    await service.tell(REMINDER)
    await service.settled()
    assert len(postbox.subjects(old)) == 1
    [notice] = await service.notices(recipient="customer:C-1")
    assert notice["address"]["subject"] == "customer:C-1"
    again = await people.publish((await people.done("ann", "GET", OF_DIRECTORY))["document"], 3)
    assert again.status_code == 200, again.text
    in_nina = (await people.done("nina", "GET", OF_DIRECTORY))["document"]["addresses"]
    assert in_nina["customer:C-1"]["subject"] == "customer:C-1"
    answer = await people.erase("customer:C-1")
    assert [each["event_id"] for each in answer["unreachable_events"]] == [event_id]


async def test_a_notice_of_before_is_delivered_to_the_address_that_it_has_in_clear(
    people: People, postbox: Postbox
) -> None:
    requested = {
        "notification_id": "N-old", "recipient": "customer:C-1", "subject": "Old", "body": "b", "language": "en",
        "urgency": "urgent", "channels": ["email"], "addresses": {"inbox": "customer:C-1", "email": "old@c1.example"},
        "about": "A", "period": "P", "deliver_at": "2024-02-01T02:00:00Z",
        "cause": {"event_id": "E", "event_type": "t", "event_source": "/s", "rule": "r", "policy_version": 1},
    }  # fmt: skip
    await people.service.of_before("notice-N-old", "notify.NotificationRequested", requested)
    assert postbox.subjects("old@c1.example") == ["Old"]
    [notice] = await people.service.notices(notification_id="N-old")
    assert (notice["status"], notice["address"]["subject"]) == ("sent", "customer:C-1")


async def test_a_mail_server_that_quotes_the_address_is_quoted_without_it(people: People, postbox: Postbox) -> None:
    postbox.refuses[CANARY] = f"550 5.1.1 <{CANARY}>: no such user canary.yellow here"
    await people.service.tell(REMINDER)
    await people.service.move_by(minutes=1)
    [notice] = await people.service.notices(recipient="customer:C-1")
    assert "The mail server answered 550 5.1.1 <…@c1.example>: no such user … here" in notice["because"]
    assert "canary" not in str(notice["attempts"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<Ann.Lee@X.example> unknown", "<…@x.example> unknown"),
        ("no ann.lee. ann.leehy is", "no …. ann.leehy is"),
        ("mailbox full", "mailbox full"),
    ],
)
def test_a_text_is_shown_without_the_name_in_an_address(text: str, shown: str) -> None:
    assert masked(text, "ann.lee@x.example") == shown


def _without_partition(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "partition"}
