"""A customer with two ids, over HTTP: whatever is told under either counts for both."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx

from chassis.commands import Accepted, Request
from chassis.runtime import Runtime
from chassis.testing.passing import pass_until
from contracts import credit
from customer_svc import reactions

from .running import JANUARY, ask, order, send


async def told_under(service: Runtime, client: httpx.AsyncClient, own: str, other: str) -> None:
    """What one customer does from January to April, told under two ids in turn; they may be one and the same."""
    who, ids = own[0], (own, other)
    file = {"customer_id": own, "name": "Haitong", "owner_id": "li.na", "registered_on": "2024-01-01"}
    await send(client, "POST", "/v1/customers", file)
    for n in range(6):
        if n == 3 and own != other:
            merge = {"merged_id": other, "because": "the same tax number", "merged_on": "2024-02-01"}
            await send(client, "POST", f"/v1/customers/{own}/merges", merge)
        body = {**order(n, ids[n % 2], JANUARY + timedelta(days=10 * n), 1_000), "order_id": f"O-{n}-{who}"}
        await send(client, "POST", "/v1/orders", body)
    industry = {"classification": {"industry": "packaging"}, "changed_on": "2024-02-02"}
    await send(client, "PATCH", f"/v1/customers/{other}/file", industry)
    survey = {"survey_id": f"S-1-{who}", "customer_id": other, "answered_on": "2024-02-03", "kind": "rating"}
    await send(client, "POST", "/v1/surveys", {**survey, "answers": {"rating": "3"}})
    complaint = {"complaint_id": f"C-1-{who}", "customer_id": other, "topic": "service", "severity": "general"}
    await send(client, "POST", "/v1/complaints", {**complaint, "description": "late", "at": "2024-02-03T02:00:00Z"})
    sale = {"opportunity_id": f"OP-1-{who}", "customer_id": other, "name": "caps", "owner_id": "li.na"}
    worth = {"amount": "800", "currency": "CNY", "expected_on": "2024-09-30", "on": "2024-02-01"}
    await send(client, "POST", "/v1/opportunities", {**sale, **worth})
    effort = {"effort_id": f"E-1-{who}", "person_id": "li.na", "hours": "6", "activity": "visit", "on": "2024-02-02"}
    await send(client, "POST", f"/v1/customers/{other}/efforts", effort)
    channel = {"regions": ["east"], "region_manager": "han.lei", "authorised_on": "2024-02-02"}
    await send(client, "PUT", f"/v1/distributors/{other}", channel)
    stop = credit.DeliveriesStopped(customer_id=other, case_id="K-1", because="overdue", stopped_on=date(2024, 4, 1))
    requested = Request(reactions.note_stop(stop), None, datetime(2024, 4, 1, tzinfo=UTC), "a stop", actor="credit-svc")
    assert isinstance(await service.executor.submit(requested), Accepted)


QUESTIONS = (
    "customers/{id}", "customers/{id}/file", "customers/{id}/tier", "customers/{id}/tier/explanation",
    "customers/{id}/value?currency=CNY&as_of=2024-06-01", "distributors/{id}/scorecard?as_of=2024-06-01",
    "orders?customer_id={id}", "surveys?customer_id={id}", "complaints?customer_id={id}", "rebates?customer_id={id}",
    "opportunities?customer_id={id}", "customers", "files", "relationships", "retentions",
)  # fmt: skip


async def answers(client: httpx.AsyncClient, customer_id: str) -> dict[str, Any]:
    """All questions about a customer; in the answers all its ids are one."""
    found = {}
    for question in QUESTIONS:
        answer = await ask(client, f"/v1/{question.format(id=customer_id)}")
        answer.pop("merged_ids", None)
        if "{id}" not in question:
            answer = [row for row in answer["items"] if row["customer_id"][0] == customer_id[0]]
        found[question] = json.loads(re.sub(r"\b[MP](-[ab])?\b", "*", json.dumps(answer)))
    return found


async def test_merging_then_asking_is_asking_the_merged_history_also_of_facts_that_come_after_the_merge(
    service: Runtime, client: httpx.AsyncClient
) -> None:
    await told_under(service, client, "M-a", "M-b")
    await told_under(service, client, "P-a", "P-a")
    await pass_until(service, datetime(2024, 6, 1, 1, tzinfo=UTC))
    plain = await answers(client, "P-a")
    assert plain["retentions"][0]["level"] == "red"
    assert (plain["customers/{id}"]["order_count"], plain["customers/{id}"]["credit"]["deliveries"]) == (6, "stopped")
    assert plain["relationships"][0]["hours"] == "6"
    for customer_id in ("M-a", "M-b"):
        assert await answers(client, customer_id) == plain

    for customer_id in ("M-b", "P-a"):
        back = {**order(90, customer_id, date(2024, 6, 1), 500), "order_id": f"O-90-{customer_id[0]}"}
        await send(client, "POST", "/v1/orders", back)
    plain = await answers(client, "P-a")
    assert (plain["retentions"][0]["level"], plain["retentions"][0]["recovered_on"]) == ("none", "2024-06-01")
    assert await answers(client, "M-b") == plain

    await pass_until(service, datetime(2024, 6, 12, tzinfo=UTC))
    for customer_id in ("M-a", "P-a"):
        history = (await ask(client, f"/v1/customers/{customer_id}/history?limit=200"))["items"]
        recovered = [row["happened_on"] for row in history if row["type"] == "customer.ChurnRecovered"]
        assert recovered == ["2024-06-01"], customer_id
    assert await answers(client, "M-b") == await answers(client, "P-a")
