"""The receivables month by month, and the gates of the credit standard."""

from datetime import date, timedelta
from decimal import Decimal

from chassis.http.reading import ReadDesk
from credit_svc.answers import MonthAnswer, StandardAnswer
from credit_svc.figures import dso
from credit_svc.months import moved
from credit_svc.policies import LimitPolicy, ReceivablesPolicy
from credit_svc.read_models import open_item
from credit_svc.reports.ageing import ageing_at
from credit_svc.reports.dso import rounded

DSO_DAYS = 90
STANDARD_DAYS = 360


async def months_report(reader: ReadDesk, as_of: date, months: int, currency: str) -> list[MonthAnswer]:
    """The last months, the newest (up to ``as_of``) first."""
    first_days = [moved(as_of.replace(day=1), -number) for number in range(months)]
    ends = [as_of, *(day - timedelta(days=1) for day in first_days[:-1])]
    return [await _month(reader, first, end, currency) for first, end in zip(first_days, ends, strict=True)]


async def standard_report(reader: ReadDesk, as_of: date, currency: str) -> StandardAnswer:
    """Bad debt against credit sales, and DSO against the credit period."""
    begin = as_of - timedelta(days=STANDARD_DAYS)
    sales = await _sales(reader, currency, begin, as_of)
    lost = await _written_off(reader, currency, begin, as_of)
    receivable = (await ageing_at(reader, as_of, currency)).total
    policy = reader.policies.at(ReceivablesPolicy, as_of)
    days = reader.policies.at(LimitPolicy, as_of).document.credit_days
    bad_debt, average = _percent(lost, sales), rounded(dso.average(receivable, sales, STANDARD_DAYS))
    dso_max = Decimal(days + policy.document.dso_over_terms_max_days)
    return StandardAnswer(
        as_of=as_of,
        currency=currency,
        bad_debt_percent=bad_debt,
        bad_debt_max_percent=policy.document.bad_debt_max_percent,
        bad_debt_holds=None if bad_debt is None else bad_debt <= policy.document.bad_debt_max_percent,
        dso=average,
        dso_max=dso_max,
        dso_holds=None if average is None else average <= dso_max,
        policy_version=policy.version,
    )


async def _month(reader: ReadDesk, first: date, end: date, currency: str) -> MonthAnswer:
    before = first - timedelta(days=1)
    opening, closing = await ageing_at(reader, before, currency), await ageing_at(reader, end, currency)
    sales = await _sales(reader, currency, before, end)
    quarter = await _sales(reader, currency, end - timedelta(days=DSO_DAYS), end)
    lost = await _written_off(reader, currency, before, end)
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


async def _sales(reader: ReadDesk, currency: str, after: date, until: date) -> Decimal:
    rows = await reader.rows(open_item.sales_by_day(currency, after, until))
    return sum((row["sales"] for row in rows), Decimal(0))


async def _written_off(reader: ReadDesk, currency: str, after: date, until: date) -> Decimal:
    row = await reader.one(open_item.written_off_between(currency, after, until))
    return row["written_off"] if row else Decimal(0)


def _percent(part: Decimal, whole: Decimal) -> Decimal | None:
    return rounded(part / whole * 100) if whole else None
