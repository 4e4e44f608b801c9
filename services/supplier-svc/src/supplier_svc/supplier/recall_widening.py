"""A fact that comes later brings more under a recall: a delivery of a recalled lot, or something that was built of one."""

from datetime import date

from chassis.domain import Decision
from contracts.supplier import LotRecallWidened, LotUse, ReachedLot, RecalledLot
from supplier_svc.policies.recalls import RecallPolicy
from supplier_svc.sentences import Sentences
from supplier_svc.supplier.rules.recalls import built, deliveries_of, is_made_of, recalled, received, sold
from supplier_svc.supplier.state import Supplier
from supplier_svc.supplier.state.recalls import Recall


def after_delivery(decision: Decision[Supplier], delivery_id: str) -> None:
    """A delivery, new or corrected, of a lot that is under a recall counts there too; so does one made of a recalled lot."""
    lot = decision.state.facts.deliveries[delivery_id]
    for recall in decision.state.recalls.by_id.values():
        called = recall.called
        if lot.item_id != called.item_id:
            continue
        is_sub_lot = called.sub_lot_id is not None and is_made_of(
            lot.sub_lots, called.sub_supplier_id, called.sub_lot_id
        )
        if lot.lot_id not in recall.lots and not is_sub_lot:
            continue
        deliveries = deliveries_of(decision.state.facts, lot.item_id, (lot.lot_id,))[lot.lot_id]
        now = recalled(lot.lot_id, deliveries)
        if now == recall.lots.get(lot.lot_id):
            continue
        reached = [received(lot.item_id, lot.lot_id, deliveries)] if deliveries else []
        because = Sentences.RECALL_DELIVERY(delivery_id=delivery_id, lot_id=lot.lot_id)
        widen(decision, recall, [now], reached, lot.received_on, because)


def after_use(decision: Decision[Supplier], recall: Recall, component: ReachedLot, use: LotUse, on: date) -> None:
    """What was built of a recalled lot is under the recall too, as far as its policy follows."""
    levels = decision.policy(RecallPolicy, recall.called.called_on).document.levels
    known = recall.reached.get((use.product.item_id, use.product.lot_id))
    level = min(component.level + 1, known.level) if known else component.level + 1
    now = built(use, level)
    if now == known or level > levels or (known is not None and known.level == 0):
        return
    because = Sentences.RECALL_BUILT(
        lot_id=component.lot_id, product_id=use.product.item_id, product_lot_id=use.product.lot_id
    )
    widen(decision, recall, [], [now], on, because)


def widen(
    decision: Decision[Supplier],
    recall: Recall,
    lots: list[RecalledLot],
    reached: list[ReachedLot],
    on: date,
    because: str,
) -> None:
    called = recall.called
    lots_now = recall.lots.update({each.lot_id: each for each in lots})
    reached_now = {**recall.reached, **{(each.item_id, each.lot_id): each for each in reached}}
    decision.emit(
        LotRecallWidened(
            supplier_id=called.supplier_id,
            recall_id=called.recall_id,
            item_id=called.item_id,
            lots=tuple(lots_now[each] for each in sorted(lots_now)),
            sold=sold(called.recall_id, reached_now.values()),
            reached=tuple(reached),
            reason=called.reason,
            severity=called.severity,
            remedy=called.remedy,
            due_on=called.due_on,
            widened_on=max(on, called.called_on),
            because=because,
            revision=recall.revision + 1,
        )
    )
