"""Rates of quality: on time, lots accepted, parts per million; and the Pareto of defects."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from supplier_svc.responses.quality import ParetoRow, QualityRow

HUNDREDTH = Decimal("0.01")


def quality_rows(sums: Sequence[dict[str, Any]]) -> list[QualityRow]:
    """Groups of summed lots with their rates. PPM = defective / inspected × 1,000,000, at most a million."""
    return [
        QualityRow(
            of=row["of"],
            lots_received=int(row["lots_received"]),
            lots_late=int(row["lots_late"]),
            on_time_percent=_percent(row["lots_received"] - row["lots_late"], row["lots_received"]),
            lots_inspected=int(row["lots_inspected"]),
            lots_rejected=int(row["lots_rejected"]),
            lot_acceptance_percent=_percent(row["lots_inspected"] - row["lots_rejected"], row["lots_inspected"]),
            quantity_inspected=row["quantity_inspected"],
            quantity_defective=row["quantity_defective"],
            ppm=_ppm(row["quantity_defective"], row["quantity_inspected"]),
            days_late=int(row["days_late"]),
            line_stops=int(row["line_stops"]),
            line_stop_minutes=int(row["line_stop_minutes"]),
            lots_partial=int(row["lots_partial"]),
            quantity_missing=row["quantity_missing"],
        )
        for row in sums
    ]


def _percent(part: Any, whole: Any) -> Decimal | None:
    return (Decimal(part) * 100 / Decimal(whole)).quantize(HUNDREDTH) if whole else None


def _ppm(defective: Decimal, inspected: Decimal) -> Decimal | None:
    """Several defects of one part count each, so there can be more of them than parts."""
    return min(defective * 1_000_000 / inspected, Decimal(1_000_000)).quantize(HUNDREDTH) if inspected else None


def pareto_rows(sums: Sequence[dict[str, Any]]) -> list[ParetoRow]:
    """Groups of defects in the order given (the costliest first) with their share of all points, alone and cumulated.

    Where nothing cost points, the shares are those of the records.
    """
    of_what = "points" if any(row["points"] for row in sums) else "record_count"
    total, so_far, rows = sum(int(row[of_what]) for row in sums), 0, list[ParetoRow]()
    for row in sums:
        so_far += int(row[of_what])
        rows.append(
            ParetoRow(
                of=row["of"],
                record_count=int(row["record_count"]),
                quantity=row["quantity"],
                points=int(row["points"]),
                percent=_percent(row[of_what], total) or Decimal(0),
                cumulative_percent=_percent(so_far, total) or Decimal(0),
            )
        )
    return rows
