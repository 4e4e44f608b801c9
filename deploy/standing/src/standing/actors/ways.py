"""What the credit department decides about open cases: whether an agency gets them, and a payment plan for a debtor in trouble."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from standing.actors.action import Action, Clients, at
from standing.actors.collection import SERVICE, STOPPED_PAYING

AGENCY = "Hengxin Receivables"
STANDING = "member of the trade association, and its references were asked"
ANSWERED_ON = (6, 16, 26)
"""Days of the month: a question is answered within ten days."""
POSTPONED_DAYS = 20
POSTPONEMENTS_MAX = 2
PLAN_MONTHS = (30, 60, 90)
"""Days after which the instalments are due."""


def actions() -> Iterator[Action]:
    """What it decides in the year."""
    for month in range(4, 13):
        for day in ANSWERED_ON:
            yield Action(at(date(2024, month, day), 7), "questions about agencies are answered", _answer)
            yield Action(at(date(2024, month, day), 8), "cases of low risk are looked at", _review)
    yield Action(at(date(2024, 8, 20), 7), "a debtor in trouble is helped", _help)


async def _answer(to: Clients) -> None:
    """Who stopped paying is given to an agency; of others one waits a little, twice at most, and then the head hears of it."""
    for case in await to[SERVICE].pages("/v1/collections", way_asked="true"):
        path = f"/v1/collections/{case['case_id']}"
        row = await to[SERVICE].get(path)
        question = row["way_question"]
        until = to.now.date() + timedelta(days=POSTPONED_DAYS)
        if question["way"] != "delegated" or question["status"] == "postponed":
            continue
        body: dict[str, Any] = {"answered_by": "sun"}
        if case["customer_id"] == STOPPED_PAYING:
            body |= {"answer": "start", "reason": "it has stopped paying", "agency": AGENCY}
            body |= {"agency_kind": "professional", "agency_standing": STANDING}
        elif len(row["way_answers"]) < POSTPONEMENTS_MAX:
            body |= {"answer": "postpone", "until": until.isoformat(), "reason": "its owner promises to talk"}
        else:
            continue
        await to[SERVICE].act("POST", f"{path}/way-answers", body, "sun", f"way-{case['case_id']}-{to.now.date()}")


async def _review(to: Clients) -> None:
    """Whoever was good is left alone for another while, twice; then it is pursued like anybody."""
    for case in await to[SERVICE].pages("/v1/collections"):
        if case["strategy"] != "low_risk" or case["paused_because"] is not None:
            continue
        path = f"/v1/collections/{case['case_id']}"
        if review := (await to[SERVICE].get(path))["review"]:
            keeps = "keep" in review["options"]
            body = {
                "outcome": "keep" if keeps else "general",
                "reason": "a small rest of an old customer" if keeps else "it had its time",
                "reviewed_by": "ma",
            }
            await to[SERVICE].act("POST", f"{path}/review", body, "ma", f"review-{case['case_id']}-{to.now.date()}")


async def _help(to: Clients) -> None:
    """The controller proposes three instalments of the first case on the worklist that waits for nothing, and some goods meanwhile; the
    head approves."""
    for case in await to[SERVICE].pages("/v1/collections"):
        account = await to[SERVICE].get(f"/v1/accounts/{case['customer_id']}")
        overdue = Decimal(case["overdue"])
        is_free = case["way"] is None and case["paused_because"] is None and case["customer_id"] != STOPPED_PAYING
        if not is_free or account["behaviour"] == "D" or Decimal(account["overdue"]) != overdue:
            continue
        part = (overdue / 3).quantize(Decimal("0.01"))
        amounts = (part, part, overdue - 2 * part)
        days = [to.now.date() + timedelta(days=after) for after in PLAN_MONTHS]
        body = {
            "instalments": [
                {"amount": str(amount), "due_on": day.isoformat()} for amount, day in zip(amounts, days, strict=True)
            ],
            "support_limit": "5000",
            "reason": "its own customers pay late, and it says so",
        }
        path, key = f"/v1/collections/{case['case_id']}/plan-proposal", f"plan-{case['case_id']}"
        await to[SERVICE].act("POST", path, body, "ma", f"propose-{key}")
        await to[SERVICE].act("POST", f"{path}/approval", {}, "sun", f"approve-{key}")
        return
