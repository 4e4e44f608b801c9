"""Penalty interest 罚息: simple, by day, each day at its rate. Pure; rounded at the very end only.

Source: the rules page, "Receivables": the contract's rate, else the 1-year loan prime rate × (1 + 30–50 %), /365.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from chassis.calendar import add_days
from contracts.credit import InterestPart
from contracts.currencies import rounded
from credit_svc.policies.receivables import InterestPolicy
from credit_svc.sentences import Sentences


@dataclass(frozen=True, slots=True)
class Charge:
    """``days`` from ``begins_on`` on with one principal and one annual rate, in percent."""

    begins_on: date
    days: int
    principal: Decimal
    annual_percent: Decimal
    source: str

    @property
    def weight(self) -> Decimal:
        """Principal × percent × days: exact, and so added before anything is divided."""
        return self.principal * self.annual_percent * self.days

    def part(self) -> InterestPart:
        ends_on = add_days(self.begins_on, self.days - 1)
        return InterestPart(
            begins_on=self.begins_on, ends_on=ends_on, days=self.days, principal=self.principal,
            annual_percent=self.annual_percent, source=self.source,
        )  # fmt: skip


def charges(
    due_on: date,
    until: date,
    amount: Decimal,
    payments: Iterable[tuple[date, Decimal]],
    contract_percent: Decimal | None,
    policy: InterestPolicy,
) -> tuple[Charge, ...]:
    """The days after ``due_on`` up to the last day ``until``, on what was open of ``amount`` at the beginning of each.

    What is paid on a day still bears interest on that day: the debtor has had the money until then.
    """
    paid = sorted(payments)
    begins = {add_days(due_on, 1), *(add_days(on, 1) for on, _ in paid)}
    if contract_percent is None:
        begins |= {rate.from_day for rate in policy.published}
    days = sorted(day for day in begins if due_on < day <= until)
    found: list[Charge] = []
    for day, following in pairwise([*days, add_days(until, 1)]):
        principal = amount - sum((part for on, part in paid if on < day), Decimal(0))
        if principal > 0:
            percent, source = _rate_on(day, contract_percent, policy)
            found.append(Charge(day, (following - day).days, principal, percent, source))
    return tuple(found)


def total(found: Sequence[Charge], currency: str, policy: InterestPolicy) -> Decimal:
    """The interest of some charges, in the smallest unit of their currency."""
    weight = sum((charge.weight for charge in found), Decimal(0))
    return rounded(weight / (100 * policy.days_of_year), currency)


def _rate_on(day: date, contract_percent: Decimal | None, policy: InterestPolicy) -> tuple[Decimal, str]:
    if contract_percent is not None:
        return contract_percent, Sentences.RATE_OF_CONTRACT()
    in_force = [rate for rate in policy.published if rate.from_day <= day]
    rate = in_force[-1] if in_force else policy.published[0]
    percent = rate.percent * (100 + policy.markup_percent) / 100
    return percent, Sentences.PUBLISHED_RATE(percent=rate.percent, markup_percent=policy.markup_percent)
