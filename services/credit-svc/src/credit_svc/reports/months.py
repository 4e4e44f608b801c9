"""The receivables month by month, and the gates of the credit standard."""

from datetime import date, datetime
from decimal import Decimal

from chassis.calendar import add_days, add_months
from chassis.http import Queries
from credit_svc.figures import dso
from credit_svc.figures.gates import Gates, adjustments_of, moved
from credit_svc.figures.rounding import rounded
from credit_svc.policies.credit_standard import CreditStandardPolicy
from credit_svc.policies.limits import LimitPolicy
from credit_svc.policies.receivables import ReceivablesPolicy
from credit_svc.reports.admitted import admitted
from credit_svc.reports.receivables_source import ReceivablesSource, receivables_source
from credit_svc.responses.reports import AdjustmentAnswer, GatesAnswer, MonthAnswer, StandardAnswer

DSO_DAYS = 90
STANDARD_DAYS = 360


async def months_report(
    queries: Queries, as_of: date, months: int, currency: str, known_at: datetime | None = None
) -> list[MonthAnswer]:
    """The last months, the newest (up to ``as_of``) first."""
    source = await receivables_source(queries, currency, known_at)
    first_days = [add_months(as_of.replace(day=1), -number) for number in range(months)]
    ends = [as_of, *(add_days(day, -1) for day in first_days[:-1])]
    return [await _month(source, first, end) for first, end in zip(first_days, ends, strict=True)]


async def standard_report(
    queries: Queries, as_of: date, currency: str, known_at: datetime | None = None
) -> StandardAnswer:
    """Bad debt against credit sales, and DSO against the credit period."""
    begin = add_days(as_of, -STANDARD_DAYS)
    source = await receivables_source(queries, currency, known_at)
    sales = await _sales(source, begin, as_of)
    lost = await source.written_off(begin, as_of)
    receivable = (await source.ageing(as_of)).total
    policy = queries.policies.at(ReceivablesPolicy, as_of)
    standard = queries.policies.at(CreditStandardPolicy, as_of).document
    days = queries.policies.at(LimitPolicy, as_of).document.credit_days
    bad_debt, average = _percent(lost, sales), rounded(dso.average(receivable, sales, STANDARD_DAYS))
    base = Gates(policy.document.bad_debt_max_percent, days + policy.document.dso_over_terms_max_days)
    adjustments = adjustments_of(standard, days)
    gates = moved(base, adjustments)
    dso_max = Decimal(gates.dso_days)
    return StandardAnswer(
        as_of=as_of,
        currency=currency,
        bad_debt_percent=bad_debt,
        bad_debt_max_percent=gates.bad_debt_percent,
        bad_debt_holds=None if bad_debt is None else bad_debt <= gates.bad_debt_percent,
        dso=average,
        dso_max=dso_max,
        dso_holds=None if average is None else average <= dso_max,
        base=GatesAnswer(bad_debt=base.bad_debt_percent, dso=Decimal(base.dso_days)),
        adjustments=[
            AdjustmentAnswer(
                factor=each.factor,
                value=each.value,
                bad_debt=each.bad_debt_percent,
                dso=Decimal(each.dso_days),
                summary=each.summary,
            )
            for each in adjustments
        ],
        admitted=await admitted(queries, standard, as_of, known_at),
        policy_version=policy.version,
    )


async def _month(source: ReceivablesSource, first: date, end: date) -> MonthAnswer:
    before = add_days(first, -1)
    opening, closing = await source.ageing(before), await source.ageing(end)
    sales = await _sales(source, before, end)
    quarter = await _sales(source, add_days(end, -DSO_DAYS), end)
    lost = await source.written_off(before, end)
    overdue = closing.total - closing.current
    return MonthAnswer(
        month=f"{first:%Y-%m}",
        as_of=end,
        receivable=closing.total,
        overdue=overdue,
        overdue_percent=_percent(overdue, closing.total),
        sales=sales,
        written_off=lost,
        bad_debt_percent=_percent(lost, sales),
        dso=rounded(dso.average(closing.total, quarter, DSO_DAYS)),
        best_possible_dso=rounded(dso.average(closing.current, quarter, DSO_DAYS)),
        collection_effectiveness=rounded(dso.effectiveness(opening.total, sales, closing.total, closing.current)),
    )


async def _sales(source: ReceivablesSource, after: date, until: date) -> Decimal:
    return sum((await source.sales(after, until)).values(), Decimal(0))


def _percent(part: Decimal, whole: Decimal) -> Decimal | None:
    return rounded(part / whole * 100) if whole else None
