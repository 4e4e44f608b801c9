"""The recalls of a supplier's lots, and how far each of them is."""

from typing import NamedTuple, assert_never

from immutables import Map

from contracts.supplier import (
    LotRecallCalled,
    LotRecallPassedOn,
    LotRecallProgressed,
    LotRecallWidened,
    ReachedLot,
    RecalledLot,
)

Handled = LotRecallCalled | LotRecallWidened | LotRecallPassedOn | LotRecallProgressed


class Recall(NamedTuple):
    """``called`` is how it began; ``lots`` are the supplier's by number, ``reached`` all that are under it by item and number."""

    called: LotRecallCalled
    lots: Map[str, RecalledLot]
    reached: dict[tuple[str, str], ReachedLot]
    progress: Map[str, LotRecallProgressed] = Map()
    revision: int = 1
    passed_on: int = 0


class Recalls(NamedTuple):
    by_id: Map[str, Recall] = Map()


def evolve(recalls: Recalls, event: Handled) -> Recalls:
    match event:
        case LotRecallCalled():
            return _with(recalls, Recall(event, Map({each.lot_id: each for each in event.lots}), _reached({}, event)))
        case LotRecallWidened():
            known = recalls.by_id[event.recall_id]
            lots = known.lots.update({each.lot_id: each for each in event.lots})
            return _with(
                recalls, known._replace(lots=lots, reached=_reached(known.reached, event), revision=event.revision)
            )
        case LotRecallProgressed():
            known = recalls.by_id[event.recall_id]
            return _with(recalls, known._replace(progress=known.progress.set(event.sold_recall_id, event)))
        case LotRecallPassedOn():
            return _with(recalls, recalls.by_id[event.recall_id]._replace(passed_on=event.revision))
    assert_never(event)


def _reached(
    known: dict[tuple[str, str], ReachedLot], event: LotRecallCalled | LotRecallWidened
) -> dict[tuple[str, str], ReachedLot]:
    """In the order in which they were reached, by which the sold items are numbered."""
    return {**known, **{(each.item_id, each.lot_id): each for each in event.reached}}


def _with(recalls: Recalls, recall: Recall) -> Recalls:
    return Recalls(recalls.by_id.set(recall.called.recall_id, recall))
