"""The "Supplier Quality Analysis" sample: every defect record becomes one completed inspection.

The files hold defects only, no receipts: no lots are reported, so a supplier's month is graded by absolute points.
"""

from datetime import datetime
from pathlib import Path

from contracts import erp
from standing.facts.fact import DataSet, Fact, FileTally, fact_as_it_is, in_time_order
from standing.facts.table import Row, count, date_text, first_of, moment_of, names_of, prefixed, rows_of, whole

NAME = "supplier-quality"
SOURCE = "/import/supplier-quality"
DATE = "%Y-%m-%d"
COLUMNS = (
    "Date",
    "Plant ID",
    "Vendor ID",
    "Material ID",
    "Defect Type ID",
    "Defect ID",
    "Defect Qty",
    "Downtime min",
)
SEVERITY = {"Rejected": "critical", "Impact": "major", "No Impact": "minor"}
"""Defect type → severity; a type without an entry is sent by its own name."""


def read(folder: Path) -> DataSet:
    """The data set of the folder that holds ``metrics.csv``; raises FileNotFoundError or ValueError as the files do."""
    types = names_of(folder / "defect_type.csv", "Defect Type ID", "Defect Type")
    rows = rows_of(folder / "metrics.csv", COLUMNS)
    start = first_of(moment_of(row["Date"], DATE) for row in rows)
    facts = [_inspection(row, types, start) for row in rows]
    tally = FileTally(rows=len(rows), facts=len(facts), rows_in_facts=len(facts))
    return DataSet(NAME, len(rows), in_time_order(facts), {"metrics.csv": tally}, names(folder))


def names(folder: Path) -> dict[str, str]:
    """Supplier id (``V-173``) → the vendor's name."""
    return {prefixed("V-", id): name for id, name in names_of(folder / "vendor.csv", "Vendor ID", "Vendor").items()}


def _inspection(row: Row, types: dict[str, str], start: datetime) -> Fact:
    inspection_id = f"SQ-{row.number:06d}"
    supplier_id = prefixed("V-", whole(row["Vendor ID"]))
    defect_type = types.get(whole(row["Defect Type ID"]), row["Defect Type ID"])
    quantity = whole(row["Defect Qty"])
    values = {
        "inspection_id": inspection_id,
        "supplier_id": supplier_id,
        "item_id": prefixed("M-", whole(row["Material ID"])),
        "lot_id": inspection_id,
        "stage": "in_process",
        "lot_quantity": quantity,
        "result": "rejected" if defect_type == "Rejected" else "concession",
        "defects": [
            {
                "code": prefixed("D-", whole(row["Defect ID"])),
                "severity": SEVERITY.get(defect_type, defect_type),
                "quantity": quantity,
                "responsibility": "supplier",
            }
        ],
        "line_stop_minutes": count(row["Downtime min"]),
        "inspected_on": date_text(row["Date"], DATE),
        "plant_id": prefixed("P-", whole(row["Plant ID"])),
    }
    time = moment_of(row["Date"], DATE) or start
    return fact_as_it_is(erp.InspectionCompleted, values, SOURCE, row.reference, supplier_id, time)
