"""Request bodies about a tiering run."""

from chassis.http import Body
from contracts.fields import Currency, Day


class TieringRequest(Body):
    """A run over the population as it was at the end of ``as_of``."""

    as_of: Day
    currency: Currency
