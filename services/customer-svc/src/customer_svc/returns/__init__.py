"""Goods that came back without a word about their order. Stream ``return-{return_id}``.

Tills and public data sets cancel sales without naming them; such a return lowers what its customer is worth from its day on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.claims import Claims, Document
from chassis.differences import difference, fields_of
from chassis.domain import Decider
from chassis.policies import PolicyBook
from contracts import Event, erp
from contracts.customer import GoodsReturned
from customer_svc.orders.returns import CONTENTS, ReturnDiffers

OF_ITS_OWN = ("customer_id", *CONTENTS)
"""Without an order nothing else says whose the return is."""

NO_RETURN: GoodsReturned | None = None


@dataclass(frozen=True, slots=True)
class RecordReturn:
    """A return that names no order."""

    fact: erp.OrderReturned


def decide(command: RecordReturn, known: GoodsReturned | None, _: PolicyBook) -> Sequence[Event]:
    fact = command.fact
    if known is None:
        return [
            GoodsReturned(
                return_id=fact.return_id,
                customer_id=fact.customer_id,
                returned_on=fact.returned_on,
                amount=fact.amount,
                currency=fact.currency,
                reason=fact.reason,
            )
        ]
    if differs := difference(fields_of(known, OF_ITS_OWN), fields_of(fact, OF_ITS_OWN)):
        raise ReturnDiffers(return_id=fact.return_id, difference=differs)
    return []


def evolve(known: GoodsReturned | None, event: Event) -> GoodsReturned | None:
    return event if isinstance(event, GoodsReturned) else known


DECIDER = Decider(
    category="return",
    commands=(RecordReturn,),
    stream_id=lambda command: command.fact.return_id,
    initial=NO_RETURN,
    evolve=evolve,
    decide=decide,
    claims=Claims(takes={GoodsReturned: lambda event: [Document("return", event.return_id)]}),
)
