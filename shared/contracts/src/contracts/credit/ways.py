"""The question whether a case goes to an agency, a tribunal or a court, its answers, and the end of such a way."""

from typing import ClassVar, Literal

from contracts.credit.collection import Route
from contracts.credit.exposure import CollectionStep
from contracts.envelope import Event
from contracts.fields import Currency, Day, Id, PositiveAmount, Text


class CaseWayAsked(Event):
    """A person decides by ``answer_by`` whether a case goes to an agency, a tribunal or a court; ``amount`` is what is pursued.

    ``step``: the step of the ladder that asks; None: something else does, which is said in ``because``.
    """

    TYPE: ClassVar[str] = "credit.CaseWayAsked"
    case_id: Id
    customer_id: Id
    way: Route
    requested_on: Day
    answer_by: Day
    amount: PositiveAmount
    currency: Currency
    oldest_invoice_id: Id
    step: CollectionStep | None = None
    because: Text = ""


class CaseWayAnswered(Event):
    """A person answered: the way is started, postponed ``until`` a day on which it is asked for again, or a write-off is proposed."""

    TYPE: ClassVar[str] = "credit.CaseWayAnswered"
    case_id: Id
    customer_id: Id
    way: Route
    answer: Literal["start", "postpone", "write_off"]
    until: Day | None = None
    reason: Text
    answered_by: Text
    answered_on: Day


class CaseWayUnanswered(Event):
    """Nobody answered by the day; the question stays open."""

    TYPE: ClassVar[str] = "credit.CaseWayUnanswered"
    case_id: Id
    customer_id: Id
    way: Route
    requested_on: Day
    answer_by: Day
    unanswered_on: Day


class CaseWayEnded(Event):
    """A way is over: what was given to it is settled or written off, or it led to its result. The case's own step counts again."""

    TYPE: ClassVar[str] = "credit.CaseWayEnded"
    case_id: Id
    customer_id: Id
    way: Route
    because: Literal["settled", "written_off", "result"]
    ended_on: Day
