"""Rebates 返利 and discounts, worked out. Pure.

Rule: progressive rebate with payout by collection days, ≤ 15 days 100 %, ≤ 30 80 %,
≤ 45 50 %, later 0; discounts by quantity, rank, cash, season.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.calendar import month_end, month_end_after
from contracts.currencies import money, rounded
from contracts.customer import CustomerTier
from contracts.digits import plain
from customer_svc.policies.channel import DiscountPolicy, RebatePolicy
from customer_svc.sentences import Sentences

MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Earned:
    """What purchases earn; ``because`` is the sum of the slices as a sentence."""

    amount: Decimal
    rate: Decimal
    because: str


def earned(purchases: Decimal, policy: RebatePolicy) -> Earned:
    """The rebate in the smallest unit of its currency, and its rate over all purchases in percent."""
    if purchases < policy.least_purchases or purchases <= 0:
        because = Sentences.TOO_FEW_PURCHASES(
            purchases=money(purchases, policy.currency), least_purchases=money(policy.least_purchases, policy.currency)
        )
        return Earned(Decimal(0), Decimal(0), because)
    total, slices = Decimal(0), []
    ends = [*(each.above for each in policy.slices[1:]), None]
    for each, end in zip(policy.slices, ends, strict=True):
        part = (purchases if end is None else min(purchases, end)) - each.above
        if part > 0:
            total += part * each.rate / 100
            slices.append(Sentences.REBATE_SLICE(rate=plain(each.rate), amount=money(part, policy.currency)))
    amount = rounded(total, policy.currency)
    return Earned(amount, round(amount * 100 / purchases, 4), " + ".join(slices))


def payout(collection_days: int, policy: RebatePolicy) -> Decimal:
    """The percent of a rebate that is paid when the money took that many days to come."""
    return next((each.percent for each in policy.payouts if collection_days <= each.within_days), Decimal(0))


def period_end(day: date, policy: RebatePolicy) -> date:
    """The last day of the rebate period that a day is in."""
    months = MONTHS[policy.period]
    return month_end(month_end_after(day, (-day.month) % months))


def period_start(end: date, policy: RebatePolicy) -> date:
    return month_end_after(end, 1 - MONTHS[policy.period]).replace(day=1)


def period_name(end: date, policy: RebatePolicy) -> str:
    """``2024-06``, ``2024-Q2`` or ``2024``."""
    names = {"month": f"{end:%Y-%m}", "quarter": f"{end.year}-Q{end.month // 3}", "year": f"{end.year}"}
    return names[policy.period]


def discount(
    quantity: Decimal, tier: CustomerTier | None, pays_within_days: int | None, month: int, policy: DiscountPolicy
) -> dict[str, Decimal]:
    """Percent by reason, and their ``total``, capped at the policy's ``most_percent``."""
    steps = [step.percent for step in policy.quantity if quantity >= step.quantity_from]
    found = {
        "quantity": max(steps, default=Decimal(0)),
        "rank": policy.rank.get(tier, Decimal(0)) if tier is not None else Decimal(0),
        "cash": policy.cash_percent
        if pays_within_days is not None and pays_within_days <= policy.cash_within_days
        else Decimal(0),
        "season": policy.season_percent if month in policy.season_months else Decimal(0),
    }
    return {**found, "total": min(sum(found.values(), Decimal(0)), policy.most_percent)}
