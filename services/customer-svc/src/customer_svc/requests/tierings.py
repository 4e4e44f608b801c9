"""Request bodies about a tiering run."""

from datetime import date

from chassis.http import Body
from contracts.fields import Currency


class TieringRequest(Body):
    """A run over the population as it was at the end of ``as_of``."""

    as_of: date
    currency: Currency
