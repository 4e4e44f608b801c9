"""Monthly pass rate in use (月度投入使用合格率): which lots failed, and the mean of the months' rates. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

from supplier_svc.scoring.tally import Tally

IN_USE = ("in_process", "final", "field")
"""Stages after the goods were taken in."""


def failed_lots(tallies: Iterable[Tally]) -> Mapping[str, frozenset[str]]:
    """Item → its lots that an inspection at any stage rejected, or that a record of the supplier's responsibility, found in use, names."""
    failed = defaultdict[str, set[str]](set)
    for tally in tallies:
        for notable in tally.notable.values():
            if notable.is_rejected:
                failed[notable.item_id].add(notable.lot_id)
        for record in tally.records.values():
            if record.responsibility == "supplier" and record.stage in IN_USE and record.item_id and record.lot_id:
                failed[record.item_id].add(record.lot_id)
    return {item: frozenset(lots) for item, lots in failed.items()}


def passed_of_month(
    tally: Tally, failed: Mapping[str, frozenset[str]], item_id: str | None = None, plant_id: str | None = None
) -> tuple[int, int]:
    """Of a month, of all items and plants or of one: the lots received that did not fail, and all of them."""
    lots = bad = 0
    for (item, plant), received in tally.received.items():
        if (item_id is None or item == item_id) and (plant_id is None or plant == plant_id):
            lots += received.lots
            bad += sum(received.named.get(lot, 0) for lot in failed.get(item or "", ()))
    return lots - bad, lots


def mean_ratio(months: Iterable[tuple[int, int]]) -> Fraction | None:
    """The plain mean of the months' ratios, not weighted by lots; None where no month has a lot."""
    ratios = [Fraction(passed, lots) for passed, lots in months if lots]
    return sum(ratios, Fraction(0)) / len(ratios) if ratios else None
