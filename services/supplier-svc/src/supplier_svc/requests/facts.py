"""Facts about a supplier as HTTP bodies; those that ERP reports have the shape of its events."""

from typing import Annotated

from pydantic import Field

from chassis.http import Body, JsonBody
from contracts.erp import GoodsReceived, InspectionCompleted, SupplierCaseReported
from contracts.fields import Day, Id, Percent
from contracts.supplier import SurveyTopic

Delivery = JsonBody[GoodsReceived]
Inspection = JsonBody[InspectionCompleted]
SupplierCase = JsonBody[SupplierCaseReported]


class SurveyBody(Body):
    """What a head of supply or sales thinks of a supplier: 0 to 100 by topic; by the one of the token where ``respondent`` is left out."""

    survey_id: Id
    answered_on: Day
    respondent: Id | None = None
    scores: Annotated[dict[SurveyTopic, Percent], Field(min_length=1)]
