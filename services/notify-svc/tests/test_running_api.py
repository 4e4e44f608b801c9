"""The routes of the running service: what people see of notices, and what they do with them."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from cryptography.fernet import Fernet
from httpx import AsyncClient
from standardwebhooks import Webhook

from chassis.testing.client import app_of, client_of
from notify_svc.endpoints.credentials import new_secret
from notify_svc.endpoints.endpoint import endpoint_id
from notify_svc.rules.samples import SAMPLES

from .receivers import Receiver
from .running import Running


@pytest.fixture
async def http(service: Running) -> AsyncIterator[AsyncClient]:
    async with client_of(app_of(service.runtime)) as client:
        yield client


async def posted(http: AsyncClient, path: str, **body: Any) -> dict[str, Any]:
    answer = await http.post(path, json=body)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_the_inbox_is_read_and_acknowledged(service: Running, http: AsyncClient) -> None:
    await service.tell(SAMPLES["customer.ComplaintClockWarned"])
    await service.settled()
    [notice] = (await http.get("/v1/inbox/person:E-17?unread=true")).json()["items"]
    path = f"/v1/notifications/{notice['notification_id']}"
    await posted(http, f"{path}/readings", read_by="E-17")
    await posted(http, f"{path}/acknowledgements", acknowledged_by="E-17")
    await service.settled()
    assert (await http.get("/v1/inbox/person:E-17?unread=true")).json()["items"] == []
    detail = (await http.get(path)).json()
    assert detail["acknowledged_by"] == "E-17"
    assert detail["why"]["rule"] == "complaint-clock-warned"


async def test_to_acknowledge_what_an_escalation_told_ends_the_escalation(service: Running, http: AsyncClient) -> None:
    await service.tell(SAMPLES["customer.ComplaintClockWarned"])
    await service.move_by(minutes=61)
    [copy] = (await http.get("/v1/inbox/role:service-manager")).json()["items"]
    answer = await http.post(
        f"/v1/notifications/{copy['notification_id']}/acknowledgements",
        json={"acknowledged_by": "manager"},
        headers={"idempotency-key": "one"},
    )
    assert answer.status_code == 200
    await service.move_by(hours=48)
    assert (await http.get("/v1/inbox/role:service-head")).json()["items"] == []
    [owner] = (await http.get("/v1/notifications?recipient=person:E-17")).json()["items"]
    assert owner["acknowledged_by"] == "manager"


async def test_why_somebody_was_told_and_somebody_was_not(service: Running, http: AsyncClient) -> None:
    answer = await http.put("/v1/preferences/role:salesperson", json={"muted": ["payment-overdue-sales"]})
    assert answer.status_code == 200
    await service.tell(SAMPLES["credit.PaymentOverdue"], event_id="E-77")
    await service.settled()
    told = (await http.get("/v1/explanations?event_id=E-77")).json()["items"]
    summaries = {one["recipient"]: one["summary"] for one in told}
    assert summaries["role:salesperson"] == "role:salesperson has switched off the rule payment-overdue-sales."
    assert summaries["customer:C-1"].startswith("No channel took it to customer:C-1")
    supposed = {"event_type": "supplier.SupplierGraded", "recipient": "role:buyer"}
    rules = {one["rule"]: one for one in (await http.post("/v1/explanations", json=supposed)).json()["rules"]}
    assert rules["supplier-grade-weak"]["recipients"] == ["role:buyer"]
    assert rules["supplier-grade"]["reasons"] == ["The rule notifies supplier:S-1, not role:buyer."]


async def test_what_is_mandatory_cannot_be_switched_off(http: AsyncClient) -> None:
    answer = await http.put("/v1/preferences/supplier:S-1", json={"muted": ["supplier-grade"]})
    assert answer.status_code == 422
    assert answer.json()["detail"] == "The rule supplier-grade is mandatory and cannot be switched off."
    shown = (await http.get("/v1/preferences/supplier:S-1")).json()
    assert "supplier-grade" in shown["mandatory_rules"]
    assert "complaints" in shown["topics"]


async def test_a_template_that_does_not_render_is_refused_when_it_is_saved(http: AsyncClient) -> None:
    policy = (await http.get("/v1/policies/templates")).json()
    policy["document"]["templates"]["order-held"]["texts"]["zh"]["body"] = "{{ no_such_field }}"
    answer = await http.put(
        "/v1/policies/templates",
        json={"document": policy["document"], "effective_from": "2024-03-01", "reason": "a try"},
        headers={"if-match": '"1"'},
    )
    assert answer.status_code == 422
    assert "credit.OrderCreditHeld in zh does not render: 'no_such_field' is undefined" in answer.json()["detail"]


async def test_a_webhook_is_registered_tried_and_its_secret_rotated(
    service: Running, http: AsyncClient, outside: str, receiver: Receiver
) -> None:
    wanted = {"recipient": "system:bi", "channel": "webhook", "url": receiver.url("/hooks/t0k3n")}
    first = await http.post("/v1/endpoints", json=wanted, headers={"idempotency-key": "k"})
    again = await http.post("/v1/endpoints", json=wanted, headers={"idempotency-key": "k"})
    told = first.json()
    assert again.json() == {**told, "secret": None}
    assert told["shown"] == f"http://127.0.0.1:{receiver.port}/…"
    await service.settled()
    rotated = await posted(http, f"/v1/endpoints/{told['endpoint_id']}/secret-rotations")
    await service.settled()
    sent = await posted(http, "/v1/test-sends", template="order-held", recipient="system:bi", channels=["webhook"])
    await service.settled()
    [got] = receiver.received
    for secret in (told["secret"], rotated["secret"]):
        data = Webhook(secret).verify(got.body, got.headers)
        assert data["data"]["notification_id"] == sent["notification_id"]
    listed = (await http.get("/v1/endpoints")).text
    log = "".join([(await http.get(f"/v1/log?partition={p}")).text for p in range(service.runtime.log.partitions)])
    for clear in (told["secret"], rotated["secret"], "t0k3n"):
        assert clear not in listed
        assert clear not in log


async def test_an_endpoint_inside_the_network_is_refused_when_it_is_registered(
    http: AsyncClient, outside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_ALLOWED_NETWORKS", "")
    for url in (
        "http://169.254.169.254/latest",
        "http://localhost:8104/",
        "ftp://example.org/",
        "http://a:b@example.org/",
    ):
        answer = await http.post("/v1/endpoints", json={"recipient": "system:bi", "channel": "webhook", "url": url})
        assert answer.status_code == 422, url


async def test_an_endpoint_of_before_is_reached_and_moved_to_the_key_of_its_recipient(
    service: Running, http: AsyncClient, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = Fernet.generate_key()
    monkeypatch.setenv("NOTIFY_ALLOWED_NETWORKS", "127.0.0.0/8")
    content = {"url": receiver.url("/old"), "secret": new_secret(), "previous": None, "previous_until": None}
    sealed = Fernet(key).encrypt(json.dumps(content).encode()).decode()
    identity = endpoint_id("role:buyer", "webhook")
    old = {"endpoint_id": identity, "recipient": "role:buyer", "channel": "webhook", "shown": "s", "sealed": sealed}
    await service.of_before(f"endpoint-{identity}", "notify.EndpointRegistered", old)
    refused = await http.post("/v1/endpoints/resealings")
    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/no-key")
    monkeypatch.setenv("NOTIFY_SECRET_KEYS", key.decode())
    sent = {"template": "order-held", "recipient": "role:buyer", "channels": ["webhook"]}
    await posted(http, "/v1/test-sends", **sent)
    await service.settled()
    assert (await posted(http, "/v1/endpoints/resealings"))["endpoints"] == [identity]
    monkeypatch.delenv("NOTIFY_SECRET_KEYS")
    await service.settled()
    assert (await posted(http, "/v1/endpoints/resealings"))["endpoints"] == []
    assert await acts_of(http, "endpoint resealed") == [f"endpoints/{identity}"]
    await posted(http, "/v1/test-sends", **sent)
    await service.settled()
    assert [got.path for got in receiver.received] == ["/old", "/old"]
    for got in receiver.received:
        Webhook(content["secret"]).verify(got.body, got.headers)
    await posted(http, f"/v1/endpoints/{identity}/secret-rotations")


async def acts_of(http: AsyncClient, action: str) -> list[str]:
    """On what such acts were, one row each."""
    answer = await http.get("/v1/admin/actions?kind=act")
    return [each["things"][0] for each in answer.json()["items"] if each["action"] == action]


async def test_dead_notices_are_listed_and_redriven_many_at_once(
    service: Running, http: AsyncClient, outside: str
) -> None:
    await posted(http, "/v1/test-sends", template="order-held", recipient="person:a", channels=["webhook"])
    await service.settled()
    [dead] = (await http.get("/v1/notifications?status=failed")).json()["items"]
    assert dead["because"] == "webhook: person:a has no endpoint"
    told = await posted(http, "/v1/redrives", redriven_by="li.na", reason="The endpoint is there now.")
    assert told["notifications"] == [dead["notification_id"]]
    again = await http.post(
        f"/v1/notifications/{dead['notification_id']}/redrives", json={"redriven_by": "x", "reason": "again"}
    )
    assert again.status_code in (200, 409)
    tried = 1 if again.status_code == 409 else 2
    assert await acts_of(http, "notice redriven") == [f"notifications/{dead['notification_id']}"] * tried


async def test_the_page_lists_notices_and_their_fate(service: Running, http: AsyncClient) -> None:
    await service.tell(SAMPLES["supplier.SupplierGraded"])
    await service.settled()
    page = await http.get("/notices?recipient=supplier:S-1")
    assert page.headers["content-type"].startswith("text/html")
    assert "Quality grade for 2024-01: C" in page.text
    assert 'class="passed_over"' in page.text
    assert "&lt;" not in page.text
    assert "There are none." in (await http.get("/notices?status=failed")).text
