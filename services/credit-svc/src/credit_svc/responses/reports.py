"""Responses of the reports; amounts in the currency of the report."""

from datetime import date
from decimal import Decimal

from chassis.http import MonthText
from contracts.figures import PlainModel


class AgeingAnswer(PlainModel):
    """Open receivables at the end of a day: invoices by age, and debit notes as a line of their own; they tie to the balance.

    ``total`` is of both. ``total`` − ``unallocated`` = ``balance``, which is what was invoiced and noted less what was paid and given
    up. ``allowance`` is the expected loss of the invoices.
    """

    as_of: date
    currency: str
    buckets: dict[str, Decimal]
    debit_notes: Decimal
    total: Decimal
    unallocated: Decimal
    balance: Decimal
    allowance: Decimal
    allowance_percents: dict[str, Decimal]
    policy_version: int


class DsoAnswer(PlainModel):
    """Days sales outstanding at the end of a day; None where there were no sales to compare with.

    ``average`` = ``receivable`` / ``sales`` × ``days``; ``best_possible`` the same with what is not yet due;
    ``delinquent`` their difference. ``count_back`` subtracts month by month, and is too low when it is exhausted.
    ``collection_effectiveness`` is the index of the same period, in percent.
    """

    as_of: date
    days: int
    currency: str
    receivable: Decimal
    current: Decimal
    sales: Decimal
    average: Decimal | None
    best_possible: Decimal | None
    delinquent: Decimal | None
    count_back: Decimal
    count_back_exhausted: bool
    collection_effectiveness: Decimal | None


class MonthAnswer(PlainModel):
    """The receivables at the end of a month, with the figures of the 90 days (DSO) and of the month before it."""

    month: MonthText
    as_of: date
    receivable: Decimal
    overdue: Decimal
    overdue_percent: Decimal | None
    sales: Decimal
    written_off: Decimal
    bad_debt_percent: Decimal | None
    dso: Decimal | None
    best_possible_dso: Decimal | None
    collection_effectiveness: Decimal | None


class GatesAnswer(PlainModel):
    """What the gates are, or what a factor adds to them: written off in percent of credit sales, days of sales outstanding."""

    bad_debt: Decimal
    dso: Decimal


class AdjustmentAnswer(GatesAnswer):
    """A factor that moves the gates: ``value`` is how it stands."""

    factor: str
    value: str
    summary: str


class StandardAnswer(PlainModel):
    """The gates of the credit standard over the last 360 days, and whether they hold.

    ``base``: the gates before the ``adjustments``. ``admitted``: credit class → how many accounts get credit where that is the
    lowest one that does.
    """

    as_of: date
    currency: str
    bad_debt_percent: Decimal | None
    bad_debt_max_percent: Decimal
    bad_debt_holds: bool | None
    dso: Decimal | None
    dso_max: Decimal
    dso_holds: bool | None
    base: GatesAnswer
    adjustments: list[AdjustmentAnswer]
    admitted: dict[str, int]
    policy_version: int


class SmallDifferenceAnswer(PlainModel):
    """What was given up by rule for one customer, and of how many invoices."""

    customer_id: str
    invoice_count: int
    amount: Decimal


class SmallDifferencesAnswer(PlainModel):
    """What was given up by rule in the ``days`` up to ``as_of``; ``tolerance`` is that of an invoice on that day."""

    currency: str
    as_of: date
    days: int
    tolerance: Decimal
    invoice_count: int
    amount: Decimal
    customers: list[SmallDifferenceAnswer]
    policy_version: int


class SegmentAnswer(PlainModel):
    """Customers of one class, or without one: what is open and what of it is overdue."""

    segment: str | None
    customer_count: int
    open_amount: Decimal
    overdue: Decimal
    overdue_percent: Decimal | None


class ShadowAnswer(PlainModel):
    """Orders of a currency: how many, and how much, only the live policy or only the candidate would have let through."""

    currency: str
    order_count: int
    only_live_count: int
    only_live_amount: Decimal
    only_shadow_count: int
    only_shadow_amount: Decimal
