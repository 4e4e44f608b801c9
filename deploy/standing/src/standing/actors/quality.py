"""The quality department: takes suppliers over, keeps their certificates, decides who answers for defects, follows up."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial

from standing.actors.action import Action, Clients, Partner, at

SERVICE = "supplier-svc"
FIRST_DAY = date(2024, 1, 1)
NEWCOMER_APPROVED_AFTER_DAYS = 9
"""The last supplier delivers before anybody has approved it; that is noticed, and put right."""
CERTIFICATES: tuple[tuple[int, date, date | None], ...] = (
    (0, date(2024, 3, 31), date(2024, 3, 20)),
    (1, date(2024, 8, 31), None),
    (4, date(2024, 11, 15), date(2024, 10, 30)),
)
"""Number of the supplier in the cast, end of its certificate, day on which it is renewed for three years."""


def actions(suppliers: Sequence[Partner]) -> Iterator[Action]:
    """What the department does in the year."""
    for supplier in suppliers[:-1]:
        yield Action(at(FIRST_DAY, 6), f"take over {supplier.id}", partial(_adopt, supplier=supplier, on=FIRST_DAY))
    newcomer = FIRST_DAY + timedelta(days=NEWCOMER_APPROVED_AFTER_DAYS)
    yield Action(at(newcomer, 7), "take over the newcomer", partial(_adopt, supplier=suppliers[-1], on=newcomer))
    for number, ends_on, renewed_on in CERTIFICATES:
        who = suppliers[number]
        yield Action(at(FIRST_DAY, 6), f"certificate of {who.id}", partial(_certify, supplier=who, ends_on=ends_on))
        if renewed_on:
            until = ends_on.replace(year=ends_on.year + 3)
            yield Action(at(renewed_on, 9), f"renew for {who.id}", partial(_certify, supplier=who, ends_on=until))
    for month in range(1, 13):
        yield Action(at(date(2024, month, 7), 7), "decide who answers for defects", _decide_responsibility)
        yield Action(at(date(2024, month, 9), 7), "accept what suppliers answered", _accept_improvements)
        yield Action(at(date(2024, month, 21), 7), "go on with corrective actions", _go_on_with_actions)
    yield Action(at(date(2024, 2, 20), 7), "a supplier objects", _object)
    yield Action(at(date(2024, 3, 4), 7), "the objection is upheld", _uphold)


async def _adopt(to: Clients, supplier: Partner, on: date) -> None:
    body = {
        "supplier_id": supplier.id,
        "file": {"name": supplier.name, "business_owner": "li"},
        "approved_on": on.isoformat(),
        "approved_by": "li",
        "because": "we have traded with it for years",
    }
    await to[SERVICE].act("POST", "/v1/suppliers/adoptions", body, "li", f"adopt-{supplier.id}")


async def _certify(to: Clients, supplier: Partner, ends_on: date) -> None:
    body = {
        "certificate_id": f"ISO9001-{supplier.id}",
        "kind": "quality_system",
        "number": f"CN-{supplier.id}",
        "holder": supplier.name,
        "valid_to": ends_on.isoformat(),
    }
    path = f"/v1/suppliers/{supplier.id}/certificates"
    await to[SERVICE].act("POST", path, body, "wang", f"certify-{supplier.id}-{ends_on}")


async def _decide_responsibility(to: Clients) -> None:
    """Every second undecided defect of the month before is the supplier's, the others are our own."""
    last_month = (to.now.date().replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    rows = await to[SERVICE].pages("/v1/nonconformances", month=last_month)
    undecided = sorted(row["nonconformance_id"] for row in rows if row["responsibility"] == "undetermined")
    of = {row["nonconformance_id"]: row["supplier_id"] for row in rows}
    for number, record in enumerate(undecided):
        body = {
            "supplier_id": of[record],
            "nonconformance_id": record,
            "responsibility": "own" if number % 2 else "supplier",
        }
        await to[SERVICE].act("POST", "/v1/nonconformances/decisions", body, "zhao", f"decide-{record}")


async def _accept_improvements(to: Clients) -> None:
    """Two of three suppliers answer in time."""
    due = await to[SERVICE].pages("/v1/improvements", status="due")
    for row in sorted(due, key=lambda row: (row["supplier_id"], row["period"])):
        if int(row["supplier_id"][-1]) % 3:
            body = {
                "period": row["period"],
                "recorded_on": to.now.date().isoformat(),
                "accepted_by": "zhao",
                "note": "the measures are sound",
            }
            path = f"/v1/suppliers/{row['supplier_id']}/improvements"
            await to[SERVICE].act("POST", path, body, "zhao", f"accept-{row['supplier_id']}-{row['period']}")


async def _go_on_with_actions(to: Clients) -> None:
    """Suppliers with an even number do the next step of their oldest corrective action; the others let theirs become overdue."""
    rows = await to[SERVICE].pages("/v1/corrective-actions", status="open")
    oldest: dict[str, dict[str, object]] = {}
    for row in sorted(rows, key=lambda row: (row["opened_on"], row["action_id"])):
        if not int(row["supplier_id"][-1]) % 2:
            oldest.setdefault(row["supplier_id"], row)
    for supplier_id, row in sorted(oldest.items()):
        body = {
            "step": row["next_step"],
            "done_on": to.now.date().isoformat(),
            "evidence": ["the 8D report's page"],
        }
        path = f"/v1/suppliers/{supplier_id}/corrective-actions/{row['action_id']}/steps"
        await to[SERVICE].act("POST", path, body, "supplier", f"step-{row['action_id']}-{row['next_step']}")


async def _object(to: Clients) -> None:
    """Against the dearest record of January that a supplier answers for."""
    rows = await to[SERVICE].pages("/v1/nonconformances", month="2024-01")
    scored = [row for row in rows if row["points"] > 0]
    if not scored:
        return
    worst = min(scored, key=lambda row: (-row["points"], row["nonconformance_id"]))
    body = {
        "objection_id": "OBJ-1",
        "record_kind": "nonconformance",
        "record_id": worst["nonconformance_id"],
        "reason": "the lot was damaged in our customer's own warehouse",
        "evidence": ["photographs of the pallets"],
        "raised_on": to.now.date().isoformat(),
    }
    await to[SERVICE].act("POST", f"/v1/suppliers/{worst['supplier_id']}/objections", body, "supplier", "object-1")


async def _uphold(to: Clients) -> None:
    for row in await to[SERVICE].pages("/v1/objections", status="open"):
        body = {
            "outcome": "upheld",
            "because": "the photographs prove it",
            "decided_by": "zhao",
            "decided_on": to.now.date().isoformat(),
        }
        path = f"/v1/suppliers/{row['supplier_id']}/objections/{row['objection_id']}/decision"
        await to[SERVICE].act("POST", path, body, "zhao", f"uphold-{row['objection_id']}")
