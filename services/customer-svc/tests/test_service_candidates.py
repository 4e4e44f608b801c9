"""Candidates of the tier policy in the running service: tried on history, and beside a run."""

from datetime import UTC, datetime

import httpx

from chassis.runtime import Runtime
from chassis.testing.passing import at_rest, pass_until
from chassis.testing.waiting import eventually

from .running import ask, merged_and_ordered, send

WIDER = {"shares": {"vip": "60", "important": "4", "ordinary_large": "15"}}
"""Of two customers both are in the first 60 %; live only the first is a vip, and the other small."""


async def test_a_back_test_says_who_would_have_stood_elsewhere_and_changes_nothing(
    service: Runtime, client: httpx.AsyncClient
) -> None:
    await merged_and_ordered(client)
    await pass_until(service, datetime(2024, 3, 1, 1, tzinfo=UTC))
    before = await ask(client, "/v1/customers/C-2/tier")
    heads = (await at_rest(service)).heads
    question = {"document": WIDER, "starts_on": "2024-01-01", "ends_on": "2024-02-29"}
    requested = await send(client, "POST", "/v1/policies/tiering/backtests", question)
    assert (requested.status_code, requested.json()["report"]) == (202, None)

    found = await eventually(
        lambda: ask(client, requested.headers["location"]), lambda answer: answer["status"] in ("done", "failed")
    )
    assert (found["status"], found["error"]) == ("done", None)
    report = found["report"]
    assert (report["decided"], report["different"]) == (4, 2)
    assert [(month["as_of"], month["moves"]) for month in report["months"]] == [
        ("2024-01-31", {"small>vip": 1}),
        ("2024-02-29", {"small>vip": 1}),
    ]
    assert report["months"][0]["examples"] == [{"customer_id": "C-2", "live": "small", "candidate": "vip"}]
    assert await ask(client, "/v1/customers/C-2/tier") == before
    assert (await at_rest(service)).heads == heads


async def test_a_candidate_beside_a_run_says_where_it_differs_until_it_is_ended(
    service: Runtime, client: httpx.AsyncClient
) -> None:
    await merged_and_ordered(client)
    await pass_until(service, datetime(2024, 2, 2, tzinfo=UTC))
    await send(client, "PUT", "/v1/policies/tiering/shadow", {"document": WIDER, "reason": "more at the top"})
    await pass_until(service, datetime(2024, 3, 2, tzinfo=UTC))
    ended = await client.delete("/v1/policies/tiering/shadow", params={"reason": "we have seen enough"})
    assert ended.status_code == 200, ended.text
    await pass_until(service, datetime(2024, 4, 2, tzinfo=UTC))

    outcome = {}
    for customer_id in ("C-1", "C-2"):
        history = (await ask(client, f"/v1/customers/{customer_id}/history?limit=200"))["items"]
        outcome[customer_id] = [row["data"] for row in history if row["type"] == "customer.CustomerShadowTiered"]
    assert outcome["C-1"] == []
    assert [(each["as_of"], each["deserved"], each["would_deserve"]) for each in outcome["C-2"]] == [
        ("2024-02-29", "small", "vip")
    ]
    standing = (await ask(client, "/v1/customers/C-2/tier"))["standings"][0]
    assert (standing["as_of"], standing["tier"], standing["policy_version"]) == ("2024-03-31", "small", 1)
