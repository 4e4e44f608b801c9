"""What notices are listed by: in which order, filtered by what there is, and a sentence for what there is not."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx import AsyncClient

from chassis.testing.client import app_of, bearer, client_of
from notify_svc.rules.samples import SAMPLES
from standing_parts.issuer import Issuer

from .running import Running

ALWAYS = ("/v1/notifications", "/notices")


@pytest.fixture
async def http(service: Running) -> AsyncIterator[AsyncClient]:
    await service.tell(SAMPLES["credit.PaymentOverdue"], event_id="E-77")
    await service.move_by(hours=1)
    await service.tell(SAMPLES["customer.ComplaintClockWarned"], event_id="E-78")
    await service.settled()
    async with client_of(app_of(service.runtime)) as client:
        yield client


async def detail(http: AsyncClient, path: str, **parameters: str) -> tuple[int, str]:
    answer = await http.get(path, params=parameters)
    return answer.status_code, answer.json().get("detail", "")


async def items(http: AsyncClient, path: str, **parameters: str) -> list[dict[str, Any]]:
    answer = await http.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def requested_on(http: AsyncClient, notification_id: str) -> str:
    notice = (await http.get(f"/v1/notifications/{notification_id}")).json()
    return str(notice["requested_at"])[:10]


async def test_notices_are_listed_in_both_directions(http: AsyncClient) -> None:
    first = [row["notification_id"] for row in await items(http, "/v1/notifications", sort="requested_at")]
    last = [row["notification_id"] for row in await items(http, "/v1/notifications", sort="-requested_at")]
    assert len(first) > 2
    assert last == first[::-1]
    assert first == [row["notification_id"] for row in await items(http, "/v1/notifications")]
    assert await items(http, "/v1/notifications", since="2100-01-01") == []
    day = await requested_on(http, last[0])
    for period in ({"since": day, "until": day}, {"since": day[:7], "until": day[:7]}):
        assert last[0] in [row["notification_id"] for row in await items(http, "/v1/notifications", **period)]
    assert await detail(http, "/v1/notifications", since="2024-02-01", until="2024-01") == (
        422, "since: begins after until ends: 2024-02-01 is after 2024-01-31.",
    )  # fmt: skip
    newest = await items(http, "/v1/inbox/person:E-17", sort="-requested_at")
    assert newest[0]["item_count"] == 0
    assert (await detail(http, "/v1/notifications", sort="subject"))[0] == 422


async def test_a_filter_on_what_no_notice_is_of_says_so(http: AsyncClient) -> None:
    for path in ALWAYS:
        status, sentence = await detail(http, path, rule="payment-overdu")
        assert (status, sentence.startswith("There is no rule payment-overdu; use one of ")) == (422, True)
        assert "payment-overdue" in sentence
        assert (await detail(http, path, recipient="customer:C-99"))[0] == 404
    assert await detail(http, "/v1/notifications", recipient="customer:C-99") == (
        404, "Nothing was ever sent to customer:C-99, and neither the rules nor the directory name it.",
    )  # fmt: skip
    assert await detail(http, "/v1/notifications", about="I-99") == (404, "No notice was ever about I-99.")
    nobody = (
        404,
        "Nobody was notified of event E-99: no rule matched it when it came, or no event with this id has come.",
    )
    assert await detail(http, "/v1/notifications", event_id="E-99") == nobody
    assert await detail(http, "/v1/explanations", event_id="E-99") == nobody
    status, sentence = await detail(http, "/v1/notifications", topic="complaint")
    assert (status, "complaints" in sentence) == (422, True)
    for path in ("/v1/inbox/role:buyers", "/v1/endpoints?recipient=role:buyers", "/v1/endpoints/EP-1"):
        assert (await http.get(path)).status_code == 404, path
    redriven = {"rule": "no-rule", "reason": "it is there now", "redriven_by": "li"}
    assert (await http.post("/v1/redrives", json=redriven)).status_code == 422


async def test_a_filter_on_what_there_is_finds_nothing_without_a_complaint(http: AsyncClient) -> None:
    for parameters in (
        {"rule": "supplier-grade"}, {"recipient": "role:buyer"}, {"topic": "complaints", "status": "failed"},
        {"about": "INV-1", "status": "failed"}, {"event_id": "E-77", "status": "failed"},
    ):  # fmt: skip
        if "about" in parameters:
            parameters["about"] = (await items(http, "/v1/notifications", event_id="E-77"))[0]["about"]
        assert await items(http, "/v1/notifications", **parameters) == [], parameters
    assert await items(http, "/v1/inbox/role:buyer") == [], "named by a rule, and nothing was sent to it"
    assert await items(http, "/v1/explanations", event_id="E-77", recipient="role:buyer") == []


async def test_whoever_reads_a_notice_is_the_one_of_the_token_or_whom_a_delegate_names(
    http: AsyncClient, issuer: Issuer
) -> None:
    [notice] = await items(http, "/v1/inbox/person:E-17")
    path = f"/v1/notifications/{notice['notification_id']}/acknowledgements"
    token = bearer(issuer.token("E-17", ["administrator"]))
    another = await http.post(path, json={"acknowledged_by": "E-18"}, headers=token)
    assert (another.status_code, another.json()["type"]) == (403, "/problems/another-person")
    two = await http.post(path, json={"acknowledged_by": "E-18"}, headers={"X-Actor": "E-17"})
    assert (two.status_code, two.json()["type"]) == (403, "/problems/another-person")
    done = await http.post(path, json={}, headers=token)
    assert done.status_code == 200, done.text
    seen = {"Consistency-Token": done.headers["Consistency-Token"]}
    shown = (await http.get(f"/v1/notifications/{notice['notification_id']}", headers=seen)).json()
    assert shown["acknowledged_by"] == "E-17"
    token = {"by": "E-18"}  # the field's former name
    assert (await http.post(path.replace("acknowledgements", "readings"), json=token)).status_code == 200
