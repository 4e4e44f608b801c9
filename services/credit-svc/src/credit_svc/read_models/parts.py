"""What an event says of many rows at once: added up once for the event, not once for each of its rows."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Generic, TypeVar

from contracts.credit import Allocation, ChequeBounced, CreditNoteRecorded, PaymentRecorded, RefundRecorded
from credit_svc.receivables.facts import NOTHING

T = TypeVar("T")


class OncePerEvent(Generic[T]):
    """A function of an event that remembers its last result: the rows of an event are formed one after the other."""

    def __init__(self, of: Callable[[Any], T]) -> None:
        self._of = of
        self._last: tuple[Any, T] | None = None

    def __call__(self, event: Any) -> T:
        if self._last is None or self._last[0] is not event:
            self._last = (event, self._of(event))
        return self._last[1]


def _by_invoice(event: PaymentRecorded | CreditNoteRecorded | ChequeBounced) -> Mapping[str, Decimal]:
    parts: tuple[Allocation, ...] = event.reopened if isinstance(event, ChequeBounced) else event.allocations
    return _sums((part.invoice_id, part.amount) for part in parts)


def _by_money(event: RefundRecorded) -> Mapping[tuple[str, str], Decimal]:
    return _sums(((part.kind, part.payment_id), part.amount) for part in event.parts)


def _sums(amounts: Iterable[tuple[Any, Decimal]]) -> Mapping[Any, Decimal]:
    found = dict[Any, Decimal]()
    for key, amount in amounts:
        found[key] = found.get(key, NOTHING) + amount
    return found


by_invoice = OncePerEvent(_by_invoice)
"""Invoice → what of the money of an event is its; a payment may meet an invoice twice, by a share and as one of the oldest."""

by_money = OncePerEvent(_by_money)
"""(Kind, id) of a payment or credit note → what a refund takes of it."""
