"""Over HTTP a secret is answered once, to the request that made it; a repeated key never shows it, to whomever."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx import AsyncClient, Response

from chassis.testing.client import app_of, client_of

from .receivers import Receiver
from .running import Running


@pytest.fixture
async def http(service: Running) -> AsyncIterator[AsyncClient]:
    async with client_of(app_of(service.runtime)) as client:
        yield client


async def register(http: AsyncClient, recipient: str, url: str, key: str) -> Response:
    wanted = {"recipient": recipient, "channel": "webhook", "url": url}
    return await http.post("/v1/endpoints", json=wanted, headers={"idempotency-key": key})


def secret_of(answer: Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()["secret"]


@pytest.mark.usefixtures("outside")
async def test_a_secret_is_answered_to_the_request_that_made_it_and_not_to_its_repeat(
    http: AsyncClient, receiver: Receiver
) -> None:
    first = await register(http, "system:bi", receiver.url("/a"), "k")
    assert secret_of(first).startswith("whsec_")
    again = await register(http, "system:bi", receiver.url("/a"), "k")
    assert again.json() == {**first.json(), "secret": None}
    rotations = f"/v1/endpoints/{first.json()['endpoint_id']}/secret-rotations"
    rotated = await http.post(rotations, json={}, headers={"idempotency-key": "r"})
    assert secret_of(rotated) not in (None, secret_of(first))
    assert secret_of(await http.post(rotations, json={}, headers={"idempotency-key": "r"})) is None
    assert secret_of(await register(http, "system:bi", receiver.url("/a"), "k")) is None


@pytest.mark.usefixtures("outside")
async def test_a_key_that_was_used_for_another_recipient_shows_nothing_of_either(
    http: AsyncClient, receiver: Receiver
) -> None:
    theirs = await register(http, "system:erp", receiver.url("/theirs"), "theirs")
    ours = await register(http, "system:bi", receiver.url("/ours"), "ours")
    answer = await register(http, "system:erp", receiver.url("/theirs"), "ours")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")
    for of_another in (secret_of(theirs), secret_of(ours), theirs.json()["endpoint_id"]):
        assert of_another not in answer.text


@pytest.mark.usefixtures("outside")
async def test_no_other_answer_has_a_secret_in_it(http: AsyncClient, receiver: Receiver, service: Running) -> None:
    secret = secret_of(await register(http, "system:bi", receiver.url("/a"), "k"))
    await service.settled()
    answers = [
        await http.get("/v1/endpoints"),
        await http.get("/v1/endpoints?recipient=system:bi"),
        await http.post("/v1/endpoints/resealings", headers={"idempotency-key": "k"}),
        await http.post("/v1/endpoints/resealings", headers={"idempotency-key": "k"}),
        await register(http, "system:bi", "ftp://example.org/", "k"),
    ]
    assert all(secret not in answer.text for answer in answers)
