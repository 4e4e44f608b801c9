"""Growth of sales, and deliveries on time."""

from decimal import Decimal

from chassis.http import MonthText
from contracts.figures import PlainModel


class GrowthLine(PlainModel):
    """A month's sales; growth in percent against the month before (环比) and the same month last year (同比)."""

    value: str
    month: MonthText
    amount: Decimal
    amount_month_before: Decimal | None
    amount_year_before: Decimal | None
    growth_on_month_before: Decimal | None
    growth_on_year_before: Decimal | None


class OnTime(PlainModel):
    """All months together where ``month`` is None.

    Of the delivered orders ``promised_count`` had a date; ``on_time_share`` is the percent of those delivered by it.
    """

    month: MonthText | None
    delivered_count: int
    promised_count: int
    late_count: int
    mean_days_late: Decimal | None
    on_time_share: Decimal | None
