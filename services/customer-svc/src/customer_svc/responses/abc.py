"""The 80/20 classes of a population."""

from datetime import date
from decimal import Decimal

from contracts.figures import PlainModel
from customer_svc.tiers.abc_classes import Letter


class AbcLine(PlainModel):
    """A customer's class; ``cumulative`` is the percent of all sales up to and with this customer."""

    customer_id: str
    amount: Decimal
    cumulative: Decimal
    letter: Letter


class AbcSummary(PlainModel):
    """``share`` is the class's percent of all sales; ``from_amount`` the least that belongs to it."""

    letter: Letter
    customer_count: int
    amount: Decimal
    share: Decimal
    from_amount: Decimal | None


class AbcReport(PlainModel):
    """The classes, and the largest customers by sales from ``since`` to ``as_of``.

    ``tiering_id`` is the run that classed them, None when there was none yet and they were classed for this answer.
    """

    currency: str
    since: date
    as_of: date
    tiering_id: str | None
    policy_version: int
    classes: list[AbcSummary]
    customers: list[AbcLine]
