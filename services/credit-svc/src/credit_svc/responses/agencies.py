"""Responses about collection agencies."""

from decimal import Decimal

from contracts.figures import PlainModel


class AgencyAnswer(PlainModel):
    """An agency in a currency: its cases, what it was given, collected and kept.

    ``percent``: collected of given, None where nothing was given. ``mean_days``: from the mandate to the settlement, None without one.
    ``currency`` None: mandates of before, of which no amount is known.
    """

    agency: str
    currency: str | None
    cases: int
    given: Decimal
    collected: Decimal
    percent: Decimal | None
    commission: Decimal
    mean_days: Decimal | None
