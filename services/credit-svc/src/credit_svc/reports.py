"""Ageing and DSO as questions to the read models; the arithmetic is in ``ageing.py`` and ``dso.py``."""

from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from chassis.http.reading import ReadDesk
from credit_svc import dso
from credit_svc.ageing import NAMES, Ageing, ageing, allowance
from credit_svc.answers import AgeingAnswer, DsoAnswer
from credit_svc.policies import ReceivablesPolicy
from credit_svc.read_models import allocation, open_item

COUNT_BACK_MONTHS = 24


async def ageing_at(reader: ReadDesk, as_of: date, currency: str, customer_id: str | None = None) -> Ageing:
    """Open receivables of one customer or of all at the end of a day."""
    rows = await reader.rows(allocation.open_by_due_date(as_of, currency, customer_id))
    return ageing(((row["due_on"], row["open_amount"]) for row in rows), as_of)


async def ageing_report(reader: ReadDesk, as_of: date, currency: str, customer_id: str | None) -> AgeingAnswer:
    found = await ageing_at(reader, as_of, currency, customer_id)
    money = await reader.one(allocation.unallocated_at(as_of, currency, customer_id))
    sold = await reader.one(open_item.invoiced_until(as_of, currency, customer_id))
    assert money is not None
    assert sold is not None
    policy = reader.policies.at(ReceivablesPolicy, as_of)
    return AgeingAnswer(
        as_of=as_of,
        currency=currency,
        buckets=found.by_name(),
        total=found.total,
        unallocated=money["received"] - money["allocated"],
        balance=sold["invoiced"] - money["received"],
        allowance=allowance(found.amounts, policy.document.allowance_percents),
        allowance_percents=dict(zip(NAMES, policy.document.allowance_percents, strict=True)),
        policy_version=policy.version,
    )


async def dso_report(reader: ReadDesk, as_of: date, days: int, currency: str) -> DsoAnswer:
    begin = as_of - timedelta(days=days)
    first = (as_of - timedelta(days=COUNT_BACK_MONTHS * 31)).replace(day=1)
    before, now = await ageing_at(reader, begin, currency), await ageing_at(reader, as_of, currency)
    rows = await reader.rows(open_item.sales_by_day(currency, min(begin, first), as_of))
    sales_by_day = {row["day"]: row["sales"] for row in rows}
    sales = sum((amount for day, amount in sales_by_day.items() if day > begin), Decimal(0))
    average = dso.average(now.total, sales, days)
    best_possible = dso.average(now.current, sales, days)
    back = dso.count_back(now.total, dso.months_back(sales_by_day, as_of, COUNT_BACK_MONTHS))
    return DsoAnswer(
        as_of=as_of,
        days=days,
        currency=currency,
        receivable=now.total,
        current=now.current,
        sales=sales,
        average=_rounded(average),
        best_possible=_rounded(best_possible),
        delinquent=_rounded(dso.delinquent(average, best_possible)),
        count_back=back.days.quantize(Decimal("0.01"), ROUND_HALF_EVEN),
        count_back_exhausted=back.history_exhausted,
        collection_effectiveness=_rounded(dso.effectiveness(before.total, sales, now.total, now.current)),
    )


def _rounded(figure: Decimal | None) -> Decimal | None:
    """To two places; only what is shown is rounded."""
    return None if figure is None else figure.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
