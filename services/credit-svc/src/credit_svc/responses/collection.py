"""Responses about collection cases."""

from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import Field

from contracts.figures import PlainModel
from credit_svc.responses.answer import Answer


class CaseAnswer(Answer):
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
    broken_promise_count: int = Field(validation_alias="broken_promises")
    way: str | None
    agency: str | None
    commission_percent: Decimal | None
    commission_fixed: Decimal | None
    stages: list[dict[str, Any]]
    next_stages: dict[str, list[str]]
    """What may be recorded next on each route."""
    current_step: str | None
    next_step: str | None
    next_step_on: date | None
    steps: list[dict[str, Any]]
    overdue_invoices: list[dict[str, Any]]
    open_debit_notes: list[dict[str, Any]]
    """Those that are open; nobody is pursued for them unless the policy says so."""
    highest_step: str | None
    withdrawals: list[dict[str, Any]]
    """Steps that were taken back, since what they were taken for is owed no more."""
    way_asked: bool
    """Whether a person is asked about an agency, a tribunal or a court."""
    way_question: dict[str, Any]
    way_answers: list[dict[str, Any]]
    way_items: list[dict[str, Any]]
    """What was given to the way."""
    ended_ways: list[dict[str, Any]]
    review: dict[str, Any]
    """The review that a person owes; empty when none is due."""
    reviews: list[dict[str, Any]]
    plans: list[dict[str, Any]]
    """Payment plans, each instalment with its status."""
    plan_proposal: dict[str, Any]
    """The payment plan that waits for another person; empty when none does."""
    clocks: list[dict[str, Any]]
    """Terms of the law, running, ended or run out."""
    milestones: list[dict[str, Any]]
    awards: list[dict[str, Any]]
    judgments: list[dict[str, Any]]
    enforcements: list[dict[str, Any]]


class WorklistItem(PlainModel):
    """An open case with what makes it pressing: ``score`` is the sum of the points."""

    customer_id: str
    case_id: str
    opened_on: date
    oldest_invoice_id: str
    currency: str
    overdue: Decimal
    days_past_due: int
    strategy: str
    behaviour: str | None
    broken_promise_count: int
    paused_because: str | None
    paused_until: date | None
    way: str | None
    way_asked: bool
    """Whether a person is asked about an agency, a tribunal or a court."""
    current_step: str | None
    """The highest step taken that the oldest item still deserves."""
    highest_step: str | None
    pursued_since: date
    """The day on which the oldest item that is pursued now became overdue."""
    next_step: str | None
    next_step_on: date | None
    amount_points: Decimal
    age_points: Decimal
    behaviour_points: Decimal
    promise_points: Decimal
    score: Decimal


class EffectivenessAnswer(PlainModel):
    """A step, or a way of reaching the debtor, in a currency: how often taken, how often and for how much it settled the case before
    the next step."""

    step: str | None = None
    way: str | None = None
    currency: str
    taken_count: int
    settled_count: int
    settled_amount: Decimal
    days_to_settle: Decimal | None
