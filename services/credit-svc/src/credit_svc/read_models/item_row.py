"""A row of ``open_item``: an invoice, an instalment, a fee, a refund that is owed, or a debit note."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from contracts.credit import ItemKind


@dataclass(frozen=True)
class Row:
    customer_id: str
    invoice_id: str
    order_id: str | None
    currency: str
    amount: Decimal
    open_amount: Decimal
    issued_on: date
    due_on: date
    overdue_from: date
    status: Literal["open", "overdue", "settled", "written_off"] = "open"
    settled_on: date | None = None
    days_late: int | None = None
    rate: Decimal | None = None
    """Into the account's currency, of the invoice's day."""
    rate_places: int = 2
    """Of amounts at that rate."""
    disputed: Decimal = Decimal(0)
    written_off: Decimal = Decimal(0)
    written_off_on: date | None = None
    small_difference: Decimal = Decimal(0)
    """Given up by the rule for what is not pursued; no loss, and the invoice counts as settled."""
    small_difference_on: date | None = None
    discount_until: date | None = None
    discount_amount: Decimal | None = None
    discount_taken: Decimal = Decimal(0)
    disputes: dict[str, Any] = field(default_factory=dict)
    """Open ones: id → amount."""
    interest: Decimal = Decimal(0)
    """Charged so far."""
    of_invoice: str | None = None
    """The invoice of which this is an instalment."""
    instalment: int | None = None
    refund_id: str | None = None
    """The refund that is owed, of an item that is no invoice and no sale."""
    note: str | None = None
    """Of a debit note, which is no sale either: what comes of it, as ``NoteEffect`` names it, with blanks between."""
    kind: ItemKind = "invoice"
