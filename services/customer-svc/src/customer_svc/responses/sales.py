"""Growth of sales, and deliveries on time."""

from datetime import date
from decimal import Decimal

from contracts.figures import PlainModel


class GrowthLine(PlainModel):
    """A month's sales; growth in percent against the month before (环比) and the same month last year (同比)."""

    value: str
    month: date
    amount: Decimal
    previous_month: Decimal | None
    same_month_last_year: Decimal | None
    growth_on_previous_month: Decimal | None
    growth_on_same_month_last_year: Decimal | None


class OnTime(PlainModel):
    """Of the ``delivered`` orders ``promised`` had a date; ``on_time_share`` is the percent of those delivered by it."""

    month: date | None
    delivered: int
    promised: int
    late: int
    mean_days_late: Decimal | None
    on_time_share: Decimal | None
