"""Rates between currencies: amounts of two are never added without a recorded rate. Pure."""

from datetime import date
from decimal import Decimal

from contracts.credit import Rate
from contracts.currencies import places_of
from credit_svc.policies.receivables import ExchangePolicy

RATE_PLACES = Decimal("0.0000000001")


def rate_on(currency: str, into: str, on: date, policy: ExchangePolicy) -> Rate | None:
    """The newest quotation of the pair up to a day, either way round; None when there is none."""
    found = [q for q in policy.quotations if {q.currency, q.into} == {currency, into} and q.from_day <= on]
    if not found:
        return None
    newest = max(found, key=lambda quotation: (quotation.from_day, quotation.currency == currency))
    rate = newest.rate if newest.currency == currency else (1 / newest.rate).quantize(RATE_PLACES)
    return Rate(currency=currency, into=into, rate=rate, quoted_on=newest.from_day, places=places_of(into))
