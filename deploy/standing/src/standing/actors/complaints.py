"""The loop of complaints: the 8D of the first one that was traced is done step by step, and one complaint is the supplier's to handle."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from standing.actors.action import Action, Clients, at

CUSTOMERS, SUPPLIERS = "customer-svc", "supplier-svc"
TRACED, HANDED = "CMP-001", "CMP-003"
STEPS = ("team", "problem", "containment", "cause", "action", "verification", "prevention", "closure")
COURSE = (
    (date(2024, 1, 15), "containment"),
    (date(2024, 1, 30), "action"),
    (date(2024, 3, 12), "closure"),
)
"""By which day the 8D of the traced complaint is done up to which step."""
STATEMENTS = {
    "containment": "What was left of the lot is blocked and was sorted.",
    "cause": "A die was worn beyond its tolerance.",
    "action": "The die was changed, and is measured every week.",
    "closure": "No part of the lots since then was out of tolerance.",
}
TRACED_ON, ANSWERED_ON, ANSWER_DUE_ON = date(2024, 1, 23), date(2024, 1, 31), date(2024, 2, 2)


def actions() -> Iterator[Action]:
    """What they do in the year."""
    for day, step in COURSE:
        yield Action(at(day, 7), f"the 8D of {TRACED} up to {step}", partial(_do_steps, until=step))
    yield Action(at(TRACED_ON, 7), f"{HANDED} is traced", _trace)
    yield Action(at(TRACED_ON, 19), f"{HANDED} is handed over", _hand_over)
    yield Action(at(ANSWERED_ON, 7), f"{HANDED} is answered by the supplier", _answer)


async def _do_steps(to: Clients, until: str) -> None:
    """Those that nobody has done yet, each with what the customer may hear of it."""
    open_actions = await to[SUPPLIERS].pages("/v1/corrective-actions", status="open")
    for row in open_actions:
        if TRACED not in (row["complaint_ids"] or ()):
            continue
        for step in STEPS[STEPS.index(row["next_step"]) : STEPS.index(until) + 1]:
            body = {
                "step": step,
                "done_on": to.now.date().isoformat(),
                "evidence": ["the 8D report's page"],
                "statement": STATEMENTS.get(step, ""),
                **({"cause_origin": "supplier"} if step == "cause" else {}),
            }
            path = f"/v1/suppliers/{row['supplier_id']}/corrective-actions/{row['action_id']}/steps"
            await to[SUPPLIERS].act("POST", path, body, "supplier", f"step-{row['action_id']}-{step}")


async def _trace(to: Clients) -> None:
    """To the lot that was inspected last with a defect."""
    found = await to[SUPPLIERS].pages("/v1/nonconformances")
    if not found or await _complaint(to) is None:
        return
    lot = max(found, key=lambda row: (row["found_on"], row["nonconformance_id"]))
    body = {
        "supplier_id": lot["supplier_id"],
        "item_id": lot["item_id"],
        "lot_id": lot["lot_id"],
        "severity": "minor",
        "quantity": "2",
        "code": "D-SURFACE",
        "description": "scratched",
        "traced_on": to.now.date().isoformat(),
    }
    await to[CUSTOMERS].act("POST", f"/v1/complaints/{HANDED}/traces", body, "agent", f"trace-{HANDED}")


async def _hand_over(to: Clients) -> None:
    row = await _complaint(to)
    if row is not None and row["traces"]:
        body = {"supplier_id": row["traces"][0]["supplier_id"], "due_on": ANSWER_DUE_ON.isoformat()}
        await to[CUSTOMERS].act("POST", f"/v1/complaints/{HANDED}/handover", body, "agent", f"hand-over-{HANDED}")


async def _answer(to: Clients) -> None:
    for row in await to[SUPPLIERS].pages("/v1/complaint-answers", status="due"):
        body = {
            "complaint_id": row["complaint_id"],
            "statement": "We replaced both parts on site.",
            "done_on": to.now.date().isoformat(),
        }
        path = f"/v1/suppliers/{row['supplier_id']}/complaint-answers"
        await to[SUPPLIERS].act("POST", path, body, "supplier", f"answer-{row['complaint_id']}")


async def _complaint(to: Clients) -> dict[str, Any] | None:
    rows = await to[CUSTOMERS].pages("/v1/complaints")
    return next((row for row in rows if row["complaint_id"] == HANDED), None)
