"""Facts and decisions about records as HTTP bodies."""

from typing import Annotated, Literal

from pydantic import Field

from chassis.http import JsonBody
from contracts.erp import GoodsReceived, InspectionCompleted, SupplierCaseReported
from contracts.fields import Day, Id, Percent, Text
from contracts.supplier import RecordId, SurveyTopic
from supplier_svc.bodies.body import Body

Delivery = JsonBody[GoodsReceived]
Inspection = JsonBody[InspectionCompleted]
SupplierCase = JsonBody[SupplierCaseReported]

PeriodText = Annotated[
    str,
    Field(
        pattern=r"^(19|20)\d\d(-(0[1-9]|1[0-2])|-Q[1-4])?$",
        description="a month, a quarter or a year",
        examples=["2024-05", "2024-Q2", "2024"],
    ),
]
MonthText = Annotated[
    str, Field(pattern=r"^(19|20)\d\d-(0[1-9]|1[0-2])$", description="a calendar month", examples=["2024-05"])
]


class GradingBody(Body):
    """Grade a supplier for a period that is over."""

    supplier_id: Id
    period: PeriodText


class DecisionBody(Body):
    """Say who answers for a nonconformance."""

    supplier_id: Id
    nonconformance_id: RecordId
    responsibility: Literal["supplier", "own"]


class SurveyBody(Body):
    """What a head of supply or sales thinks of a supplier: 0 to 100 by topic."""

    survey_id: Id
    answered_on: Day
    respondent: Id
    scores: Annotated[dict[SurveyTopic, Percent], Field(min_length=1)]


class ObjectionBody(Body):
    """A supplier's objection to a nonconformance, to the lateness of a delivery, or to a case."""

    objection_id: Id
    record_kind: Literal["nonconformance", "delivery", "case"]
    record_id: RecordId
    reason: Annotated[Text, Field(min_length=3, max_length=2000)]
    evidence: tuple[Text, ...] = ()
    raised_on: Day


class ObjectionDecisionBody(Body):
    """Uphold or dismiss an objection."""

    outcome: Literal["upheld", "dismissed"]
    because: Annotated[Text, Field(min_length=3, max_length=2000)]
    decided_by: Id
    decided_on: Day
