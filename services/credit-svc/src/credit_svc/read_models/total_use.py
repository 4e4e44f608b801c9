"""What all accounts have together: their limits in force and their exposures, in one statement, so that all of it is of one instant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select

from chassis.policies import PolicyBook
from contracts.credit import CreditClass, TotalAmount
from credit_svc.policies.credit import CreditPolicy
from credit_svc.read_models import account, total_promise
from credit_svc.receivables.facts import NOTHING

COLUMNS = (
    "customer_id",
    "currency",
    "credit_class",
    "limits",
    "raises",
    "shares",
    "securities",
    "receivable",
    "approved_orders",
    "today",
)


@dataclass(frozen=True)
class AccountUse:
    """``limit`` in force, and ``exposure``, in the account's currency."""

    currency: str
    credit_class: CreditClass | None
    limit: Decimal
    exposure: Decimal


def uses(today: date, days: Mapping[str, date]) -> Select[Any]:
    """The accounts that have a currency; with each of them the claims and orders that are in their amounts."""
    found = account.accounts(today, days)[0].subquery()
    had = (total_promise.had_claims().label("had_claims"), total_promise.had_orders().label("had_orders"))
    return select(*(found.c[name] for name in COLUMNS), *had).where(found.c.currency.is_not(None))


def uses_of(rows: Iterable[Mapping[str, Any]], policies: PolicyBook) -> list[AccountUse]:
    """From the rows of ``uses``."""
    return [_use_of(dict(row), policies) for row in rows]


def _use_of(row: dict[str, Any], policies: PolicyBook) -> AccountUse:
    on = row["today"]
    default = policies.at(CreditPolicy, on).document.default_limit
    exposure = row["receivable"] + row["approved_orders"] - account.security_on(row, on)
    return AccountUse(row["currency"], row["credit_class"], account.limit_on(row, on, default), exposure)


def amounts_of(accounts: Iterable[AccountUse]) -> tuple[TotalAmount, ...]:
    """By currency: the limits, and the exposures above 0; what some owe more is not made good by what others have paid ahead."""
    granted, used = dict[str, Decimal](), dict[str, Decimal]()
    for each in accounts:
        granted[each.currency] = granted.get(each.currency, NOTHING) + max(NOTHING, each.limit)
        used[each.currency] = used.get(each.currency, NOTHING) + max(NOTHING, each.exposure)
    return tuple(TotalAmount(currency=c, granted=granted[c], used=used[c]) for c in sorted(granted))
