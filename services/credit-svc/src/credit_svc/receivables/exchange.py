"""Rates between currencies: amounts of two are never added without a recorded rate. Pure."""

from datetime import date
from decimal import Decimal

from contracts.credit import Rate
from contracts.currencies import places_of
from credit_svc.policies.receivables import ExchangePolicy
from credit_svc.receivables.facts import NOTHING
from credit_svc.receivables.ledger import Ledger

RATE_PLACES = Decimal("0.0000000001")


def rate_on(currency: str, into: str, on: date, policy: ExchangePolicy) -> Rate | None:
    """The newest quotation of the pair up to a day, either way round; None when there is none."""
    found = [q for q in policy.quotations if {q.currency, q.into} == {currency, into} and q.from_day <= on]
    if not found:
        return None
    newest = max(found, key=lambda quotation: (quotation.from_day, quotation.currency == currency))
    rate = newest.rate if newest.currency == currency else (1 / newest.rate).quantize(RATE_PLACES)
    return Rate(currency=currency, into=into, rate=rate, quoted_on=newest.from_day, places=places_of(into))


def at_recorded_rates(ledger: Ledger) -> Decimal:
    """The balance in the account's currency, of what has a rate: each item and each waiting payment at its own."""
    owed = (
        rate.converted(amount) for i, amount in ledger.open.items() if (rate := ledger.invoices[i].rate) is not None
    )
    waiting = (
        rate.converted(ledger.unallocated(p))
        for p in {
            *ledger.on_account,
            *ledger.in_advance,
            *(each for named in ledger.expected.values() for each in named),
        }
        if (rate := ledger.payments[p].rate) is not None
    )
    return sum(owed, NOTHING) - sum(waiting, NOTHING)
