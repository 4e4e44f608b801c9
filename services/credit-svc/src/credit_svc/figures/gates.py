"""The gates of the credit standard, and what moves them: market, stock, competitors. Pure.

Source: the second rules page, "Credit standard's factors": a business that wants to grow, or has too much in stock, takes more risk.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from credit_svc.policies.credit_standard import CreditStandardPolicy
from credit_svc.sentences import Sentences


@dataclass(frozen=True, slots=True)
class Gates:
    """Written off in percent of credit sales, and days of sales outstanding, at most."""

    bad_debt_percent: Decimal
    dso_days: int


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What a factor adds to the gates; ``value`` is how it stands."""

    factor: Literal["strategy", "stock", "competitors"]
    value: str
    bad_debt_percent: Decimal
    dso_days: int
    summary: str


def adjustments_of(policy: CreditStandardPolicy, credit_days: int) -> list[Adjustment]:
    """The factors that move the gates; ``credit_days`` are our usual terms."""
    found = list[Adjustment]()
    shift = policy.strategy_shifts[policy.strategy]
    if shift.bad_debt_percent or shift.dso_days:
        summary = Sentences.GATES_BY_STRATEGY(strategy=policy.strategy)
        found.append(Adjustment("strategy", policy.strategy, shift.bad_debt_percent, shift.dso_days, summary))
    shift = policy.stock_shifts[policy.stock]
    if shift.bad_debt_percent or shift.dso_days:
        summary = Sentences.GATES_BY_STOCK(stock=policy.stock)
        found.append(Adjustment("stock", policy.stock, shift.bad_debt_percent, shift.dso_days, summary))
    theirs = policy.competitor_days
    if theirs is not None and theirs - credit_days > policy.competitor_over_days and policy.competitor_dso_days:
        summary = Sentences.GATES_BY_COMPETITORS(
            competitor_days=theirs, over=theirs - credit_days, credit_days=credit_days
        )
        found.append(Adjustment("competitors", str(theirs), Decimal(0), policy.competitor_dso_days, summary))
    return found


def moved(base: Gates, adjustments: Sequence[Adjustment]) -> Gates:
    """Never below nothing."""
    bad_debt = base.bad_debt_percent + sum((each.bad_debt_percent for each in adjustments), Decimal(0))
    return Gates(max(Decimal(0), bad_debt), max(0, base.dso_days + sum(each.dso_days for each in adjustments)))
