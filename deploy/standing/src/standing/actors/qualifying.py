"""A candidate goes through its qualification: five people, because nobody reviews or approves own work."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from standing.actors.action import Action, Clients, at

SERVICE = "supplier-svc"
CANDIDATE, NAME = "S-101", "Candidate Castings"
BEGINS = date(2024, 2, 5)
GATES = ("survey", "quality_audit", "sample_approval", "small_batch_trial")
SURVEY = {
    "processes": [{"name": "die casting", "cpk": "1.45"}],
    "certifications": ["ISO 9001"],
    "customers": [{"name": "a maker of pumps", "feedback": "delivers on time"}],
}
COPY = {
    "name": "licence.pdf", "media_type": "application/pdf", "sha256": "5e" * 32, "url": "https://files.example.com/licence.pdf",
}  # fmt: skip
CLAUSES = ["development", "trial", "inspection", "packing_and_transport", "nonconforming_product", "after_sales"]


def actions() -> Iterator[Action]:
    """Li applies, Wang reviews, Zhao assesses the gates, Gao rates, Shen approves."""
    for days, who, what, path, body in _steps():
        on = BEGINS + timedelta(days=days)
        yield Action(at(on, 7), f"{CANDIDATE}: {what}", partial(_do, who=who, what=what, path=path, body=body))


def _steps() -> Iterator[tuple[int, str, str, str, dict[str, Any]]]:
    def day(days: int) -> str:
        return (BEGINS + timedelta(days=days)).isoformat()

    own = f"/v1/suppliers/{CANDIDATE}"
    yield 0, "li", "application", "/v1/suppliers", {
        "supplier_id": CANDIDATE, "file": {"name": NAME, "business_owner": "li"}, "registered_on": day(0),
    }  # fmt: skip
    yield 1, "wang", "licence", f"{own}/certificates", {
        "certificate_id": "code", "kind": "unified_social_credit_code", "number": "91350100M000100Y43", "holder": NAME,
        "valid_to": "2034-02-04", "copies": [COPY],
    }  # fmt: skip
    yield 2, "wang", "review", f"{own}/reviews", {"reviewed_on": day(2)}
    for number, gate in enumerate(GATES):
        decided = {
            "gate": gate,
            "outcome": "passed",
            "decided_on": day(7 + 7 * number),
            "evidence": [f"report on {gate}"],
        }
        survey = {"survey": SURVEY} if gate == "survey" else {}
        yield 7 + 7 * number, "zhao", gate, f"{own}/gates", {**decided, **survey}
    for kind in ("supply", "quality_assurance", "after_sales"):
        yield 30, "shen", f"contract of {kind}", f"{own}/contracts", {
            "contract_id": f"CT-{CANDIDATE}-{kind}", "kind": kind, "clauses": CLAUSES, "starts_on": day(30),
            "ends_on": "2026-03-05",
        }  # fmt: skip
    yield 31, "gao", "rating", f"{own}/ratings", {"rating": "B", "because": "a solid maker", "rated_on": day(31)}
    yield 32, "shen", "approval", f"{own}/approval", {"approved_on": day(32), "because": "all gates passed"}


async def _do(to: Clients, who: str, what: str, path: str, body: dict[str, Any]) -> None:
    await to[SERVICE].act("POST", path, body, who, f"{CANDIDATE}-{what}")
