"""What comes in over HTTP: bodies and parameters, checked by field and rule."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from chassis.http import on_the_wire
from contracts.erp import GoodsReceived, InspectionCompleted
from contracts.fields import Id
from contracts.supplier import RecordId

Delivery = Annotated[GoodsReceived, on_the_wire(GoodsReceived)]
Inspection = Annotated[InspectionCompleted, on_the_wire(InspectionCompleted)]

PeriodText = Annotated[
    str, Field(pattern=r"^(19|20)\d\d-(0[1-9]|1[0-2])$", description="a calendar month", examples=["2024-05"])
]


class GradingBody(BaseModel):
    """Grade a supplier for a month that is over."""

    model_config = ConfigDict(extra="forbid", strict=True)

    supplier_id: Id
    period: PeriodText


class DecisionBody(BaseModel):
    """Say who answers for a nonconformance."""

    model_config = ConfigDict(extra="forbid", strict=True)

    supplier_id: Id
    nonconformance_id: RecordId
    responsibility: Literal["supplier", "own"]
