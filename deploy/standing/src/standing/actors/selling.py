"""Sales: key accounts with visits and a plan, a distributor whose units are scanned where they do not belong, opportunities."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from standing.actors.action import Action, Clients, at

SERVICE = "customer-svc"
KEY_ACCOUNTS = (("C-001", "chen"), ("C-003", "yang"), ("C-011", "yang"))
DISTRIBUTOR, ITS_REGION, ELSEWHERE = "C-004", "WEST", "EAST"
UNITS = 6
OPPORTUNITIES = (
    ("OPP-1", "C-003", "yang", "480000", (("proposal", 4), ("won", 6))),
    ("OPP-2", "C-005", "chen", "90000", (("proposal", 5), ("lost", 8))),
    ("OPP-3", "C-012", "huang", "210000", ()),
)
"""Id, customer, owner, amount in CNY, and the months in which it moves to its next stages."""


def actions() -> Iterator[Action]:
    """What they do in the year."""
    for customer_id, owner in KEY_ACCOUNTS:
        yield Action(
            at(date(2024, 2, 1), 7),
            f"{customer_id} becomes a key account",
            partial(_designate, who=customer_id, owner=owner),
        )
    plan = {"plan": "one more product line, and a joint stock"}
    yield _post(date(2024, 3, 5), "C-001", "development-plan", plan)
    for month in (4, 7, 10):
        visit = {"kind": "executive_visit", "who": "guo", "notes": "they mean to grow with us"}
        yield _post(date(2024, month, 16), "C-001", "visits", visit, str(month))
    yield Action(at(date(2024, 3, 1), 7), "units go to the distributor", _ship)
    for number in range(1, UNITS + 1):
        where = ELSEWHERE if number % 3 == 0 else ITS_REGION
        yield Action(
            at(date(2024, 4 + number, 19), 7), f"unit {number} is scanned", partial(_scan, number=number, where=where)
        )
    for opportunity in OPPORTUNITIES:
        yield Action(at(date(2024, 3, 11), 7), f"{opportunity[0]} is opened", partial(_open, opportunity=opportunity))
        for stage, month in opportunity[4]:
            moved = partial(_move, opportunity_id=opportunity[0], stage=stage)
            yield Action(at(date(2024, month, 22), 7), f"{opportunity[0]}: {stage}", moved)


def _post(day: date, customer_id: str, what: str, body: dict[str, Any], nth: str = "") -> Action:
    async def do(to: Clients) -> None:
        dated = {**body, "on": day.isoformat()}
        await to[SERVICE].act(
            "POST", f"/v1/customers/{customer_id}/{what}", dated, "chen", f"{what}-{customer_id}-{nth}"
        )

    return Action(at(day, 7), f"{customer_id}: {what}", do)


async def _designate(to: Clients, who: str, owner: str) -> None:
    body = {
        "owner_id": owner,
        "sponsor_id": "guo",
        "emphasis": "quality",
        "because": "a tenth of our sales",
        "on": to.now.date().isoformat(),
    }
    await to[SERVICE].act("PUT", f"/v1/customers/{who}/key-account", body, "guo", f"key-account-{who}")


async def _ship(to: Clients) -> None:
    on = to.now.date().isoformat()
    authorised = {"regions": [ITS_REGION], "region_manager": "wu", "authorised_on": on}
    await to[SERVICE].act("PUT", f"/v1/distributors/{DISTRIBUTOR}", authorised, "wu", "authorise")
    for number in range(1, UNITS + 1):
        unit = {
            "unit_code": f"UNIT-{number}",
            "customer_id": DISTRIBUTOR,
            "region": ITS_REGION,
            "shipped_on": on,
            "region_manager": "wu",
            "floor_price": "40.00",
            "currency": "CNY",
        }
        await to[SERVICE].act("POST", "/v1/units", unit, "warehouse", f"ship-{number}")


async def _scan(to: Clients, number: int, where: str) -> None:
    body = {
        "scan_id": f"SCAN-{number}",
        "unit_code": f"UNIT-{number}",
        "region": where,
        "scanned_on": to.now.date().isoformat(),
        "price": "45.00",
    }
    await to[SERVICE].act("POST", "/v1/scans", body, "market", f"scan-{number}")


async def _open(to: Clients, opportunity: tuple[str, str, str, str, Any]) -> None:
    opportunity_id, customer_id, owner, amount, _ = opportunity
    body = {
        "opportunity_id": opportunity_id,
        "customer_id": customer_id,
        "name": "a year's supply",
        "owner_id": owner,
        "amount": amount,
        "currency": "CNY",
        "expected_on": "2024-09-30",
        "on": to.now.date().isoformat(),
    }
    await to[SERVICE].act("POST", "/v1/opportunities", body, owner, f"open-{opportunity_id}")


async def _move(to: Clients, opportunity_id: str, stage: str) -> None:
    body = {"stage": stage, "because": "as agreed on the visit", "on": to.now.date().isoformat()}
    await to[SERVICE].act(
        "POST", f"/v1/opportunities/{opportunity_id}/stage", body, "chen", f"{stage}-{opportunity_id}"
    )
