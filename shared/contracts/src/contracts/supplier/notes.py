"""Money between us and a supplier that finance can take: claims without a price, notes, and what finance cleared of them."""

from typing import ClassVar, Literal

from pydantic import Field

from contracts.envelope import Event, Part
from contracts.erp import ClearedBy, Severity
from contracts.fields import AmountNotNegative, Currency, Day, Id, PositiveAmount, Quantity, Text
from contracts.supplier.facts import RecordId

NoteDirection = Literal["debit", "credit"]
"""Of a note: debit, the supplier owes us; credit, we owe the supplier."""
NoteLineKind = Literal["claim", "penalty", "reward", "reversal"]
"""What a line of a note is for; a reversal takes back the claim that it names."""


class ClaimUnpriced(Event):
    """A nonconformance calls for a claim, and its price is not known: a person prices it, or the delivery of its lot does."""

    TYPE: ClassVar[str] = "supplier.ClaimUnpriced"
    supplier_id: Id
    nonconformance_id: RecordId
    item_id: Id
    lot_id: Id
    severity: Severity
    quantity: Quantity
    found_on: Day
    because: Text
    policy_version: int


class NoteLine(Part):
    """A part of a note. ``reference`` is the claim, the penalty or the reward that it is for."""

    kind: NoteLineKind
    reference: RecordId
    item_id: Id | None = None
    lot_id: Id | None = None
    delivery_id: Id | None = None
    amount: PositiveAmount
    because: Text


class SupplierNoteIssued(Event):
    """A note for finance: what the supplier owes us (debit) or we owe it (credit). Its lines sum to the amount."""

    TYPE: ClassVar[str] = "supplier.SupplierNoteIssued"
    supplier_id: Id
    note_id: RecordId
    direction: NoteDirection
    currency: Currency
    amount: PositiveAmount
    lines: tuple[NoteLine, ...]
    issued_on: Day
    due_on: Day
    reverses: RecordId | None = Field(default=None, description="the note that it takes back")
    policy_version: int | None = None


class SupplierNoteCleared(Event):
    """Finance cleared a note or a part of it; ``open`` is what is left, ``excess`` what was cleared beyond it."""

    TYPE: ClassVar[str] = "supplier.SupplierNoteCleared"
    supplier_id: Id
    note_id: RecordId
    cleared_on: Day
    amount: PositiveAmount
    currency: Currency
    how: ClearedBy
    open: AmountNotNegative
    excess: AmountNotNegative = Field(description="more than was open: to be looked into")
