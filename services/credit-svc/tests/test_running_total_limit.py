"""The total limit on a real PostgreSQL: over HTTP, and through two replicas at once."""

import asyncio
from decimal import Decimal
from itertools import count
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from chassis.commands import Accepted, Refused
from contracts import customer
from contracts.credit import TotalAmount, TotalLimitClaimed, TotalLimitMeasured, TotalRoomGranted
from contracts.erp_lines import OrderLine
from credit_svc.service import SERVICE
from credit_svc.total_limit.rooms import MeasureTotal, RequestRoom
from credit_svc.total_limit.setting import ClaimLimit, SetTotal

from .running import Running
from .test_concurrent_checks import JUNE, Replicas, replicas

__all__ = ["replicas"]
TOTAL = {"amount": "1000", "currency": "EUR", "reason": "what the bank finances"}


async def begin(running: Running, on_full: str = "hold", limits: dict[str, str] | None = None) -> None:
    await running.move_to("2024-06-01")
    for customer_id, limit in (limits or {}).items():
        await set_limit(running, customer_id, limit)
    answer = await running.client.put(
        "/v1/policies/total-limit",
        json={"document": {"on_full": on_full}, "effective_from": "1970-01-01", "reason": "tried"},
        headers={"If-Match": '"1"', "X-Actor": "head of credit"},
    )
    assert answer.status_code == 200, answer.text
    await running.post("/v1/total-limit/proposals", {**TOTAL, "proposed_by": "controller"})
    await running.send("PUT", "/v1/total-limit", {**TOTAL, "approved_by": "head of credit"})


async def set_limit(running: Running, customer_id: str, limit: str, expected: int = 200) -> Any:
    body = {"limit": limit, "currency": "EUR", "reason": "reviewed", "approved_by": "head of credit"}
    return await running.post(f"/v1/accounts/{customer_id}/limit", body, expected)


def order(order_id: str | None, customer_id: str, amount: str, priority: int = 0) -> dict[str, Any]:
    return {
        "order_id": order_id, "customer_id": customer_id, "amount": amount, "currency": "EUR", "priority": priority,
    }  # fmt: skip


async def test_the_limits_of_all_customers_stay_within_the_total(running: Running) -> None:
    await begin(running, "tell", {"C-1": "500", "C-2": "440"})
    refused = await set_limit(running, "C-1", "580", 409)
    assert refused["detail"] == (
        "The limits of all customers would be 1,020.00 EUR, more than the total of 1,000.00 EUR; 60.00 EUR are free."
    )
    await set_limit(running, "C-1", "560")
    found = await running.get("/v1/total-limit")
    assert (found["granted"], found["free"], found["used"], found["by_class"][0]["account_count"]) == (
        "1000", "0", "0", 2,
    )  # fmt: skip
    await set_limit(running, "C-3", "1", 409)
    await set_limit(running, "C-2", "400")
    await set_limit(running, "C-3", "40")
    assert (await running.get("/v1/total-limit"))["granted"] == "1000"
    assert (await running.post("/v1/credit-checks", order("O-1", "C-1", "100")))["approved"]


async def test_two_limits_approved_at_once_do_not_both_take_what_is_free(running: Running) -> None:
    await begin(running, "tell", {"C-1": "470", "C-2": "470"})
    for customer_id in ("C-1", "C-2"):
        body = {"limit": "510", "currency": "EUR", "reason": "grows", "proposed_by": "seller"}
        await running.post(f"/v1/accounts/{customer_id}/limit-proposals", body)
    both = [
        running.client.post(f"/v1/accounts/{each}/limit-proposals/{each}-L1/approval", json={"approved_by": "head"})
        for each in ("C-1", "C-2")
    ]
    assert sorted(answer.status_code for answer in await asyncio.gather(*both)) == [200, 409]


async def test_of_500_checks_at_once_no_more_is_approved_than_the_total(running: Running) -> None:
    """50 customers whose own limits would let all of it through."""
    await begin(running)
    at_once = asyncio.Semaphore(50)  # more would only wait before the door

    async def checked(number: int) -> Any:
        async with at_once:
            answer = await running.client.post("/v1/credit-checks", json=order(f"O-{number}", f"C-{number % 50}", "10"))
        assert answer.status_code == 200, answer.text
        return answer.json()

    answers = await asyncio.gather(*map(checked, range(500)))
    assert sum(answer["approved"] for answer in answers) == 100
    await running.send("PUT", "/v1/total-limit", {**TOTAL, "approved_by": "head of credit"})  # and rest
    found = await running.get("/v1/total-limit")
    assert (found["used"], found["percent"], found["waiting_order_count"]) == ("1000", "100.00", 400)
    held = next(answer for answer in answers if not answer["approved"])
    assert "All customers together use" in held["holds"][0]["reason"]


async def test_room_that_comes_free_goes_to_the_order_of_the_highest_priority(running: Running) -> None:
    await begin(running)
    await running.post("/v1/credit-checks", order("big", "C-1", "1000"))
    await running.post("/v1/credit-checks", order("older", "C-2", "400", 5))
    await running.post("/v1/credit-checks", order("newer", "C-3", "300", 9))
    await running.post("/v1/credit-checks/C-1/big/closing", {"reason": "smaller", "closed_by": "controller"})
    await running.post("/v1/credit-checks", order("smaller", "C-1", "650"))
    await running.move_to("2024-06-02")
    found = {row["order_id"]: row["status"] for row in (await running.get("/v1/credit-checks"))["items"]}
    assert found == {"big": "released", "newer": "approved", "older": "approved", "smaller": "held"}


async def test_an_order_that_is_heard_of_gets_its_room_by_itself(running: Running) -> None:
    await begin(running)
    line = OrderLine(item_id="A-1", quantity=Decimal(1), unit_price=Decimal(700))
    for number in (1, 2):
        placed = customer.OrderPlaced(
            order_id=f"O-{number}", customer_id=f"C-{number}", ordered_on=JUNE, lines=(line,), total=Decimal(700),
            currency="EUR",
        )  # fmt: skip
        await running.hear(placed)
    found = {row["order_id"]: row["status"] for row in (await running.get("/v1/credit-checks"))["items"]}
    assert sorted(found.values()) == ["approved", "held"]


def test_through_two_replicas_500_limits_and_500_orders_never_take_more_than_the_total(replicas: Replicas) -> None:
    replicas.together([SetTotal(Decimal(1_000), "EUR", Decimal(100), JUNE, "bank", "head of credit", "controller")])
    amounts = (TotalAmount(currency="EUR", granted=Decimal(900), used=Decimal(0)),)
    replicas.together([MeasureTotal(amounts, (), (), 0, JUNE)])
    claims: list[Any] = [ClaimLimit(f"L-{n}", f"C-{n}", Decimal(7), Decimal(0), "EUR", JUNE) for n in range(500)]
    assert sum(isinstance(reply, Refused) for reply in replicas.together(claims)) == 486
    requests: list[Any] = [RequestRoom(f"O-{n}", f"C-{n % 50}", Decimal(7), "EUR", 0, JUNE) for n in range(500)]
    assert all(isinstance(reply, Accepted) for reply in replicas.together(requests))
    stored = replicas.loop.run_until_complete(replicas.log.read_streams(["total-all"]))
    events = [row.event(SERVICE.event_types) for row in stored]
    assert sum(event.rise for event in events if isinstance(event, TotalLimitClaimed)) == 98
    assert sum(event.amount for event in events if isinstance(event, TotalRoomGranted)) == 994


ASKED = st.lists(st.tuples(st.booleans(), st.integers(1, 90), st.integers(0, 9)), min_size=2, max_size=60)


def test_whatever_is_asked_for_at_once_through_two_replicas_no_more_is_granted_than_the_total(
    replicas: Replicas,
) -> None:
    """Limits and orders of ten customers, again and again, with so much more in the total each time."""
    replicas.together([set_to(1)])
    replicas.together(
        [MeasureTotal((TotalAmount(currency="EUR", granted=Decimal(0), used=Decimal(0)),), (), (), 0, JUNE)]
    )
    numbers = count(1)

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @for_all(st.integers(0, 600), ASKED)
    def holds(more: int, asked: list[tuple[bool, int, int]]) -> None:
        total = max(*taken(replicas)) + more + 1
        replicas.together([set_to(total)])
        commands: list[Any] = [
            ClaimLimit(f"claim-{n}", f"C-{of}", Decimal(amount), Decimal(0), "EUR", JUNE)
            if is_limit
            else RequestRoom(f"order-{n}", f"C-{of}", Decimal(amount), "EUR", 0, JUNE)
            for n, (is_limit, amount, of) in zip(numbers, asked, strict=False)
        ]
        replies = replicas.together(commands)
        granted, used = taken(replicas)
        assert granted <= total
        assert used <= total
        for command, reply in zip(commands, replies, strict=True):
            if isinstance(reply, Refused):
                assert command.limit > total - granted, "it would have fitted"

    holds()


def set_to(total: Decimal | int) -> SetTotal:
    return SetTotal(Decimal(total), "EUR", Decimal(100), JUNE, "bank", "head of credit", "controller")


def taken(replicas: Replicas) -> tuple[Decimal, Decimal]:
    """What limits and orders have taken so far, counted from the events alone."""
    stored = replicas.loop.run_until_complete(replicas.log.read_streams(["total-all"]))
    events = [row.event(SERVICE.event_types) for row in stored]
    measured = [event for event in events if isinstance(event, TotalLimitMeasured)][-1]
    limits = sum((event.rise for event in events if isinstance(event, TotalLimitClaimed)), measured.granted)
    return limits, sum((event.amount for event in events if isinstance(event, TotalRoomGranted)), Decimal(0))
