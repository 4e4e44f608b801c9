"""Notes for finance."""

from decimal import Decimal

from contracts.figures import PlainModel


class NoteTotals(PlainModel):
    """What notes in a currency come to; ``balance_amount`` is debit − credit, ``excess_amount`` was cleared beyond the amounts."""

    currency: str
    note_count: int
    debit_amount: Decimal
    credit_amount: Decimal
    balance_amount: Decimal
    debit_open_amount: Decimal
    credit_open_amount: Decimal
    excess_amount: Decimal
