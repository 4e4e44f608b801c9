"""The credit of an order, as orders show it."""

from typing import Any

from contracts.figures import PlainModel

EDGE = ("credit", "releases_at")
"""Columns that go out under other names."""


class Release(PlainModel):
    """What releases the order: ``summary`` says it with the amounts, ``reason`` why it is held."""

    summary: str
    reason: str | None


CREDIT: dict[str, Any] = {"credit_status": str | None, "release": Release | None}


def with_credit(row: dict[str, Any]) -> dict[str, Any]:
    """A row of an order with ``credit_status`` (credit-svc's last decision) and ``release``, None unless it is held."""
    shown = {name: value for name, value in row.items() if name not in EDGE}
    held = row["releases_at"]
    release = None if held is None else {"summary": held, "reason": row["hold_reason"]}
    return {**shown, "credit_status": row["credit"], "release": release}
