"""What of an inspection counts in rates of lots. Pure.

Defects, and lines that stood still, count whatever the quantity was: they were there.
"""

from decimal import Decimal
from typing import Protocol


class Inspection(Protocol):
    """An inspection as its event or its state has it."""

    @property
    def lot_quantity(self) -> Decimal: ...
    @property
    def result(self) -> str: ...


def is_of_lot(inspection: Inspection) -> bool:
    """An inspection of quantity 0 is of no lot, as a delivery of quantity 0 is none."""
    return inspection.lot_quantity > 0


def rejects_lot(inspection: Inspection) -> bool:
    return inspection.result == "rejected" and is_of_lot(inspection)
