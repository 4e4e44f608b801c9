"""Whatever is sent to the routes is answered with a sentence, never with an error of the service."""

import itertools
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest
from httpx import AsyncClient

from chassis.testing.client import app_of, client_of
from notify_svc.rules.samples import SAMPLES

from .running import Running

TEXTS = (
    "", " ", "a\x00b", "\x1f", "%FF", "²", "9" * 5_000, "x" * 30_000, "０", "role:buyer ", " role:buyer",
    "role:\u200bbuyer", "role:\u202ebuyer",
    "role:bu\u0308yer", "../..", "'; DROP TABLE event; --", "{{ 7 * 7 }}", "NaN", "0001-01-01", "9999-12-31T23:59:59-12:00",
)  # fmt: skip
RAW = ("%00", "%FF", "%ED%A0%80", "%2e%2e%2f", "%80abc")
VALUES: tuple[Any, ...] = (*TEXTS, None, True, -1, 10**30, 1.5, [], [[]], {}, {"a": {"a": {}}}, ["\ud800"])
GETS = (
    "/v1/notifications", "/v1/notifications/{}", "/v1/inbox/{}", "/v1/explanations", "/v1/preferences/{}", "/v1/endpoints", "/notices",
    "/v1/reports/notices", "/v1/subscriptions", "/v1/templates", "/v1/policies/{}",
)  # fmt: skip
WITH_PARAMETERS = ("/v1/notifications", "/v1/inbox/{}", "/v1/explanations", "/v1/endpoints", "/notices")
PARAMETERS = (
    "status", "recipient", "rule", "about", "topic", "event_id", "since", "unread", "sort", "limit", "after", "version",
)  # fmt: skip
POSTS: dict[str, dict[str, Any]] = {
    "/v1/endpoints": {"recipient": "system:bi", "channel": "webhook", "url": "https://example.org/"},
    "/v1/endpoints/E-1/secret-rotations": {"both_for_hours": 24},
    "/v1/notifications/N-1/readings": {"read_by": "li"},
    "/v1/notifications/N-1/acknowledgements": {"acknowledged_by": "li"},
    "/v1/notifications/N-1/redrives": {"redriven_by": "li", "reason": "again"},
    "/v1/redrives": {"redriven_by": "li", "reason": "again", "rule": "order-held", "recipient": "role:buyer", "limit_count": 1,
        "status": "failed"},
    "/v1/explanations": {"event_type": "credit.PaymentOverdue", "data": SAMPLES["credit.PaymentOverdue"].model_dump(mode="json")},
    "/v1/templates/preview": {
        "template": "payment-overdue", "language": "en", "event_type": "credit.PaymentOverdue", "data": {"invoice_id": "I-1"},
        "draft": {"event": "credit.PaymentOverdue", "texts": {"en": {"subject": "s", "body": "b"}}},
    },
    "/v1/test-sends": {"template": "digest", "recipient": "role:buyer", "channels": ["inbox"], "data": {"items": [], "count": 1}},
}  # fmt: skip


@pytest.fixture
async def http(service: Running) -> AsyncIterator[AsyncClient]:
    async with client_of(app_of(service.runtime)) as client:
        yield client


async def test_no_path_or_parameter_is_an_error_of_the_service(http: AsyncClient) -> None:
    written = [*map(quote, TEXTS), *RAW]
    for route, text in itertools.product(GETS, written):
        answer = await http.get(route.format(text))
        assert answer.status_code < 500, (route, text, answer.text)
    for route, name, text in itertools.product(WITH_PARAMETERS, PARAMETERS, written):
        answer = await http.get(f"{route.format('x')}?{name}={text}")
        assert answer.status_code < 500, (route, name, text, answer.text)


@pytest.mark.parametrize("route", POSTS)
async def test_no_value_of_a_body_is_an_error_of_the_service(http: AsyncClient, outside: str, route: str) -> None:
    for name, value in itertools.product(POSTS[route], VALUES):
        answer = await http.post(route, content=_json({**POSTS[route], name: value}), headers=JSON)
        assert answer.status_code < 500, (name, value, answer.text)
    for body in ("", "null", "[]", "{", '"\\ud800"', "1e999", "[" * 2_000):
        assert (await http.post(route, content=body, headers=JSON)).status_code < 500, body


async def test_what_is_switched_off_is_refused_with_a_sentence_where_it_cannot_be(http: AsyncClient) -> None:
    for text, value in itertools.product((*map(quote, TEXTS), *RAW), ([], ["order-held"], *VALUES[-8:])):
        answer = await http.put(f"/v1/preferences/{text}", content=_json({"muted": value}), headers=JSON)
        assert answer.status_code < 500, (text, value, answer.text)


@pytest.mark.parametrize(
    "recipient",
    ["role:buyer ", " role:buyer", "role: buyer", "role:\u200bbuyer", "role:bu\u0308yer", "role:\u202ebuyer"],
)
async def test_a_recipient_that_looks_like_another_is_refused_with_the_reason(
    http: AsyncClient, recipient: str
) -> None:
    muted = await http.put(f"/v1/preferences/{quote(recipient)}", json={"muted": ["order-held"]})
    sent = await http.post("/v1/test-sends", json={"template": "order-held", "recipient": recipient})
    for answer in (muted, sent):
        assert answer.status_code == 422, answer.text
        assert any(flaw in answer.text for flaw in ("blank", "invisible", "composed form"))


JSON = {"content-type": "application/json"}


def _json(body: Any) -> bytes:

    return json.dumps(body).encode()
