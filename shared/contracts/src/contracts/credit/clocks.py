"""Terms of the law that run: in a case before a tribunal or a court, and for each invoice that is overdue."""

from typing import ClassVar, Literal

from contracts.credit.collection import Route, Whose
from contracts.envelope import Event
from contracts.fields import Amount, Count, Currency, Day, Id, Text

ClockName = Literal[
    "arbitration_acceptance", "suit_acceptance", "set_aside", "set_aside_decision", "service", "answer", "copy",
    "hearing_notice", "trial_ordinary", "trial_simplified", "trial_second_instance", "trial_extension", "appeal",
    "enforcement", "limitation",
]  # fmt: skip
"""The terms that the policy ``legal-terms`` gives."""


class CaseClockStarted(Event):
    """A term of the law runs in a case, from the day after ``begins_on`` to ``ends_on``, its last day.

    ``whose``: who has to act within it. ``near_on``: when it is reminded of first, of ours only. ``reference``: the award or judgment
    that it is about. Started again, it runs to the day that was told last.
    """

    TYPE: ClassVar[str] = "credit.CaseClockStarted"
    case_id: Id
    customer_id: Id
    way: Route
    clock: ClockName
    begins_on: Day
    ends_on: Day
    whose: Whose
    law: Text
    near_on: Day | None = None
    reference: Id | None = None
    policy_version: int


class CaseClockNear(Event):
    """A term of ours ends in ``days_left`` days; ``near_on``: when that is said again, None: not before it ran out."""

    TYPE: ClassVar[str] = "credit.CaseClockNear"
    case_id: Id
    customer_id: Id
    way: Route
    clock: ClockName
    ends_on: Day
    days_left: Count
    reminded_on: Day
    near_on: Day | None = None


class CaseClockEnded(Event):
    """What a term waited for has come (``cause``), or nothing waits for it any more; it does not run out."""

    TYPE: ClassVar[str] = "credit.CaseClockEnded"
    case_id: Id
    customer_id: Id
    clock: ClockName
    cause: Id
    ended_on: Day


class LimitationRestarted(Event):
    """The limitation of an invoice began anew on a day and ends with ``until``: by a demand that reached the debtor, its promise, a part
    payment, an application to a tribunal or a filing with a court. ``restated``: what began it before did not, or the terms changed.

    ``near_on``: when it is reminded of first.
    """

    TYPE: ClassVar[str] = "credit.LimitationRestarted"
    invoice_id: Id
    customer_id: Id
    by: Literal["demand", "promise", "part_payment", "application", "filing", "restated"]
    restarted_on: Day
    until: Day
    near_on: Day | None = None
    policy_version: int


class LimitationNear(Event):
    """The limitation of an open invoice ends in ``days_left`` days, with ``until``; ``near_on``: when that is said again."""

    TYPE: ClassVar[str] = "credit.LimitationNear"
    invoice_id: Id
    customer_id: Id
    until: Day
    days_left: Count
    open_amount: Amount
    currency: Currency
    reminded_on: Day
    near_on: Day | None = None


class LimitationRanOut(Event):
    """The limitation of an open invoice ended with ``until``; the debtor may refuse from now on, unless it promises or pays."""

    TYPE: ClassVar[str] = "credit.LimitationRanOut"
    invoice_id: Id
    customer_id: Id
    until: Day
    open_amount: Amount
    currency: Currency
    ran_out_on: Day
