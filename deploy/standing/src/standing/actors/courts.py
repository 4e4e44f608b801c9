"""The credit department takes a customer that stopped paying to court, since an agency got little: a claim is filed, accepted, served."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from standing.actors.action import Action, Clients, at
from standing.actors.collection import SERVICE, STOPPED_PAYING

FILED_ON, ACCEPTED_ON, SERVED_ON = date(2024, 11, 4), date(2024, 11, 8), date(2024, 11, 12)
CONDITIONS = {
    "direct_interest": "we delivered what the invoices name",
    "definite_defendant": "the company as registered",
    "concrete_claim": "the price of the invoices and interest",
    "competent_court": "the court of the defendant's seat",
}


def actions() -> Iterator[Action]:
    """What it does in the year."""
    yield Action(at(FILED_ON, 7), "a claim is filed with a court", _file)
    yield Action(at(ACCEPTED_ON, 7), "the court accepts the claim", _accepted)
    yield Action(at(SERVED_ON, 7), "the court serves the claim", _served)


async def _case(to: Clients) -> dict[str, Any] | None:
    """The open case of the customer that stopped paying."""
    cases = await to[SERVICE].pages("/v1/collections", customer_id=STOPPED_PAYING)
    return next(iter(cases), None)


async def _file(to: Clients) -> None:
    case = await _case(to)
    if case and case["way"] != "litigation":
        body = {"way": "litigation", "stage": "filing", "note": "", "recorded_by": "sun", "conditions": CONDITIONS}
        path = f"/v1/collections/{case['case_id']}/stages"
        await to[SERVICE].act("POST", path, body, "sun", f"file-{case['case_id']}")


async def _accepted(to: Clients) -> None:
    await _record(to, "accepted")


async def _served(to: Clients) -> None:
    await _record(to, "served")


async def _record(to: Clients, milestone: str) -> None:
    case = await _case(to)
    if case and case["way"] == "litigation":
        body = {"milestone": milestone, "reached_on": to.now.date().isoformat(), "recorded_by": "sun"}
        path = f"/v1/collections/{case['case_id']}/milestones"
        await to[SERVICE].act("POST", path, body, "sun", f"{milestone}-{case['case_id']}")
