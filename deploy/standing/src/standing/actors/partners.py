"""Suppliers work in the system themselves: access is switched on, and Ann of S-002 hands in a step of its 8D, which is accepted."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from standing.actors.action import Action, Clients, at

SERVICE = "supplier-svc"
SUPPLIER, CONTACT = "S-002", "partner:supplier:S-002/ann"
ON, HANDED_IN, ACCEPTED = date(2024, 2, 1), date(2024, 2, 12), date(2024, 2, 15)


def actions() -> Iterator[Action]:
    """What happens in the year."""
    yield Action(at(ON, 7), "suppliers may work here", _switch_on)
    yield Action(at(HANDED_IN, 7), f"{SUPPLIER} hands in", _hand_in)
    yield Action(at(ACCEPTED, 7), f"what {SUPPLIER} handed in is accepted", _accept)


async def _switch_on(to: Clients) -> None:
    current = await to[SERVICE].get("/v1/policies/partner-access")
    if not current["document"]["enabled"]:
        body = {
            "document": {**current["document"], "enabled": True},
            "effective_from": ON.isoformat(),
            "reason": "suppliers answer themselves",
        }
        path = "/v1/policies/partner-access"
        await to[SERVICE].act("PUT", path, body, "shen", "partner-access-on", f'"{current["version"]}"')


async def _hand_in(to: Clients) -> None:
    """The next step of its oldest 8D; without one its quality certificate."""
    rows = await to[SERVICE].pages("/v1/corrective-actions", supplier_id=SUPPLIER, status="open")
    body: dict[str, Any] = {"submission_id": f"SUB-{SUPPLIER}-1"}
    if rows:
        oldest = min(rows, key=lambda row: (row["opened_on"], row["action_id"]))
        content = {"step": oldest["next_step"], "evidence": ["see the report of our workshop"]}
        body |= {"kind": "corrective_action_step", "reference": oldest["action_id"], "content": content}
    else:
        held = {"kind": "quality_system", "number": f"CN-{SUPPLIER}", "valid_to": "2027-02-11"}
        body |= {"kind": "certificate", "reference": f"ISO14001-{SUPPLIER}", "content": {"certificate": held}}
    await to[SERVICE].act("POST", f"/v1/suppliers/{SUPPLIER}/submissions", body, CONTACT, f"hand-in-{SUPPLIER}-1")


async def _accept(to: Clients) -> None:
    for row in await to[SERVICE].pages("/v1/submissions", supplier_id=SUPPLIER, status="waiting"):
        path = f"/v1/suppliers/{SUPPLIER}/submissions/{row['submission_id']}/acceptance"
        body = {"accepted_on": to.now.date().isoformat()}
        await to[SERVICE].act("POST", path, body, "zhao", f"accept-{row['submission_id']}")
