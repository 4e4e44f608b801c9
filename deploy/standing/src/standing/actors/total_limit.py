"""The credit department bounds what all customers together may owe; the head of credit sets what the controller proposes."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from standing.actors.action import Action, Clients, at

SERVICE = "credit-svc"
TOTAL: dict[str, Any] = {
    "amount": "4000000", "currency": "CNY", "overbook_percent": "200", "valid_from": "2024-03-04",
    "reason": "what the bank finances",
}  # fmt: skip


def actions() -> Iterator[Action]:
    """What it does in the year."""
    yield Action(at(date(2024, 3, 4), 7), "a total limit is proposed", _propose)
    yield Action(at(date(2024, 3, 4), 8), "another person sets the total limit", _set)


async def _propose(to: Clients) -> None:
    body = {**TOTAL, "proposed_by": "ma"}
    await to[SERVICE].act("POST", "/v1/total-limit/proposals", body, "ma", "propose-total-limit")


async def _set(to: Clients) -> None:
    await to[SERVICE].act("PUT", "/v1/total-limit", {**TOTAL, "approved_by": "sun"}, "sun", "set-total-limit")
