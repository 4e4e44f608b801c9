"""Responses of reports that are tables or a few figures."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from typing_extensions import TypedDict

from contracts.figures import Plainly, PlainModel

Cell = Plainly[str | int | Decimal | date | datetime | bool | None]
"""What a table has in a cell: dates and figures are texts."""


class Table(PlainModel):
    """Rows of equal columns; which columns there are is chosen by the question. ``next`` is the cursor for ``after``."""

    items: list[dict[str, Cell]]
    next: str | None


class ShareAdvice(TypedDict):
    """``share`` in percent of the market."""

    share: Decimal
    advice: Literal["deepen", "widen"]


class KeyAccounts(TypedDict):
    """Hours of effort; shares in percent, None while nothing was spent and nobody ordered."""

    key_account_count: int
    share_of_customers: Decimal | None
    share_of_customers_wanted: Decimal
    needs_a_department: bool
    hours_for_key_accounts: Decimal
    hours_for_others: Decimal
    share_of_effort: Decimal | None
    share_of_effort_wanted: Decimal
    without_a_plan: list[dict[str, Any]]


class ComplaintQuality(TypedDict):
    """Complaints of a topic and severity: promises met and broken, means in hours."""

    topic: str
    severity: str
    complaint_count: int
    open_count: int
    responded_in_time: int
    responded_late: int
    resolved_in_time: int
    resolved_late: int
    mean_hours_to_respond: Decimal | None
    mean_hours_to_resolve: Decimal | None
    reopened_count: int
    satisfied_count: int
    traced_count: int


class DistributorScorecard(TypedDict):
    """The 12 months from ``since`` to ``as_of``; diversions by kind."""

    customer_id: str
    since: date
    as_of: date
    currency: str
    order_count: int
    purchases: Decimal
    rebates_accrued: Decimal
    rebates_paid: Decimal
    diversions: dict[str, int]
    complaint_count: int


class TierCount(TypedDict):
    customer_count: int
    changed_count: int
    on_grace_count: int
