"""How debtors are reached: where customers are, what the collector records of calls, and a case that an agency pursues."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial

from standing.actors.action import Action, Clients, Partner, at
from standing.actors.care import SALESPEOPLE

SERVICE, FILES = "credit-svc", "customer-svc"
FIRST_DAY = date(2024, 1, 1)
LOOK_AFTER_DAYS = 30
"""Days past due after which somebody looks at a case of low risk."""
OFFICE = {"province": "Shanghai", "city": "Shanghai"}
PLACES = (("Shanghai", "Shanghai"), ("Jiangsu", "Suzhou"), ("Guangdong", "Guangzhou"))
NO_PLACE, NO_EMAIL = 9, 5
"""Every 9th customer's file names no place, every 5th no e-mail address."""
CALLS_A_MONTH = 3
MANDATED, REPORTED, SETTLED = date(2024, 7, 22), date(2024, 8, 27), date(2024, 10, 15)
COMMISSION_PERCENT, COLLECTED = "12", "10000"
STAGES: tuple[tuple[str, dict[str, str]], ...] = (
    ("present_case", {}),
    ("hear_assessment", {}),
    ("agree_commission", {"commission_percent": COMMISSION_PERCENT}),
    ("sign_mandate", {}),
    ("hand_over_papers", {}),
)


def actions(customers: Sequence[Partner]) -> Iterator[Action]:
    """What happens in the year."""
    for number, customer in enumerate(customers, start=1):
        file = partial(_complete, customer=customer, number=number)
        yield Action(at(FIRST_DAY, 7), f"the file of {customer.id} says how to reach it", file)
    yield Action(at(FIRST_DAY, 7), "collection knows where our office is", _name_office)
    for month in range(1, 13):
        yield Action(at(date(2024, month, 16), 7), "debtors are called", _call)
    yield Action(at(MANDATED, 7), "the agency that was chosen gets its mandate", _mandate)
    yield Action(at(REPORTED, 7), "the agency reports", _report)
    yield Action(at(SETTLED, 7), "the agency settles", _settle)


async def _complete(to: Clients, customer: Partner, number: int) -> None:
    province, city = PLACES[number % len(PLACES)]
    contact = {"contact_id": "accounts", "name": "Accounts payable", "telephone": f"+86 21 5550 {number:04d}"}
    if number % NO_EMAIL:
        contact["email"] = f"accounts@{customer.id.lower()}.example.org"
    body = {
        "classification": {"province": province, "city": city} if number % NO_PLACE else {},
        "contacts": [contact],
        "changed_on": FIRST_DAY.isoformat(),
    }
    owner = SALESPEOPLE[(number - 1) % len(SALESPEOPLE)]
    await to[FILES].act("PATCH", f"/v1/customers/{customer.id}/file", body, owner, f"reach-{customer.id}")


async def _name_office(to: Clients) -> None:
    current = await to[SERVICE].get("/v1/policies/collection")
    document = current["document"]
    if not document["offices"]:
        low_risk = {**document["low_risk"], "review_after_days": LOOK_AFTER_DAYS}
        body = {
            "document": {**document, "offices": [OFFICE], "low_risk": low_risk},
            "effective_from": FIRST_DAY.isoformat(),
            "reason": "nobody travels far for a visit, and a good customer who is late is looked at after a month",
        }
        await to[SERVICE].act("PUT", "/v1/policies/collection", body, "sun", "name-office", f'"{current["version"]}"')


async def _call(to: Clients) -> None:
    """Those in the collector's list, the oldest first; every third does not answer."""
    due = await to[SERVICE].pages("/v1/collections/contacts-due")
    for number, row in enumerate(due[:CALLS_A_MONTH]):
        reached = number % 3 < 2
        body = {
            "way": "phone",
            "contacted_on": to.now.date().isoformat(),
            "with_whom": "accounts",
            "statement": "will look into it" if reached else "nobody answered",
            "result": "reached" if reached else "not_reached",
            "demand_reached": reached,
        }
        path = f"/v1/collections/{row['case_id']}/contacts"
        await to[SERVICE].act("POST", path, body, "zhou", f"call-{row['case_id']}-{to.now:%Y-%m}")


async def _mandate(to: Clients) -> None:
    for stage, terms in STAGES:
        await _reach(to, stage, terms)


async def _report(to: Clients) -> None:
    await _reach(to, "progress_report", {}, "the debtor asked for a month")


async def _settle(to: Clients) -> None:
    """It hands over what it collected, less its commission; more is not to be had."""
    await _reach(to, "settle", {"collected": COLLECTED})


async def _reach(to: Clients, stage: str, terms: dict[str, str], note: str = "") -> None:
    """The next stage of each case that an agency has."""
    for case in await to[SERVICE].pages("/v1/collections"):
        if case["way"] == "delegated":
            body = {"way": "delegated", "stage": stage, "note": note, **terms}
            path = f"/v1/collections/{case['case_id']}/stages"
            await to[SERVICE].act("POST", path, body, "zhou", f"{stage}-{case['case_id']}")
