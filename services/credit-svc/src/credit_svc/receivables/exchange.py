"""Rates between currencies: amounts of two are never added without a recorded rate. Pure."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from contracts.credit import Rate
from credit_svc.policies.receivables import ExchangePolicy

CENT = Decimal("0.01")
RATE_PLACES = Decimal("0.0000000001")


def rate_on(currency: str, into: str, on: date, policy: ExchangePolicy) -> Rate | None:
    """The newest quotation of the pair up to a day, either way round; None when there is none."""
    found = [q for q in policy.quotations if {q.currency, q.into} == {currency, into} and q.from_day <= on]
    if not found:
        return None
    newest = max(found, key=lambda quotation: (quotation.from_day, quotation.currency == currency))
    rate = newest.rate if newest.currency == currency else (1 / newest.rate).quantize(RATE_PLACES)
    return Rate(currency=currency, into=into, rate=rate, quoted_on=newest.from_day)


def converted(amount: Decimal, rate: Decimal) -> Decimal:
    """An amount at a rate, to the cent."""
    with localcontext(prec=60):  # the sums of an account have more digits than the usual 28 once they are multiplied
        return (amount * rate).quantize(CENT, ROUND_HALF_EVEN)
