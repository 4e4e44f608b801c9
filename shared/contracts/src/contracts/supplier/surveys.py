"""The rounds in which the heads of supply and sales are asked about suppliers. Stream ``survey-{round_id}``."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.envelope import Event
from contracts.fields import Count, Day, Id
from contracts.supplier.facts import SurveyFunction

SurveyStep = Literal["opening", "reminder", "closing"]


class SupplierSurveyScheduled(Event):
    """The next step of a round of the survey is due on a day. A round is named by the day on which it opens."""

    TYPE: ClassVar[str] = "supplier.SupplierSurveyScheduled"
    round_id: Id
    step: SurveyStep
    due_on: Day


class SupplierSurveyAsked(Event):
    """A head is asked about these suppliers, by id; of more than 500 there are several events.

    ``supplier_count`` is the number of suppliers in all of them. The last day of an answer is ``due_on``.
    """

    TYPE: ClassVar[str] = "supplier.SupplierSurveyAsked"
    round_id: Id
    respondent: Id
    function: SurveyFunction
    supplier_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=500)]
    supplier_count: Count
    asked_on: Day
    due_on: Day
    policy_version: int


class SupplierSurveyReminded(Event):
    """A head has not answered about all suppliers; ``missing`` is the number of those without an answer."""

    TYPE: ClassVar[str] = "supplier.SupplierSurveyReminded"
    round_id: Id
    respondent: Id
    missing: Count
    due_on: Day


class SupplierSurveyClosed(Event):
    """A round ended. ``asked_count`` counts the answers that were asked for, one a head and supplier; 0 where nobody was asked."""

    TYPE: ClassVar[str] = "supplier.SupplierSurveyClosed"
    round_id: Id
    asked_count: Count
    answered: Count
    closed_on: Day
