"""Responses about collection cases."""

from datetime import date
from decimal import Decimal
from typing import Any

from contracts.figures import PlainModel


class CaseAnswer(PlainModel):
    """A collection case: every step with its day, what comes next, and what it pursues."""

    customer_id: str
    case_id: str
    opened_on: date
    closed_on: date | None
    closed_because: str | None
    currency: str
    oldest_invoice_id: str
    strategy: str
    strategy_because: str
    paused_because: str | None
    paused_until: date | None
    pause_reason: str | None
    promises: list[dict[str, Any]]
    broken_promises: int
    way: str | None
    agency: str | None
    commission_percent: Decimal | None
    stages: list[dict[str, Any]]
    next_stages: dict[str, list[str]]
    """What may be recorded next on each route."""
    current_step: str | None
    next_step: str | None
    next_step_on: date | None
    steps: list[dict[str, Any]]
    overdue_invoices: list[dict[str, Any]]
