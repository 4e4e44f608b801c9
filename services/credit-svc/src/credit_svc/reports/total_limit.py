"""The total limit as it is used today, by the accounts themselves."""

from collections.abc import Sequence
from decimal import Decimal
from typing import get_args

from chassis.http import Queries
from contracts.credit import CreditClass
from credit_svc.read_models.total_use import AccountUse, uses, uses_of
from credit_svc.receivables.facts import NOTHING
from credit_svc.reports.account_page import use_percent
from credit_svc.responses.total_limit import ClassUseAnswer, TotalLimitAnswer
from credit_svc.total_limit import ALL
from credit_svc.total_limit.setting import SettleClaim
from credit_svc.total_limit.state import Rates, Total, ceiling

CLASSES: tuple[CreditClass | None, ...] = (*get_args(CreditClass), None)


async def total_limit_report(queries: Queries) -> TotalLimitAnswer:
    today = queries.today
    total: Total = await queries.state(SettleClaim, ALL)
    in_force = total.on(today)
    if in_force is None:
        return TotalLimitAnswer(
            **dict.fromkeys(
                ("amount", "currency", "most_granted", "granted", "free", "used", "percent", "valid_from", "reason",
                 "proposed_by", "approved_by")
            ),
            waiting_order_count=len(total.waiting), unquoted=[], by_class=[],
        )  # fmt: skip
    accounts = uses_of(await queries.rows(uses(today, queries.days)), queries.policies)
    rates = Rates(in_force.currency, today, queries.policies)
    granted, used = _sums(accounts, rates)
    return TotalLimitAnswer(
        amount=in_force.amount,
        currency=in_force.currency,
        most_granted=ceiling(in_force),
        granted=granted,
        free=max(NOTHING, ceiling(in_force) - granted),
        used=used,
        percent=use_percent(used, in_force.amount),
        valid_from=in_force.valid_from,
        reason=in_force.reason,
        proposed_by=in_force.proposed_by,
        approved_by=in_force.approved_by,
        waiting_order_count=len(total.waiting),
        unquoted=sorted({each.currency for each in accounts if rates.converted(NOTHING, each.currency) is None}),
        by_class=[each for kind in CLASSES if (each := _of_class(kind, accounts, rates)).account_count],
    )


def _of_class(kind: CreditClass | None, accounts: Sequence[AccountUse], rates: Rates) -> ClassUseAnswer:
    mine = [each for each in accounts if each.credit_class == kind]
    granted, used = _sums(mine, rates)
    return ClassUseAnswer(credit_class=kind, account_count=len(mine), granted=granted, used=used)


def _sums(accounts: Sequence[AccountUse], rates: Rates) -> tuple[Decimal, Decimal]:
    """Granted and used."""
    granted = rates.sum((max(NOTHING, each.limit), each.currency) for each in accounts)
    return granted, rates.sum((max(NOTHING, each.exposure), each.currency) for each in accounts)
