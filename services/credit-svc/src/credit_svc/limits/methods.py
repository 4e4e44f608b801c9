"""What limit a file supports. Pure; all amounts in one currency.

Source: the rules page, "Limit": shares of net assets, net working capital and liquidation surplus, the need; the formula of
turnover; the minimum rule. Never above net assets, never above working capital.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from contracts.credit import CreditClass, Factor, Financials
from contracts.currencies import rounded, rounded_to
from credit_svc.assessment.file import File
from credit_svc.policies.limits import LimitPolicy


@dataclass(frozen=True)
class Suggestion:
    """``limit`` None when the file has too little for the method; ``cap`` None when nothing caps."""

    limit: Decimal | None
    cap: Decimal | None
    factors: tuple[Factor, ...]


def by_turnover(monthly_sales: Decimal, credit_days: int, percent: Decimal) -> Decimal:
    """Average monthly sales × credit period in months (of 30 days) × the coefficient of the class."""
    return monthly_sales * credit_days / 30 * percent / 100


def by_minimum_rule(
    tangible_net_worth: Decimal, turnover: Decimal, worth_percent: Decimal, turnover_percent: Decimal
) -> Decimal:
    """The smaller of a share of the worth and one of the turnover: worth 80,000, turnover 700,000 → 28,000."""
    return min(tangible_net_worth * worth_percent / 100, turnover * turnover_percent / 100)


def suggest_for(file: File, on: date, policy: LimitPolicy) -> Suggestion | None:
    """What the policy makes of a file with the terms of a day; None for a file without statements."""
    if file.financials is None:
        return None
    terms = file.terms_on(on)
    return suggest(file.financials, file.credit_class, terms.credit_days if terms else policy.credit_days, policy)


def suggest(
    financials: Financials, credit_class: CreditClass | None, credit_days: int, policy: LimitPolicy
) -> Suggestion:
    """The limit that the policy's method and caps make of a file."""
    parts = tuple(_parts(financials, credit_class, credit_days, policy))
    cap = cap_of(financials, policy)
    caps = () if cap is None else (Factor(name="cap", value=cap, points=cap),)
    found = min((part.points for part in parts if part.points is not None), default=None)
    if found is not None:
        found = rounded_to(0, max(Decimal(0), found if cap is None else min(found, cap)), ROUND_FLOOR)
    return Suggestion(found, cap, (*parts, *caps))


def cap_of(financials: Financials, policy: LimitPolicy) -> Decimal | None:
    """What no limit may exceed."""
    assets = financials.net_assets if policy.is_capped_by_net_assets else None
    capital = financials.net_working_capital if policy.is_capped_by_working_capital else None
    known = [amount for amount in (assets, capital) if amount is not None]
    return max(Decimal(0), min(known)) if known else None


def _parts(
    financials: Financials, credit_class: CreditClass | None, credit_days: int, policy: LimitPolicy
) -> Iterator[Factor]:
    """The amounts of which the smallest is the limit; each rounded down, as the limit is."""
    currency, sales = financials.currency, financials.monthly_purchases
    if policy.method == "minimum":
        yield from _share("tangible_net_worth", financials.tangible_net_worth, policy.worth_percent, currency)
        yield from _share("annual_turnover", financials.annual_turnover, policy.turnover_percent, currency)
        return
    if policy.method == "turnover":
        if sales is not None and credit_class is not None:
            percent = policy.class_percents.get(credit_class, Decimal(0))
            points = rounded(by_turnover(sales, credit_days, percent), currency, ROUND_FLOOR)
            yield Factor(name="monthly_purchases", value=sales, weight=percent, points=points)
        return
    yield from _share("net_assets", financials.net_assets, policy.net_assets_percent, currency)
    percent = policy.net_working_capital_percent
    yield from _share("net_working_capital", financials.net_working_capital, percent, currency)
    yield from _share("liquidation_surplus", financials.liquidation_surplus, policy.liquidation_percent, currency)
    if sales is not None:
        need = rounded(by_turnover(sales, credit_days, Decimal(100)), currency, ROUND_FLOOR)
        yield Factor(name="need", value=sales, points=need)


def _share(name: str, amount: Decimal | None, percent: Decimal, currency: str) -> Iterator[Factor]:
    if amount is not None:
        points = rounded(amount * percent / 100, currency, ROUND_FLOOR)
        yield Factor(name=name, value=amount, weight=percent, points=points)
