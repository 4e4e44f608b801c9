"""The methods that give each class its part: of a return, a capital, a liquidation, an income. Pure.

Source: the rules page of limits, the table of methods by class.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from contracts.credit import CreditClass, Factor, Financials
from contracts.currencies import rounded
from credit_svc.policies.limits import LimitPolicy, Method, Recovery

ZERO = Decimal(0)


@dataclass(frozen=True)
class MethodResult:
    """What a method makes of a file. ``amount`` None: it suggests nothing, because something is ``missing``, in words.

    ``percent``: of the class; ``inputs``: the figures that it took.
    """

    method: Method
    amount: Decimal | None
    percent: Decimal | None = None
    inputs: tuple[Factor, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def factor(self) -> Factor | None:
        """As one input of a proposal."""
        if self.amount is None:
            return None
        return Factor(name=self.method, value=self.amount, weight=self.percent, points=self.amount)


@dataclass(frozen=True)
class Debtor:
    """What the methods know of a customer; ``is_overdue``: something it owes is past due."""

    financials: Financials
    credit_class: CreditClass | None
    is_overdue: bool = False


@dataclass(frozen=True)
class Needs:
    """The figures of a method by name, None where the file lacks them."""

    figures: Mapping[str, Decimal | None]

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(name for name, value in self.figures.items() if value is None)

    def inputs(self) -> Iterator[Factor]:
        for name, value in self.figures.items():
            if value is not None:
                yield Factor(name=name, value=value)


def return_risk(debtor: Debtor, policy: LimitPolicy) -> MethodResult:
    """The margin of a year, so many times; a debt is paid before new credit is granted."""
    f, times = debtor.financials, _of_class(policy.return_risk_times, debtor)
    margin = policy.margin_percent if f.margin_percent is None else f.margin_percent
    needs = Needs({"monthly_purchases": f.monthly_purchases, "margin_percent": margin})
    found = _result("return_risk", needs, times, lambda: 12 * (f.monthly_purchases or ZERO) * margin / 100, f, of=1)
    if found.amount is not None and debtor.is_overdue:
        return MethodResult("return_risk", None, times, found.inputs, ("nothing overdue",))
    return found


def working_capital(debtor: Debtor, policy: LimitPolicy) -> MethodResult:
    f, percent = debtor.financials, _of_class(policy.working_capital_percents, debtor)
    capital = f.net_working_capital
    if capital is not None and capital <= 0:
        return MethodResult(
            "working_capital", None, percent, (Factor(name="net_working_capital", value=capital),),
            ("net working capital above 0",),
        )  # fmt: skip
    return _result("working_capital", Needs({"net_working_capital": capital}), percent, lambda: capital or ZERO, f)


def liquidation(debtor: Debtor, policy: LimitPolicy) -> MethodResult:
    """What the assets bring in less the debts; only where something is left."""
    f, percent = debtor.financials, _of_class(policy.liquidation_percents, debtor)
    surplus = f.liquidation_surplus
    if surplus is None:
        assets = {"cash": f.cash, "receivables": f.receivables, "stock": f.stock, "fixed_assets": f.fixed_assets}
        needs = Needs({**assets, "total_debt": f.total_debt})
        surplus = _recovered(assets, policy.recovery) - (f.total_debt or ZERO)
    else:
        needs = Needs({"liquidation_surplus": surplus})
    if not needs.missing and surplus <= 0:
        return MethodResult("liquidation", None, percent, tuple(needs.inputs()), ("a surplus above 0",))
    return _result("liquidation", needs, percent, lambda: surplus, f)


def income(debtor: Debtor, policy: LimitPolicy) -> MethodResult:
    f, percent = debtor.financials, _of_class(policy.income_percents, debtor)
    return _result(
        "income", Needs({"annual_turnover": f.annual_turnover}), percent, lambda: f.annual_turnover or ZERO, f
    )


def _recovered(assets: Mapping[str, Decimal | None], recovery: Recovery) -> Decimal:
    percents = {
        "cash": recovery.cash,
        "receivables": recovery.receivables,
        "stock": recovery.stock,
        "fixed_assets": recovery.fixed_assets,
    }
    return sum(((amount or ZERO) * percents[name] / 100 for name, amount in assets.items()), ZERO)


def _of_class(numbers: Mapping[CreditClass, Decimal], debtor: Debtor) -> Decimal | None:
    return None if debtor.credit_class is None else numbers.get(debtor.credit_class, ZERO)


def _result(
    method: Method,
    needs: Needs,
    percent: Decimal | None,
    base: Callable[[], Decimal],
    financials: Financials,
    of: int = 100,
) -> MethodResult:
    """The percent of a base, rounded down; ``of`` 1: it is a number of times."""
    missing = (*needs.missing, *(("credit_class",) if percent is None else ()))
    if missing or percent is None:
        return MethodResult(method, None, percent, tuple(needs.inputs()), missing)
    amount = rounded(base() * percent / of, financials.currency, ROUND_FLOOR)
    return MethodResult(method, amount, percent, tuple(needs.inputs()))


BY_CLASS: Mapping[str, Callable[[Debtor, LimitPolicy], MethodResult]] = {
    "return_risk": return_risk,
    "working_capital": working_capital,
    "liquidation": liquidation,
    "income": income,
}
