"""Days sales outstanding and collection effectiveness, as they are now or as they were known."""

from datetime import date, datetime
from decimal import Decimal

from chassis.calendar import add_days
from chassis.http import Queries
from credit_svc.figures import dso
from credit_svc.figures.rounding import rounded
from credit_svc.reports.receivables_source import receivables_source
from credit_svc.responses.reports import DsoAnswer

COUNT_BACK_MONTHS = 24


async def dso_report(
    queries: Queries, as_of: date, days: int, currency: str, known_at: datetime | None = None
) -> DsoAnswer:
    begin = add_days(as_of, -days)
    first = add_days(as_of, -COUNT_BACK_MONTHS * 31).replace(day=1)
    source = await receivables_source(queries, currency, known_at)
    before, now = await source.ageing(begin), await source.ageing(as_of)
    sales_by_day = await source.sales(min(begin, first), as_of)
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
        average=rounded(average),
        best_possible=rounded(best_possible),
        delinquent=rounded(dso.delinquent(average, best_possible)),
        count_back=rounded(back.days),
        count_back_exhausted=back.history_exhausted,
        collection_effectiveness=rounded(dso.effectiveness(before.total, sales, now.total, now.current)),
    )
