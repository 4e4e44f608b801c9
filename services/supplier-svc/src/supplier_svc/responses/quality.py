"""Rates and defects."""

from decimal import Decimal

from contracts.figures import PlainModel


class QualityRow(PlainModel):
    """Lots and parts of one group; a rate is None where there was nothing to divide by.

    ``lots_partial`` brought less than was ordered, by ``quantity_missing`` in all.
    """

    of: str
    lots_received: int
    lots_late: int
    on_time_percent: Decimal | None
    lots_inspected: int
    lots_rejected: int
    lot_acceptance_percent: Decimal | None
    quantity_inspected: Decimal
    quantity_defective: Decimal
    ppm: Decimal | None
    days_late: int
    line_stops: int
    line_stop_minutes: int
    lots_partial: int
    quantity_missing: Decimal


class ParetoRow(PlainModel):
    """One group of defects, the costliest first; ``cumulative_percent`` is the share of points up to and with it."""

    of: str
    record_count: int
    quantity: Decimal
    points: int
    percent: Decimal
    cumulative_percent: Decimal
