"""Debit notes: what was charged (interest, claims of bounced cheques, costs) as an item that is owed beside the invoices."""

from typing import ClassVar, Literal

from contracts.credit.exposure import Rate
from contracts.credit.money import MoneyId
from contracts.envelope import Event, Part
from contracts.fields import Amount, AmountNotNegative, Count, Currency, Day, Id, PositiveAmount, Text

ChargeKind = Literal["interest", "cheque_claim", "cost"]
"""What is charged: penalty interest, the holder's claim of a bounced cheque, a cost of pursuing."""

NoteEffect = Literal["exposure", "case", "behaviour", "interest", "orders"]
"""What comes of an open note: it counts for the exposure, opens a collection case when it is overdue, counts for the behaviour class,
bears interest itself, holds orders when it is overdue."""


class DebitNoteLine(Part):
    """One charge: ``reference`` is the invoice that bore interest, the payment whose cheque bounced, or what a cost is of.

    ``amount``: in the currency of the note. ``begins_on`` and ``until``: the days that it is for, where it is for days.
    """

    kind: ChargeKind
    reference: MoneyId
    begins_on: Day | None = None
    until: Day | None = None
    amount: Amount
    statement: Text


class DebitChargeCarried(Event):
    """A charge waits for a debit note; below zero, what waits became less, because a fact came late.

    ``waiting``: all that waits in the currency after it. ``note_on``: the day on which it is noted, None while it is too little.
    """

    TYPE: ClassVar[str] = "credit.DebitChargeCarried"
    customer_id: Id
    currency: Currency
    line: DebitNoteLine
    waiting: AmountNotNegative
    note_on: Day | None = None
    charged_on: Day
    policy_version: int


class DebitNoteIssued(Event):
    """The customer owes what was charged: an item beside the invoices. For finance this is the fact to book.

    ``open``: what money that waited did not pay at once. ``effects``: what comes of it while it is open, by the policy of its day.
    ``pays_first``: money that names nothing pays it before any invoice (costs and claims first, then interest), else after all of them.
    ``cause``: at the end of a month, with all that waited, or as soon as it was charged.
    """

    TYPE: ClassVar[str] = "credit.DebitNoteIssued"
    debit_note_id: Id
    customer_id: Id
    currency: Currency
    amount: PositiveAmount
    lines: tuple[DebitNoteLine, ...]
    issued_on: Day
    due_on: Day
    open: AmountNotNegative
    overdue_from: Day
    effects: tuple[NoteEffect, ...]
    pays_first: bool
    cause: Literal["month_end", "at_once"]
    policy_version: int
    rate: Rate | None = None
    """Of the note's day into the account's currency, when they differ and a rate is known."""


class DebitNoteReduced(Event):
    """A charge was corrected after it was noted: the note counts as if it had been ``by`` less from the first. ``amount``: what it is
    now."""

    TYPE: ClassVar[str] = "credit.DebitNoteReduced"
    debit_note_id: Id
    customer_id: Id
    currency: Currency
    kind: ChargeKind
    reference: MoneyId
    by: PositiveAmount
    amount: AmountNotNegative
    open: AmountNotNegative
    because: Text
    reduced_on: Day


class DebitNoteWaived(Event):
    """What is owed of a note, or a part of it, is not asked for any more; ``open`` is what is left of it."""

    TYPE: ClassVar[str] = "credit.DebitNoteWaived"
    debit_note_id: Id
    waiver_id: Id
    customer_id: Id
    currency: Currency
    amount: PositiveAmount
    open: AmountNotNegative
    reason: Text
    waived_on: Day
    waived_by: Text
    approved_by: Text | None = None


class DebitNoteWaiverProposed(Event):
    """Waiving what is open of a note, or a part of it, was proposed; another person approves it."""

    TYPE: ClassVar[str] = "credit.DebitNoteWaiverProposed"
    debit_note_id: Id
    customer_id: Id
    currency: Currency
    amount: PositiveAmount
    reason: Text
    proposed_on: Day
    proposed_by: Text


class DebitNoteWaiverRejected(Event):
    """A waiver was rejected; the note is owed as before."""

    TYPE: ClassVar[str] = "credit.DebitNoteWaiverRejected"
    debit_note_id: Id
    customer_id: Id
    reason: Text
    rejected_by: Text


class DebitNoteSettled(Event):
    """A note is fully paid; ``days_late`` is 0 when that was so on or before the due date. Published again when the date is restated."""

    TYPE: ClassVar[str] = "credit.DebitNoteSettled"
    debit_note_id: Id
    customer_id: Id
    currency: Currency
    settled_on: Day
    days_late: Count = 0
    counts_for_behaviour: bool = False


class DebitNoteReopened(Event):
    """A note that was settled or waived is open again: its cheque bounced, or a fact that came late takes its money."""

    TYPE: ClassVar[str] = "credit.DebitNoteReopened"
    debit_note_id: Id
    customer_id: Id
    currency: Currency
    open: PositiveAmount
    overdue_from: Day
    effects: tuple[NoteEffect, ...]
    cause: Literal["cheque_bounced", "reallocated"]


class DebitNoteInvoiced(Event):
    """The ERP booked a note as its invoice ``invoice_id``: money that names that number pays the note. ``amount`` and ``due_on`` are
    those of the ERP; what is owed is what the note says.
    """

    TYPE: ClassVar[str] = "credit.DebitNoteInvoiced"
    debit_note_id: Id
    invoice_id: Id
    customer_id: Id
    currency: Currency
    amount: AmountNotNegative
    issued_on: Day
    due_on: Day
