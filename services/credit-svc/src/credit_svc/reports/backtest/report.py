"""What a back-test reports: both sides of every account, and where they part."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from chassis.backtests import Trial
from chassis.calendar import add_days
from contracts import Event
from contracts.figures import PlainModel
from credit_svc.reports.backtest.both_policies import BothPolicies
from credit_svc.reports.backtest.found import Found, SideFound
from credit_svc.reports.backtest.inputs import Inputs
from credit_svc.reports.backtest.pair import Pair

LISTED_MAX = 1_000


class Side(PlainModel):
    """What one side decided between the two days; amounts by currency."""

    orders_held: int
    held_amount: dict[str, Decimal]
    steps: dict[str, int]
    behaviour: dict[str, int]
    """Customers by behaviour class at the end."""
    granted: dict[str, Decimal]
    """The limits set last until the end; without raises, the policy's limit for those who have none, and cancelled lines."""


class LimitChange(PlainModel):
    """The limit set last for a customer, and what it would have been: another suggestion, or cut to the policy's cap."""

    customer_id: str
    currency: str
    live: Decimal
    candidate: Decimal
    because: Literal["suggestion", "cap"]


class CreditReport(PlainModel):
    """The candidate against the live policy. Orders that only the candidate holds: ``saved_amount`` is what of their
    invoices was given up or not paid within 90 days of its due date, ``delayed_amount`` good business that would have
    waited."""

    starts_on: date
    ends_on: date
    customers: int
    live: Side
    candidate: Side
    saved_amount: dict[str, Decimal]
    delayed_amount: dict[str, Decimal]
    held_only_by_live: int
    stood_differently: list[dict[str, str]]
    """Customers whose behaviour class at the end differs, at most 1,000."""
    limits_changed: int
    limit_changes: list[LimitChange]
    """At most 1,000 of those."""


class CreditReplay:
    """Collects the inputs of the accounts of a partition, and decides on them for both sides at its end. Several processes share it."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self._both = BothPolicies.reading_both(trial.live, trial.candidate, trial.name)
        self._inputs = Inputs(trial.live)
        self._found = Found()

    def take(self, event: Event, occurred_at: datetime) -> None:
        self._inputs.take(event, occurred_at)

    def settle(self) -> None:
        end = add_days(self._trial.ends_on, 1)
        for customer_id, inputs in self._inputs.by_customer.items():
            pair = Pair(self._trial, self._both)
            for each in inputs:
                if each.on < end:
                    pair.take(each)
            pair.until(end)
            self._found.add(customer_id, pair, self._trial.ends_on)
        self._inputs = Inputs(self._trial.live)

    def part(self) -> Found:
        return self._found

    def join(self, part: Found) -> None:
        self._found.join(part)

    def report(self) -> CreditReport:
        found = self._found
        changes = sorted(found.changes)
        return CreditReport(
            starts_on=self._trial.starts_on,
            ends_on=self._trial.ends_on,
            customers=found.customers,
            live=_side(found.live),
            candidate=_side(found.candidate),
            saved_amount=found.saved,
            delayed_amount=found.delayed,
            held_only_by_live=found.held_only_by_live,
            stood_differently=[
                {"customer_id": customer_id, "live": before, "candidate": after}
                for customer_id, before, after in sorted(found.stood)[:LISTED_MAX]
            ],
            limits_changed=len(changes),
            limit_changes=[
                LimitChange(customer_id=customer_id, currency=currency, live=live, candidate=candidate, because=because)
                for customer_id, currency, live, candidate, because in changes[:LISTED_MAX]
            ],
        )


def _side(found: SideFound) -> Side:
    return Side(
        orders_held=found.orders_held,
        held_amount=found.held_amount,
        steps=dict(found.steps),
        behaviour=dict(found.behaviour),
        granted=found.granted,
    )
