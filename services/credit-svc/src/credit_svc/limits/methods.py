"""What limit a file supports. Pure; all amounts in one currency.

Source: the rules page, "Limit": shares of net assets, net working capital and liquidation surplus, the need; the formula of
turnover; the minimum rule. Never above net assets, never above working capital.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from contracts.credit import CreditClass, Factor, Financials
from contracts.currencies import rounded, rounded_to
from credit_svc.assessment.file import File
from credit_svc.limits.by_class import BY_CLASS, Debtor, MethodResult
from credit_svc.policies.limits import METHODS, LimitPolicy, Method


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


def suggest_for(
    file: File, on: date, policy: LimitPolicy, is_overdue: bool = False, assessed: Decimal | None = None
) -> Suggestion | None:
    """What the policy makes of a file with the terms of a day; None for a file without statements.

    ``is_overdue``: something the customer owes is past due. ``assessed``: its net assets, as a person assessed them.
    """
    if file.financials is None:
        return None
    days = _credit_days(file, on, policy)
    return suggest(file.financials, file.credit_class, days, policy, is_overdue, assessed)


def methods_for(file: File, on: date, policy: LimitPolicy, is_overdue: bool) -> tuple[MethodResult, ...]:
    """Every method beside the others; none for a file without statements."""
    if file.financials is None:
        return ()
    debtor, days = Debtor(file.financials, file.credit_class, is_overdue), _credit_days(file, on, policy)
    return tuple(result_of(method, debtor, days, policy) for method in METHODS)


def chosen_methods(policy: LimitPolicy) -> tuple[Method, ...]:
    return policy.combine or (policy.method,)


def _credit_days(file: File, on: date, policy: LimitPolicy) -> int:
    terms = file.terms_on(on)
    return terms.credit_days if terms else policy.credit_days


def suggest(
    financials: Financials,
    credit_class: CreditClass | None,
    credit_days: int,
    policy: LimitPolicy,
    is_overdue: bool = False,
    assessed: Decimal | None = None,
) -> Suggestion:
    """The limit that the policy's methods and caps make of a file; none while the net working capital is insufficient and nobody
    has assessed the net assets."""
    debtor = Debtor(financials, credit_class, is_overdue)
    chosen = chosen_methods(policy)
    results = tuple(result_of(method, debtor, credit_days, policy) for method in chosen)
    parts = results[0].inputs if len(chosen) == 1 and chosen[0] not in BY_CLASS else _factors(results)
    beside = _factors(by_class(debtor, policy) for name, by_class in BY_CLASS.items() if name not in chosen)
    cap = cap_of(financials, policy, assessed)
    caps = () if cap is None else (Factor(name="cap", value=cap, points=cap),)
    found = _combined([each.amount for each in results if each.amount is not None], policy)
    if assessed is None and lacks_capital(financials, policy):
        found = None
    if found is not None:
        found = rounded_to(0, max(Decimal(0), found if cap is None else min(found, cap)), ROUND_FLOOR)
    return Suggestion(found, cap, (*parts, *caps, *beside))


def result_of(method: Method, debtor: Debtor, credit_days: int, policy: LimitPolicy) -> MethodResult:
    if method in BY_CLASS:
        return BY_CLASS[method](debtor, policy)
    parts = tuple(_parts(method, debtor.financials, debtor.credit_class, credit_days, policy))
    amount = min((part.points for part in parts if part.points is not None), default=None)
    return MethodResult(method, amount, inputs=parts, missing=() if parts else ("the figures of the method",))


def _combined(amounts: Sequence[Decimal], policy: LimitPolicy) -> Decimal | None:
    if not amounts:
        return None
    return min(amounts) if policy.combined_by == "lowest" else sum(amounts, Decimal(0)) / len(amounts)


def _factors(results: Iterable[MethodResult]) -> tuple[Factor, ...]:
    return tuple(factor for each in results if (factor := each.factor) is not None)


def lacks_capital(financials: Financials, policy: LimitPolicy) -> bool:
    """Whether the net assets have to be assessed before anything is granted."""
    capital = financials.net_working_capital
    return policy.is_capped_by_working_capital and capital is not None and capital <= 0


def cap_of(financials: Financials, policy: LimitPolicy, assessed: Decimal | None = None) -> Decimal | None:
    """What no limit may exceed. ``assessed``: the net assets as a person assessed them, where the working capital is insufficient."""
    assets = financials.net_assets if policy.is_capped_by_net_assets else None
    capital = financials.net_working_capital if policy.is_capped_by_working_capital else None
    if assessed is not None and lacks_capital(financials, policy):
        return rounded(assessed * policy.assessed_net_assets_percent / 100, financials.currency, ROUND_FLOOR)
    known = [amount for amount in (assets, capital) if amount is not None]
    return max(Decimal(0), min(known)) if known else None


def _parts(
    method: Method, financials: Financials, credit_class: CreditClass | None, credit_days: int, policy: LimitPolicy
) -> Iterator[Factor]:
    """The amounts of which the smallest is the limit; each rounded down, as the limit is."""
    currency, sales = financials.currency, financials.monthly_purchases
    if method == "minimum":
        yield from _share("tangible_net_worth", financials.tangible_net_worth, policy.worth_percent, currency)
        yield from _share("annual_turnover", financials.annual_turnover, policy.turnover_percent, currency)
        return
    if method == "turnover":
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
