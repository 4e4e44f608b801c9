"""Samples of the notes between us and suppliers."""

from datetime import date
from decimal import Decimal

from contracts import Event
from contracts.supplier import NoteLine, SupplierNoteCleared, SupplierNoteIssued

SAMPLES: tuple[Event, ...] = (
    SupplierNoteIssued(
        supplier_id="S-1", note_id="SN-S-1-1", direction="debit", currency="CNY", amount=Decimal(372),
        lines=(
            NoteLine(
                kind="claim", reference="CL-1", item_id="M-1", lot_id="L-1", delivery_id="D-1", amount=Decimal(372),
                because="N-1 is critical.",
            ),
        ),
        issued_on=date(2024, 2, 1), due_on=date(2024, 3, 4),
    ),
    SupplierNoteCleared(
        supplier_id="S-1", note_id="SN-S-1-1", cleared_on=date(2024, 2, 1), amount=Decimal(400), currency="CNY",
        how="offset", open=Decimal(0), excess=Decimal(28),
    ),
)  # fmt: skip
