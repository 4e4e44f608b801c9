"""Samples of the events of debit notes that can be subscribed to."""

from datetime import date
from decimal import Decimal
from typing import Any

from contracts import Event
from contracts.credit import DebitNoteIssued, DebitNoteLine, DebitNoteReduced, DebitNoteWaived, DebitNoteWaiverProposed

NOTE: dict[str, Any] = {"debit_note_id": "C-1-DN1", "customer_id": "C-1", "currency": "CNY"}

SAMPLES: tuple[Event, ...] = (
    DebitNoteIssued(
        **NOTE, amount=Decimal("1276.03"), open=Decimal("1276.03"), issued_on=date(2024, 2, 1), due_on=date(2024, 3, 2),
        overdue_from=date(2024, 3, 3), effects=("exposure",), pays_first=True, cause="month_end", policy_version=1,
        lines=(
            DebitNoteLine(
                kind="interest", reference="I-1", begins_on=date(2023, 11, 1), until=date(2024, 1, 29),
                amount=Decimal("1276.03"), statement="Penalty interest on I-1 up to 2024-01-29.",
            ),
        ),
    ),
    DebitNoteReduced(
        **NOTE, kind="interest", reference="I-1", by=Decimal("276.03"), amount=Decimal(1000), open=Decimal(1000),
        because="A fact that came late made the charge for I-1 less.", reduced_on=date(2024, 2, 5),
    ),
    DebitNoteWaiverProposed(
        **NOTE, amount=Decimal(1276), reason="a long-standing customer", proposed_on=date(2024, 2, 6), proposed_by="wang.wei",
    ),
    DebitNoteWaived(
        **NOTE, waiver_id="C-1-DN1-W1", amount=Decimal(500), open=Decimal(500), reason="a long-standing customer",
        waived_on=date(2024, 2, 6), waived_by="li.na",
    ),
)  # fmt: skip
