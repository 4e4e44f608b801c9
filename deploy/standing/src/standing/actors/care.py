"""Sales and service: every customer has an owner, complaints are taken, answered (not always in time), solved and traced."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from standing.actors.action import Action, Clients, Partner, at

SERVICE = "customer-svc"
FIRST_DAY = date(2024, 1, 1)
SALESPEOPLE = ("chen", "liu", "yang", "huang")
COMPLAINTS_A_MONTH = 3
SEVERITIES = ("general", "major", "urgent")
TOPICS = ("product_quality", "transport", "service")


@dataclass(frozen=True)
class Case:
    """A complaint and how it goes: hours from its opening; None is never."""

    number: int
    opened: datetime
    answered_h: float
    solved_h: float
    satisfied: bool

    @property
    def id(self) -> str:
        return f"CMP-{self.number:03d}"


def actions(customers: Sequence[Partner]) -> Iterator[Action]:
    """What they do in the year."""
    for number, customer in enumerate(customers):
        owner = SALESPEOPLE[number % len(SALESPEOPLE)]
        yield Action(at(FIRST_DAY, 6), f"file of {customer.id}", partial(_register, customer=customer, owner=owner))
    for month in range(1, 13):
        for nth in range(COMPLAINTS_A_MONTH):
            number = (month - 1) * COMPLAINTS_A_MONTH + nth
            opened = at(date(2024, month, 11 + 5 * nth), 9)
            late, unhappy = number % 4 == 3, number % 6 == 5
            yield from _course(Case(number + 1, opened, 40.0 if late else 1.0, 150.0 if late else 20.0, not unhappy))


def _course(case: Case) -> Iterator[Action]:
    def later(hours: float) -> datetime:
        return case.opened + timedelta(hours=hours)

    yield Action(case.opened, f"{case.id} is opened", partial(_open, case=case))
    yield Action(
        later(case.answered_h), f"{case.id} is answered", partial(_post, case=case, what="acknowledgement", body={})
    )
    yield Action(
        later(case.answered_h + 1),
        f"{case.id} is worked on",
        partial(_post, case=case, what="work", body={"on_site": True}),
    )
    solved = {"solution": "replaced, and the customer shown how to store it"}
    yield Action(
        later(case.solved_h), f"{case.id} is solved", partial(_post, case=case, what="resolution", body=solved)
    )
    answer = {"satisfied": case.satisfied, **({} if case.satisfied else {"because": "it happened again"})}
    yield Action(
        later(case.solved_h + 24), f"{case.id}: call-back", partial(_post, case=case, what="call-back", body=answer)
    )
    if not case.satisfied:
        again, content = later(case.solved_h + 48), {"satisfied": True}
        yield Action(
            again,
            f"{case.id} is solved again",
            partial(_post, case=case, what="resolution", body=solved, again="again"),
        )
        yield Action(
            again + timedelta(hours=24),
            f"{case.id} ends",
            partial(_post, case=case, what="call-back", body=content, again="again"),
        )
    if case.number % 3 == 1:
        yield Action(later(case.solved_h + 2), f"{case.id} is traced", partial(_trace, case=case))


async def _register(to: Clients, customer: Partner, owner: str) -> None:
    body = {
        "customer_id": customer.id,
        "name": customer.name,
        "owner_id": owner,
        "registered_on": FIRST_DAY.isoformat(),
    }
    await to[SERVICE].act("POST", "/v1/customers", body, owner, f"register-{customer.id}")


async def _open(to: Clients, case: Case) -> None:
    """About the order that was delivered last to a customer; the large ones take turns."""
    customer = f"C-{1 + case.number % 12:03d}"
    delivered = await to[SERVICE].pages("/v1/orders", customer_id=customer, status="delivered")
    if not delivered:
        return
    order = max(delivered, key=lambda row: (row["delivered_on"], row["order_id"]))
    body = {
        "complaint_id": case.id,
        "customer_id": order["customer_id"],
        "topic": TOPICS[case.number % 3],
        "severity": SEVERITIES[case.number % 3],
        "description": "what came is not what was ordered",
        "order_id": order["order_id"],
        "at": case.opened.isoformat(),
    }
    await to[SERVICE].act("POST", "/v1/complaints", body, "agent", f"open-{case.id}")


async def _post(to: Clients, case: Case, what: str, body: dict[str, Any], again: str = "") -> None:
    if await _is_there(to, case):
        dated = {**body, "at": to.now.isoformat()}
        await to[SERVICE].act("POST", f"/v1/complaints/{case.id}/{what}", dated, "agent", f"{what}{again}-{case.id}")


async def _trace(to: Clients, case: Case) -> None:
    """To a lot in which inspection found a defect too; supplier-svc makes it one more nonconformance of that supplier."""
    lots = (await to["supplier-svc"].get("/v1/nonconformances", limit=1))["items"]
    if lots and await _is_there(to, case):
        body = {
            "supplier_id": lots[0]["supplier_id"],
            "item_id": lots[0]["item_id"],
            "lot_id": lots[0]["lot_id"],
            "severity": "major",
            "quantity": "5",
            "code": "D-DIMENSION",
            "description": "the part does not fit",
            "traced_on": to.now.date().isoformat(),
        }
        await to[SERVICE].act("POST", f"/v1/complaints/{case.id}/traces", body, "agent", f"trace-{case.id}")


async def _is_there(to: Clients, case: Case) -> bool:
    return any(row["complaint_id"] == case.id for row in await to[SERVICE].pages("/v1/complaints"))
