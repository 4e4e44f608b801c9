"""Whom a recall reaches: customers named from what is known of its lots, and goods that come back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from chassis.calendar import add_days
from chassis.differences import difference
from chassis.domain import Refusal
from chassis.policies import PolicyBook
from contracts import Event
from contracts.customer import (
    LotOfCustomer,
    RecallBasis,
    RecallCustomerNamed,
    RecallGoodsBack,
    RecallLotTraced,
    RecallOpened,
)
from customer_svc.policies.recalls import RecallPolicy
from customer_svc.recalls.recall import closed, opened
from customer_svc.recalls.state import Recall, evolve
from customer_svc.sentences import Sentences


@dataclass(frozen=True)
class TraceLot:
    """What customers got of a lot and what came back, in place of what was known of them; ``owners``: customer → who answers for it."""

    recall_id: str
    item_id: str
    lot_id: str
    reference: str
    basis: RecallBasis
    customers: tuple[LotOfCustomer, ...]
    traced_on: date
    owners: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NoteGoodsBack:
    """A person notes goods that came back without a word about their lot."""

    recall_id: str
    customer_id: str
    quantity: Decimal
    on: date
    return_id: str
    owner_id: str | None = None


class GoodsBackDiffer(Refusal):
    """Return {return_id} of customer {customer_id} is known already; it cannot come again with {difference}."""


def trace(command: TraceLot, recall: Recall, policies: PolicyBook) -> Sequence[Event]:
    known = opened(command.recall_id, recall)
    traced = RecallLotTraced(
        recall_id=known.recall_id,
        item_id=known.item_id,
        lot_id=command.lot_id,
        reference=command.reference,
        traced_on=command.traced_on,
        basis=command.basis,
        customers=command.customers,
    )
    after = evolve(recall, traced)
    if after.holders == recall.holders and after.traced == recall.traced:
        return []
    events: list[Event] = [traced]
    ids = [each.customer_id for each in command.customers]
    lot_id = command.lot_id
    events += _changes(recall, after, ids, command.owners, command.traced_on, (command.reference, lot_id), policies)
    return [*events, *_target(known, after, command.traced_on)]


def goods_back(command: NoteGoodsBack, recall: Recall, policies: PolicyBook) -> Sequence[Event]:
    """Also from somebody who was not named: what came back had been shipped."""
    known = opened(command.recall_id, recall)
    before = recall.holder(command.customer_id).returns.get(command.return_id)
    if before is not None:
        if differs := difference({"quantity": before}, {"quantity": command.quantity}):
            raise GoodsBackDiffer(return_id=command.return_id, customer_id=command.customer_id, difference=differs)
        return []
    back = RecallGoodsBack(
        recall_id=known.recall_id,
        customer_id=command.customer_id,
        quantity=command.quantity,
        on=command.on,
        return_id=command.return_id,
        open=Decimal(0),
        item_id=known.item_id,
        supplier_id=known.supplier_id,
        called_as=known.called_as,
        counts=recall.counts(),
    )
    after = evolve(recall, back)
    owner = {} if command.owner_id is None else {command.customer_id: command.owner_id}
    of = (command.return_id, None)
    events = _changes(recall, after, [command.customer_id], owner, command.on, of, policies)
    return [*events, *_target(known, after, command.on)]


def _changes(
    before: Recall,
    after: Recall,
    customer_ids: Sequence[str],
    owners: dict[str, str],
    on: date,
    of: tuple[str, str | None],
    policies: PolicyBook,
) -> list[Event]:
    """What became of these customers by what came under a reference ``of`` a lot, if it names one."""
    known, counts = after.opened, after.counts()
    assert known is not None
    remind_on = add_days(on, policies.at(RecallPolicy, on).document.remind_days)
    events: list[Event] = []
    for customer_id in customer_ids:
        was, now = before.holder(customer_id), after.holder(customer_id)
        if (was.quantity, was.basis) != (now.quantity, now.basis) or now.back < was.back:
            events.append(
                RecallCustomerNamed(
                    recall_id=known.recall_id,
                    customer_id=customer_id,
                    quantity=now.quantity,
                    open=now.open,
                    basis=now.basis,
                    named_on=on,
                    item_id=known.item_id,
                    lot_ids=after.lot_ids,
                    because=known.because,
                    measure=known.measure,
                    due_on=known.due_on,
                    remind_on=remind_on,
                    owner_id=owners.get(customer_id, was.owner_id),
                    supplier_id=known.supplier_id,
                    called_as=known.called_as,
                    counts=counts,
                )
            )
        if now.back > was.back:
            events.append(
                RecallGoodsBack(
                    recall_id=known.recall_id,
                    customer_id=customer_id,
                    quantity=now.back - was.back,
                    on=on,
                    return_id=of[0],
                    open=now.open,
                    item_id=known.item_id,
                    lot_id=of[1],
                    supplier_id=known.supplier_id,
                    called_as=known.called_as,
                    counts=counts,
                )
            )
    return events


def _target(known: RecallOpened, recall: Recall, on: date) -> list[Event]:
    """The recall is over as soon as enough came back, once it was looked up of each lot where it went."""
    if recall.closed or not recall.is_traced or not recall.reaches(known.target_percent):
        return []
    percent = recall.counts().percent
    return [closed(recall, Sentences.RECALL_TARGET(percent=percent, target=known.target_percent), on)]
