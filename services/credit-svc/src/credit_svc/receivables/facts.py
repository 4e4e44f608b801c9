"""What a ledger is made of: invoices, money, what is given up, and which money met which invoice. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from immutables import Map

from contracts.credit import NoteEffect, Rate
from credit_svc.receivables.money_ids import DISCOUNT, OURS, WAIVER, WRITE_OFF

NOTHING = Decimal(0)
EMPTY: Map[Any, Any] = Map()

Place = tuple[date, int, str]
"""Where a fact stands in the order of business dates: on a day invoices, then money, then write-offs; then by id."""


@dataclass(frozen=True, slots=True)
class NoteTerms:
    """What makes an item a debit note: ``interest`` is that part of its amount, the rest are costs and claims of cheques."""

    interest: Decimal
    effects: tuple[NoteEffect, ...]
    pays_first: bool

    @property
    def is_pursued(self) -> bool:
        return "case" in self.effects or "orders" in self.effects


Claim = tuple[int, tuple[date, date, str], Decimal]
"""A part of an item that money without a name pays: its rank, the age of the item, and what is left open once it is paid."""


@dataclass(frozen=True, slots=True)
class Invoice:
    invoice_id: str
    issued_on: date
    due_on: date
    amount: Decimal
    overdue_from: date
    policy_version: int
    rate: Rate | None = None
    """Into the account's currency, where it is another one."""
    discount_until: date | None = None
    discount: Decimal = NOTHING
    of: str | None = None
    """The invoice of which this is the instalment ``number``, the first of ``instalments`` being 1."""
    number: int = 1
    instalments: int = 1
    refund_id: str | None = None
    """The refund that is owed, of an item that is no invoice."""
    order_id: str | None = None
    note: NoteTerms | None = None
    """Of an item that is a debit note."""

    @property
    def place(self) -> Place:
        return (self.issued_on, 0, f"{self.of}{OURS}{self.number:04d}" if self.of else self.invoice_id)

    @property
    def age(self) -> tuple[date, date, str]:
        """The oldest invoice is the smallest."""
        return (self.due_on, self.issued_on, self.invoice_id)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """By law money pays costs first, then interest, then the principal (Civil Code, art. 561), unless the note says after all."""
        if self.note is None:
            return ((2, self.age, NOTHING),)
        rank = 0 if self.note.pays_first else 3
        return ((rank, self.age, self.note.interest), (rank + 1, self.age, NOTHING))


@dataclass(frozen=True, slots=True)
class Payment:
    """Money, or a credit note; ``payment_id`` as in ``money_ids``."""

    payment_id: str
    invoice_id: str | None
    amount: Decimal
    paid_on: date
    rate: Rate | None = None
    named: tuple[tuple[str, Decimal], ...] = ()
    """Invoices with an amount each; what they leave is for ``invoice_id``."""
    order_id: str | None = None
    """The order that is paid in advance; of money that names no invoice."""

    @property
    def shares(self) -> list[tuple[str | None, Decimal]]:
        """What of the money is for which invoice, None for the oldest ones; a refund takes from the last of them. Of which nothing is
        left, that has no share: nothing waits for it."""
        found, rest = list[tuple[str | None, Decimal]](), self.amount
        for invoice_id, amount in (*self.named, (self.invoice_id, self.amount)):
            if part := min(amount, rest):
                found.append((invoice_id, part))
                rest -= part
        return found

    def share(self, invoice_id: str) -> Decimal:
        """What of the money is for an invoice."""
        return sum((amount for named, amount in self.shares if named == invoice_id), NOTHING)

    @property
    def place(self) -> Place:
        # As the published texts follow each other; credit note 7 comes after a payment ``credit-note:7``.
        return (
            self.paid_on,
            1,
            f"{self.payment_id.removeprefix(OURS)}{self.payment_id[: self.payment_id.startswith(OURS)]}",
        )


@dataclass(frozen=True, slots=True)
class Refunded:
    """What of a payment was paid back by a refund on a day."""

    refund_id: str
    amount: Decimal
    on: date


@dataclass(frozen=True, slots=True)
class WriteOff:
    """What is open of an invoice is given up on a day, at most ``amount``."""

    invoice_id: str
    amount: Decimal
    on: date
    is_small: bool = False
    """A difference that is not pursued: given up only while it is all that is open."""
    waiver_id: str | None = None
    """Of a debit note it is waived, again and again; an invoice is written off once."""

    @property
    def id(self) -> str:
        return self.waiver_id or self.invoice_id

    @property
    def money_id(self) -> str:
        """Of its entry."""
        return f"{WRITE_OFF if self.waiver_id is None else WAIVER}{self.id}"

    @property
    def place(self) -> Place:
        return (self.on, 2, self.id)


@dataclass(frozen=True, slots=True)
class Entry:
    """Money of a payment that met an invoice on a day; a payment meets an invoice at most once a day.

    What was given up stands beside the money, as discount or write-off of the invoice.
    """

    payment_id: str
    invoice_id: str
    on: date
    amount: Decimal

    @property
    def is_given_up(self) -> bool:
        return self.payment_id.startswith((DISCOUNT, WRITE_OFF, WAIVER))


Fact = Invoice | Payment | WriteOff
